//! The stages at which a call can fail.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::{
    ApiError, DecodeError, HttpParts, InvalidCredentials, InvalidParameter, InvalidRequest,
    RateLimited, Throttled, TransportError, UnknownCause, UnknownOutcome,
};
use crate::rate_limits::RateLimitUsage;
#[cfg(feature = "ws")]
use crate::topic::InvalidListenKey;

/// Why a call failed, by the stage at which it failed.
///
/// [`outcome`](Self::outcome) returns whether the exchange executed the request.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request or the configuration of the client is invalid. Nothing was sent.
    #[error(transparent)]
    InvalidRequest(#[from] InvalidRequest),

    /// The request would have exceeded a rate limit. Nothing was sent.
    #[error(transparent)]
    Throttled(#[from] Throttled),

    /// Signing failed. Nothing was sent.
    #[error(transparent)]
    Signing(#[from] SigningError),

    /// No complete response arrived, and nothing changed at the exchange: the request was never sent, or it is read-only.
    #[error(transparent)]
    Transport(#[from] TransportError),

    /// The exchange rejected the request.
    #[error(transparent)]
    Api(Box<ApiError>),

    /// The exchange rejected the request because a rate limit is exceeded.
    #[error(transparent)]
    RateLimited(Box<RateLimited>),

    /// The exchange was overloaded or failed before it executed the request, or the request is read-only and failed at the exchange.
    /// Nothing changed.
    #[error(transparent)]
    Server(Box<ApiError>),

    /// The request was sent and no clear response arrived: it may have been executed.
    #[error(transparent)]
    UnknownOutcome(Box<UnknownOutcome>),

    /// The exchange executed the request, but the response could not be decoded. The body is kept. For a read-only request, the response may
    /// also be that of an intermediary, such as an HTML page of a proxy.
    #[error(transparent)]
    Decode(Box<DecodeError>),
}

/// Whether the exchange executed a request that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing changed: the request was not sent, did not reach the exchange, or is read-only.
    NoEffect,
    /// The exchange rejected it, or failed without executing it, or it is read-only and failed at the exchange. Nothing changed.
    Rejected,
    /// It may have been executed. Look it up before sending it again.
    Unknown,
    /// The exchange executed it, but the response could not be decoded. For a read-only request, the response may also be that of an
    /// intermediary; see [`Error::Decode`].
    Executed,
}

/// A signer failed, and nothing was sent. The source is the error of the signer, or a description of what failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the signer failed, and nothing was sent")]
pub struct SigningError {
    source: Arc<dyn std::error::Error + Send + Sync>,
}

impl SigningError {
    pub(crate) fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: Arc::from(source.into()),
        }
    }
}

impl Error {
    /// Returns whether the exchange executed the request.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::InvalidRequest(_)
            | Self::Throttled(_)
            | Self::Signing(_)
            | Self::Transport(_) => Outcome::NoEffect,
            Self::Api(_) | Self::RateLimited(_) | Self::Server(_) => Outcome::Rejected,
            Self::UnknownOutcome(_) => Outcome::Unknown,
            Self::Decode(_) => Outcome::Executed,
        }
    }

    /// Returns how long to wait before the next request, after a rate limit or a failure of the exchange.
    ///
    /// After a rate limit, this is [`RateLimited::retry_after`] or [`Throttled::retry_after`]. After another error response, it is what the
    /// `Retry-After` header says. Returns `None` without that header.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(limited) => Some(limited.retry_after),
            Self::Throttled(throttled) => throttled.retry_after,
            Self::Api(response) | Self::Server(response) => response.retry_after,
            Self::UnknownOutcome(unknown) => match &unknown.cause {
                UnknownCause::Response(response) | UnknownCause::DuplicateId(response) => {
                    response.retry_after
                }
                UnknownCause::Transport(_) | UnknownCause::Unreadable(_) => None,
            },
            Self::InvalidRequest(_) | Self::Signing(_) | Self::Transport(_) | Self::Decode(_) => {
                None
            }
        }
    }

    /// Returns the error response of the exchange. Returns `None` if there was none.
    pub fn response(&self) -> Option<&ApiError> {
        match self {
            Self::Api(response) | Self::Server(response) => Some(response),
            Self::RateLimited(limited) => Some(&limited.response),
            Self::UnknownOutcome(unknown) => match &unknown.cause {
                UnknownCause::Response(response) | UnknownCause::DuplicateId(response) => {
                    Some(response)
                }
                UnknownCause::Transport(_) | UnknownCause::Unreadable(_) => None,
            },
            Self::InvalidRequest(_)
            | Self::Throttled(_)
            | Self::Signing(_)
            | Self::Transport(_)
            | Self::Decode(_) => None,
        }
    }

    /// Returns the error code of the exchange, such as -2011. Returns `None` if there was none.
    pub fn code(&self) -> Option<i64> {
        self.response()?.code
    }

    /// Returns the reported usage of the rate limits. Returns `None` if the error contains no response, for example because it was
    /// incomplete.
    pub fn usage(&self) -> Option<&RateLimitUsage> {
        match self.undecoded() {
            Some(error) => Some(&error.usage),
            None => Some(&self.response()?.usage),
        }
    }

    /// Returns the HTTP status. Returns `None` if the error contains no HTTP response, for example because it was incomplete.
    pub fn status(&self) -> Option<StatusCode> {
        Some(self.http()?.status)
    }

    /// Returns the HTTP headers. Returns `None` if the error contains no HTTP response, for example because it was incomplete.
    pub fn headers(&self) -> Option<&HeaderMap> {
        Some(&self.http()?.headers)
    }

    fn http(&self) -> Option<&HttpParts> {
        match self.undecoded() {
            Some(error) => error.http.as_ref(),
            None => self.response()?.http.as_ref(),
        }
    }

    /// Returns the successful response that could not be decoded. Returns `None` if there was none.
    fn undecoded(&self) -> Option<&DecodeError> {
        match self {
            Self::Decode(error) => Some(error),
            Self::UnknownOutcome(unknown) => match &unknown.cause {
                UnknownCause::Unreadable(error) => Some(error),
                UnknownCause::Transport(_)
                | UnknownCause::Response(_)
                | UnknownCause::DuplicateId(_) => None,
            },
            Self::InvalidRequest(_)
            | Self::Throttled(_)
            | Self::Signing(_)
            | Self::Transport(_)
            | Self::Api(_)
            | Self::RateLimited(_)
            | Self::Server(_) => None,
        }
    }
}

impl From<InvalidCredentials> for Error {
    fn from(invalid: InvalidCredentials) -> Self {
        Self::InvalidRequest(invalid.into())
    }
}

impl From<InvalidParameter> for Error {
    fn from(invalid: InvalidParameter) -> Self {
        Self::InvalidRequest(invalid.into())
    }
}

#[cfg(feature = "ws")]
impl From<InvalidListenKey> for Error {
    fn from(invalid: InvalidListenKey) -> Self {
        Self::InvalidRequest(invalid.into())
    }
}
