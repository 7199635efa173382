//! Events about which the market knows nothing: liquidations, contract information, indexes and sessions. They are made from the samples
//! of the spec.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::feed::{Feed, Moment, Period, encode, next_border, pair, symbol, symbol_type};
use super::topic::{Channel, StreamTopic};
use crate::mock::market::{Change, Contract, Market, MarketEvent};
use crate::types::{
    ContractInfoUpdate, LiquidationOrder, LiquidationOrderUpdate, OrderStatus, OrderType, Side,
    TimeInForce, Timestamp,
};

/// Milliseconds between two events of the contract information.
const CONTRACT_INFO_INTERVAL: i64 = 3_600_000;

/// Liquidation orders: a small one of each contract, each minute.
#[derive(Debug)]
pub(super) struct LiquidationFeed {
    is_list: bool,
    contracts: Vec<Arc<Contract>>,
    interval: i64,
    changed: BTreeSet<usize>,
    due: Option<i64>,
}

impl LiquidationFeed {
    pub(super) fn new(topic: StreamTopic) -> Self {
        Self {
            is_list: topic.channel == Channel::AllLiquidations,
            contracts: topic.contracts,
            interval: topic.interval.unwrap_or(1000),
            changed: BTreeSet::new(),
            due: None,
        }
    }
}

impl Feed for LiquidationFeed {
    fn follow(&mut self, event: &MarketEvent) {
        let index = event.contract.index;
        let is_own = self.contracts.iter().any(|own| own.index == index);
        if is_own && matches!(event.change, Change::Candle(_)) {
            self.changed.insert(index);
            if self.due.is_none() {
                self.due = Some(next_border(event.time.as_millis(), self.interval, 0));
            }
        }
    }

    fn due(&self) -> Option<i64> {
        self.due
    }

    fn publish(&mut self, market: &mut Market, moment: Moment) -> Vec<String> {
        self.due = None;
        let changed = std::mem::take(&mut self.changed);
        let contracts = self.contracts.iter();
        let liquidated = contracts.filter(|contract| changed.contains(&contract.index));
        let events = liquidated.filter_map(|contract| {
            let update = liquidation(contract, market, moment);
            encode_liquidation(contract, update, self.is_list)
        });
        events.collect()
    }
}

fn liquidation(contract: &Contract, market: &Market, moment: Moment) -> LiquidationOrderUpdate {
    let quantity = contract.step.size();
    let price = market.last_price(contract);
    LiquidationOrderUpdate {
        event_time: moment.event_time,
        order: LiquidationOrder {
            symbol: symbol(contract),
            pair: Some(pair(contract)),
            side: Side::Sell,
            order_type: OrderType::Limit,
            time_in_force: TimeInForce::Ioc,
            original_quantity: quantity,
            original_price: price,
            average_price: price,
            status: OrderStatus::Filled,
            last_filled_quantity: quantity,
            executed_quantity: quantity,
            trade_time: Timestamp::from_millis(moment.now),
            product: Some(symbol_type(contract)),
        },
        pair: Some(pair(contract)),
        product: Some(symbol_type(contract)),
    }
}

fn encode_liquidation(
    contract: &Contract,
    update: LiquidationOrderUpdate,
    is_list: bool,
) -> Option<String> {
    match (contract.product, is_list) {
        // Despite the name of the topic, frames are single objects.
        #[cfg(feature = "usdm")]
        ("usdm", true) => encode::<crate::usdm::streams::AllLiquidations>(&vec![update]),
        #[cfg(feature = "usdm")]
        ("usdm", false) => encode::<crate::usdm::streams::Liquidations>(&update),
        #[cfg(feature = "coinm")]
        ("coinm", true) => encode::<crate::coinm::streams::AllLiquidations>(&vec![update]),
        #[cfg(feature = "coinm")]
        ("coinm", false) => encode::<crate::coinm::streams::Liquidations>(&update),
        _ => None,
    }
}

/// The state of all contracts, each hour.
#[derive(Debug)]
pub(super) struct ContractInfoFeed {
    contracts: Vec<Arc<Contract>>,
    period: Period,
}

impl ContractInfoFeed {
    pub(super) fn new(topic: StreamTopic, now: i64) -> Self {
        Self {
            contracts: topic.contracts,
            period: Period::new(Some(CONTRACT_INFO_INTERVAL), now),
        }
    }
}

impl Feed for ContractInfoFeed {
    fn follow(&mut self, _: &MarketEvent) {}

