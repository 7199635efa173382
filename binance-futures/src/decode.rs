//! The one way from the exchange's text to a value, and back.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;

use crate::wire::{Scalar, Wire, Written, located, path_of_failure, reason, unlocated};

/// Reads a value of form `W` from the whole of a JSON text.
///
/// # Errors
///
/// When the text is no JSON, holds something else than the value or more than it; the failure says where.
pub fn from_str<T, W: Wire<T>>(text: &str) -> Result<T, DecodeFailure> {
    // The value is handed on from where it was read: some are large.
    match read::<T, W>(text) {
        Ok(value) => Ok(value),
        Err(error) => read_digits::<T, W>(text, error),
    }
}

#[inline]
fn read<T, W: Wire<T>>(text: &str) -> Result<T, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    match W::read(&mut json) {
        Ok(value) => match json.end() {
            Ok(()) => Ok(value),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// Reads once more, with digits as text where text may have been expected and a number came.
#[cold]
fn read_digits<T, W: Wire<T>>(text: &str, error: serde_json::Error) -> Result<T, DecodeFailure> {
    let failure = DecodeFailure::of::<T, W>(text, error);
    let Some(text) = fractions_as_text(text) else {
        return Err(failure);
    };
    read::<T, W>(&text).map_err(|error| {
        let later = DecodeFailure::of::<T, W>(&text, error);
        if later.path == failure.path {
            // Of the same value, what was said first is about what the exchange sent.
            failure
        } else {
            DecodeFailure {
                line: 0,
                column: 0,
                ..later
            }
        }
    })
}

/// Puts quotes around the numbers that are no integers of 64 bits, for which serde knows floats alone; `None` where there are none.
fn fractions_as_text(json: &str) -> Option<String> {
    let mut quoted = String::new();
    let mut done = 0;
    let mut bytes = json.bytes().enumerate().peekable();
    while let Some((begin, byte)) = bytes.next() {
        match byte {
            b'"' => {
                while let Some((_, byte)) = bytes.next()
                    && byte != b'"'
                {
                    if byte == b'\\' {
                        bytes.next();
                    }
                }
            }
            b'-' | b'0'..=b'9' => {
                let mut end = begin + 1;
                while bytes.next_if(|(_, byte)| is_of_number(*byte)).is_some() {
                    end += 1;
                }
                if let Some(digits) = digits_of_fraction(json.get(begin..end)?) {
                    quoted.extend([json.get(done..begin)?, "\"", &digits, "\""]);
                    done = end;
                }
            }
            _ => {}
        }
    }
    quoted.push_str(json.get(done..)?);
    (done > 0).then_some(quoted)
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-')
}

/// The digits of a number without an exponent; `None` for integers of 64 bits, and for what has no such digits.
fn digits_of_fraction(number: &str) -> Option<Cow<'_, str>> {
    if number.parse::<u64>().is_ok() || number.parse::<i64>().is_ok() {
        None
    } else if number.contains(['e', 'E']) {
        Decimal::from_number(number).map(|decimal| decimal.to_string().into())
    } else {
        Some(number.into())
    }
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
    reason: String,
    line: usize,
    column: usize,
}

impl DecodeFailure {
    fn of<T, W: Wire<T>>(text: &str, error: serde_json::Error) -> Self {
        let mut failure = Self::from(error);
        let mut path = path_of_failure::<T, W>(text);
        // What is read from a text of its own, as items of a batch are, states its path in the reason.
        while let Some((inner, reason)) = unlocated(&failure.reason) {
            if !path.is_empty() && !inner.starts_with('[') {
                path.push('.');
            }
            path.push_str(inner);
            failure.reason = reason.to_owned();
        }
        Self { path, ..failure }
    }

    /// Where in the value: `symbols[3].filters[0].tickSize`; empty for the value as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected there and what came.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The line of the text, from 1; 0 where it is not known.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of the line, from 1; 0 where it is not known.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&located(&self.path, &self.reason))?;
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
            reason: reason(&error),
            line: error.line(),
            column: error.column(),
        }
    }
}
