//! The feeds of all topics that connections are subscribed to.

use std::collections::BTreeMap;

use super::feed::{Feed, Moment};
use super::topic::{Channel, StreamTopic};
use super::variation::Variation;
use super::{book, candles, prices, samples, tickers, trades};
use crate::mock::market::{Market, MarketEvent};
use crate::types::Timestamp;

/// Maximum number of periodic events of a topic that are published when the time advances at once.
const MAX_PERIODIC_EVENTS: i64 = 1000;

/// What determines the events of a topic. Connections with the same key receive the same events.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FeedKey {
    /// Product of the connection.
    pub(super) product: &'static str,
    /// URL group of the connection.
    pub(super) group: Option<&'static str>,
    /// Differences between connections.
    pub(super) variation: Variation,
    /// Name of the topic.
    pub(super) name: String,
}

/// Publishes the events of the topics that connections are subscribed to, in the order of their times.
#[derive(Debug, Default)]
pub(super) struct Publisher {
    feeds: BTreeMap<FeedKey, Subscribed>,
}

#[derive(Debug)]
struct Subscribed {
    feed: Box<dyn Feed>,
    subscribers: usize,
}

impl Publisher {
    /// Adds a subscriber of a topic. Nothing is published for a topic that the market has no data for.
    pub(super) fn subscribe(&mut self, key: FeedKey, market: &Market) {
        if let Some(subscribed) = self.feeds.get_mut(&key) {
            subscribed.subscribers += 1;
            return;
        }
        let topic = StreamTopic::resolve(key.product, key.group, &key.name, market);
        if let Some(topic) = topic {
            let feed = open(topic, key.variation, market);
            let subscribers = 1;
            self.feeds.insert(key, Subscribed { feed, subscribers });
        }
    }

    /// Removes a subscriber of a topic.
    pub(super) fn unsubscribe(&mut self, key: &FeedKey) {
        if let Some(subscribed) = self.feeds.get_mut(key) {
            subscribed.subscribers = subscribed.subscribers.saturating_sub(1);
            if subscribed.subscribers == 0 {
                self.feeds.remove(key);
            }
        }
    }

    /// Follows an event of the market.
    pub(super) fn follow(&mut self, event: &MarketEvent) {
        for subscribed in self.feeds.values_mut() {
            subscribed.feed.follow(event);
        }
    }

    /// Returns the time at which the next event is due, in milliseconds.
    pub(super) fn due(&self) -> Option<i64> {
        let dues = self.feeds.values();
        dues.filter_map(|subscribed| subscribed.feed.due()).min()
    }

    /// Prepares for an advance to a time: of the periodic events until then, only the last ones are published.
    pub(super) fn thin_out(&mut self, until: i64) {
        for subscribed in self.feeds.values_mut() {
            subscribed.feed.thin_out(until, MAX_PERIODIC_EVENTS);
        }
    }

    /// Publishes what is due at the time of the market.
    pub(super) fn publish(&mut self, market: &mut Market, mut publish: impl FnMut(&FeedKey, &str)) {
        let now = market.now().as_millis();
        for (key, subscribed) in &mut self.feeds {
            if subscribed.feed.due().is_none_or(|due| due > now) {
                continue;
            }
            let delayed = now.saturating_add(key.variation.delay());
            let moment = Moment {
                now,
                event_time: Timestamp::from_millis(delayed),
            };
            for event in subscribed.feed.publish(market, moment) {
                publish(key, &event);
            }
        }
    }
}

/// Returns the feed of a topic. It begins with what happens after the time of the market.
fn open(topic: StreamTopic, variation: Variation, market: &Market) -> Box<dyn Feed> {
    let now = market.now().as_millis();
    match topic.channel {
        Channel::Trades => Box::new(trades::TradeFeed::new(topic)),
        Channel::AggTrades => Box::new(trades::AggregateFeed::new(topic, variation)),
        Channel::DiffDepth | Channel::RpiDepth => {
            Box::new(book::DiffFeed::new(topic, variation, market))
        }
        Channel::PartialDepth => Box::new(book::SnapshotFeed::new(topic, variation, market)),
        Channel::BookTickers | Channel::AllBookTickers => {
            Box::new(book::TickerFeed::new(topic, market))
        }
        Channel::MarkPrice | Channel::AllMarkPrices | Channel::PairMarkPrices => {
            Box::new(prices::MarkPriceFeed::new(topic, now))
        }
        Channel::IndexPrice => Box::new(prices::IndexPriceFeed::new(topic, now)),
        Channel::Klines
        | Channel::ContinuousKlines
        | Channel::IndexPriceKlines
        | Channel::MarkPriceKlines => Box::new(candles::CandleFeed::new(topic, variation, now)),
        Channel::Tickers | Channel::MiniTickers | Channel::AllTickers | Channel::AllMiniTickers => {
            Box::new(tickers::TickerFeed::new(topic, variation))
        }
        Channel::Liquidations | Channel::AllLiquidations => {
            Box::new(samples::LiquidationFeed::new(topic))
        }
        Channel::ContractInfo => Box::new(samples::ContractInfoFeed::new(topic, now)),
        Channel::AllAssetIndexes
        | Channel::AssetIndex
        | Channel::CompositeIndex
        | Channel::TradingSession => Box::new(samples::SampleFeed::new(topic, now)),
    }
}