    fn due(&self) -> Option<i64> {
        Some(self.period.due())
    }

    fn publish(&mut self, _: &mut Market, moment: Moment) -> Vec<String> {
        self.period.advance(moment.now);
        let contracts = self.contracts.iter();
        let events = contracts.filter_map(|contract| {
            let time = |name: &str| contract.entry.text(name)?.parse().ok();
            let update = ContractInfoUpdate {
                event_time: moment.event_time,
                symbol: symbol(contract),
                pair: Some(pair(contract)),
                contract_type: contract.contract_type.clone(),
                delivery_date: time("deliveryDate").map(Timestamp::from_millis),
                onboard_date: Timestamp::from_millis(time("onboardDate").unwrap_or(0)),
                status: contract.status.clone(),
                brackets: None,
                product: Some(symbol_type(contract)),
            };
            encode_contract_info(contract, &update)
        });
        events.collect()
    }

    fn thin_out(&mut self, until: i64, limit: i64) {
        self.period.thin_out(until, limit);
    }
}

fn encode_contract_info(contract: &Contract, update: &ContractInfoUpdate) -> Option<String> {
    match contract.product {
        #[cfg(feature = "usdm")]
        "usdm" => encode::<crate::usdm::streams::ContractInfo>(update),
        #[cfg(feature = "coinm")]
        "coinm" => encode::<crate::coinm::streams::ContractInfo>(update),
        _ => None,
    }
}

/// The sample of a topic with the current time, at each interval.
#[derive(Debug)]
pub(super) struct SampleFeed {
    channel: Channel,
    subject: String,
    period: Period,
}

impl SampleFeed {
    pub(super) fn new(topic: StreamTopic, now: i64) -> Self {
        Self {
            channel: topic.channel,
            subject: topic.subject,
            period: Period::new(topic.interval, now),
        }
    }
}

impl Feed for SampleFeed {
    fn follow(&mut self, _: &MarketEvent) {}

    fn due(&self) -> Option<i64> {
        Some(self.period.due())
    }

    fn publish(&mut self, _: &mut Market, moment: Moment) -> Vec<String> {
        self.period.advance(moment.now);
        let event = sample(self.channel, &self.subject, moment);
        event.into_iter().collect()
    }

    fn thin_out(&mut self, until: i64, limit: i64) {
        self.period.thin_out(until, limit);
    }
}

/// Only USDⓈ-M has these topics. `None` if the sample is about another symbol.
#[cfg(feature = "usdm")]
fn sample(channel: Channel, subject: &str, moment: Moment) -> Option<String> {
    use crate::usdm::streams::{AllAssetIndexes, AssetIndex, CompositeIndex, TradingSession};
    match channel {
        Channel::CompositeIndex => {
            let mut event = decode_sample::<CompositeIndex>("composite_index")?;
            event.event_time = moment.event_time;
            let is_known = event.symbol.as_str() == subject;
            is_known.then(|| encode::<CompositeIndex>(&event)).flatten()
        }
        Channel::AllAssetIndexes => {
            let mut events = decode_sample::<AllAssetIndexes>("all_asset_indexes")?;
            for event in &mut events {
                event.event_time = moment.event_time;
            }
            encode::<AllAssetIndexes>(&events)
        }
        Channel::AssetIndex => {
            let events = decode_sample::<AllAssetIndexes>("all_asset_indexes")?;
            let mut events = events.into_iter();
            let mut event = events.find(|event| event.symbol.as_str() == subject)?;
            event.event_time = moment.event_time;
            encode::<AssetIndex>(&event)
        }
        _ => {
            let mut event = decode_sample::<TradingSession>("trading_session")?;
            let day = 24 * 3_600_000;
            let start = moment.now.div_euclid(day) * day;
            event.event_time = moment.event_time;
            event.start_time = Timestamp::from_millis(start);
            event.end_time = Timestamp::from_millis(start + day);
            encode::<TradingSession>(&event)
        }
    }
}

#[cfg(not(feature = "usdm"))]
fn sample(_: Channel, _: &str, _: Moment) -> Option<String> {
    None
}

#[cfg(feature = "usdm")]
fn decode_sample<T: crate::topic::Topic>(id: &str) -> Option<T::Event> {
    let mut operations = crate::registry::operations();
    let operation = operations.find(|operation| {
        operation.kind == crate::registry::Kind::Stream
            && operation.product == "usdm"
            && operation.id == id
    })?;
    crate::decode::from_str::<T::Event, T::Wire>(operation.sample).ok()
}
