//! Topics whose events have a latest state.

use super::Subscribable;

/// A topic whose next event replaces the one before, such as
/// [`usdm::streams::BookTickers`](crate::usdm::streams::BookTickers): a reader that needs only the latest state can skip older events.
///
/// Implemented for the topics whose continuity is [`State`](super::Continuity::State). After a skipped event of another topic, such as a trade or a
/// change of an order book, the state is not complete.
///
/// ```
/// use binance_futures::topic::StateTopic;
/// use binance_futures::usdm::streams::{BookTickers, MarkPrice};
///
/// fn latest(topic: impl StateTopic) {
///     println!("the latest event of {topic:?} is enough");
/// }
///
/// latest(BookTickers::new("BTCUSDT"));
/// latest(MarkPrice::new("BTCUSDT"));
/// ```
///
/// ```compile_fail
/// # use binance_futures::topic::StateTopic;
/// # fn latest(topic: impl StateTopic) {}
/// // Each trade counts.
/// latest(binance_futures::usdm::streams::AggTrades::new("BTCUSDT"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no latest event",
    label = "each event of this topic counts",
    note = "only topics whose next event replaces the one before have a latest event, such as `BookTickers`, `MarkPrice` and `Klines`",
    note = "the docs of a topic say under \"Continuity\" whether it is one of them: `State`"
)]
pub trait StateTopic: Subscribable {}
