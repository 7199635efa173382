//! Answers that are no success.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

use super::KnownError;
use crate::limits::Limits;

/// An answer of the exchange that is no success, with all that came with it.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub struct ApiError {
    /// The request: `usdm::NewOrder`, or verb and path of a raw one.
    pub request: Cow<'static, str>,
    /// The status of HTTP.
    pub status: StatusCode,
    /// The exchange's number of the error, such as -2011; none where its answer has no number.
    pub code: Option<i64>,
    /// What the number means, or the status of an answer without one, and what can be done about it; where the description of the
    /// API knows it.
    pub known: Option<&'static KnownError>,
    /// The error in the exchange's words, or what came instead of words.
    pub message: String,
    /// The headers of the answer.
    pub headers: HeaderMap,
    /// The body of the answer, as it came.
    pub body: Bytes,
}

impl ApiError {
    /// What the answer says of the limits.
    pub fn limits(&self) -> Limits {
        Limits::from_headers(&self.headers)
    }

    /// The wait that the answer's `Retry-After` asks for.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.headers.get(RETRY_AFTER)?.to_str().ok()?;
        Some(Duration::from_secs(seconds.trim().parse().ok()?))
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} failed with HTTP {}: {}",
            self.request,
            self.status.as_u16(),
            self.message
        )?;
        match (self.code, self.known) {
            (Some(code), Some(known)) => write!(f, " ({code} {})", known.name)?,
            (Some(code), None) => write!(f, " ({code})")?,
            (None, _) => {}
        }
        match self.known.and_then(|known| known.remedy) {
            Some(remedy) => write!(f, ". {remedy}"),
            None => Ok(()),
        }
    }
}

/// Prints neither headers nor body: nobody knows what a server puts there.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("request", &self.request)
            .field("status", &self.status)
            .field("code", &self.code)
            .field("name", &self.known.map(|known| known.name))
            .field("message", &self.message)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
