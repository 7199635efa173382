//! Why a JSON text could not be decoded.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// The longest part of the text that an error repeats, in characters.
const MAX_FOUND: usize = 40;

/// The most characters of a reason that serde gives, which may repeat a whole string.
const MAX_OTHER: usize = 200;

/// The error of a decoder.
///
/// Contains the path to the wrong value, what was expected there, and what was found.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    /// From the inside to the outside.
    path: Vec<Segment>,
    reason: Reason,
    /// Bytes from the start of the text to the value.
    offset: usize,
}

/// One step of the path to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Segment {
    /// A field of an object, or a column of a row, by its name.
    Field(&'static str),
    /// A key of a map.
    Key(String),
    /// An item of an array, from 0.
    Index(usize),
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The text is not JSON.
    Syntax(Syntax),
    /// The value is not of the expected kind.
    Unexpected {
        /// What was expected.
        expected: &'static str,
        /// What was found: at most 40 characters of a scalar. For objects and arrays only the kind, because they may contain secrets.
        found: String,
    },
    /// A field is missing.
    Missing(&'static str),
    /// A field, or a key of a map, occurs twice.
    Repeated(Cow<'static, str>),
    /// Objects and arrays are nested too deeply.
    TooDeep,
    /// Another reason, such as an error of serde. At most 200 characters: the middle of a longer one is left out.
    Other(String),
}

/// Why a text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Syntax {
    /// The text ends within a value.
    End,
    /// A value was expected.
    Value,
    /// A field name in quotes was expected.
    Name,
    /// A colon was expected.
    Colon,
    /// A comma or the end of the object was expected.
    ObjectEnd,
    /// A comma or the end of the array was expected.
    ArrayEnd,
    /// The digits are not a number.
    Number,
    /// A control character in a string, which must be escaped.
    ControlCharacter,
    /// The escape sequence is not valid.
    Escape,
    /// Text after the value.
    Trailing,
}

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::End => "the text ends within a value",
            Self::Value => "expected a value",
            Self::Name => "expected a field name in quotes",
            Self::Colon => "expected `:`",
            Self::ObjectEnd => "expected `,` or `}`",
            Self::ArrayEnd => "expected `,` or `]`",
            Self::Number => "the number is not valid",
            Self::ControlCharacter => "a control character in a string is not escaped",
            Self::Escape => "the escape sequence is not valid",
            Self::Trailing => "unexpected text after the value",
        })
    }
}

impl Error {
    #[cold]
    pub(crate) fn new(reason: Reason, offset: usize) -> Self {
        Self(Box::new(Inner {
            path: Vec::new(),
            reason,
            offset,
        }))
    }

    #[cold]
    pub(crate) fn syntax(syntax: Syntax, offset: usize) -> Self {
        Self::new(Reason::Syntax(syntax), offset)
    }

    /// An error of `serde_json`, which decodes the types that callers choose.
    #[cold]
    pub(crate) fn from_serde(error: &serde_json::Error, offset: usize) -> Self {
        // The position is relative to the value, which is a part of the text.
        let place = format!(" at line {} column {}", error.line(), error.column());
        let text = error.to_string();
        let reason = text.strip_suffix(&place).unwrap_or(&text);
        Self::new(Reason::Other(without_middle(reason)), offset)
    }

    /// An error of `serde_json` with the path to the value.
    #[cold]
    pub(crate) fn from_serde_path(
        error: &serde_path_to_error::Error<serde_json::Error>,
        offset: usize,
    ) -> Self {
        use serde_path_to_error::Segment as Step;
        let mut path: Vec<Segment> = error
            .path()
            .iter()
            .filter_map(|step| match step {
                Step::Seq { index } => Some(Segment::Index(*index)),
                Step::Map { key: name } | Step::Enum { variant: name } => {
                    Some(Segment::Key(name.clone()))
                }
                Step::Unknown => None,
            })
            .collect();
        path.reverse();
        let mut found = Self::from_serde(error.inner(), offset);
        found.0.path = path;
        found
    }

