//! Candlesticks of trades, index prices and mark prices.

use std::sync::Arc;

use super::feed::{Feed, Moment, encode, next_border, pair, symbol};
use super::topic::{Channel, StreamTopic};
use super::variation::Variation;
use crate::mock::market::{
    Candle, Change, Contract, Interval, Market, MarketEvent, PriceCandle, PriceKind, Window,
};
use crate::types::{Decimal, KlineInterval, Timestamp};

/// The current candlestick whenever it changed, and each one when it closes.
#[derive(Debug)]
pub(super) struct CandleFeed {
    channel: Channel,
    contract: Option<Arc<Contract>>,
    name: KlineInterval,
    interval: Option<Interval>,
    /// Milliseconds between events of the current candlestick.
    batch: i64,
    offset: i64,
    changed_at: i64,
    due: Option<i64>,
    closes_at: i64,
}

/// A candlestick of either kind.
enum AnyCandle {
    Trades(Candle),
    Price(PriceCandle),
}

/// What an event says about a candlestick, apart from its numbers.
struct Label<'a> {
    contract: &'a Contract,
    interval: KlineInterval,
    is_closed: bool,
    event_time: Timestamp,
}

impl CandleFeed {
    pub(super) fn new(topic: StreamTopic, variation: Variation, now: i64) -> Self {
        let batch = topic.interval.unwrap_or(250);
        let (name, interval) = match topic.kline_interval {
            Some((name, interval)) => (name, Some(interval)),
            None => (KlineInterval::Minute1, None),
        };
        Self {
            channel: topic.channel,
            contract: topic.contracts.into_iter().next(),
            closes_at: interval.map_or(i64::MAX, |interval| interval.next(now)),
            name,
            interval,
            batch,
            offset: variation.offset(batch),
            changed_at: now,
            due: None,
        }
    }

    /// Returns the event of the candlestick that contains a time.
    fn event(
        &self,
        time: i64,
        is_closed: bool,
        market: &mut Market,
        moment: Moment,
    ) -> Option<String> {
        let (contract, interval) = (self.contract.as_ref()?, self.interval?);
        let start = Timestamp::from_millis(interval.start(time));
        let window = Window {
            start: Some(start),
            end: Some(start),
            limit: 1,
            keep_newest: false,
        };
        let price_candle = |market: &mut Market, kind| {
            let mut candles = market.price_candles(contract, kind, interval, &window);
            candles.pop().map(AnyCandle::Price)
        };
        let candle = match self.channel {
            Channel::IndexPriceKlines => price_candle(market, PriceKind::Index)?,
            Channel::MarkPriceKlines => price_candle(market, PriceKind::Mark)?,
            _ => {
                let mut candles = market.candles(contract, interval, &window);
                candles.pop().map(AnyCandle::Trades)?
            }
        };
        let label = Label {
            contract,
            interval: self.name.clone(),
            is_closed,
            event_time: moment.event_time,
        };
        match candle {
            AnyCandle::Price(candle) => price_event(self.channel, &label, candle, moment.now),
            AnyCandle::Trades(candle) => match contract.product {
                #[cfg(feature = "usdm")]
                "usdm" => usdm::event(self.channel, label, candle),
                #[cfg(feature = "coinm")]
                "coinm" => coinm::event(self.channel, label, candle),
                _ => None,
            },
        }
    }
}

impl Feed for CandleFeed {
    fn follow(&mut self, event: &MarketEvent) {
        let is_price = matches!(
            self.channel,
            Channel::IndexPriceKlines | Channel::MarkPriceKlines
        );
        let is_change = match event.change {
            // Trades of the market come with the steps of the prices.
            Change::Trade(_) => true,
            Change::MarkPrice { .. } => is_price,
            _ => false,
        };
        let contract = self.contract.as_ref();
        if is_change && contract.is_some_and(|own| own.index == event.contract.index) {
            self.changed_at = event.time.as_millis();
            if self.due.is_none() {
                self.due = Some(next_border(self.changed_at, self.batch, self.offset));
            }
        }
    }

    fn due(&self) -> Option<i64> {
        let due = self.due.unwrap_or(i64::MAX).min(self.closes_at);
        (due < i64::MAX).then_some(due)
    }

    fn publish(&mut self, market: &mut Market, moment: Moment) -> Vec<String> {
        let mut events = Vec::new();
        while let Some(interval) = self.interval
            && self.closes_at <= moment.now
        {
            events.extend(self.event(self.closes_at - 1, true, market, moment));
            // What changed before is part of the closed candlestick.
            if self.changed_at < self.closes_at {
                self.due = None;
            }
            self.closes_at = interval.next(self.closes_at);
        }
        if self.due.is_some_and(|due| due <= moment.now) {
            self.due = None;
            events.extend(self.event(moment.now, false, market, moment));
        }
        events
    }
}

