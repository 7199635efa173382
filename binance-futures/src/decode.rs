//! The one way from the exchange's text to a value, and back.

use std::fmt;

use crate::wire::{Wire, Written, located, path_of_failure, reason};

/// Reads a value of form `W` from the whole of a JSON text.
///
/// # Errors
///
/// When the text is no JSON, holds something else than the value or more than it; the failure says where.
pub fn from_str<T, W: Wire<T>>(text: &str) -> Result<T, DecodeFailure> {
    let mut json = serde_json::Deserializer::from_str(text);
    let failed = match W::read(&mut json) {
        // The value is handed on from where it was read: some are large.
        Ok(value) => match json.end() {
            Ok(()) => return Ok(value),
            Err(error) => error,
        },
        Err(error) => error,
    };
    Err(DecodeFailure {
        path: path_of_failure::<T, W>(text),
        error: failed,
    })
}

/// Writes a value in its form `W`.
///
/// # Errors
///
/// When the form has no JSON for the value, as for the name of a member that is no text.
pub fn to_string<T, W: Wire<T>>(value: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Written::<W, T>::new(value))
}

/// A text that does not hold the value expected.
#[derive(Debug)]
pub struct DecodeFailure {
    path: String,
    error: serde_json::Error,
}

impl DecodeFailure {
    /// Where in the value: `symbols[3].filters[0].tickSize`; empty for the value as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected there and what came.
    pub fn reason(&self) -> String {
        reason(&self.error)
    }

    /// The line of the text, from 1; 0 where it is not known.
    pub fn line(&self) -> usize {
        self.error.line()
    }

    /// The column of the line, from 1; 0 where it is not known.
    pub fn column(&self) -> usize {
        self.error.column()
    }
}

impl fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&located(&self.path, self.reason()))?;
        // What a value's own text was refused for has no place in the whole.
        if self.line() == 0 {
            Ok(())
        } else {
            write!(f, " (line {}, column {})", self.line(), self.column())
        }
    }
}

impl std::error::Error for DecodeFailure {}

impl From<serde_json::Error> for DecodeFailure {
    fn from(error: serde_json::Error) -> Self {
        Self {
            path: String::new(),
            error,
        }
    }
}
