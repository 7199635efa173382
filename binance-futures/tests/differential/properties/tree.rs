//! JSON as `serde_json` reads it, with the place of each value, all digits of numbers and repeated names.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// Bytes before the value.
    pub start: usize,
    /// Bytes before the end of the value.
    pub end: usize,
    pub node: Node,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// `null`, `true`, `false` or a number, as written.
    Word(String),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// Why a text has no tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTree {
    /// The text is not JSON.
    NotJson,
    /// Nested deeper than [`super::MAX_DEPTH`]. The values below are not checked.
    TooDeep,
}

impl Tree {
    /// Reads a text with `serde_json`.
    pub fn parse(text: &str) -> Result<Self, NoTree> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|_| NoTree::NotJson)?;
        let tree = Self::build(raw.get(), text, 1);
        match tree {
            // A value that is not JSON may follow the one that is nested too deeply.
            Err(NoTree::TooDeep) if !strings_are_valid(text) => Err(NoTree::NotJson),
            tree => tree,
        }
    }

    fn build(value: &str, text: &str, depth: usize) -> Result<Self, NoTree> {
        let start = value.as_ptr() as usize - text.as_ptr() as usize;
        let first = value.as_bytes().first();
        if matches!(first, Some(b'{' | b'[')) && depth > super::MAX_DEPTH {
            return Err(NoTree::TooDeep);
        }
        let node = match first {
            Some(b'"') => Node::Text(read(value)?),
            Some(b'[') => {
                let items: Vec<&RawValue> = read(value)?;
                let items = items.iter();
                let items = items.map(|item| Self::build(item.get(), text, depth + 1));
                Node::List(items.collect::<Result<_, _>>()?)
            }
            Some(b'{') => {
                let Fields(fields) = read(value)?;
                let fields = fields
                    .into_iter()
                    .map(|(name, field)| Ok((name, Self::build(field.get(), text, depth + 1)?)));
                Node::Object(fields.collect::<Result<_, _>>()?)
            }
            _ => Node::Word(value.to_owned()),
        };
        let end = start + value.len();
        Ok(Self { start, end, node })
    }

    /// The text of a scalar, whether it is in quotes or not.
    pub fn scalar(&self) -> Option<&str> {
        match &self.node {
            Node::Word(text) | Node::Text(text) => Some(text),
            Node::List(_) | Node::Object(_) => None,
        }
    }

    /// Whether two values differ in nothing but their places and the order of their fields.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.node, &other.node) {
            (Node::List(one), Node::List(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.is_same(two))
            }
            (Node::Object(one), Node::Object(two)) => {
                let sorted = |fields: &[(String, Self)]| {
                    let mut order: Vec<usize> = (0..fields.len()).collect();
                    order.sort_by(|one, two| fields[*one].0.cmp(&fields[*two].0));
                    order
                };
                one.len() == two.len()
                    && sorted(one)
                        .into_iter()
                        .zip(sorted(two))
                        .all(|(i, j)| one[i].0 == two[j].0 && one[i].1.is_same(&two[j].1))
            }
            (one, two) => one == two,
        }
    }
}

fn read<'a, T: Deserialize<'a>>(value: &'a str) -> Result<T, NoTree> {
    serde_json::from_str(value).map_err(|_| NoTree::NotJson)
}

/// Whether all strings of a JSON text are valid. `serde_json` does not check surrogates of strings that it skips.
fn strings_are_valid(text: &str) -> bool {
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        let (_, string) = rest.split_at(quote);
        let mut strings = serde_json::Deserializer::from_str(string).into_iter::<String>();
        let Some(Ok(_)) = strings.next() else {
            return false;
        };
        rest = string.split_at(strings.byte_offset()).1;
    }
    true
}

/// The fields of an object, repeated names included.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}
