//! Statistics of the last 24 hours.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::feed::{Feed, Moment, encode, next_border, pair, symbol, symbol_type};
use super::topic::{Channel, StreamTopic};
use super::variation::Variation;
use crate::mock::market::{Change, Contract, Market, MarketEvent};
use crate::mock::operations::market_data::{average_price, change_in_percent};
// Both products have these topics, with the same events.
#[cfg(all(feature = "coinm", not(feature = "usdm")))]
use crate::coinm::streams::{AllMiniTickers, AllTickers};
use crate::types::{MarketMiniTickerUpdate, MarketTickerUpdate};
#[cfg(feature = "usdm")]
use crate::usdm::streams::{AllMiniTickers, AllTickers};

/// The statistics of contracts, whenever they changed.
#[derive(Debug)]
pub(super) struct TickerFeed {
    channel: Channel,
    contracts: BTreeMap<usize, Arc<Contract>>,
    interval: i64,
    offset: i64,
    changed: BTreeSet<usize>,
    due: Option<i64>,
}

impl TickerFeed {
    pub(super) fn new(topic: StreamTopic, variation: Variation) -> Self {
        let interval = topic.interval.unwrap_or(1000);
        let contracts = topic.contracts.into_iter();
        Self {
            channel: topic.channel,
            contracts: contracts
                .map(|contract| (contract.index, contract))
                .collect(),
            interval,
            offset: variation.offset(interval),
            changed: BTreeSet::new(),
            due: None,
        }
    }
}

impl Feed for TickerFeed {
    fn follow(&mut self, event: &MarketEvent) {
        let index = event.contract.index;
        if !matches!(event.change, Change::Trade(_)) || !self.contracts.contains_key(&index) {
            return;
        }
        self.changed.insert(index);
        if self.due.is_none() {
            let time = event.time.as_millis();
            self.due = Some(next_border(time, self.interval, self.offset));
        }
    }

    fn due(&self) -> Option<i64> {
        self.due
    }

    fn publish(&mut self, market: &mut Market, moment: Moment) -> Vec<String> {
        self.due = None;
        let changed = std::mem::take(&mut self.changed);
        let contracts = changed
            .iter()
            .filter_map(|index| self.contracts.get(index).map(Arc::clone));
        let tickers = contracts.map(|contract| {
            let ticker = ticker(&contract, market, moment);
            (contract, ticker)
        });
        let tickers: Vec<_> = tickers.collect();
        self.encode(tickers).into_iter().collect()
    }
}

impl TickerFeed {
    fn encode(&self, tickers: Vec<(Arc<Contract>, MarketTickerUpdate)>) -> Option<String> {
        match self.channel {
            Channel::AllTickers => {
                let tickers: Vec<_> = tickers.into_iter().map(|(_, ticker)| ticker).collect();
                encode_all(&tickers)
            }
            Channel::AllMiniTickers => {
                let tickers: Vec<_> = tickers
                    .into_iter()
                    .map(|(_, ticker)| mini(ticker))
                    .collect();
                encode_all_mini(&tickers)
            }
            channel => {
                let (contract, ticker) = tickers.into_iter().next()?;
                let is_mini = channel == Channel::MiniTickers;
                match contract.product {
                    #[cfg(feature = "usdm")]
                    "usdm" => usdm::encode(ticker, is_mini),
                    #[cfg(feature = "coinm")]
                    "coinm" => coinm::encode(ticker, is_mini),
                    _ => None,
                }
            }
        }
    }
}

#[cfg(any(feature = "usdm", feature = "coinm"))]
fn encode_all(tickers: &Vec<MarketTickerUpdate>) -> Option<String> {
    encode::<AllTickers>(tickers)
}

#[cfg(any(feature = "usdm", feature = "coinm"))]
fn encode_all_mini(tickers: &Vec<MarketMiniTickerUpdate>) -> Option<String> {
    encode::<AllMiniTickers>(tickers)
}

