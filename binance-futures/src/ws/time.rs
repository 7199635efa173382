//! Times that cannot overflow.

use std::time::Duration;

use tokio::time::Instant;

/// Returns a time later by a duration, or a time in the far future if the duration is too long.
pub(crate) fn later(time: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 86_400);
    time + duration.min(FAR)
}
