//! The market: contracts, prices, order books, trades, candlesticks and funding.

mod book;
mod calendar;
mod candle;
mod contract;
mod error;
mod event;
mod listing;
mod trade;
mod units;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use rust_decimal::Decimal;

pub(super) use book::{Book, Level};
pub(super) use candle::Candle;
pub(super) use contract::{Contract, Filters};
pub use error::MarketError;
pub(super) use event::{Change, MarketEvent};
pub(super) use listing::{Seed, is_exchange_info};
pub(super) use trade::{Origin, Trade};

use crate::types::{Side, Timestamp};

/// Time before the start of the exchange at which the history begins.
const HISTORY: Duration = Duration::from_secs(90 * 86_400);

/// The market of all contracts.
#[derive(Debug)]
pub(super) struct Market {
    contracts: Vec<Arc<Contract>>,
    prices: Vec<Decimal>,
    now: Timestamp,
    events: VecDeque<MarketEvent>,
    next_id: u64,
}

impl Market {
    /// Lists the contracts, and starts their prices. A given seed replaces a default one.
    ///
    /// With `moving`, prices move around those of the seeds, as the number `seed` determines; otherwise they stay where they are.
    pub(super) fn new(seeds: &[Seed], seed: u64, start: Timestamp, moving: bool) -> Self {
        let _ = (seed, moving);
        let listed = listing::contracts(seeds, start - HISTORY);
        let (contracts, prices) = listed.into_iter().unzip();
        Self {
            contracts,
            prices,
            now: start,
            events: VecDeque::new(),
            next_id: 1,
        }
    }

    /// Returns the time up to which the market has advanced.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns all contracts.
    pub(super) fn contracts(&self) -> &[Arc<Contract>] {
        &self.contracts
    }

    /// Returns the contract of a symbol.
    pub(super) fn contract(&self, product: &str, symbol: &str) -> Option<&Arc<Contract>> {
        let mut contracts = self.contracts.iter();
        contracts.find(|contract| contract.product == product && contract.symbol == symbol)
    }

    /// Whether a product has a contract with this symbol or pair.
    pub(super) fn has_symbol_or_pair(&self, product: &str, name: &str) -> bool {
        let mut contracts = self.contracts.iter();
        contracts.any(|contract| {
            contract.product == product && (contract.symbol == name || contract.pair == name)
        })
    }

    /// Advances to the next event, at `until` at the latest, and returns the event. When it returns `None`, the market is at `until`.
    ///
    /// The market never goes back: an earlier time changes nothing.
    pub(super) fn next_event(&mut self, until: Timestamp) -> Option<MarketEvent> {
        let event = self.events.pop_front();
        if event.is_none() {
            self.now = self.now.max(until);
        }
        event
    }

    /// Advances to a time, and returns the events up to it.
    pub(super) fn advance_to(&mut self, until: Timestamp) -> Vec<MarketEvent> {
        let mut events = Vec::new();
        while let Some(event) = self.next_event(until) {
            events.push(event);
        }
        events
    }

    /// Returns the order book of a contract. It contains no orders of accounts.
    pub(super) fn book(&self, contract: &Contract) -> Book {
        let price = self.price(contract);
        let level = |ticks| Level {
            price: contract.tick.value(contract.tick.count(price) + ticks),
            quantity: contract.step.value(10),
        };
        Book {
            update_id: self.next_id,
            time: self.now,
            bids: (0..20).map(|ticks| level(-ticks)).collect(),
            asks: (1..=20).map(level).collect(),
        }
    }

    /// Returns the fills that an order would get now: at its limit price or better, up to its quantity. Changes nothing.
    pub(super) fn fills(
        &self,
        contract: &Contract,
        side: &Side,
        quantity: Decimal,
        limit: Option<Decimal>,
    ) -> Vec<Level> {
        self.book(contract).fills(side, quantity, limit)
    }

    /// Fills an order of an account from the order book, as [`fills`](Self::fills) shows it, and records a trade for each fill.
    ///
    /// The quantity is missing from the order book until the next step of the contract.
    pub(super) fn take(
        &mut self,
        contract: &Contract,
        side: &Side,
        quantity: Decimal,
        limit: Option<Decimal>,
    ) -> Vec<Trade> {
        let fills = self.fills(contract, side, quantity, limit);
        fills
            .iter()
            .map(|fill| self.record(contract, side, fill.price, fill.quantity))
            .collect()
    }

    /// Records the trade of an order of an account that rested until its price was reached. `taker` is the side of the other party.
    pub(super) fn record(
        &mut self,
        contract: &Contract,
        taker: &Side,
        price: Decimal,
        quantity: Decimal,
    ) -> Trade {
        let id = self.next_id;
        self.next_id = id.saturating_add(1);
        Trade {
            id,
            price,
            quantity,
            value: price.saturating_mul(quantity),
            time: self.now,
            taker: taker.clone(),
            origin: Origin::Order,
        }
    }

    /// Returns the price of the last trade.
    pub(super) fn last_price(&self, contract: &Contract) -> Decimal {
        self.price(contract)
    }

    /// Returns the mark price.
    pub(super) fn mark_price(&self, contract: &Contract) -> Decimal {
        self.price(contract)
    }

    /// Returns the index price.
    pub(super) fn index_price(&self, contract: &Contract) -> Decimal {
        self.price(contract)
    }

    /// Returns the funding rate that was paid last. `None` for a contract without funding.
    pub(super) fn funding_rate(&self, contract: &Contract) -> Option<Decimal> {
        contract.has_funding().then(|| Decimal::new(1, 4))
    }

    /// Returns the time of the next funding. `None` for a contract without funding.
    pub(super) fn next_funding_time(&self, contract: &Contract) -> Option<Timestamp> {
        contract.has_funding().then_some(self.now)
    }

    /// Sets the best bid price of a contract from now on, and prints a trade at this price.
    pub(super) fn set_price(&mut self, symbol: &str, price: Decimal) -> Result<(), MarketError> {
        let contract = self.tradable(symbol, price)?;
        if let Some(current) = self.prices.get_mut(contract.index) {
            *current = price;
        }
        Ok(())
    }

    /// Prints one trade. The order book does not change.
    pub(super) fn trade(
        &mut self,
        symbol: &str,
        price: Decimal,
        quantity: Decimal,
    ) -> Result<Trade, MarketError> {
        let contract = self.tradable(symbol, price)?;
        if quantity <= Decimal::ZERO || !contract.step.divides(quantity) {
            return Err(MarketError::InvalidQuantity {
                symbol: symbol.to_owned(),
                quantity,
                step_size: contract.step.size(),
            });
        }
        Ok(self.record(&contract, &Side::Sell, price, quantity))
    }

    fn price(&self, contract: &Contract) -> Decimal {
        self.prices.get(contract.index).copied().unwrap_or_default()
    }

    /// Returns a contract that is open for trading and accepts a price.
    fn tradable(&self, symbol: &str, price: Decimal) -> Result<Arc<Contract>, MarketError> {
        let mut contracts = self.contracts.iter();
        let contract = contracts
            .find(|contract| contract.symbol == symbol)
            .ok_or_else(|| MarketError::UnknownSymbol(symbol.to_owned()))?;
        if !contract.is_trading() {
            return Err(MarketError::NotTrading(symbol.to_owned()));
        }
        if !contract.accepts_price(price) {
            return Err(MarketError::InvalidPrice {
                symbol: symbol.to_owned(),
                price,
                tick_size: contract.tick.size(),
            });
        }
        Ok(Arc::clone(contract))
    }
}
