//! Everything that one contract's market consists of.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::bar::{Bar, PriceBar, Print};
use super::book::{self, Book, Liquidity};
use super::contract::Contract;
use super::history::{Entry, History};
use super::interval::HOUR;
use super::noise;
use super::process::{Prices, Process};
use super::trade::{Origin, Trade};
use super::units::{MAX_COUNT, Unit};
use super::valuation::Valuation;
use crate::types::{Side, Timestamp};

/// Decimal places of mark prices and index prices, unless the tick has more.
const MARK_DIGITS: u32 = 8;

/// Decimal places of the premium.
pub(super) const PREMIUM_DIGITS: u32 = 8;

/// Largest value of a trade of the price process, in the quote asset.
const MAX_TRADE_VALUE: u32 = 20_000;

/// Number of hours whose bars are kept.
const MAX_HOURS: usize = 5_000;

/// The market of one contract.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) contract: Arc<Contract>,
    pub(super) process: Process,
    pub(super) history: History,
    pub(super) liquidity: Liquidity,
    valuation: Valuation,
    /// Unit of mark prices and index prices, and how many of it a tick has.
    mark_unit: Unit,
    parts: i128,
    hours: BTreeMap<i64, Option<Bar>>,
    price_hours: BTreeMap<(PriceKind, i64), Option<PriceBar>>,
}

/// A price that is not traded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::mock) enum PriceKind {
    /// Price of the underlying.
    Index,
    /// Price at which positions are valued.
    Mark,
    /// Difference between best bid and index price, as a fraction of the index price.
    Premium,
}

impl Series {
    /// Starts the market of a contract whose best bid price is `price` at the time `start`, with a history from `history` on.
    pub(super) fn new(
        contract: Arc<Contract>,
        price: Decimal,
        seed: u64,
        is_moving: bool,
        (history, start): (i64, i64),
    ) -> Self {
        let tick = contract.tick;
        let name = format!("{} {}", contract.product, contract.symbol);
        let stream = noise::stream(seed, &name);
        let price = tick.count(price).max(0);
        let filter = contract.filters.price.as_ref();
        let min = filter.map_or(1, |filter| tick.count(filter.min_price));
        let max = filter.map_or(0, |filter| tick.count(filter.max_price));
        let bounds = (min.max(1), if max > 0 { max } else { MAX_COUNT - 1 });
        let moves = is_moving && contract.is_trading() && price > 0;
        let process = Process::new(stream, moves, start, price, bounds);
        let valuation = Valuation::new(&contract);
        let max_quantity = (contract.is_trading() && price > 0).then(|| {
            let value = contract.contract_size.unwrap_or_else(|| tick.value(price));
            let quantity = Decimal::from(MAX_TRADE_VALUE).checked_div(value);
            quantity.map_or(1, |quantity| contract.step.count(quantity).max(1))
        });
        let trades = noise::stream(stream, "trades");
        let history = History::new(trades, valuation, max_quantity, &process, history);
        let digits = MARK_DIGITS.max(tick.size().scale());
        let mark_unit = Unit::of_digits(digits);
        Self {
            parts: mark_unit.count(tick.size()),
            mark_unit,
            liquidity: Liquidity::new(noise::stream(stream, "book"), bounds, start),
            contract,
            process,
            history,
            valuation,
            hours: BTreeMap::new(),
            price_hours: BTreeMap::new(),
        }
    }

    /// Returns all prices at a time, in ticks and parts of a tick.
    pub(super) fn prices(&self, time: i64) -> Prices {
        self.process.prices(time, self.parts)
    }

    /// Returns the mark price of a payment of funding: before a test sets another price at the same time.
    pub(super) fn funding_price(&self, time: i64) -> Decimal {
        let prices = self.process.prices_before_setting(time, self.parts);
        self.mark_decimal(prices.mark)
    }

    /// Returns a mark price or index price as a decimal.
    pub(super) fn mark_decimal(&self, price: i128) -> Decimal {
        self.mark_unit.value(price)
    }

    /// Returns the order book at a time.
    pub(super) fn book(&self, now: i64) -> Book {
        if !self.contract.is_trading() {
            return self.liquidity.empty_book();
        }
        let bid = self.process.bid(now);
        let step = self.process.step_at(now);
        let moving_step = self.process.is_moving().then_some(step);
        self.liquidity.book(&self.contract, bid, moving_step)
    }

    /// Adds a trade of an order or of a test.
    pub(super) fn add(
        &mut self,
        now: i64,
        taker: &Side,
        price: Decimal,
        quantity: Decimal,
        origin: Origin,
    ) -> Trade {
        let price = self.contract.tick.count(price);
        let quantity = self.contract.step.count(quantity);
        let print = Print {
            price,
            quantity,
            value: self.valuation.value(price, quantity),
            taker_buys: book::is_buy(taker),
        };
        let entry = self.history.add(&self.process, now, print, origin);
        self.trade(&entry)
    }

    /// Returns a trade in decimals.
    pub(super) fn trade(&self, entry: &Entry) -> Trade {
        let taker = if entry.print.taker_buys {
            Side::Buy
        } else {
            Side::Sell
        };
        Trade {
            id: entry.id,
            aggregate_id: entry.aggregate_id,
            price: self.contract.tick.value(entry.print.price),
            quantity: self.contract.step.value(entry.print.quantity),
            value: self.valuation.decimal(entry.print.value),
            time: Timestamp::from_millis(entry.time),
            taker,
            origin: entry.origin,
        }
    }

