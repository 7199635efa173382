//! Answers that cannot be read.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::Body;
use crate::decode::DecodeFailure;

/// An answer of success that does not hold what it should.
#[derive(thiserror::Error)]
#[error("{request}: {}: {failure}", Body::of(headers, body))]
#[non_exhaustive]
pub struct DecodeError {
    /// The request: `usdm::Depth`, or verb and path of a raw one.
    pub request: Cow<'static, str>,
    /// Where in the answer, and what was expected there.
    pub failure: DecodeFailure,
    /// The status of HTTP.
    pub status: StatusCode,
    /// The headers of the answer.
    pub headers: HeaderMap,
    /// The body of the answer, as it came.
    pub body: Bytes,
}

/// Prints neither headers nor body: an answer may hold a listen key.
impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("request", &self.request)
            .field("failure", &self.failure)
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
