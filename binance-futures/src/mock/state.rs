//! The state of a mock exchange: everything that requests and tests change.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use rust_decimal::Decimal;

use super::events::{Event, EventLog};
use super::fault::Fault;
use super::market::{Change, Market, MarketEvent};
use super::server::{RejectedRequest, Usage};
use super::trading::{Account, AccountEvent, Balances, Ids, ListenKeys, TradingContext};
use crate::types::Timestamp;

/// Number of rejected requests that the log keeps. Older entries are removed.
const LOG_SIZE: usize = 1_000;

/// The market, accounts, listen keys, rate-limit usage, pending faults and the log of rejected requests.
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
    /// Ids of the next objects.
    pub(super) ids: Ids,
    /// Faults of the next requests, the first for the next request.
    pub(super) faults: VecDeque<Fault>,
    /// Rejected requests, the oldest first.
    pub(super) rejected: VecDeque<RejectedRequest>,
}

impl State {
    /// The state before the first request. Each API key has an account with the balances.
    pub(super) fn new<'a>(
        mut market: Market,
        first_order_id: u64,
        api_keys: impl Iterator<Item = &'a String>,
        balances: &Balances,
    ) -> Self {
        let mut ids = Ids::new(first_order_id);
        let balances = balances.of(&market);
        let now = market.now();
        let mut trading = TradingContext {
            market: &mut market,
            ids: &mut ids,
            now,
        };
        let accounts = api_keys.map(|key| (key.clone(), Account::new(&balances, &mut trading)));
        Self {
            accounts: accounts.collect(),
            market,
            advanced: Duration::ZERO,
            events: EventLog::default(),
            usage: Usage::default(),
            listen_keys: ListenKeys::default(),
            ids,
            faults: VecDeque::new(),
            rejected: VecDeque::new(),
        }
    }

    /// Advances everything to a time: the market, the accounts that follow it, and what happens at a certain time.
    pub(super) fn advance(&mut self, now: Timestamp) {
        loop {
            let deadlines = self.accounts.values().filter_map(Account::next_deadline);
            let deadline = deadlines.min().filter(|deadline| *deadline <= now);
            let until = deadline.unwrap_or(now);
            while let Some(event) = self.market.next_event(until) {
                self.follow(event);
            }
            if deadline.is_none() {
                break;
            }
            self.for_each_account(until, |account, trading| account.expire(trading));
        }
        for (api_key, product, listen_key) in self.listen_keys.expire(now) {
            let change = AccountEvent::ListenKeyExpired {
                product,
                listen_key,
            };
            self.events.append(now, Event::Account { api_key, change });
        }
    }

    /// Lets the accounts follow an event of the market. Accounts share the quantity of a trade.
    fn follow(&mut self, event: MarketEvent) {
        let mut quantity = match &event.change {
            Change::Trade(trade) => trade.quantity,
            _ => Decimal::ZERO,
        };
        self.events.append(event.time, Event::Market(event.clone()));
        self.for_each_account(event.time, |account, trading| {
            account.follow(&event, &mut quantity, trading);
        });
    }

    fn for_each_account(
        &mut self,
        now: Timestamp,
        mut visit: impl FnMut(&mut Account, &mut TradingContext<'_>),
    ) {
        let mut trading = TradingContext {
            market: &mut self.market,
            ids: &mut self.ids,
            now,
        };
        for (api_key, account) in &mut self.accounts {
            visit(account, &mut trading);
            publish(&mut self.events, now, api_key, account);
        }
    }

    /// Publishes what a request changed in an account, and lets all accounts follow what it changed on the market.
    pub(super) fn settle(&mut self, now: Timestamp, api_key: &str) {
        if let Some(account) = self.accounts.get_mut(api_key) {
            publish(&mut self.events, now, api_key, account);
        }
        self.advance(now);
    }

    /// Adds an entry to the log, and removes the oldest one when the log is full.
    pub(super) fn log(&mut self, rejected: RejectedRequest) {
        if self.rejected.len() == LOG_SIZE {
            self.rejected.pop_front();
        }
        self.rejected.push_back(rejected);
    }
}

/// Moves the events of an account to the log.
fn publish(events: &mut EventLog, now: Timestamp, api_key: &str, account: &mut Account) {
    for change in account.take_events() {
        let api_key = api_key.to_owned();
        events.append(now, Event::Account { api_key, change });
    }
}
