//! The reader accepts what `serde_json` accepts, and reads the same values at the same places.

use std::borrow::Cow;

use binance_futures::json::{Error, Key, Object, Reader, Reason};

use super::start_of;
use super::tree::{NoTree, Node, Tree};

/// Checks all properties of the reader.
pub fn check(text: &str) {
    let expected = Tree::parse(text);
    let skipped = whole(text, Reader::skip);
    check_acceptance(text, expected.as_ref().err(), skipped.err());

    let walked = whole(text, |reader| value(reader, text, &mut by_name));
    check_acceptance(
        text,
        expected.as_ref().err(),
        walked.as_ref().err().cloned(),
    );
    let by_keys = whole(text, |reader| value(reader, text, &mut by_keys));
    check_acceptance(
        text,
        expected.as_ref().err(),
        by_keys.as_ref().err().cloned(),
    );

    if let (Ok(expected), Ok(walked), Ok(by_keys)) = (expected, walked, by_keys) {
        assert_eq!(walked, expected, "{}", start_of(text));
        assert_eq!(by_keys, unnamed(expected.clone()), "{}", start_of(text));
        let raw = whole(text, Reader::raw);
        assert_eq!(raw.ok(), text.get(expected.start..expected.end));
    }
}

fn check_acceptance(text: &str, expected: Option<&NoTree>, error: Option<Error>) {
    let is_expected = match (expected, error.as_ref().map(Error::reason)) {
        (None, None) | (Some(NoTree::TooDeep), Some(Reason::TooDeep)) => true,
        // What is wrong first is reported.
        (Some(NoTree::NotJson), Some(Reason::Syntax(_) | Reason::TooDeep)) => true,
        _ => false,
    };
    assert!(
        is_expected,
        "serde_json: {expected:?}, reader: {error:?}: {}",
        start_of(text)
    );
    if let Some(error) = error {
        assert!(text.is_char_boundary(error.offset()), "{error:?}");
        assert_eq!(error.path().count(), 0, "{error:?}");
        assert!(error.to_string().len() < 100, "{error:?}");
    }
}

fn whole<'a, T>(
    text: &'a str,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut reader = Reader::new(text);
    let value = read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Reads the fields of an object.
type ReadFields<'f, 'a> =
    &'f mut dyn FnMut(&mut Reader<'a>, &'a str) -> Result<Vec<(String, Tree)>, Error>;

/// Reads any value, each with the function for its kind.
fn value<'a>(
    reader: &mut Reader<'a>,
    text: &'a str,
    fields: ReadFields<'_, 'a>,
) -> Result<Tree, Error> {
    let rest = text.get(reader.offset()..).unwrap();
    let rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
    let start = text.len() - rest.len();
    let node = match rest.as_bytes().first() {
        Some(b'"') => {
            let string = reader.string("text")?;
            let has_escapes = matches!(string, Cow::Owned(_));
            let written = text.get(start + 1..reader.offset() - 1).unwrap();
            assert_eq!(has_escapes, written.contains('\\'), "{written}");
            Node::Text(string.into_owned())
        }
        Some(b'-' | b'0'..=b'9') => Node::Word(reader.number("a number")?.to_owned()),
        Some(b'[') => {
            let mut array = reader.array("a list")?;
            let mut items = Vec::new();
            while array.item(reader)? {
                items.push(value(reader, text, fields)?);
            }
            Node::List(items)
        }
        Some(b'{') => Node::Object(fields(reader, text)?),
        _ if reader.null() => Node::Word("null".to_owned()),
        _ => Node::Word(reader.raw()?.to_owned()),
    };
    let end = reader.offset();
    Ok(Tree { start, end, node })
}

fn by_name<'a>(reader: &mut Reader<'a>, text: &'a str) -> Result<Vec<(String, Tree)>, Error> {
    let mut object = reader.object("an object")?;
    let mut fields = Vec::new();
    while let Some(name) = object.name(reader)? {
        fields.push((name.into_owned(), value(reader, text, &mut by_name)?));
    }
    Ok(fields)
}

/// Names that the generators of texts use often. Two are longer than the part that is compared at once.
pub const NAMES: [&str; 8] = [
    "e",
    "E",
    "symbol",
    "s",
    "selfTradePreventionMode",
    "selfTradePreventionModes",
    "",
    "thirteenBytes",
];

static KEYS: [Key; 8] = [
    Key::new("\"e\":"),
    Key::new("\"E\":"),
    Key::new("\"symbol\":"),
    Key::new("\"s\":"),
    Key::new("\"selfTradePreventionMode\":"),
    Key::new("\"selfTradePreventionModes\":"),
    Key::new("\"\":"),
    Key::new("\"thirteenBytes\":"),
];

/// Reads objects by keys. Unknown names are read as `?`.
fn by_keys<'a>(reader: &mut Reader<'a>, text: &'a str) -> Result<Vec<(String, Tree)>, Error> {
    let mut object = reader.object("an object")?;
    let mut fields = Vec::new();
    loop {
        let index = object.field(reader, &KEYS)?;
        if index == Object::END {
            return Ok(fields);
        }
        let name = KEYS.get(index).map_or("?", Key::name).to_owned();
        fields.push((name, value(reader, text, &mut by_keys)?));
    }
}

/// Replaces names that are not among the keys.
fn unnamed(mut tree: Tree) -> Tree {
    tree.node = match tree.node {
        Node::List(items) => Node::List(items.into_iter().map(unnamed).collect()),
        Node::Object(fields) => {
            let known = |name: String| {
                let is_known = NAMES.contains(&name.as_str());
                if is_known { name } else { "?".to_owned() }
            };
            let fields = fields.into_iter();
            Node::Object(
                fields
                    .map(|(name, field)| (known(name), unnamed(field)))
                    .collect(),
            )
        }
        scalar => scalar,
    };
    tree
}
