//! Order books: changes, snapshots, and best prices.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::feed::{Feed, Moment, encode, next_border, pair, symbol, symbol_type};
use super::topic::{Channel, StreamTopic};
use super::variation::Variation;
use crate::mock::market::{Book, Change, Contract, Level, Market, MarketEvent};
use crate::types::{Decimal, PriceLevel};

/// When the batches of a book end.
#[derive(Debug)]
struct Batches {
    interval: i64,
    offset: i64,
    due: Option<i64>,
}

impl Batches {
    fn new(topic: &StreamTopic, variation: Variation) -> Self {
        let interval = topic.interval.unwrap_or(1);
        Self {
            interval,
            offset: variation.offset(interval),
            due: None,
        }
    }

    fn follow(&mut self, event: &MarketEvent, contract: &Contract) {
        let is_change = matches!(event.change, Change::Book { .. });
        if is_change && event.contract.index == contract.index && self.due.is_none() {
            let time = event.time.as_millis();
            self.due = Some(next_border(time, self.interval, self.offset));
        }
    }
}

/// The changes of a book since the event before.
#[derive(Debug)]
pub(super) struct DiffFeed {
    contract: Option<Arc<Contract>>,
    is_rpi: bool,
    batches: Batches,
    published: Option<Book>,
}

/// The changes of a book between two moments.
struct Difference {
    book: Book,
    previous_id: u64,
    bids: Vec<PriceLevel>,
    asks: Vec<PriceLevel>,
}

impl DiffFeed {
    pub(super) fn new(topic: StreamTopic, variation: Variation, market: &Market) -> Self {
        let batches = Batches::new(&topic, variation);
        let contract = topic.contracts.into_iter().next();
        Self {
            published: contract.as_ref().map(|contract| market.book(contract)),
            contract,
            is_rpi: topic.channel == Channel::RpiDepth,
            batches,
        }
    }
}

impl Feed for DiffFeed {
    fn follow(&mut self, event: &MarketEvent) {
        if let Some(contract) = &self.contract {
            self.batches.follow(event, contract);
        }
    }

    fn due(&self) -> Option<i64> {
        self.batches.due
    }

    fn publish(&mut self, market: &mut Market, moment: Moment) -> Vec<String> {
        self.batches.due = None;
        let Some(contract) = &self.contract else {
            return Vec::new();
        };
        let book = market.book(contract);
        let Some(before) = self.published.replace(book.clone()) else {
            return Vec::new();
        };
        if before.update_id == book.update_id {
            return Vec::new();
        }
        let difference = Difference {
            previous_id: before.update_id,
            bids: changes(&before.bids, &book.bids),
            asks: changes(&before.asks, &book.asks),
            book,
        };
        let event = match contract.product {
            #[cfg(feature = "usdm")]
            "usdm" if self.is_rpi => usdm::rpi_difference(contract, difference, moment),
            #[cfg(feature = "usdm")]
            "usdm" => usdm::difference(contract, difference, moment),
            #[cfg(feature = "coinm")]
            "coinm" => coinm::difference(contract, difference, moment),
            _ => None,
        };
        event.into_iter().collect()
    }
}

/// Returns the new quantities of the price levels that changed. A level that is gone has the quantity 0.
fn changes(before: &[Level], after: &[Level]) -> Vec<PriceLevel> {
    let old: BTreeMap<Decimal, Decimal> = by_price(before);
    let new: BTreeMap<Decimal, Decimal> = by_price(after);
    let changed = after
        .iter()
        .filter(|level| old.get(&level.price) != Some(&level.quantity));
    let gone = before
        .iter()
        .filter(|level| !new.contains_key(&level.price))
        .map(|level| Level {
            quantity: Decimal::new(0, level.quantity.scale()),
            ..*level
        });
    price_levels(changed.copied().chain(gone))
}

fn by_price(levels: &[Level]) -> BTreeMap<Decimal, Decimal> {
    let levels = levels.iter();
    levels.map(|level| (level.price, level.quantity)).collect()
}

