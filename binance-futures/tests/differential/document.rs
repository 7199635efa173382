//! JSON texts that are generated, changed and written in different ways.

use std::fmt::Write;

use super::properties::reader::NAMES;
use super::properties::tree::{Node, Tree};
use super::random::Random;

/// A JSON value that can be changed. Its words need not be JSON.
#[derive(Debug, Clone)]
pub(crate) enum Document {
    Word(String),
    Text(String),
    List(Vec<Document>),
    Object(Vec<(String, Document)>),
}

/// Numbers and words, near the limits of types and in every notation.
const WORDS: [&str; 46] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "0.0",
    "-0.0",
    "1.50",
    "2.0",
    "1e3",
    "1E+2",
    "5e-1",
    "10e-1",
    "1e28",
    "1e29",
    "1e400",
    "1e-28",
    "1e-29",
    "1e-400",
    "1e99999999999999999999",
    "255",
    "256",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740991.0",
    "9007199254740992.0",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "79228162514264337593543950335",
    "79228162514264337593543950336",
    "0.1234567890123456789012345678",
    "0.12345678901234567890123456789",
    "2.00000000000000000000000001",
    "1.0000000000000000000000000000000001",
    "0.30000000000000004",
    "123456789012345678901234567890123456789012",
];

/// Words that are not JSON.
const BROKEN: [&str; 10] = [
    "01", "+1", "1.", ".5", "-", "1e", "NaN", "1_000", "True", "nul",
];

/// Texts that numbers, flags and literals are compared with, and other texts.
const TEXTS: [&str; 22] = [
    "",
    " ",
    "0",
    "-1",
    "+1",
    "00",
    "007",
    "1.50",
    "1e3",
    " 1",
    "1 ",
    "true",
    "TRUE",
    "null",
    "BTCUSDT",
    "18446744073709551616",
    "79228162514264337593543950335",
    "\u{0}\u{1f}\"\\/",
    "é€😀\u{ffff}\u{10ffff}",
    "\u{7f}",
    "a text of more than forty characters, so that errors do not repeat all of it",
    "币安人生USDT",
];

impl Document {
    /// Takes over a value that was read.
    pub(crate) fn of(tree: &Tree) -> Self {
        match &tree.node {
            Node::Word(word) => Self::Word(word.clone()),
            Node::Text(text) => Self::Text(text.clone()),
            Node::List(items) => Self::List(items.iter().map(Self::of).collect()),
            Node::Object(fields) => {
                let fields = fields.iter();
                Self::Object(
                    fields
                        .map(|(name, field)| (name.clone(), Self::of(field)))
                        .collect(),
                )
            }
        }
    }

    /// Returns any value that is JSON.
    pub(crate) fn any(random: &mut Random, depth: usize) -> Self {
        match random.below(if depth == 0 { 4 } else { 7 }) {
            0 | 1 => Self::Word(random.choose(&WORDS).to_owned()),
            2 | 3 => Self::text(random),
            4 => Self::List(
                (0..random.below(5))
                    .map(|_| Self::any(random, depth - 1))
                    .collect(),
            ),
            _ => {
                let field = |_| (name(random), Self::any(random, depth - 1));
                Self::Object((0..random_count(depth)).map(field).collect())
            }
        }
    }

    fn text(random: &mut Random) -> Self {
        Self::Text(random.choose(&TEXTS).to_owned())
    }

    /// Shuffles the fields of all objects.
    pub(crate) fn permute(&mut self, random: &mut Random) {
        match self {
            Self::Object(fields) => {
                random.shuffle(fields);
                fields
                    .iter_mut()
                    .for_each(|(_, field)| field.permute(random));
            }
            Self::List(items) => items.iter_mut().for_each(|item| item.permute(random)),
            Self::Word(_) | Self::Text(_) => {}
        }
    }

