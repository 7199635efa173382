//! Trades and aggregate trades.

use std::collections::VecDeque;
use std::sync::Arc;

use super::feed::{Feed, Moment, encode, symbol, symbol_type};
use super::topic::StreamTopic;
use super::variation::Variation;
use crate::mock::market::{AggregateTrade, Change, Contract, Market, MarketEvent, Trade, Window};
use crate::types::Side;

/// Time after which an aggregate trade is complete, in milliseconds.
const AGGREGATE_TIME: i64 = 100;

/// The trades of a contract, each when it happens.
#[derive(Debug)]
pub(super) struct TradeFeed {
    contract: Option<Arc<Contract>>,
    trades: VecDeque<Trade>,
}

impl TradeFeed {
    pub(super) fn new(topic: StreamTopic) -> Self {
        Self {
            contract: topic.contracts.into_iter().next(),
            trades: VecDeque::new(),
        }
    }
}

impl Feed for TradeFeed {
    fn follow(&mut self, event: &MarketEvent) {
        self.trades.extend(trade_of(event, self.contract.as_ref()));
    }

    fn due(&self) -> Option<i64> {
        self.trades.front().map(|trade| trade.time.as_millis())
    }

    fn publish(&mut self, _: &mut Market, moment: Moment) -> Vec<String> {
        let trades = std::mem::take(&mut self.trades);
        let contract = self.contract.as_ref();
        let events = trades.iter().filter_map(|trade| {
            let contract = contract?;
            match contract.product {
                #[cfg(feature = "usdm")]
                "usdm" => usdm::trade(contract, trade, moment),
                #[cfg(feature = "coinm")]
                "coinm" => coinm::trade(contract, trade, moment),
                _ => None,
            }
        });
        events.collect()
    }
}

/// The aggregate trades of a contract, each once no trade can join it.
#[derive(Debug)]
pub(super) struct AggregateFeed {
    contract: Option<Arc<Contract>>,
    /// Id of each aggregate trade, and when it is due.
    open: VecDeque<(u64, i64)>,
    delay: i64,
}

impl AggregateFeed {
    pub(super) fn new(topic: StreamTopic, variation: Variation) -> Self {
        Self {
            contract: topic.contracts.into_iter().next(),
            open: VecDeque::new(),
            delay: AGGREGATE_TIME + variation.delay(),
        }
    }
}

impl Feed for AggregateFeed {
    fn follow(&mut self, event: &MarketEvent) {
        let Some(trade) = trade_of(event, self.contract.as_ref()) else {
            return;
        };
        let last = self.open.back().map(|(id, _)| *id);
        if last != Some(trade.aggregate_id) {
            let due = trade.time.as_millis().saturating_add(self.delay);
            self.open.push_back((trade.aggregate_id, due));
        }
    }

    fn due(&self) -> Option<i64> {
        self.open.front().map(|(_, due)| *due)
    }

    fn publish(&mut self, market: &mut Market, moment: Moment) -> Vec<String> {
        let mut events = Vec::new();
        let Some(contract) = &self.contract else {
            return events;
        };
        while let Some((id, due)) = self.open.front().copied()
            && due <= moment.now
        {
            self.open.pop_front();
            let window = Window {
                limit: 1,
                ..Window::default()
            };
            let found = market.aggregate_trades(contract, Some(id), &window);
            let trade = found.first().filter(|trade| trade.id == id);
            events.extend(trade.and_then(|trade| aggregate(contract, trade, moment)));
        }
        events
    }
}

fn aggregate(contract: &Contract, trade: &AggregateTrade, moment: Moment) -> Option<String> {
    match contract.product {
        #[cfg(feature = "usdm")]
        "usdm" => usdm::aggregate(contract, trade, moment),
        #[cfg(feature = "coinm")]
        "coinm" => coinm::aggregate(contract, trade, moment),
        _ => None,
    }
}

/// Returns the trade of an event, if it is one of the contract.
fn trade_of(event: &MarketEvent, contract: Option<&Arc<Contract>>) -> Option<Trade> {
    match &event.change {
        Change::Trade(trade) if contract?.index == event.contract.index => Some(trade.clone()),
        _ => None,
    }
}

/// The events of both products have the same fields, but not the same types.
macro_rules! product {
    ($product:ident) => {
        mod $product {
            use super::{AggregateTrade, Contract, Moment, Side, Trade};
            use super::{encode, symbol, symbol_type};
            use crate::types::TradeKind;
            use crate::$product::events::{AggTrade, TradeUpdate};
            use crate::$product::streams::{AggTrades, Trades};

            pub(super) fn trade(
                contract: &Contract,
                trade: &Trade,
                moment: Moment,
            ) -> Option<String> {
                encode::<Trades>(&TradeUpdate {
                    event_time: moment.event_time,
                    trade_time: trade.time,
                    symbol: symbol(contract),
                    id: trade.id,
                    price: trade.price,
                    quantity: trade.quantity,
                    kind: TradeKind::Market,
                    buyer_is_maker: trade.taker == Side::Sell,
                    pair: None,
                    product: Some(symbol_type(contract)),
                })
            }

            pub(super) fn aggregate(
                contract: &Contract,
                trade: &AggregateTrade,
                moment: Moment,
            ) -> Option<String> {
                encode::<AggTrades>(&AggTrade {
                    event_time: moment.event_time,
                    symbol: symbol(contract),
                    id: Some(trade.id),
                    price: trade.price,
                    quantity: trade.quantity,
                    quantity_without_rpi: Some(trade.quantity),
                    first_trade_id: trade.ids.0,
                    last_trade_id: trade.ids.1,
                    trade_time: trade.time,
                    buyer_is_maker: trade.taker == Side::Sell,
                    product: Some(symbol_type(contract)),
                })
            }
        }
    };
}

#[cfg(feature = "usdm")]
product!(usdm);
#[cfg(feature = "coinm")]
product!(coinm);
