//! Too much was asked.

use std::time::Duration;

use http::StatusCode;

use super::ApiError;

/// The exchange refused because too much was asked of it. Whoever goes on is banned.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{answer}; nothing may be sent for {retry_after:?}")]
#[non_exhaustive]
pub struct RateLimited {
    /// How long nothing may be sent: as the exchange says it, or to the end of the minute where it does not.
    pub retry_after: Duration,
    /// The answer.
    pub answer: ApiError,
}

impl RateLimited {
    pub(crate) fn new(answer: ApiError, retry_after: Duration) -> Self {
        Self {
            retry_after,
            answer,
        }
    }

    /// Whether the address is banned, which follows on going on after a refusal.
    pub fn is_banned(&self) -> bool {
        self.answer.status == StatusCode::IM_A_TEAPOT
    }
}
