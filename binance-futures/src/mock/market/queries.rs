//! What can be read about the past of the market.

use std::ops::RangeInclusive;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::candle::{Candle, Day, PriceCandle};
use super::contract::Contract;
use super::funding::{INTEREST, RATE_DIGITS};
use super::history::Entry;
use super::interval::{DAY, Interval, MINUTE};
use super::series::{PriceKind, Series};
use super::trade::{AggregateTrade, Trade};
use super::units::Unit;
use super::{Market, bounded, noise};
use crate::types::{ContractType, Timestamp};

/// Age of the oldest trades that can be listed by id, in days.
const TRADE_DAYS: i64 = 30;

/// Age of the oldest aggregate trades, in days.
const AGGREGATE_DAYS: i64 = 2;

/// Largest open interest, in trades of the largest size.
const MAX_OPEN_INTEREST: u64 = 100_000;

/// Which entries of a list are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::mock) struct Window {
    /// Earliest time.
    pub(in crate::mock) start: Option<Timestamp>,
    /// Latest time.
    pub(in crate::mock) end: Option<Timestamp>,
    /// Maximum number of entries.
    pub(in crate::mock) limit: usize,
    /// Whether the newest entries are kept when there are more. Otherwise, the oldest ones if there is a start, and the newest ones if not.
    pub(in crate::mock) keep_newest: bool,
}

/// A payment of funding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct FundingPayment {
    /// Time.
    pub(in crate::mock) time: Timestamp,
    /// Rate, as a fraction of the notional.
    pub(in crate::mock) rate: Decimal,
    /// Mark price.
    pub(in crate::mock) mark_price: Decimal,
}

impl Window {
    /// Returns the bounds, within those of what exists.
    fn bounds(&self, first: i64, last: i64) -> (i64, i64) {
        let start = self.start.map_or(first, bounded).max(first);
        let end = self.end.map_or(last, bounded).min(last);
        (start, end)
    }

    fn keeps_oldest(&self) -> bool {
        self.start.is_some() && !self.keep_newest
    }

    /// Returns the start times of the wanted intervals, ascending. The first possible one contains `first`, and the last one `last`.
    fn intervals(&self, interval: Interval, first: i64, last: i64) -> Vec<i64> {
        let (start, end) = self.bounds(interval.start(first), last);
        let lowest = match interval.start(start) {
            lowest if lowest == start => lowest,
            _ => interval.next(start),
        };
        if self.keeps_oldest() {
            let times = std::iter::successors(Some(lowest), |time| Some(interval.next(*time)));
            let times = times.take_while(|time| *time <= end);
            return times.take(self.limit).collect();
        }
        let newest = interval.start(end);
        let times = std::iter::successors(Some(newest), |time| Some(interval.start(*time - 1)));
        let times = times.take_while(|time| *time >= lowest);
        let mut times: Vec<i64> = times.take(self.limit).collect();
        times.reverse();
        times
    }
}

impl Market {
    /// Returns the candlesticks of a contract, the oldest first.
    pub(in crate::mock) fn candles(
        &mut self,
        contract: &Contract,
        interval: Interval,
        window: &Window,
    ) -> Vec<Candle> {
        let now = self.now;
        let Some(series) = self.series.get_mut(contract.index) else {
            return Vec::new();
        };
        let times = window.intervals(interval, series.history.start(), now);
        let candles = times
            .into_iter()
            .filter_map(|time| series.candle(time, interval.next(time), now));
        candles.collect()
    }

    /// Returns the candlesticks of a price of a contract that is not traded, the oldest first.
    pub(in crate::mock) fn price_candles(
        &mut self,
        contract: &Contract,
        kind: PriceKind,
        interval: Interval,
        window: &Window,
    ) -> Vec<PriceCandle> {
        let now = self.now;
        let Some(series) = self.series.get_mut(contract.index) else {
            return Vec::new();
        };
        let times = window.intervals(interval, series.history.start(), now);
        let candles = times.into_iter().filter_map(|time| {
            let bar = series.price_bar(kind, time, interval.next(time), now)?;
            let value = |value| series.price_decimal(kind, value);
            Some(PriceCandle {
                open_time: Timestamp::from_millis(time),
                close_time: Timestamp::from_millis(interval.next(time) - 1),
                open: value(bar.open),
                high: value(bar.high),
                low: value(bar.low),
                close: value(bar.close),
                points: bar.points,
            })
        });
        candles.collect()
    }

    /// Returns the statistics of the last 24 hours.
    pub(in crate::mock) fn day(&mut self, contract: &Contract) -> Day {
        let now = self.now;
        let from = now.div_euclid(MINUTE) * MINUTE - DAY;
        let last = self.last_trade(contract);
        let series = self.series.get_mut(contract.index);
        let candle = series.and_then(|series| series.candle(from, now + 1, now));
        let candle = candle.unwrap_or_else(|| {
            let price = self.last_price(contract);
            Candle::without_trades(from, now + 1, price, contract)
        });
        Day { candle, last }
    }

    /// Returns the last trades of a contract, or those from an id on, the oldest first.
    pub(in crate::mock) fn trades(
        &self,
        contract: &Contract,
        from_id: Option<u64>,
        limit: usize,
    ) -> Vec<Trade> {
        let Some(series) = self.series.get(contract.index) else {
            return Vec::new();
        };
        let oldest = self.now - TRADE_DAYS * DAY;
        let entries = entries(series, from_id, limit, oldest..=self.now, |entry| entry.id);
        entries
            .take(limit)
            .map(|entry| series.trade(&entry))
            .collect()
    }

