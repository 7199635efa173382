//! Log entries of rejected requests.

use std::fmt::{self, Write};

use super::messages::HttpRequest;
use super::rejection::Rejection;
use crate::types::Timestamp;

/// A request, or an item of a batch, that a mock exchange rejected.
///
/// Its `Display` form is one line: method, path, HTTP status, error and detail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RejectedRequest {
    /// Time of the rejection, by the clock of the exchange.
    pub time: Timestamp,
    /// HTTP method.
    pub method: String,
    /// Path, without the query.
    pub path: String,
    /// HTTP status of the response. For an item of a batch, the status that a request with only this item would get.
    pub status: u16,
    /// Error code; 0 when the response was not a JSON error, because the body of the request could not be read.
    pub code: i64,
    /// Error message in the response.
    pub message: String,
    /// Explanation that the response does not contain, such as the expected signature. Empty when there is nothing to add.
    pub detail: String,
}

impl RejectedRequest {
    pub(in crate::mock) fn new(
        time: Timestamp,
        request: &HttpRequest,
        rejection: &Rejection,
    ) -> Self {
        Self {
            time,
            method: request.method.clone(),
            path: request.path.clone(),
            status: rejection.status,
            code: rejection.code,
            message: rejection.message.clone(),
            detail: rejection.detail.clone(),
        }
    }
}

impl fmt::Display for RejectedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            method,
            path,
            status,
            code,
            message,
            detail,
            ..
        } = self;
        write!(f, "{method} {path}: {status}")?;
        if *code != 0 {
            write!(f, ", {code} {message}")?;
        }
        if detail.is_empty() {
            return Ok(());
        }
        f.write_str(" (")?;
        // The detail can quote the request: control characters are escaped so that the entry stays one line.
        for c in detail.chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_debug())?;
            } else {
                f.write_char(c)?;
            }
        }
        f.write_str(")")
    }
}
