//! Candlesticks and 24-hour statistics.

use rust_decimal::Decimal;

use super::bar::Bar;
use super::contract::Contract;
use super::series::Series;
use super::trade::Trade;
use crate::types::Timestamp;

/// A candlestick of trades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Candle {
    /// First millisecond.
    pub(in crate::mock) open_time: Timestamp,
    /// Last millisecond.
    pub(in crate::mock) close_time: Timestamp,
    /// Price of the first trade.
    pub(in crate::mock) open: Decimal,
    /// Highest price.
    pub(in crate::mock) high: Decimal,
    /// Lowest price.
    pub(in crate::mock) low: Decimal,
    /// Price of the last trade.
    pub(in crate::mock) close: Decimal,
    /// Traded quantity.
    pub(in crate::mock) volume: Decimal,
    /// Traded value: in the quote asset on USDⓈ-M, in the base asset on COIN-M.
    pub(in crate::mock) value: Decimal,
    /// Quantity that takers bought.
    pub(in crate::mock) taker_buy_volume: Decimal,
    /// Value of the quantity that takers bought.
    pub(in crate::mock) taker_buy_value: Decimal,
    /// Number of trades. If it is 0, all prices are the last price before.
    pub(in crate::mock) trades: u64,
    /// Ids of the first and of the last trade. `None` if there was no trade.
    pub(in crate::mock) ids: Option<(u64, u64)>,
}

/// A candlestick of a price that is not traded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct PriceCandle {
    /// First millisecond.
    pub(in crate::mock) open_time: Timestamp,
    /// Last millisecond.
    pub(in crate::mock) close_time: Timestamp,
    /// First value.
    pub(in crate::mock) open: Decimal,
    /// Highest value.
    pub(in crate::mock) high: Decimal,
    /// Lowest value.
    pub(in crate::mock) low: Decimal,
    /// Last value.
    pub(in crate::mock) close: Decimal,
    /// Number of steps of the price process.
    pub(in crate::mock) points: u64,
}

/// The statistics of the last 24 hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Day {
    /// The trades of the 24 hours, as one candlestick.
    pub(in crate::mock) candle: Candle,
    /// Last trade. `None` if there was none.
    pub(in crate::mock) last: Option<Trade>,
}

impl Candle {
    /// Returns a candlestick from a time to another one, exclusive, in which nothing was traded.
    pub(super) fn without_trades(from: i64, to: i64, price: Decimal, contract: &Contract) -> Self {
        let nothing = contract.step.value(0);
        Self {
            open_time: Timestamp::from_millis(from),
            close_time: Timestamp::from_millis(to - 1),
            open: price,
            high: price,
            low: price,
            close: price,
            volume: nothing,
            value: Decimal::ZERO,
            taker_buy_volume: nothing,
            taker_buy_value: Decimal::ZERO,
            trades: 0,
            ids: None,
        }
    }
}

impl Series {
    /// Returns the candlestick from a time to another one, exclusive, as far as its trades have happened until `now`. `None` when there was
    /// no trade until then.
    pub(super) fn candle(&mut self, from: i64, to: i64, now: i64) -> Option<Candle> {
        let bar = self.bar(from, to, now);
        if let Some(bar) = bar {
            return Some(self.candle_of(&bar, from, to));
        }
        let before = self.history.last(&self.process, from - 1)?;
        let price = self.contract.tick.value(before.print.price);
        Some(Candle::without_trades(from, to, price, &self.contract))
    }

    fn candle_of(&self, bar: &Bar, from: i64, to: i64) -> Candle {
        let price = |ticks| self.contract.tick.value(ticks);
        let quantity = |steps| self.contract.step.value(steps);
        let last_id = (bar.first_id + bar.trades).saturating_sub(1);
        Candle {
            open_time: Timestamp::from_millis(from),
            close_time: Timestamp::from_millis(to - 1),
            open: price(bar.open),
            high: price(bar.high),
            low: price(bar.low),
            close: price(bar.close),
            volume: quantity(bar.volume),
            value: self.value_decimal(bar.value),
            taker_buy_volume: quantity(bar.taker_buy_volume),
            taker_buy_value: self.value_decimal(bar.taker_buy_value),
            trades: bar.trades,
            ids: (bar.trades > 0).then_some((bar.first_id, last_id)),
        }
    }
}