    /// Returns the trade that was last, if there was any.
    pub(in crate::mock) fn last_trade(&self, contract: &Contract) -> Option<Trade> {
        let series = self.series.get(contract.index)?;
        let last = series.history.last(&series.process, self.now);
        last.map(|entry| series.trade(&entry))
    }

    /// Returns the aggregate trades of a contract, the oldest first: from an id on, or those of a window.
    pub(in crate::mock) fn aggregate_trades(
        &self,
        contract: &Contract,
        from_id: Option<u64>,
        window: &Window,
    ) -> Vec<AggregateTrade> {
        let Some(series) = self.series.get(contract.index) else {
            return Vec::new();
        };
        let oldest = self.now - AGGREGATE_DAYS * DAY;
        let (start, end) = window.bounds(oldest, self.now);
        if from_id.is_some() || !window.keeps_oldest() {
            let id = |entry: &Entry| entry.aggregate_id;
            let entries = entries(series, from_id, window.limit, start..=end, id);
            return aggregates(series, entries, window.limit, start..=end);
        }
        let mut cursor = series.history.place_at(&series.process, start);
        let next = || series.history.next(&series.process, &mut cursor, self.now);
        aggregates(series, std::iter::from_fn(next), window.limit, start..=end)
    }

    /// Returns the payments of funding of a contract, the oldest first.
    pub(in crate::mock) fn funding_payments(
        &self,
        contract: &Contract,
        window: &Window,
    ) -> Vec<FundingPayment> {
        let Some((series, funding)) = self.funded(contract) else {
            return Vec::new();
        };
        let (start, end) = window.bounds(series.history.start(), self.now);
        let lowest = funding.next(start - 1);
        let times: Vec<i64> = if window.keeps_oldest() {
            let times = std::iter::successors(Some(lowest), |time| Some(funding.next(*time)));
            let times = times.take_while(|time| *time <= end);
            times.take(window.limit).collect()
        } else {
            let times = std::iter::successors(Some(funding.last(end)), |time| {
                Some(funding.last(*time - 1))
            });
            let times = times.take_while(|time| *time >= lowest);
            let mut times: Vec<i64> = times.take(window.limit).collect();
            times.reverse();
            times
        };
        let payments = times.into_iter().map(|time| FundingPayment {
            time: Timestamp::from_millis(time),
            rate: Unit::of_digits(RATE_DIGITS).value(funding.rate(&series.process, time).into()),
            mark_price: series.funding_price(time),
        });
        payments.collect()
    }

    /// Returns the interest of eight hours that funding rates include.
    pub(in crate::mock) fn interest_rate(&self) -> Decimal {
        Unit::of_digits(RATE_DIGITS).value(INTEREST.into())
    }

    /// Returns the open interest of a contract. It is constant.
    pub(in crate::mock) fn open_interest(&self, contract: &Contract) -> Decimal {
        let Some(series) = self.series.get(contract.index) else {
            return Decimal::ZERO;
        };
        let trades = 1 + noise::stream(0, &contract.symbol) % MAX_OPEN_INTEREST;
        let steps = i128::from(trades).saturating_mul(series.history.max_quantity().unwrap_or(0));
        contract.step.value(steps)
    }

    /// Returns the contract whose index price is that of a pair: its perpetual contract, or else its first one.
    pub(in crate::mock) fn index_contract(
        &self,
        product: &str,
        pair: &str,
    ) -> Option<&Arc<Contract>> {
        let is_perpetual =
            |contract: &&Arc<Contract>| contract.contract_type == Some(ContractType::Perpetual);
        let mut contracts = self.contracts_of_pair(product, pair);
        let perpetual = contracts.find(is_perpetual);
        perpetual.or_else(|| self.contracts_of_pair(product, pair).next())
    }
}

/// Returns the trades of a period from an id on, or the last `limit` of them, by either kind of id. There may be more trades of the first id
/// before the period.
fn entries<'a>(
    series: &'a Series,
    from_id: Option<u64>,
    limit: usize,
    period: RangeInclusive<i64>,
    id: fn(&Entry) -> u64,
) -> impl Iterator<Item = Entry> + 'a {
    let (history, process) = (&series.history, &series.process);
    let until = *period.end();
    let wanted = from_id.unwrap_or_else(|| {
        let last = history.last(process, until).map_or(0, |last| id(&last));
        last.saturating_add(1).saturating_sub(limit as u64)
    });
    let first = history.place_at(process, *period.start());
    let mut cursor = history.place_before(process, wanted, until, id).max(first);
    let entries = std::iter::from_fn(move || history.next(process, &mut cursor, until));
    entries.skip_while(move |entry| id(entry) < wanted)
}

/// Joins trades to the aggregates that begin within a period.
fn aggregates(
    series: &Series,
    entries: impl Iterator<Item = Entry>,
    limit: usize,
    period: RangeInclusive<i64>,
) -> Vec<AggregateTrade> {
    let before = series.history.last(&series.process, *period.start() - 1);
    let before = before.map(|entry| entry.aggregate_id);
    let mut aggregates: Vec<AggregateTrade> = Vec::new();
    for entry in entries.filter(|entry| Some(entry.aggregate_id) != before) {
        let trade = series.trade(&entry);
        if let Some(last) = aggregates
            .last_mut()
            .filter(|last| last.id == entry.aggregate_id)
        {
            last.quantity = last.quantity.saturating_add(trade.quantity);
            last.ids.1 = entry.id;
            continue;
        }
        if aggregates.len() == limit || !period.contains(&entry.time) {
            break;
        }
        aggregates.push(AggregateTrade {
            id: entry.aggregate_id,
            price: trade.price,
            quantity: trade.quantity,
            ids: (entry.id, entry.id),
            time: trade.time,
            taker: trade.taker,
        });
    }
    aggregates
}
