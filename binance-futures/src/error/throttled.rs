//! The error of a call that was not sent because of a rate limit.

use std::fmt;
use std::time::Duration;

/// A call was not sent, because it would have exceeded a rate limit, or because the exchange rejected calls for a time. Nothing changed at the
/// exchange.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}, so the request was not sent{}", After(*.retry_after))]
#[non_exhaustive]
pub struct Throttled {
    /// Why the call was not sent.
    pub reason: ThrottledReason,
    /// When the call can be sent, from the time of the error on. `None` if that is not known, or never.
    pub retry_after: Option<Duration>,
}

/// Why a call was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ThrottledReason {
    /// The call would exceed a limit, and either does not wait or would have to wait for longer than it may.
    #[error("the limit `{limit}` is used up")]
    Limit {
        /// The name of the limit in the spec, such as `request_weight`.
        limit: &'static str,
    },
    /// One call counts more than the limit allows in an interval: it can never be sent.
    #[error("the request counts {count} against the limit `{limit}` of {allowed}")]
    LargerThanLimit {
        /// The name of the limit.
        limit: &'static str,
        /// What the call counts.
        count: u64,
        /// The limit.
        allowed: u64,
    },
    /// The exchange rejected an earlier call because a rate limit was exceeded (HTTP 429).
    #[error("the exchange rejects requests from this IP address (HTTP 429)")]
    Rejected,
    /// The exchange has banned the IP address (HTTP 418).
    #[error("the exchange has banned this IP address (HTTP 418)")]
    Banned,
}

impl Throttled {
    pub(crate) fn new(reason: ThrottledReason, retry_after: Option<Duration>) -> Self {
        Self {
            reason,
            retry_after,
        }
    }
}

struct After(Option<Duration>);

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(wait) => write!(f, "; retry after {wait:?}"),
            None => Ok(()),
        }
    }
}
