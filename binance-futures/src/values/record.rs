//! Records that many responses share.

use std::error::Error;
use std::fmt;

/// A response without fields, `{}`. Its arrival is the confirmation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Empty {}

/// The rejection of one item of a batch request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Rejection {
    /// The error code, such as -2011.
    pub code: i64,
    /// The error message of the exchange.
    pub message: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl Error for Rejection {}