    /// Changes one value at a random place.
    pub(crate) fn edit(&mut self, random: &mut Random) {
        let is_here = random.once_in(6);
        match self {
            Self::Object(fields) if !is_here && !fields.is_empty() => {
                let index = random.below(fields.len());
                match random.below(12) {
                    0 => drop(fields.remove(index)),
                    1 => fields.push(fields[index].clone()),
                    2 => fields.insert(index, (name(random), Self::any(random, 2))),
                    3 => fields[index].0 = name(random),
                    4 => {
                        let other = random.below(fields.len());
                        let value = fields[other].1.clone();
                        fields[index].1 = value;
                    }
                    _ => fields[index].1.edit(random),
                }
            }
            Self::List(items) if !is_here && !items.is_empty() => {
                let index = random.below(items.len());
                match random.below(8) {
                    0 => drop(items.remove(index)),
                    1 => items.insert(index, items[index].clone()),
                    2 => items.push(Self::any(random, 1)),
                    _ => items[index].edit(random),
                }
            }
            _ => *self = self.changed(random),
        }
    }

    /// Returns a value to put in place of this one.
    fn changed(&self, random: &mut Random) -> Self {
        match (random.below(10), self) {
            (0 | 1, Self::Word(word)) => Self::Text(word.clone()),
            (0 | 1, Self::Text(text)) => Self::Word(text.clone()),
            (0 | 1, Self::List(items)) if items.len() == 1 => items[0].clone(),
            (2, _) if random.once_in(8) => Self::Word(random.choose(&BROKEN).to_owned()),
            (0..=4, _) => Self::Word(random.choose(&WORDS).to_owned()),
            (5 | 6, _) => Self::text(random),
            (7, _) => Self::List(vec![self.clone()]),
            (8, _) if random.once_in(20) => {
                let depth = 120 + random.below(20);
                (0..depth).fold(self.clone(), |inner, _| Self::List(vec![inner]))
            }
            _ => Self::any(random, 2),
        }
    }

    /// Writes the value. In random style, white space and escapes are added.
    pub(crate) fn write(&self, to: &mut String, style: &mut Option<&mut Random>) {
        space(to, style);
        match self {
            Self::Word(word) => to.push_str(word),
            Self::Text(text) => write_text(text, to, style),
            Self::List(items) => {
                to.push('[');
                for (index, item) in items.iter().enumerate() {
                    to.push_str(if index == 0 { "" } else { "," });
                    item.write(to, style);
                }
                to.push(']');
            }
            Self::Object(fields) => {
                to.push('{');
                for (index, (name, field)) in fields.iter().enumerate() {
                    to.push_str(if index == 0 { "" } else { "," });
                    space(to, style);
                    write_text(name, to, style);
                    space(to, style);
                    to.push(':');
                    field.write(to, style);
                }
                to.push('}');
            }
        }
        space(to, style);
    }

    pub(crate) fn to_text(&self, style: Option<&mut Random>) -> String {
        let mut text = String::new();
        self.write(&mut text, &mut { style });
        text
    }
}

fn random_count(depth: usize) -> usize {
    2 * depth
}

/// Returns the name of a field.
pub(crate) fn name(random: &mut Random) -> String {
    let names = [
        "a", "code", "msg", "new", "data", "result", "id", "stream", "é",
    ];
    if random.once_in(2) {
        random.choose(&NAMES).to_owned()
    } else {
        random.choose(&names).to_owned()
    }
}

fn space(to: &mut String, style: &mut Option<&mut Random>) {
    if let Some(random) = style
        && random.once_in(6)
    {
        to.push_str(random.choose(&[" ", "\n", "\t", "\r\n", "  \n "]));
    }
}

/// Writes a string. In random style, some characters are written as escapes.
fn write_text(text: &str, to: &mut String, style: &mut Option<&mut Random>) {
    let is_plain = style.as_mut().is_none_or(|random| !random.once_in(4));
    let Some(random) = style.as_mut().filter(|_| !is_plain) else {
        to.push_str(&serde_json::Value::from(text).to_string());
        return;
    };
    to.push('"');
    for c in text.chars() {
        if random.once_in(3) || c < ' ' || matches!(c, '"' | '\\') {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let result = if random.once_in(2) {
                    write!(to, "\\u{unit:04x}")
                } else {
                    write!(to, "\\u{unit:04X}")
                };
                result.unwrap();
            }
        } else if c == '/' {
            to.push_str("\\/");
        } else {
            to.push(c);
        }
    }
    to.push('"');
}