/// Only COIN-M has these topics.
#[cfg(feature = "coinm")]
fn price_event(
    channel: Channel,
    label: &Label<'_>,
    candle: PriceCandle,
    now: i64,
) -> Option<String> {
    use crate::coinm::events::{
        IndexPriceKline, IndexPriceKlineUpdate, MarkPriceKline, MarkPriceKlineUpdate,
    };
    use crate::coinm::streams::{IndexPriceKlines, MarkPriceKlines};
    use crate::types::Symbol;
    let (first, last) = (
        candle.open_time.as_millis(),
        now.min(candle.close_time.as_millis()),
    );
    if channel == Channel::IndexPriceKlines {
        return encode::<IndexPriceKlines>(&IndexPriceKlineUpdate {
            event_time: label.event_time,
            pair: pair(label.contract),
            kline: IndexPriceKline {
                open_time: candle.open_time,
                close_time: candle.close_time,
                unused_symbol: Symbol::from("0"),
                interval: label.interval.clone(),
                unused_first: first,
                unused_last: last,
                open: candle.open,
                close: candle.close,
                high: candle.high,
                low: candle.low,
                unused_volume: Decimal::ZERO,
                points: candle.points,
                closed: label.is_closed,
                unused_quote_volume: Decimal::ZERO,
                unused_taker_buy_volume: Decimal::ZERO,
                unused_taker_buy_quote_volume: Decimal::ZERO,
                unused: Decimal::ZERO,
            },
        });
    }
    encode::<MarkPriceKlines>(&MarkPriceKlineUpdate {
        event_time: label.event_time,
        pair: pair(label.contract),
        kline: MarkPriceKline {
            open_time: candle.open_time,
            close_time: candle.close_time,
            symbol: symbol(label.contract),
            interval: label.interval.clone(),
            unused_first: first,
            unused_last: last,
            open: candle.open,
            close: candle.close,
            high: candle.high,
            low: candle.low,
            unused_volume: Decimal::ZERO,
            points: candle.points,
            closed: label.is_closed,
            unused_quote_volume: Decimal::ZERO,
            unused_taker_buy_volume: Decimal::ZERO,
            unused_taker_buy_quote_volume: Decimal::ZERO,
            unused: Decimal::ZERO,
        },
    })
}

#[cfg(not(feature = "coinm"))]
fn price_event(_: Channel, _: &Label<'_>, _: PriceCandle, _: i64) -> Option<String> {
    None
}

/// Writes candlesticks of trades. Those of the products have the same fields by other names.
macro_rules! product {
    ($product:ident, $volume:ident, $value:ident, $buy_volume:ident, $buy_value:ident) => {
        mod $product {
            use super::{Candle, Channel, Decimal, Label, encode, pair, symbol};
            use crate::types::ContractType;
            use crate::$product::events::{
                ContinuousKline, ContinuousKlineUpdate, KlineUpdate, StreamKline,
            };
            use crate::$product::streams::{ContinuousKlines, Klines};

            pub(super) fn event(
                channel: Channel,
                label: Label<'_>,
                candle: Candle,
            ) -> Option<String> {
                let contract = label.contract;
                let (first, last) = candle.ids.unzip();
                if channel == Channel::ContinuousKlines {
                    return encode::<ContinuousKlines>(&ContinuousKlineUpdate {
                        event_time: label.event_time,
                        pair: pair(contract),
                        contract_type: contract
                            .contract_type
                            .clone()
                            .unwrap_or(ContractType::Perpetual),
                        kline: ContinuousKline {
                            open_time: candle.open_time,
                            close_time: candle.close_time,
                            interval: label.interval,
                            first_update_id: first,
                            last_update_id: last,
                            open: candle.open,
                            close: candle.close,
                            high: candle.high,
                            low: candle.low,
                            $volume: candle.volume,
                            trades: candle.trades,
                            closed: label.is_closed,
                            $value: candle.value,
                            $buy_volume: candle.taker_buy_volume,
                            $buy_value: candle.taker_buy_value,
                            unused: Decimal::ZERO,
                        },
                    });
                }
                encode::<Klines>(&KlineUpdate {
                    event_time: label.event_time,
                    symbol: symbol(contract),
                    kline: StreamKline {
                        open_time: candle.open_time,
                        close_time: candle.close_time,
                        symbol: symbol(contract),
                        interval: label.interval,
                        first_trade_id: first,
                        last_trade_id: last,
                        open: candle.open,
                        close: candle.close,
                        high: candle.high,
                        low: candle.low,
                        $volume: candle.volume,
                        trades: candle.trades,
                        closed: label.is_closed,
                        $value: candle.value,
                        $buy_volume: candle.taker_buy_volume,
                        $buy_value: candle.taker_buy_value,
                        unused: Decimal::ZERO,
                    },
                })
            }
        }
    };
}

#[cfg(feature = "usdm")]
product!(
    usdm,
    volume,
    quote_volume,
    taker_buy_volume,
    taker_buy_quote_volume
);
#[cfg(feature = "coinm")]
product!(
    coinm,
    contracts,
    base_volume,
    taker_buy_contracts,
    taker_buy_base_volume
);
