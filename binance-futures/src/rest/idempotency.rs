//! After which failures a call may be made again: where it cannot have been done, or does no more when done twice.

use crate::error::{Action, Error, TransportErrorKind};
use crate::request::Idempotency;

/// Whether sending it again cannot make it be done twice. Whether that is of use, a policy says.
pub(super) fn is_retryable(failed: &Error) -> bool {
    match failed {
        // It never arrived, or it only asked.
        Error::Transport(error) => matches!(
            error.kind(),
            TransportErrorKind::Connect
                | TransportErrorKind::Proxy
                | TransportErrorKind::Timeout
                | TransportErrorKind::Broken
        ),
        // The exchange says that it was not done, or it only asked.
        Error::Server(_) => true,
        // Who goes on when banned is banned for longer.
        Error::RateLimited(limited) => !limited.is_banned(),
        Error::UnknownOutcome(unknown) => unknown.idempotency == Idempotency::Idempotent,
        // The same again would be refused again, or was done.
        Error::InvalidRequest(_) | Error::Signing(_) | Error::Api(_) | Error::Decode(_) => false,
    }
}

/// Whether the exchange refused it for its timestamp: it was not done, and is taken when the clock is right.
pub(super) fn needs_clock_sync(failed: &Error) -> bool {
    let Error::Api(refused) = failed else {
        return false;
    };
    refused
        .known
        .is_some_and(|known| known.action == Action::ResyncClock)
}