    /// Returns a value in units of the valuation as a decimal.
    pub(super) fn value_decimal(&self, value: i128) -> Decimal {
        self.valuation.decimal(value)
    }

    /// Returns the price of the last trade until a time, or the best bid price when there is none.
    pub(super) fn last_price(&self, now: i64) -> Decimal {
        let last = self.history.last(&self.process, now);
        let price = last.map_or_else(|| self.process.bid(now), |last| last.print.price);
        self.contract.tick.value(price)
    }

    /// Returns the bar of the trades from a time to another one, exclusive, as far as they have happened until `now`.
    pub(super) fn bar(&mut self, from: i64, to: i64, now: i64) -> Option<Bar> {
        let from = from.max(self.history.start());
        let to = to.min(now.saturating_add(1));
        let mut bar: Option<Bar> = None;
        let mut append = |later: Option<Bar>| match (&mut bar, later) {
            (Some(bar), Some(later)) => bar.append(&later),
            (bar @ None, later) => *bar = later,
            (Some(_), None) => {}
        };
        let mut at = from;
        while at < to {
            let hour_end = (at.div_euclid(HOUR) + 1) * HOUR;
            let end = hour_end.min(to);
            if end - at == HOUR && end <= now {
                append(self.hour(at));
            } else {
                append(self.history.bar(&self.process, at, end));
            }
            at = end;
        }
        bar
    }

    /// Returns the bar of a past hour.
    fn hour(&mut self, from: i64) -> Option<Bar> {
        if let Some(bar) = self.hours.get(&from) {
            return *bar;
        }
        let bar = self.history.bar(&self.process, from, from + HOUR);
        if self.hours.len() >= MAX_HOURS {
            self.hours.pop_first();
        }
        self.hours.insert(from, bar);
        bar
    }

    /// Returns the bar of a price from a time to another one, exclusive, until `now`.
    pub(super) fn price_bar(
        &mut self,
        kind: PriceKind,
        from: i64,
        to: i64,
        now: i64,
    ) -> Option<PriceBar> {
        let from = from.max(self.history.start());
        let to = to.min(now.saturating_add(1));
        let mut bar: Option<PriceBar> = None;
        let mut at = from;
        while at < to {
            let hour_end = (at.div_euclid(HOUR) + 1) * HOUR;
            let end = hour_end.min(to);
            let later = if end - at == HOUR && end <= now {
                self.price_hour(kind, at)
            } else {
                self.sampled(kind, at, end)
            };
            match (&mut bar, later) {
                (Some(bar), Some(later)) => bar.append(&later),
                (bar, later) => *bar = bar.or(later),
            }
            at = end;
        }
        bar
    }

    fn price_hour(&mut self, kind: PriceKind, from: i64) -> Option<PriceBar> {
        if let Some(bar) = self.price_hours.get(&(kind, from)) {
            return *bar;
        }
        let bar = self.sampled(kind, from, from + HOUR);
        if self.price_hours.len() >= MAX_HOURS {
            self.price_hours.pop_first();
        }
        self.price_hours.insert((kind, from), bar);
        bar
    }

    /// Returns the bar of a price during a period: its value at the start, at each step, and at each time at which the price was set.
    fn sampled(&self, kind: PriceKind, from: i64, to: i64) -> Option<PriceBar> {
        if from >= to {
            return None;
        }
        let mut bar = PriceBar::of(self.price(kind, from));
        let steps = self.process.step_from(from)..self.process.step_from(to);
        let mut set_times = self.process.set_times(from, to).peekable();
        for step in steps {
            let time = self.process.time_of(step);
            while let Some(set) = set_times.next_if(|set| *set < time) {
                bar.append(&PriceBar::of(self.price(kind, set)));
            }
            bar.append(&PriceBar::of(self.price(kind, time)));
            bar.points += 1;
        }
        for set in set_times {
            bar.append(&PriceBar::of(self.price(kind, set)));
        }
        Some(bar)
    }

    fn price(&self, kind: PriceKind, time: i64) -> i128 {
        let prices = self.prices(time);
        match kind {
            PriceKind::Index => prices.index,
            PriceKind::Mark => prices.mark,
            PriceKind::Premium => premium(&prices, self.parts),
        }
    }

    /// Returns a value of a price bar as a decimal.
    pub(super) fn price_decimal(&self, kind: PriceKind, value: i128) -> Decimal {
        match kind {
            PriceKind::Index | PriceKind::Mark => self.mark_decimal(value),
            PriceKind::Premium => Unit::of_digits(PREMIUM_DIGITS).value(value),
        }
    }
}

/// Returns the premium of the best bid over the index price, in the last decimal place of premiums.
fn premium(prices: &Prices, parts: i128) -> i128 {
    let bid = prices.bid.saturating_mul(parts).min(MAX_COUNT);
    let places = 10_i128.pow(PREMIUM_DIGITS);
    let difference = (bid - prices.index).checked_mul(places);
    let ratio = difference.and_then(|difference| difference.checked_div(prices.index));
    ratio.unwrap_or(0)
}
