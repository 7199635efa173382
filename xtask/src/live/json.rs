//! JSON that keeps numbers as they are written, so that a comparison sees every digit.

use std::fmt;

use binance_futures::wire::RawObject;
use serde_json::value::RawValue;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    /// `null`, `true` or `false`.
    Word(String),
    /// A number as written.
    Number(String),
    /// A string, decoded.
    Text(String),
    /// An array.
    List(Vec<Self>),
    /// An object, with its fields in order.
    Object(Vec<(String, Self)>),
}

/// Deeper values are rejected, so that the stack does not overflow.
const MAX_DEPTH: usize = 100;

impl Json {
    /// Parses one value.
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        Self::nested(text, 0)
    }

    fn nested(text: &str, depth: usize) -> Result<Self, serde_json::Error> {
        if depth > MAX_DEPTH {
            return Err(serde::de::Error::custom("nested too deeply"));
        }
        let text = text.trim();
        match text.chars().next() {
            Some('{') => {
                let object = RawObject::from_json(text)?;
                let fields = object.fields();
                let fields = fields
                    .map(|(name, json)| Ok((name.to_owned(), Self::nested(json, depth + 1)?)));
                fields.collect::<Result<_, _>>().map(Self::Object)
            }
            Some('[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text)?;
                items
                    .into_iter()
                    .map(|raw| Self::nested(raw.get(), depth + 1))
                    .collect::<Result<_, _>>()
                    .map(Self::List)
            }
            Some('"') => serde_json::from_str(text).map(Self::Text),
            _ => {
                serde_json::from_str::<&RawValue>(text)?;
                let word = matches!(text, "null" | "true" | "false");
                Ok(if word {
                    Self::Word(text.to_owned())
                } else {
                    Self::Number(text.to_owned())
                })
            }
        }
    }

    /// Returns a field of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// Returns the text with one value on each line, indented.
    pub(crate) fn indented(&self) -> String {
        let mut text = String::new();
        self.indent(0, &mut text);
        text
    }

    fn indent(&self, depth: usize, to: &mut String) {
        let items: Vec<(String, &Self)> = match self {
            Self::List(items) if !items.is_empty() => {
                items.iter().map(|item| (String::new(), item)).collect()
            }
            Self::Object(fields) if !fields.is_empty() => fields
                .iter()
                .map(|(name, value)| (format!("{}: ", Self::Text(name.clone())), value))
                .collect(),
            other => return to.push_str(&other.to_string()),
        };
        let (open, close) = if matches!(self, Self::List(_)) {
            ("[", "]")
        } else {
            ("{", "}")
        };
        to.push_str(open);
        for (index, (name, value)) in items.into_iter().enumerate() {
            to.push_str(if index > 0 { ",\n" } else { "\n" });
            to.push_str(&"  ".repeat(depth + 1));
            to.push_str(&name);
            value.indent(depth + 1, to);
        }
        to.push('\n');
        to.push_str(&"  ".repeat(depth));
        to.push_str(close);
    }

    /// Returns the content of a string.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(text) | Self::Number(text) => f.write_str(text),
            Self::Text(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Object(fields) => {
                f.write_str("{")?;
                for (index, (name, value)) in fields.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(
                        f,
                        "{comma}{}:{value}",
                        serde_json::Value::from(name.as_str())
                    )?;
                }
                f.write_str("}")
            }
        }
    }
}
