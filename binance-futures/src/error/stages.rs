//! The stages at which a call can fail.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::{
    ApiError, DecodeError, InvalidCredentials, InvalidParameter, InvalidRequest, RateLimited,
    SigningError, TransportError, UnknownCause, UnknownOutcome,
};
use crate::limits::Limits;

/// Why a call gave no answer, by the stage at which it failed.
///
/// [`outcome`](Self::outcome) tells whether the exchange did what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request cannot be sent as it is. Nothing was sent.
    #[error(transparent)]
    InvalidRequest(#[from] InvalidRequest),

    /// Who signs for the client could not. Nothing was sent.
    #[error(transparent)]
    Signing(#[from] SigningError),

    /// No answer came, and nothing can have happened: the request never left, or it only asked for something.
    #[error(transparent)]
    Transport(#[from] TransportError),

    /// The exchange refused.
    #[error(transparent)]
    Api(Box<ApiError>),

    /// The exchange refused because too much was asked of it.
    #[error(transparent)]
    RateLimited(Box<RateLimited>),

    /// The exchange failed and says that nothing was done, or the request only asked for something.
    #[error(transparent)]
    Server(Box<ApiError>),

    /// The request left and no clear answer came back: it may have been executed.
    #[error(transparent)]
    UnknownOutcome(Box<UnknownOutcome>),

    /// The exchange did what it was asked, and its answer cannot be read. The body is kept.
    #[error(transparent)]
    Decode(Box<DecodeError>),
}

/// What became of a request that gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It never reached the exchange, or it only asked for something: nothing has changed.
    NoEffect,
    /// The exchange did not do it.
    Rejected,
    /// It may have been executed; ask before sending it again.
    Unknown,
    /// The exchange did it.
    Executed,
}

impl Error {
    /// What became of the request.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::InvalidRequest(_) | Self::Signing(_) | Self::Transport(_) => Outcome::NoEffect,
            Self::Api(_) | Self::RateLimited(_) | Self::Server(_) => Outcome::Rejected,
            Self::UnknownOutcome(_) => Outcome::Unknown,
            Self::Decode(_) => Outcome::Executed,
        }
    }

    /// How long to wait before anything is sent again, where the exchange makes it known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(limited) => Some(limited.retry_after),
            Self::Server(answer) => answer.retry_after(),
            Self::UnknownOutcome(unknown) => match &unknown.cause {
                UnknownCause::Response(answer) => answer.retry_after(),
                UnknownCause::Transport(_) | UnknownCause::Unreadable(_) => None,
            },
            Self::InvalidRequest(_)
            | Self::Signing(_)
            | Self::Transport(_)
            | Self::Api(_)
            | Self::Decode(_) => None,
        }
    }

    /// The exchange's answer, where it gave one that can be read.
    pub fn answer(&self) -> Option<&ApiError> {
        match self {
            Self::Api(answer) | Self::Server(answer) => Some(answer),
            Self::RateLimited(limited) => Some(&limited.answer),
            Self::UnknownOutcome(unknown) => match &unknown.cause {
                UnknownCause::Response(answer) => Some(answer),
                UnknownCause::Transport(_) | UnknownCause::Unreadable(_) => None,
            },
            Self::InvalidRequest(_) | Self::Signing(_) | Self::Transport(_) | Self::Decode(_) => {
                None
            }
        }
    }

    /// The status of HTTP, where an answer came.
    pub fn status(&self) -> Option<StatusCode> {
        self.head().map(|(status, _)| status)
    }

    /// The headers, where an answer came.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head().map(|(_, headers)| headers)
    }

    /// What the exchange says of its limits, where an answer came.
    pub fn limits(&self) -> Option<Limits> {
        self.headers().map(Limits::from_headers)
    }

    fn head(&self) -> Option<(StatusCode, &HeaderMap)> {
        let unreadable = match self {
            Self::Decode(unreadable) => Some(unreadable.as_ref()),
            Self::UnknownOutcome(unknown) => match &unknown.cause {
                UnknownCause::Unreadable(unreadable) => Some(unreadable),
                UnknownCause::Transport(_) | UnknownCause::Response(_) => None,
            },
            _ => None,
        };
        let unreadable = unreadable.map(|answer| (answer.status, &answer.headers));
        unreadable.or_else(|| self.answer().map(|answer| (answer.status, &answer.headers)))
    }

    /// The exchange's number of the error, such as -2011, where it gave one.
    pub fn code(&self) -> Option<i64> {
        self.answer()?.code
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
