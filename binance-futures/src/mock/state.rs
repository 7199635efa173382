//! The state of a mock exchange: everything that requests and tests change.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use rust_decimal::Decimal;

use super::fault::Fault;
use super::market::{Change, Market, MarketEvent};
use super::server::rate_limits::Usage;
use super::server::rejected_request::RejectedRequest;
use super::streams::Streams;
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
    /// Stream connections.
    pub(super) streams: Streams,
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
        streams: Streams,
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
            streams,
            usage: Usage::default(),
            listen_keys: ListenKeys::default(),
            ids,
            faults: VecDeque::new(),
            rejected: VecDeque::new(),
        }
    }

    /// Advances everything to a time: the market, the accounts and connections that follow it, and what happens at a certain time.
    pub(super) fn advance(&mut self, now: Timestamp) {
        self.streams.thin_out(now);
        loop {
            let deadline = self.next_deadline().filter(|deadline| *deadline <= now);
            let until = deadline.unwrap_or(now);
            while let Some(event) = self.market.next_event(until) {
                self.follow(event);
                if self.streams.due().is_some_and(|due| due < until) {
                    break;
                }
            }
            if self.streams.due().is_some_and(|due| due < until) {
                self.reach(self.market.now());
                continue;
            }
            self.reach(until);
            if deadline.is_none() {
                break;
            }
        }
    }

    /// Returns the time at which something happens that does not depend on the market.
    fn next_deadline(&self) -> Option<Timestamp> {
        let accounts = self.accounts.values().filter_map(Account::next_deadline);
        let listen_keys = self.listen_keys.next_expiry();
        accounts.chain(listen_keys).chain(self.streams.due()).min()
    }

    /// Does what is due at a time that the market has reached.
    fn reach(&mut self, now: Timestamp) {
        let mut accounts = self.accounts.values().filter_map(Account::next_deadline);
        if accounts.any(|deadline| deadline <= now) {
            self.for_each_account(now, |account, trading| account.expire(trading));
        }
        for (api_key, product, listen_key) in self.listen_keys.expire(now) {
            let change = AccountEvent::ListenKeyExpired {
                product,
                listen_key,
            };
            self.publish_user_event(now, &api_key, change);
        }
        self.streams.publish(&mut self.market);
    }

    /// Lets the accounts follow an event of the market. Accounts share the quantity of a trade.
    fn follow(&mut self, event: MarketEvent) {
        let mut quantity = match &event.change {
            Change::Trade(trade) => trade.quantity,
            _ => Decimal::ZERO,
        };
        self.streams.follow(&event);
        self.for_each_account(event.time, |account, trading| {
            account.follow(&event, &mut quantity, trading);
        });
    }

    fn for_each_account(
        &mut self,
        now: Timestamp,
        mut visit: impl FnMut(&mut Account, &mut TradingContext<'_>),
    ) {
        let mut changes = Vec::new();
        let mut trading = TradingContext {
            market: &mut self.market,
            ids: &mut self.ids,
            now,
        };
        for (api_key, account) in &mut self.accounts {
            visit(account, &mut trading);
            let events = account.take_events().into_iter();
            changes.extend(events.map(|change| (api_key.clone(), change)));
        }
        for (api_key, change) in changes {
            self.publish_user_event(now, &api_key, change);
        }
    }

    /// Publishes a change of an account in its user data streams.
    pub(super) fn publish_user_event(
        &mut self,
        now: Timestamp,
        api_key: &str,
        change: AccountEvent,
    ) {
        let listen_keys = match &change {
            // The key itself does not exist any more.
            AccountEvent::ListenKeyExpired {
                product,
                listen_key,
            }
            | AccountEvent::ListenKeyClosed {
                product,
                listen_key,
            } => vec![(*product, listen_key.clone())],
            _ => self.listen_keys.of(api_key),
        };
        let account = self.accounts.get(api_key);
        self.streams
            .publish_user_event(&change, &listen_keys, account, &self.market, now);
    }

    /// Publishes what a request changed in an account, and lets all accounts follow what it changed on the market.
    pub(super) fn settle(&mut self, now: Timestamp, api_key: &str) {
        let changes = self.accounts.get_mut(api_key).map(Account::take_events);
        for change in changes.unwrap_or_default() {
            self.publish_user_event(now, api_key, change);
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
