//! The refusal of one item among several.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The exchange's refusal of one item of a request that has several.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rejection {
    /// The error's number, such as -2011.
    pub code: i64,
    /// The error in the exchange's words.
    #[serde(rename = "msg")]
    pub message: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for Rejection {}
