//! Mark prices and index prices.

use std::sync::Arc;

use super::feed::{Feed, Moment, Period, encode, pair, symbol, symbol_type};
use super::topic::{Channel, StreamTopic};
use crate::mock::market::{Contract, Market, MarketEvent};
use crate::types::{ContractType, MarkPriceUpdate};

/// The mark prices of contracts, at each interval.
#[derive(Debug)]
pub(super) struct MarkPriceFeed {
    channel: Channel,
    contracts: Vec<Arc<Contract>>,
    period: Period,
}

impl MarkPriceFeed {
    pub(super) fn new(topic: StreamTopic, now: i64) -> Self {
        Self {
            channel: topic.channel,
            contracts: topic.contracts,
            period: Period::new(topic.interval, now),
        }
    }

    fn encode(&self, updates: Vec<MarkPriceUpdate>) -> Option<String> {
        if updates.is_empty() {
            return None;
        }
        let product = self.contracts.first()?.product;
        match (self.channel, product) {
            #[cfg(feature = "usdm")]
            (Channel::AllMarkPrices, _) => encode::<crate::usdm::streams::AllMarkPrices>(&updates),
            #[cfg(feature = "coinm")]
            (Channel::PairMarkPrices, _) => {
                encode::<crate::coinm::streams::PairMarkPrices>(&updates)
            }
            #[cfg(feature = "usdm")]
            (_, "usdm") => encode::<crate::usdm::streams::MarkPrice>(updates.first()?),
            #[cfg(feature = "coinm")]
            (_, "coinm") => encode::<crate::coinm::streams::MarkPrice>(updates.first()?),
            _ => None,
        }
    }
}

impl Feed for MarkPriceFeed {
    fn follow(&mut self, _: &MarketEvent) {}

    fn due(&self) -> Option<i64> {
        Some(self.period.due())
    }

    fn publish(&mut self, market: &mut Market, moment: Moment) -> Vec<String> {
        self.period.advance(moment.now);
        // Contracts on stocks and commodities come in a frame of their own.
        let is_traditional = |contract: &&Arc<Contract>| {
            contract.contract_type == Some(ContractType::TradifiPerpetual)
        };
        let contracts = self.contracts.iter();
        let (traditional, others): (Vec<_>, Vec<_>) = contracts.partition(is_traditional);
        let frames = [others, traditional].into_iter().filter_map(|contracts| {
            let updates = contracts.into_iter();
            let updates = updates.map(|contract| mark_price(contract, market, moment));
            self.encode(updates.collect())
        });
        frames.collect()
    }

    fn thin_out(&mut self, until: i64, limit: i64) {
        self.period.thin_out(until, limit);
    }
}

fn mark_price(contract: &Contract, market: &Market, moment: Moment) -> MarkPriceUpdate {
    let mark_price = market.mark_price(contract);
    let index_price = market.index_price(contract);
    MarkPriceUpdate {
        event_time: moment.event_time,
        symbol: symbol(contract),
        mark_price,
        mark_price_average: Some(mark_price),
        estimated_settle_price: Some(index_price),
        index_price: Some(index_price),
        last_funding_rate: market.funding_rate(contract),
        next_funding_time: market.next_funding_time(contract),
        product: Some(symbol_type(contract)),
    }
}

/// The index price of a pair, at each interval.
#[derive(Debug)]
pub(super) struct IndexPriceFeed {
    contract: Option<Arc<Contract>>,
    period: Period,
}

impl IndexPriceFeed {
    pub(super) fn new(topic: StreamTopic, now: i64) -> Self {
        Self {
            contract: topic.contracts.into_iter().next(),
            period: Period::new(topic.interval, now),
        }
    }
}

impl Feed for IndexPriceFeed {
    fn follow(&mut self, _: &MarketEvent) {}

    fn due(&self) -> Option<i64> {
        Some(self.period.due())
    }

    fn publish(&mut self, market: &mut Market, moment: Moment) -> Vec<String> {
        self.period.advance(moment.now);
        let contract = self.contract.as_ref();
        let event = contract.and_then(|contract| index_price(contract, market, moment));
        event.into_iter().collect()
    }

    fn thin_out(&mut self, until: i64, limit: i64) {
        self.period.thin_out(until, limit);
    }
}

#[cfg(feature = "coinm")]
fn index_price(contract: &Contract, market: &Market, moment: Moment) -> Option<String> {
    encode::<crate::coinm::streams::IndexPrice>(&crate::coinm::events::IndexPriceUpdate {
        event_time: moment.event_time,
        pair: pair(contract),
        index_price: market.index_price(contract),
    })
}

/// Only COIN-M has the topic.
#[cfg(not(feature = "coinm"))]
fn index_price(_: &Contract, _: &Market, _: Moment) -> Option<String> {
    None
}