fn price_levels(levels: impl Iterator<Item = Level>) -> Vec<PriceLevel> {
    let levels = levels.map(|level| PriceLevel {
        price: level.price,
        quantity: level.quantity,
    });
    levels.collect()
}

/// The best price levels of a book, whenever it changed.
#[derive(Debug)]
pub(super) struct SnapshotFeed {
    contract: Option<Arc<Contract>>,
    levels: usize,
    batches: Batches,
    published: Option<u64>,
}

impl SnapshotFeed {
    pub(super) fn new(topic: StreamTopic, variation: Variation, market: &Market) -> Self {
        let batches = Batches::new(&topic, variation);
        let contract = topic.contracts.into_iter().next();
        let book = contract.as_ref().map(|contract| market.book(contract));
        Self {
            published: book.map(|book| book.update_id),
            contract,
            levels: topic.levels,
            batches,
        }
    }
}

impl Feed for SnapshotFeed {
    fn follow(&mut self, event: &MarketEvent) {
        if let Some(contract) = &self.contract {
            self.batches.follow(event, contract);
        }
    }

    fn due(&self) -> Option<i64> {
        self.batches.due
    }

    fn publish(&mut self, market: &mut Market, moment: Moment) -> Vec<String> {
        self.batches.due = None;
        let Some(contract) = &self.contract else {
            return Vec::new();
        };
        let book = market.book(contract);
        let previous = self.published.replace(book.update_id);
        if previous == Some(book.update_id) {
            return Vec::new();
        }
        let best = |levels: &[Level]| price_levels(levels.iter().take(self.levels).copied());
        let event = crate::types::DepthSnapshot {
            event_time: moment.event_time,
            transaction_time: Some(book.time),
            symbol: symbol(contract),
            pair: Some(pair(contract)),
            first_update_id: previous.map_or(book.update_id, |id| id.saturating_add(1)),
            last_update_id: book.update_id,
            previous_update_id: previous,
            bids: best(&book.bids),
            asks: best(&book.asks),
            product: Some(symbol_type(contract)),
        };
        let event = match contract.product {
            #[cfg(feature = "usdm")]
            "usdm" => encode::<crate::usdm::streams::PartialDepth>(&event),
            #[cfg(feature = "coinm")]
            "coinm" => encode::<crate::coinm::streams::PartialDepth>(&event),
            _ => None,
        };
        event.into_iter().collect()
    }
}

/// The best prices of contracts, whenever they changed.
#[derive(Debug)]
pub(super) struct TickerFeed {
    contracts: BTreeMap<usize, Arc<Contract>>,
    /// Milliseconds between events. `None`: at each change.
    interval: Option<i64>,
    changed: BTreeSet<usize>,
    due: Option<i64>,
    published: BTreeMap<usize, [Option<Level>; 2]>,
}

impl TickerFeed {
    pub(super) fn new(topic: StreamTopic, market: &Market) -> Self {
        let contracts = topic.contracts.into_iter();
        let contracts: BTreeMap<usize, Arc<Contract>> = contracts
            .map(|contract| (contract.index, contract))
            .collect();
        let published = contracts.iter();
        let published = published.map(|(index, contract)| (*index, best(&market.book(contract))));
        Self {
            published: published.collect(),
            contracts,
            interval: topic.interval,
            changed: BTreeSet::new(),
            due: None,
        }
    }
}

impl Feed for TickerFeed {
    fn follow(&mut self, event: &MarketEvent) {
        let index = event.contract.index;
        if !matches!(event.change, Change::Book { .. }) || !self.contracts.contains_key(&index) {
            return;
        }
        self.changed.insert(index);
        let time = event.time.as_millis();
        let due = self
            .interval
            .map_or(time, |interval| next_border(time, interval, 0));
        self.due = Some(self.due.map_or(due, |earlier| earlier.min(due)));
    }

    fn due(&self) -> Option<i64> {
        self.due
    }

