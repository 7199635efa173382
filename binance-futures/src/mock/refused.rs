//! What was refused, for people.

use std::fmt::{self, Write};

use super::denial::Denial;
use super::venue::Call;
use crate::types::Timestamp;

/// A request that a mock exchange refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// When.
    pub at: Timestamp,
    /// The verb.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The error's number.
    pub code: i64,
    /// The error as the client was told.
    pub message: String,
    /// What the client was not told, such as the signature that would have been right; empty where there is nothing to add.
    pub why: String,
}

impl Refused {
    pub(super) fn new(at: Timestamp, call: &Call, denial: &Denial) -> Self {
        Self {
            at,
            method: call.method.clone(),
            path: call.path.clone(),
            status: denial.status,
            code: denial.refusal.code,
            message: denial.refusal.message.clone(),
            why: denial.why.clone(),
        }
    }
}

/// One line.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            method,
            path,
            status,
            code,
            message,
            why,
            ..
        } = self;
        write!(f, "{method} {path}: {status}")?;
        if *code != 0 {
            write!(f, ", {code} {message}")?;
        }
        if why.is_empty() {
            return Ok(());
        }
        f.write_str(" (")?;
        // One line, whatever was sent.
        for c in why.chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_debug())?;
            } else {
                f.write_char(c)?;
            }
        }
        f.write_str(")")
    }
}
