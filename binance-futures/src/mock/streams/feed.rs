//! What a topic pushes, and when.

use std::fmt;

use crate::decode;
use crate::mock::market::{Contract, Market, MarketEvent};
use crate::topic::Topic;
use crate::types::{Pair, Symbol, SymbolType, Timestamp};

/// The source of a topic's events.
pub(super) trait Feed: fmt::Debug + Send {
    /// Follows an event of the market. Every event is followed before what was due before it is published.
    fn follow(&mut self, event: &MarketEvent);

    /// Returns the time at which the next event is due, in milliseconds. `None` if it depends on the market.
    fn due(&self) -> Option<i64>;

    /// Returns the events that are due, as JSON. The market is at the time at which the first one is due.
    fn publish(&mut self, market: &mut Market, moment: Moment) -> Vec<String>;

    /// Leaves out periodic events, so that at most `limit` of them are due until a time.
    fn thin_out(&mut self, _until: i64, _limit: i64) {}
}

/// The time of an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// The exchange's time, in milliseconds.
    pub(super) now: i64,
    /// The event time that the event states.
    pub(super) event_time: Timestamp,
}

/// Returns the first border after a time. Borders are the multiples of an interval, moved by an offset.
pub(super) fn next_border(time: i64, interval: i64, offset: i64) -> i64 {
    let interval = interval.max(1);
    (time.saturating_sub(offset).div_euclid(interval) + 1)
        .saturating_mul(interval)
        .saturating_add(offset)
}

/// A time that comes again at each multiple of an interval.
#[derive(Debug, Clone, Copy)]
pub(super) struct Period {
    interval: i64,
    due: i64,
}

impl Period {
    /// A period that begins after a time. The default interval is one second.
    pub(super) fn new(interval: Option<i64>, now: i64) -> Self {
        let interval = interval.unwrap_or(1000).max(1);
        let due = next_border(now, interval, 0);
        Self { interval, due }
    }

    pub(super) fn due(self) -> i64 {
        self.due
    }

    /// Continues with the first time after `now`.
    pub(super) fn advance(&mut self, now: i64) {
        self.due = next_border(now.max(self.due), self.interval, 0);
    }

    /// Leaves out times, so that at most `limit` of them are not after `until`.
    pub(super) fn thin_out(&mut self, until: i64, limit: i64) {
        let first = until.saturating_sub(limit.saturating_mul(self.interval));
        if self.due < first {
            self.due = next_border(first, self.interval, 0);
        }
    }
}

/// Writes the event of a topic. All events have a JSON form.
pub(super) fn encode<T: Topic>(event: &T::Event) -> Option<String> {
    decode::to_string::<T::Event, T::Wire>(event).ok()
}

pub(super) fn symbol(contract: &Contract) -> Symbol {
    Symbol::from(contract.symbol.as_str())
}

pub(super) fn pair(contract: &Contract) -> Pair {
    Pair::from(contract.pair.as_str())
}

/// Returns the product of a contract as the streams state it.
pub(super) fn symbol_type(contract: &Contract) -> SymbolType {
    if contract.product == "coinm" {
        SymbolType::CoinM
    } else {
        SymbolType::UsdM
    }
}
