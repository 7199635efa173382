//! The event bus: everything that changes, in order, for the servers that publish it.

use std::collections::VecDeque;

use super::market::MarketEvent;
use super::trading::AccountEvent;
use crate::types::Timestamp;

/// Number of events that the log keeps. Older events are removed.
const LOG_SIZE: usize = 10_000;

/// Something that happened on the exchange.
#[derive(Debug, Clone)]
#[allow(dead_code, reason = "the future servers of streams read it")]
pub(super) enum Event {
    /// On the public market.
    Market(MarketEvent),
    /// In an account.
    Account {
        /// API key of the account.
        api_key: String,
        /// What happened.
        change: AccountEvent,
    },
}

/// An event with its place in the log.
#[derive(Debug, Clone)]
#[allow(dead_code, reason = "the future servers of streams read it")]
pub(super) struct LoggedEvent {
    /// Number of the event. Numbers are consecutive.
    pub(super) sequence: u64,
    /// Time at which it happened.
    pub(super) time: Timestamp,
    /// The event.
    pub(super) event: Event,
}

/// The last events. A reader remembers the sequence number up to which it has read, and reads on from there.
#[derive(Debug, Default)]
pub(super) struct EventLog {
    events: VecDeque<LoggedEvent>,
    next: u64,
}

#[allow(dead_code, reason = "the future servers of streams read the log")]
impl EventLog {
    /// Appends an event, and removes the oldest one when the log is full.
    pub(super) fn append(&mut self, time: Timestamp, event: Event) {
        if self.events.len() == LOG_SIZE {
            self.events.pop_front();
        }
        self.events.push_back(LoggedEvent {
            sequence: self.next,
            time,
            event,
        });
        self.next = self.next.saturating_add(1);
    }

    /// Returns the sequence number of the next event: the cursor of a reader that has read everything.
    pub(super) fn cursor(&self) -> u64 {
        self.next
    }

    /// Returns the events from a sequence number on. The first one has a later number when events before it were removed.
    pub(super) fn since(&self, cursor: u64) -> impl Iterator<Item = &LoggedEvent> {
        let first = self
            .events
            .front()
            .map_or(self.next, |event| event.sequence);
        let read = usize::try_from(cursor.saturating_sub(first)).unwrap_or(usize::MAX);
        self.events.iter().skip(read)
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, EventLog, LOG_SIZE};
    use crate::mock::market::{Change, Market, MarketEvent};
    use crate::types::Timestamp;

    #[cfg(any(feature = "usdm", feature = "coinm"))]
    #[test]
    fn readers_follow_with_a_cursor_and_notice_removed_events() {
        let market = Market::new(&[], 0, Timestamp::from_millis(0), false);
        let contract = market.contracts().first().unwrap();
        let mut log = EventLog::default();
        let append = |log: &mut EventLog, number: i64| {
            let time = Timestamp::from_millis(number);
            let event = MarketEvent {
                time,
                contract: contract.clone(),
                change: Change::Book { update_id: 1 },
            };
            log.append(time, Event::Market(event));
        };
        assert_eq!(log.since(0).count(), 0);
        append(&mut log, 0);
        append(&mut log, 1);
        let sequences: Vec<u64> = log.since(0).map(|event| event.sequence).collect();
        assert_eq!(sequences, [0, 1]);
        let cursor = log.cursor();
        assert_eq!(log.since(cursor).count(), 0);
        for number in 2..=i64::try_from(LOG_SIZE).unwrap() + 1 {
            append(&mut log, number);
        }
        let first = log.since(cursor - 1).next().unwrap();
        assert_eq!((first.sequence, first.time.as_millis()), (2, 2));
        assert_eq!(log.since(cursor).count(), LOG_SIZE);
        assert_eq!(log.since(u64::MAX).count(), 0);
    }
}
