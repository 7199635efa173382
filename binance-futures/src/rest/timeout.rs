//! How long to wait for an answer.

use std::time::Duration;

use super::RecvWindow;

/// How long a call may take when nobody says.
pub(super) const DEFAULT: Duration = Duration::from_secs(10);

/// Long enough that an order which the exchange may still execute is waited for: its receive window and five seconds, or the default.
pub(super) fn beyond(window: RecvWindow) -> Duration {
    const LONGER: Duration = Duration::from_secs(5);
    let window = Duration::from_millis(window.as_millis());
    DEFAULT.max(window.saturating_add(LONGER))
}