    /// An error for another value than the expected one. `text` begins with the value.
    #[cold]
    pub(crate) fn unexpected(expected: &'static str, text: &str, offset: usize) -> Self {
        let found = match text.as_bytes().first() {
            Some(b'{') => "an object".to_owned(),
            Some(b'[') => "an array".to_owned(),
            _ => start_of(text).collect(),
        };
        Self::new(Reason::Unexpected { expected, found }, offset)
    }

    /// An error for a key of a map that is not of the expected type. `offset` is that of its value.
    #[cold]
    pub(crate) fn unexpected_key(expected: &'static str, key: &str, offset: usize) -> Self {
        let found = start_of(key).collect();
        Self::new(Reason::Unexpected { expected, found }, offset)
    }

    /// An error for a key of a map that occurs twice. `offset` is that of its value.
    #[cold]
    pub(crate) fn repeated_key(key: &str, offset: usize) -> Self {
        let key: String = start_of(key).collect();
        Self::new(Reason::Repeated(key.into()), offset)
    }

    /// Adds the step that leads to the value, from the inside to the outside.
    #[cold]
    pub(crate) fn within(mut self, segment: Segment) -> Self {
        self.0.path.push(segment);
        self
    }

    /// Removes the value from the error, for types that are secret.
    #[cold]
    pub(crate) fn redacted(mut self) -> Self {
        if let Reason::Unexpected { found, .. } = &mut self.0.reason {
            found.clear();
            found.push_str("a secret");
        }
        self
    }

    /// Returns the path to the value, from the outside to the inside.
    pub fn path(&self) -> impl Iterator<Item = &Segment> {
        self.0.path.iter().rev()
    }

    /// Returns what is wrong.
    pub fn reason(&self) -> &Reason {
        &self.0.reason
    }

    /// Returns the number of bytes before the value.
    pub fn offset(&self) -> usize {
        self.0.offset
    }
}

/// Returns the first characters of a text.
fn start_of(text: &str) -> impl Iterator<Item = char> {
    text.chars().take(MAX_FOUND)
}

/// Leaves out the middle of a long text.
fn without_middle(text: &str) -> String {
    const END: usize = MAX_OTHER / 2;
    let length = text.chars().count();
    if length <= MAX_OTHER {
        return text.to_owned();
    }
    let start = text.chars().take(MAX_OTHER - END - 1);
    let end = text.chars().skip(length - END);
    start.chain(['…']).chain(end).collect()
}

/// Prints the path, such as `symbols[3].filters[0].tickSize`. Of keys of maps, which are not known in advance, only the first 40 characters
/// are printed, and control characters as escapes.
pub(crate) fn write_path<'a>(
    path: impl Iterator<Item = &'a Segment>,
    to: &mut impl Write,
) -> fmt::Result {
    for (index, segment) in path.enumerate() {
        match segment {
            Segment::Index(item) => write!(to, "[{item}]")?,
            Segment::Field(_) | Segment::Key(_) if index > 0 => to.write_char('.')?,
            Segment::Field(_) | Segment::Key(_) => {}
        }
        match segment {
            Segment::Field(name) => to.write_str(name)?,
            Segment::Key(name) => write_text(start_of(name), to)?,
            Segment::Index(_) => {}
        }
    }
    Ok(())
}

/// Prints control characters as escapes.
fn write_text(text: impl Iterator<Item = char>, to: &mut impl Write) -> fmt::Result {
    for c in text {
        if c.is_control() {
            write!(to, "{}", c.escape_default())?;
        } else {
            to.write_char(c)?;
        }
    }
    Ok(())
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(syntax) => syntax.fmt(f),
            Self::Unexpected { expected, found } => {
                write!(f, "expected {expected}, found ")?;
                write_text(found.chars(), f)
            }
            Self::Missing(name) => write!(f, "the field `{name}` is missing"),
            Self::Repeated(name) => {
                f.write_str("the field `")?;
                write_text(name.chars(), f)?;
                f.write_str("` occurs twice")
            }
            Self::Other(reason) => f.write_str(reason),
            Self::TooDeep => f.write_str("objects and arrays are nested too deeply"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.path.is_empty() {
            f.write_char('`')?;
            write_path(self.path(), f)?;
            f.write_str("`: ")?;
        }
        self.0.reason.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self}, offset {})", self.0.offset)
    }
}

impl std::error::Error for Error {}
