//! The market: contracts, prices, order books, trades, candlesticks and funding. It knows no accounts.
//!
//! Everything is computed from the seed, the time, and what orders and tests have done, by these rules:
//!
//! - **Contracts** are the entries of the exchange information: those of the spec's sample, and an entry for each seed, with filters that
//!   suit its price. Prices are multiples of the tick, and quantities multiples of the step.
//! - **Best bid price**: the price of the seed. It changes when a test sets it. On a moving market it also changes every five seconds, by
//!   smooth noise around the price that was set last. Each contract has its own moment within the five seconds, its *step*.
//! - **Order book**: the best ask is one tick above the best bid. Each side has 20 levels, one tick apart. What orders take is missing
//!   until the next step.
//! - **Trades**: one at each step, in which a seller takes the best bid; on a moving market it may be a buyer who takes the best ask. Orders
//!   and tests add theirs. Ids are consecutive. Trades of one taker side at one price within 100 ms are one aggregate trade, except that
//!   the trade of a step always begins a new one.
//! - **Last price**: the price of the last trade.
//! - **Candlesticks**: those of trades are made of exactly the trades in their time. One without trades has the last price before.
//! - **24-hour statistics**: those of the trades from the start of the current minute minus 24 hours until now.
//! - **Index price**: the best bid price without its premium, which is 0 unless the market moves. The index price of a pair is that of
//!   its perpetual contract.
//! - **Mark price**: the index price with the slow part of the premium.
//! - **Funding** is due at the multiples of the interval since 1970, for contracts without a delivery date. The rate is the average
//!   premium of the mark price during the interval plus the interest, as far as it differs by no more than 0.05%, within the bounds of
//!   the contract.
//! - **History** begins 90 days before the start of the exchange, at midnight UTC. If more than 50,000 trades or prices were added to a
//!   contract, it begins after the oldest of them that is still stored.
//! - **Contracts that are not open for trading** have a price, but no order book and no trades.

mod bar;
mod book;
mod calendar;
mod candle;
mod contract;
mod error;
mod event;
mod funding;
mod history;
mod interval;
mod listing;
mod noise;
mod process;
mod queries;
mod schedule;
mod series;
mod steering;
#[cfg(test)]
mod tests;
mod trade;
mod units;
mod valuation;

use std::collections::VecDeque;
use std::sync::Arc;

use rust_decimal::Decimal;

pub(super) use book::{Book, Level};
pub(super) use candle::{Candle, PriceCandle};
pub(super) use contract::Contract;
pub use error::MarketError;
pub(super) use event::{Change, MarketEvent};
pub(super) use funding::settings as funding_settings;
pub(super) use interval::Interval;
pub(super) use listing::Seed;
pub(super) use noise::hash as noise;
pub(super) use queries::Window;
pub(super) use series::PriceKind;
pub(super) use trade::{AggregateTrade, Origin, Trade};

use funding::Funding;
use interval::DAY;
use schedule::{Moment, Schedule};
use series::Series;
use units::Unit;

use crate::types::{Side, Timestamp};

/// Days before the start of the exchange at which the history begins.
const HISTORY_DAYS: i64 = 90;

/// Longest time over which each event happens, in milliseconds: 40 days. When the market advances further, it first skips the excess.
const MAX_ADVANCE: i64 = 40 * DAY;

/// Bounds of all times, in milliseconds: about 270,000 years from now, so that arithmetic does not overflow.
const TIME_BOUNDS: (i64, i64) = (-8_640_000_000_000_000, 8_640_000_000_000_000);

/// The market of all contracts.
#[derive(Debug)]
pub(super) struct Market {
    contracts: Vec<Arc<Contract>>,
    /// By [`Contract::index`].
    series: Vec<Series>,
    funding: Vec<Funding>,
    schedule: Schedule,
    now: i64,
    events: VecDeque<MarketEvent>,
}

impl Market {
    /// Lists the contracts, and starts their prices. A given seed replaces a default one.
    ///
    /// With `moving`, prices move around those of the seeds, as the number `seed` determines; otherwise they stay where they are.
    pub(super) fn new(seeds: &[Seed], seed: u64, start: Timestamp, moving: bool) -> Self {
        let start = bounded(start);
        let history = Interval::DAY.start(start - HISTORY_DAYS * DAY);
        let listed = listing::contracts(seeds, Timestamp::from_millis(history));
        let new_series = |(contract, price): &(Arc<Contract>, Decimal)| {
            Series::new(Arc::clone(contract), *price, seed, moving, (history, start))
        };
        let series: Vec<Series> = listed.iter().map(new_series).collect();
        let contracts: Vec<Arc<Contract>> =
            listed.into_iter().map(|(contract, _)| contract).collect();
        let open = series.iter().filter(|series| series.contract.is_trading());
        let offsets = open.map(|series| (series.process.offset(), series.contract.index));
        Self {
            funding: contracts
                .iter()
                .map(|contract| Funding::new(contract))
                .collect(),
            schedule: Schedule::new(offsets.collect(), start),
            contracts,
            series,
            now: start,
            events: VecDeque::new(),
        }
    }

    /// Returns the time up to which the market has advanced.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now)
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

