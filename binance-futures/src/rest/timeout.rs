//! How long to wait for an answer.

use std::time::Duration;

use super::RecvWindow;

/// How long a call may take when nobody says.
pub(super) const DEFAULT: Duration = Duration::from_secs(10);

/// How long a connection may take to come about when nobody says.
pub(super) const CONNECT: Duration = Duration::from_secs(5);

/// Longer than anything runs.
pub(super) const FOREVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// Long enough that an order which the exchange may still execute is waited for: its receive window and five seconds, or the default.
pub(super) fn beyond(window: RecvWindow) -> Duration {
    const LONGER: Duration = Duration::from_secs(5);
    let window = Duration::from_millis(window.as_millis());
    DEFAULT.max(window.saturating_add(LONGER))
}

#[cfg(all(test, feature = "usdm", feature = "coinm"))]
mod tests {
    use super::*;
    use crate::request::Product;

    #[test]
    fn an_answer_is_waited_for_at_least_as_long_as_the_order_may_still_be_executed() {
        for usual in [
            crate::usdm::Usdm::RECV_WINDOW.default_millis,
            crate::coinm::CoinM::RECV_WINDOW.default_millis,
        ] {
            assert!(DEFAULT > Duration::from_millis(u64::from(usual)));
        }
        for millis in [0, 1, 4_999, 5_000, 5_001, 60_000, u64::MAX] {
            let timeout = beyond(RecvWindow::from(millis));
            assert!(timeout >= DEFAULT && timeout >= Duration::from_millis(millis));
        }
        assert_eq!(beyond(RecvWindow::from(30_000)), Duration::from_secs(35));
    }
}
