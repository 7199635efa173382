//! Error responses of the exchange.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::ExceededLimit;
use crate::rate_limits::RateLimitUsage;
use crate::request::{Cost, KnownError, LimitKind};

/// An error response of the exchange.
///
/// The type does not depend on the transport. Only responses over HTTP have HTTP parts.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub struct ApiError {
    /// The request, such as `usdm::NewOrder`, or method and path of a raw request.
    pub request: Cow<'static, str>,
    /// The error code, such as -2011. `None` if the response has none.
    pub code: Option<i64>,
    /// What the error code means and what to do. If the response has no code, this describes its HTTP status. `None` if this version of
    /// the crate does not know the code or status.
    pub known: Option<&'static KnownError>,
    /// What to do: what the spec says about the error code for this request, otherwise what it says about the code. `None` if it says
    /// nothing.
    pub remedy: Option<&'static str>,
    /// What to change. `None` unless the client itself found the cause, such as a wrong base URL.
    pub hint: Option<String>,
    /// The error message of the exchange, or a description of the response if it has none.
    pub message: String,
    /// The reported usage of the rate limits.
    pub usage: RateLimitUsage,
    /// How long to wait before the next request, from the `Retry-After` header. `None` without that header.
    pub retry_after: Option<Duration>,
    /// The HTTP status and headers. `None` for another transport than HTTP.
    pub http: Option<HttpParts>,
    /// The response body, as received. It may contain secrets, which [`message`](Self::message) does not. Empty if only part of the body
    /// arrived.
    pub body: Bytes,
}

/// The HTTP parts of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpParts {
    /// The HTTP status.
    pub status: StatusCode,
    /// The HTTP headers.
    pub headers: HeaderMap,
}

impl HttpParts {
    #[cfg(any(feature = "rest", feature = "ws"))]
    pub(crate) fn new(status: StatusCode, headers: HeaderMap) -> Self {
        Self { status, headers }
    }
}

impl ApiError {
    /// Returns the error of a command to a websocket connection.
    #[cfg(feature = "ws")]
    pub(crate) fn of_command(method: &'static str, code: Option<i64>, message: String) -> Self {
        Self {
            request: Cow::Borrowed(method),
            code,
            known: None,
            remedy: None,
            hint: None,
            message,
            usage: RateLimitUsage::default(),
            retry_after: None,
            http: None,
            body: Bytes::new(),
        }
    }

    /// Returns the HTTP status. `None` for another transport than HTTP.
    pub fn status(&self) -> Option<StatusCode> {
        Some(self.http.as_ref()?.status)
    }

    /// Returns the HTTP headers. `None` for another transport than HTTP.
    pub fn headers(&self) -> Option<&HeaderMap> {
        Some(&self.http.as_ref()?.headers)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.request)?;
        if let Some(status) = self.status() {
            write!(f, " with HTTP {}", status.as_u16())?;
        }
        write!(f, ": {}", self.message)?;
        match (self.code, self.known) {
            (Some(code), Some(known)) => write!(f, " ({code} {})", known.name)?,
            (Some(code), None) => write!(f, " ({code})")?,
            (None, _) => {}
        }
        match self.hint.as_deref().or(self.remedy) {
            Some(remedy) => write!(f, ". {remedy}"),
            None => Ok(()),
        }
    }
}

/// Does not print headers and body, which may contain secrets.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("request", &self.request)
            .field("status", &self.status())
            .field("code", &self.code)
            .field("name", &self.known.map(|known| known.name))
            .field("message", &self.message)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// The exchange rejected a request because a rate limit is exceeded.
///
/// [`limit`](Self::limit) is the limit that was exceeded, and [`holds_back`](Self::holds_back) says which requests have to wait. If a client
/// keeps sending, the exchange bans its IP address; [`retry_after`](Self::retry_after) then lasts until the end of the ban. The client retries
/// automatically only if there is no ban and the wait fits into the timeout of the call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RateLimited {
    /// How long to wait: the value of the `Retry-After` header, otherwise the time until the end of the ban in the message, otherwise the
    /// time until the current window of the limit ends.
    pub retry_after: Duration,
    /// Whether the IP address is banned (HTTP 418), which happens to clients that ignore earlier rejections.
    pub is_banned: bool,
    /// The limit that was exceeded.
    pub limit: ExceededLimit,
    /// The error response.
    pub response: ApiError,
}

impl RateLimited {
    #[cfg(any(feature = "rest", feature = "ws"))]
    pub(crate) fn new(
        response: ApiError,
        limit: ExceededLimit,
        retry_after: Duration,
        is_banned: bool,
    ) -> Self {
        Self {
            retry_after,
            is_banned,
            limit,
            response,
        }
    }

    /// Returns whether a request with this cost has to wait as well: any request during a ban, otherwise a request that the exceeded limit
    /// counts. [`Request::cost`](crate::request::Request::cost) returns the cost of a request.
    pub fn holds_back(&self, cost: Cost) -> bool {
        self.is_banned || self.limit.counts(cost)
    }
}

impl fmt::Display for RateLimited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = match self.limit.kind {
            LimitKind::Orders if !self.is_banned => "new order",
            _ => "request",
        };
        let (response, wait) = (&self.response, self.retry_after);
        write!(f, "{response}; wait {wait:?} before the next {next}")
    }
}

/// There is no further cause.
impl std::error::Error for RateLimited {}