    /// Returns the contracts of a pair.
    pub(super) fn contracts_of_pair(
        &self,
        product: &str,
        pair: &str,
    ) -> impl Iterator<Item = &Arc<Contract>> {
        let contracts = self.contracts.iter();
        contracts.filter(move |contract| contract.product == product && contract.pair == pair)
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
    /// The market never goes back: an earlier time changes nothing. When it has to advance by more than 40 days, it first skips the excess
    /// without events.
    pub(super) fn next_event(&mut self, until: Timestamp) -> Option<MarketEvent> {
        let until = bounded(until);
        if until - self.now > MAX_ADVANCE && self.events.is_empty() {
            self.now = until - MAX_ADVANCE;
            self.schedule.skip_to(self.now);
        }
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let Some((time, moment)) = self.schedule.next(until) else {
                self.now = self.now.max(until);
                return None;
            };
            self.now = self.now.max(time);
            match moment {
                Moment::Minute => self.complete_minute(),
                Moment::Step(index) => self.step(index),
            }
        }
    }

    /// Advances to a time, and returns the events up to it.
    #[cfg(test)]
    pub(super) fn advance_to(&mut self, until: Timestamp) -> Vec<MarketEvent> {
        std::iter::from_fn(|| self.next_event(until)).collect()
    }

    /// A minute is over: its candlesticks are complete, and funding may be due.
    fn complete_minute(&mut self) {
        let now = self.now;
        for (series, funding) in self.series.iter_mut().zip(&self.funding) {
            let contract = Arc::clone(&series.contract);
            if !contract.is_trading() {
                continue;
            }
            let candle = series.candle(now - interval::MINUTE, now, now - 1);
            self.events.extend(candle.map(|candle| MarketEvent {
                time: Timestamp::from_millis(now),
                contract: Arc::clone(&contract),
                change: Change::Candle(candle),
            }));
            if contract.has_funding() && funding.last(now) == now {
                let rate = funding.rate(&series.process, now);
                self.events.push_back(MarketEvent {
                    time: Timestamp::from_millis(now),
                    change: Change::Funding {
                        rate: Unit::of_digits(funding::RATE_DIGITS).value(rate.into()),
                        mark_price: series.funding_price(now),
                    },
                    contract,
                });
            }
        }
    }

    /// The step of a contract: prices change, the book is full again, and a trade is printed.
    fn step(&mut self, index: usize) {
        let now = self.now;
        let Some(series) = self.series.get_mut(index) else {
            return;
        };
        let time = Timestamp::from_millis(now);
        let contract = Arc::clone(&series.contract);
        let event = |change| MarketEvent {
            time,
            contract: Arc::clone(&contract),
            change,
        };
        let moves = series.process.is_moving();
        if moves || series.liquidity.is_reduced() {
            series.liquidity.refill();
            let update_id = series.liquidity.changed(now);
            self.events.push_back(event(Change::Book { update_id }));
        }
        let before = series.prices(now - 1);
        let prices = series.prices(now);
        if (before.mark, before.index) != (prices.mark, prices.index) {
            self.events.push_back(event(Change::MarkPrice {
                mark_price: series.mark_decimal(prices.mark),
                index_price: series.mark_decimal(prices.index),
            }));
        }
        if series.history.has_process_trades() {
            let last = series.history.last(&series.process, now);
            let trade = last.map(|entry| series.trade(&entry));
            let trade = trade.filter(|trade| trade.origin == Origin::Market);
            self.events
                .extend(trade.map(|trade| event(Change::Trade(trade))));
        }
    }

    /// Returns the order book of a contract. It contains no orders of accounts.
    pub(super) fn book(&self, contract: &Contract) -> Book {
        let series = self.series.get(contract.index);
        series.map_or_else(|| Book::empty(0, self.now), |series| series.book(self.now))
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

    /// Returns the price of the last trade.
    pub(super) fn last_price(&self, contract: &Contract) -> Decimal {
        let series = self.series.get(contract.index);
        series.map_or(Decimal::ZERO, |series| series.last_price(self.now))
    }

    /// Returns the mark price.
    pub(super) fn mark_price(&self, contract: &Contract) -> Decimal {
        let series = self.series.get(contract.index);
        series.map_or(Decimal::ZERO, |series| {
            series.mark_decimal(series.prices(self.now).mark)
        })
    }

    /// Returns the index price.
    pub(super) fn index_price(&self, contract: &Contract) -> Decimal {
        let series = self.series.get(contract.index);
        series.map_or(Decimal::ZERO, |series| {
            series.mark_decimal(series.prices(self.now).index)
        })
    }

    /// Returns the funding rate that was paid last. `None` for a contract without funding.
    pub(super) fn funding_rate(&self, contract: &Contract) -> Option<Decimal> {
        let (series, funding) = self.funded(contract)?;
        let rate = funding.rate(&series.process, funding.last(self.now));
        Some(Unit::of_digits(funding::RATE_DIGITS).value(rate.into()))
    }

    /// Returns the time of the next funding. `None` for a contract without funding.
    pub(super) fn next_funding_time(&self, contract: &Contract) -> Option<Timestamp> {
        let (_, funding) = self.funded(contract)?;
        Some(Timestamp::from_millis(funding.next(self.now)))
    }

    fn funded(&self, contract: &Contract) -> Option<(&Series, Funding)> {
        let series = self.series.get(contract.index)?;
        let funding = self.funding.get(contract.index)?;
        contract.has_funding().then_some((series, *funding))
    }
}

/// Returns the milliseconds of a time, within [`TIME_BOUNDS`].
fn bounded(time: Timestamp) -> i64 {
    time.as_millis().clamp(TIME_BOUNDS.0, TIME_BOUNDS.1)
}
