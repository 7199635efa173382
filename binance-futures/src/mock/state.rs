//! The state of a mock exchange: everything that requests and tests change.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::account::Account;
use super::events::{Event, EventLog};
use super::fault::Fault;
use super::listen_keys::ListenKeys;
use super::market::Market;
use super::rate_limits::Usage;
use super::rejected_request::RejectedRequest;
use crate::types::Timestamp;

/// Number of rejected requests that the log keeps. Older entries are removed.
const LOG_SIZE: usize = 1_000;

/// The market, orders, positions, listen keys, rate-limit usage, pending faults and the log of rejected requests.
#[derive(Debug)]
pub(super) struct State {
    /// Contracts, prices and order books.
    pub(super) market: Market,
    /// Time by which tests have advanced the exchange beyond its clock.
    pub(super) advanced: Duration,
    /// Everything that changed.
    pub(super) events: EventLog,
    /// Rate-limit usage of the IP address and of each account.
    pub(super) usage: Usage,
    /// Accounts by API key.
    pub(super) accounts: BTreeMap<String, Account>,
    /// Listen keys of every account.
    pub(super) listen_keys: ListenKeys,
    /// Exchange order id of the next order.
    pub(super) next_order_id: u64,
    /// Faults of the next requests, the first for the next request.
    pub(super) faults: VecDeque<Fault>,
    /// Rejected requests, the oldest first.
    pub(super) rejected: VecDeque<RejectedRequest>,
}

impl State {
    /// The state before the first request.
    pub(super) fn new(market: Market, first_order_id: u64) -> Self {
        Self {
            market,
            advanced: Duration::ZERO,
            events: EventLog::default(),
            usage: Usage::default(),
            accounts: BTreeMap::new(),
            listen_keys: ListenKeys::default(),
            next_order_id: first_order_id,
            faults: VecDeque::new(),
            rejected: VecDeque::new(),
        }
    }

    /// Advances the market to a time.
    pub(super) fn advance(&mut self, now: Timestamp) {
        while let Some(event) = self.market.next_event(now) {
            self.events.append(event.time, Event::Market(event));
        }
    }

    /// Adds an entry to the log, and removes the oldest one when the log is full.
    pub(super) fn log(&mut self, rejected: RejectedRequest) {
        if self.rejected.len() == LOG_SIZE {
            self.rejected.pop_front();
        }
        self.rejected.push_back(rejected);
    }
}