    fn publish(&mut self, market: &mut Market, moment: Moment) -> Vec<String> {
        self.due = None;
        let mut events = Vec::new();
        for index in std::mem::take(&mut self.changed) {
            let Some(contract) = self.contracts.get(&index) else {
                continue;
            };
            let book = market.book(contract);
            let levels = best(&book);
            if self.published.insert(index, levels) != Some(levels) {
                events.extend(ticker(contract, &book, moment));
            }
        }
        events
    }
}

fn best(book: &Book) -> [Option<Level>; 2] {
    [book.bids.first().copied(), book.asks.first().copied()]
}

fn ticker(contract: &Contract, book: &Book, moment: Moment) -> Option<String> {
    let price = |level: Option<Level>| level.map_or(Decimal::ZERO, |level| level.price);
    let quantity = |level: Option<Level>| level.map_or(Decimal::ZERO, |level| level.quantity);
    let [bid, ask] = best(book);
    let event = crate::types::BookTickerUpdate {
        last_update_id: book.update_id,
        event_time: Some(moment.event_time),
        transaction_time: Some(book.time),
        symbol: symbol(contract),
        pair: Some(pair(contract)),
        bid_price: price(bid),
        bid_quantity: quantity(bid),
        ask_price: price(ask),
        ask_quantity: quantity(ask),
        product: Some(symbol_type(contract)),
    };
    match contract.product {
        #[cfg(feature = "usdm")]
        "usdm" => encode::<crate::usdm::streams::BookTickers>(&event),
        #[cfg(feature = "coinm")]
        "coinm" => encode::<crate::coinm::streams::BookTickers>(&event),
        _ => None,
    }
}

#[cfg(feature = "usdm")]
mod usdm {
    use super::{Contract, Difference, Moment, encode, pair, symbol, symbol_type};
    use crate::usdm::events::{DepthUpdate, RpiDepthUpdate};
    use crate::usdm::streams::{DiffDepth, RpiDepth};

    pub(super) fn difference(
        contract: &Contract,
        difference: Difference,
        moment: Moment,
    ) -> Option<String> {
        encode::<DiffDepth>(&DepthUpdate {
            event_time: moment.event_time,
            transaction_time: Some(difference.book.time),
            symbol: symbol(contract),
            pair: Some(pair(contract)),
            first_update_id: difference.previous_id.saturating_add(1),
            last_update_id: difference.book.update_id,
            previous_update_id: difference.previous_id,
            bids: difference.bids,
            asks: difference.asks,
            product: Some(symbol_type(contract)),
        })
    }

    pub(super) fn rpi_difference(
        contract: &Contract,
        difference: Difference,
        moment: Moment,
    ) -> Option<String> {
        encode::<RpiDepth>(&RpiDepthUpdate {
            event_time: moment.event_time,
            transaction_time: Some(difference.book.time),
            symbol: symbol(contract),
            pair: Some(pair(contract)),
            first_update_id: difference.previous_id.saturating_add(1),
            last_update_id: difference.book.update_id,
            previous_update_id: difference.previous_id,
            bids: difference.bids,
            asks: difference.asks,
            product: Some(symbol_type(contract)),
        })
    }
}

#[cfg(feature = "coinm")]
mod coinm {
    use super::{Contract, Difference, Moment, encode, pair, symbol, symbol_type};
    use crate::coinm::events::DepthUpdate;
    use crate::coinm::streams::DiffDepth;

    pub(super) fn difference(
        contract: &Contract,
        difference: Difference,
        moment: Moment,
    ) -> Option<String> {
        encode::<DiffDepth>(&DepthUpdate {
            event_time: moment.event_time,
            transaction_time: Some(difference.book.time),
            symbol: symbol(contract),
            pair: pair(contract),
            first_update_id: difference.previous_id.saturating_add(1),
            last_update_id: difference.book.update_id,
            previous_update_id: Some(difference.previous_id),
            bids: difference.bids,
            asks: difference.asks,
            product: Some(symbol_type(contract)),
        })
    }
}
