//! Responses that cannot be decoded.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use super::HttpParts;
use crate::decode::DecodeFailure;
use crate::rate_limits::RateLimitUsage;

/// A successful response that could not be decoded.
///
/// The response is in [`body`](Self::body). If it is JSON, report the error, because the spec must be corrected. Until then, a
/// [`Raw`](crate::rest::Raw) request returns the response as JSON.
#[derive(Clone, thiserror::Error)]
#[error("{request}: {description}: {failure}")]
#[non_exhaustive]
pub struct DecodeError {
    /// The request, such as `usdm::Depth`, or method and path of a raw request.
    pub request: Cow<'static, str>,
    /// Where decoding failed, and what was expected there.
    pub failure: DecodeFailure,
    /// The HTTP status and headers. `None` for another transport than HTTP.
    pub http: Option<HttpParts>,
    /// The reported usage of the rate limits.
    pub usage: RateLimitUsage,
    /// The response body, as received.
    pub body: Bytes,
    /// What kind of text the body is.
    description: String,
}

impl DecodeError {
    #[cfg(feature = "rest")]
    pub(crate) fn new(
        request: Cow<'static, str>,
        failure: DecodeFailure,
        usage: RateLimitUsage,
        http: Option<HttpParts>,
        body: Bytes,
        description: String,
    ) -> Self {
        Self {
            request,
            failure,
            usage,
            http,
            body,
            description,
        }
    }
}

/// Does not print headers and body: a response may contain a listen key.
impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("request", &self.request)
            .field("failure", &self.failure)
            .field("status", &self.http.as_ref().map(|http| http.status))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
