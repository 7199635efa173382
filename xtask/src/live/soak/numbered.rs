//! Topics whose events have sequence numbers, and the messages of the server.
//!
//! The events of a topic have indexes 1, 2, 3 and so on, from which their sequence numbers follow. So an event, or a gap, can be found by its
//! numbers without a table.

use std::ops::RangeInclusive;

use binance_futures::{
    topic::Subscribable,
    usdm::{
        Usdm,
        streams::{AggTrades, BookTickers, DiffDepth},
    },
};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::random::mix;

/// The event time of all events.
const TIME: u64 = 1_790_400_000_417;

/// How the sequence numbers of a topic are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Each number belongs to an event.
    Contiguous,
    /// An event covers some numbers, and contains the last number of the event before.
    Chained,
}

/// The numbers that are left to each event of a chained topic.
const STEP: u64 = 4;

impl Numbers {
    /// Returns the last sequence number of an event.
    pub(super) fn last(self, index: u64) -> u64 {
        match self {
            Self::Contiguous => index,
            Self::Chained => index * STEP + mix(index) % STEP,
        }
    }

    /// Returns the index of the event with this last number.
    pub(super) fn index(self, last: u64) -> Option<u64> {
        let index = match self {
            Self::Contiguous => last,
            Self::Chained => last / STEP,
        };
        (self.last(index) == last).then_some(index)
    }

    /// Returns the numbers that are missing without the events of these indexes.
    pub(super) fn missing(self, indexes: &RangeInclusive<u64>) -> RangeInclusive<u64> {
        self.last(indexes.start().saturating_sub(1)) + 1..=self.last(*indexes.end())
    }

    /// Returns the indexes of the events that are missing with these numbers. Returns `None` if the numbers do not begin and end with events.
    pub(super) fn indexes(self, numbers: &RangeInclusive<u64>) -> Option<RangeInclusive<u64>> {
        let before = self.index(numbers.start().checked_sub(1)?)?;
        let last = self.index(*numbers.end())?;
        (last > before).then_some(before + 1..=last)
    }
}

/// A topic whose events have sequence numbers.
pub(super) trait Numbered: Subscribable<Product = Usdm> {
    const NUMBERS: Numbers;

    /// What the figures of these topics are called.
    const NAME: &'static str;

    fn topic(symbol: &str) -> Self;

    /// Returns the symbol and the last sequence number of an event.
    fn position(event: &Self::Event) -> (&str, u64);

    /// Returns the message with an event. `levels` is the number of changes on each side of an order book.
    fn message(name: &str, symbol: &str, index: u64, levels: usize) -> Utf8Bytes;

    /// Returns the topic of a symbol with its name.
    fn named(symbol: &str) -> (String, Self) {
        let topic = Self::topic(symbol);
        (name(&topic), topic)
    }
}

impl Numbered for AggTrades {
    const NUMBERS: Numbers = Numbers::Contiguous;
    const NAME: &'static str = "trades";

    fn topic(symbol: &str) -> Self {
        Self::new(symbol)
    }

    fn position(event: &Self::Event) -> (&str, u64) {
        (event.symbol.as_str(), event.id.unwrap_or_default())
    }

    fn message(name: &str, symbol: &str, index: u64, _: usize) -> Utf8Bytes {
        format!(
            r#"{{"stream":"{name}","data":{{"e":"aggTrade","E":{TIME},"s":"{symbol}","a":{index},"p":"61250.10","q":"0.208","nq":"0.208","f":{index},"l":{index},"T":{TIME},"m":true}}}}"#
        )
        .into()
    }
}

impl Numbered for DiffDepth {
    const NUMBERS: Numbers = Numbers::Chained;
    const NAME: &'static str = "order books";

    fn topic(symbol: &str) -> Self {
        Self::new(symbol)
    }

    fn position(event: &Self::Event) -> (&str, u64) {
        (event.symbol.as_str(), event.last_update_id)
    }

    fn message(name: &str, symbol: &str, index: u64, levels: usize) -> Utf8Bytes {
        let previous = Self::NUMBERS.last(index.saturating_sub(1));
        let (first, last) = (previous + 1, Self::NUMBERS.last(index));
        let side = |price: usize| {
            let levels = (0..levels).map(|level| format!(r#"["{}.10","3.208"]"#, price + level));
            levels.collect::<Vec<_>>().join(",")
        };
        let (bids, asks) = (side(61_000), side(61_500));
        format!(
            r#"{{"stream":"{name}","data":{{"e":"depthUpdate","E":{TIME},"T":{TIME},"s":"{symbol}","U":{first},"u":{last},"pu":{previous},"b":[{bids}],"a":[{asks}]}}}}"#
        )
        .into()
    }
}

/// Returns the topic of the best bid and ask of a symbol, with its name.
pub(super) fn quotes(symbol: &str) -> (String, BookTickers) {
    let topic = BookTickers::new(symbol);
    (name(&topic), topic)
}

/// Returns the name of a topic. The symbols of this command are valid.
fn name(topic: &impl Subscribable) -> String {
    let name = topic.wire_name();
    name.map(|name| name.to_string()).unwrap_or_default()
}

/// Returns a message with the best bid and ask of a symbol.
pub(super) fn book_ticker(name: &str, symbol: &str, update_id: u64) -> Utf8Bytes {
    format!(
        r#"{{"stream":"{name}","data":{{"e":"bookTicker","u":{update_id},"E":{TIME},"T":{TIME},"s":"{symbol}","b":"61250.10","B":"3.208","a":"61250.20","A":"11.402"}}}}"#
    )
    .into()
}

/// Returns the symbol with a number.
pub(super) fn symbol(number: usize) -> String {
    format!("S{number}USDT")
}

/// Returns the number of a symbol.
pub(super) fn number(symbol: &str) -> Option<usize> {
    let digits = symbol.strip_prefix('S')?.strip_suffix("USDT")?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_follow_from_numbers() {
        for numbers in [Numbers::Contiguous, Numbers::Chained] {
            for index in 1..1_000 {
                let last = numbers.last(index);
                assert!(last > numbers.last(index - 1));
                assert_eq!(numbers.index(last), Some(index));
            }
            let missing = numbers.missing(&(5..=7));
            assert_eq!(numbers.indexes(&missing), Some(5..=7));
            assert_eq!(numbers.indexes(&RangeInclusive::new(5, 3)), None);
        }
        let between = (1..100).find(|number| Numbers::Chained.index(*number).is_none());
        assert!(between.is_some());
        assert_eq!(number(&symbol(17)), Some(17));
    }
}