#[cfg(not(any(feature = "usdm", feature = "coinm")))]
fn encode_all(_: &[MarketTickerUpdate]) -> Option<String> {
    None
}

#[cfg(not(any(feature = "usdm", feature = "coinm")))]
fn encode_all_mini(_: &[MarketMiniTickerUpdate]) -> Option<String> {
    None
}

fn ticker(contract: &Contract, market: &mut Market, moment: Moment) -> MarketTickerUpdate {
    let day = market.day(contract);
    let candle = day.candle;
    MarketTickerUpdate {
        event_time: moment.event_time,
        symbol: symbol(contract),
        price_change: candle.close.saturating_sub(candle.open),
        price_change_percent: change_in_percent(candle.open, candle.close),
        weighted_average_price: average_price(contract, &candle),
        last_price: candle.close,
        last_quantity: day
            .last
            .as_ref()
            .map_or(candle.volume, |last| last.quantity),
        open_price: candle.open,
        high_price: candle.high,
        low_price: candle.low,
        volume: candle.volume,
        turnover: candle.value,
        open_time: candle.open_time,
        close_time: candle.close_time,
        first_trade_id: candle.ids.map(|(first, _)| first),
        last_trade_id: candle.ids.map(|(_, last)| last),
        trades: candle.trades,
        pair: Some(pair(contract)),
        product: Some(symbol_type(contract)),
    }
}

fn mini(ticker: MarketTickerUpdate) -> MarketMiniTickerUpdate {
    MarketMiniTickerUpdate {
        event_time: ticker.event_time,
        symbol: ticker.symbol,
        pair: ticker.pair,
        last_price: ticker.last_price,
        open_price: ticker.open_price,
        high_price: ticker.high_price,
        low_price: ticker.low_price,
        volume: ticker.volume,
        turnover: ticker.turnover,
        product: ticker.product,
    }
}

/// Writes the ticker of a contract. The events of the products have the same fields by other names.
macro_rules! product {
    ($product:ident, $volume:ident, $turnover:ident, $pair:expr) => {
        mod $product {
            use super::MarketTickerUpdate;
            use crate::$product::events::{MiniTickerUpdate, TickerUpdate};
            use crate::$product::streams::{MiniTickers, Tickers};

            pub(super) fn encode(ticker: MarketTickerUpdate, is_mini: bool) -> Option<String> {
                if is_mini {
                    return super::encode::<MiniTickers>(&MiniTickerUpdate {
                        event_time: ticker.event_time,
                        symbol: ticker.symbol,
                        last_price: ticker.last_price,
                        open_price: ticker.open_price,
                        high_price: ticker.high_price,
                        low_price: ticker.low_price,
                        $volume: ticker.volume,
                        $turnover: ticker.turnover,
                        pair: $pair(ticker.pair)?,
                        product: ticker.product,
                    });
                }
                super::encode::<Tickers>(&TickerUpdate {
                    event_time: ticker.event_time,
                    symbol: ticker.symbol,
                    price_change: ticker.price_change,
                    price_change_percent: ticker.price_change_percent,
                    weighted_average_price: ticker.weighted_average_price,
                    last_price: ticker.last_price,
                    last_quantity: ticker.last_quantity,
                    open_price: ticker.open_price,
                    high_price: ticker.high_price,
                    low_price: ticker.low_price,
                    $volume: ticker.volume,
                    $turnover: ticker.turnover,
                    open_time: ticker.open_time,
                    close_time: ticker.close_time,
                    first_trade_id: ticker.first_trade_id,
                    last_trade_id: ticker.last_trade_id,
                    trades: ticker.trades,
                    pair: $pair(ticker.pair)?,
                    product: ticker.product,
                })
            }
        }
    };
}

#[cfg(feature = "usdm")]
product!(usdm, volume, quote_volume, Some);
#[cfg(feature = "coinm")]
product!(coinm, contracts, base_volume, std::convert::identity);
