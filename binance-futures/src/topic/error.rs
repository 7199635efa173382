//! The error of parsing a topic.

use std::fmt;

use super::name::MAX_LENGTH;

/// A text that is not the name of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseTopicError {
    name: Box<str>,
    offset: usize,
    similar: Box<[&'static str]>,
}

impl ParseTopicError {
    pub(super) fn new(name: &str, offset: usize, similar: &[&'static str]) -> Self {
        let end = name
            .char_indices()
            .map(|(start, c)| start + c.len_utf8())
            .take_while(|end| *end <= MAX_LENGTH)
            .last();
        let name = name.get(..end.unwrap_or(0)).unwrap_or_default();
        Self {
            name: name.into(),
            offset,
            similar: similar.into(),
        }
    }

    /// Returns the text that was parsed, at most its first 256 bytes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the offset, in bytes, of the first character that does not match. If the text ends too early, this is its length.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Returns the patterns of the names that are most similar, such as `<symbol>@aggTrade`. Empty if no name is similar.
    pub fn similar(&self) -> &[&'static str] {
        &self.similar
    }
}

impl fmt::Display for ParseTopicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not the name of a topic: ", self.name)?;
        match self.name.get(self.offset..) {
            _ if self.offset >= MAX_LENGTH => {
                write!(f, "it is longer than {MAX_LENGTH} bytes")?;
            }
            None | Some("") => f.write_str("it ends too early")?,
            Some(rest) => write!(f, "unexpected {rest:?} at byte {}", self.offset)?,
        }
        for (index, template) in self.similar.iter().enumerate() {
            f.write_str(if index == 0 {
                "; did you mean "
            } else {
                " or "
            })?;
            write!(f, "`{template}`")?;
        }
        if !self.similar.is_empty() {
            f.write_str("?")?;
        }
        Ok(())
    }
}

impl std::error::Error for ParseTopicError {}
