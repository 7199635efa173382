//! Building a subscription.

use std::collections::HashSet;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::Streams;
use super::hub::Placement;
use super::products::Products;
use super::queue::{Buffer, Queue};
use super::shard::Member;
use super::subscription::Subscription;
use crate::error::{Error, InvalidRequest};
use crate::request::Product;
use crate::topic::Subscribable;

/// A subscription that is being built. Created by [`Streams::subscribe`] and [`Streams::subscribe_all`].
///
/// It is awaited: then the exchange has acknowledged and listed all topics. [`open`](Self::open) does not wait.
#[must_use = "a subscription is not made until this is awaited or opened"]
pub struct Subscribe<T: Subscribable> {
    streams: Streams<T::Product>,
    topics: Vec<T>,
    queue: Queue<T>,
    connections: usize,
    topics_per_connection: usize,
    stale_after: Option<Duration>,
    first_within: Option<Duration>,
    products: Products,
}

impl<T: Subscribable> Subscribe<T> {
    pub(super) fn new(streams: Streams<T::Product>, topics: Vec<T>) -> Self {
        Self {
            topics_per_connection: streams.topics_per_connection(),
            streams,
            topics,
            queue: Queue::default(),
            connections: 1,
            stale_after: None,
            first_within: None,
            products: Products::Own,
        }
    }

    /// Sets what happens to events that are read more slowly than they arrive. Default: [`Queue::drop_oldest`].
    pub fn queue(mut self, queue: Queue<T>) -> Self {
        self.queue = queue;
        self
    }

    /// Sets the number of connections that carry each topic. Default: 1. With more, an event that one connection loses is delivered from
    /// another, and the loss of a connection leaves no gap. They use different addresses of the host if there are several.
    ///
    /// Subscriptions share connections only with those of the same redundancy. 0 means 1.
    pub fn redundancy(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// Sets the most topics of a connection. Default: 200, or what [`StreamsBuilder::topics_per_connection`] says. With 1, each topic has a
    /// connection of its own, which helps busy topics. At most the [limit](crate::request::StreamConnectionLimits::topics) of the exchange.
    ///
    /// Subscriptions share connections only with those of the same number. 0 means 1.
    ///
    /// [`StreamsBuilder::topics_per_connection`]: super::StreamsBuilder::topics_per_connection
    pub fn topics_per_connection(mut self, topics: usize) -> Self {
        self.topics_per_connection = topics;
        self
    }

    /// Sets after what silence a topic is stale. It is reported with [`Notice::Stale`](crate::ws::Notice::Stale), and its connection is
    /// replaced. Topics that push events at an interval have a bound by default: ten seconds, or three intervals if that is longer. All
    /// others have none, because they may be silent.
    pub fn stale_after(mut self, silence: Duration) -> Self {
        self.stale_after = Some(silence);
        self
    }

    /// Sets the time in which each topic must push its first event after it was subscribed to. If it does not, it is reported once with
    /// [`Notice::Stale`](crate::ws::Notice::Stale), and nothing else happens. The exchange acknowledges topics of symbols that it does not
    /// have, and pushes nothing.
    pub fn first_event_within(mut self, time: Duration) -> Self {
        self.first_within = Some(time);
        self
    }

    /// Sets which elements are delivered, of topics that push the symbols of both products. Default: those of the topic's product.
    /// [`SubscriptionStats::of_other_products`](super::SubscriptionStats::of_other_products) counts the others.
    pub fn products(mut self, products: Products) -> Self {
        self.products = products;
        self
    }

    /// Opens the subscription, and does not wait for the exchange. If there is no connection, attempts go on until there is one.
    /// [`Subscription::ready`] waits.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if there are no topics, if a topic has no name, or if the streams are closed.
    ///
    /// # Panics
    ///
    /// Panics outside of a Tokio runtime with time and I/O enabled.
    pub fn open(self) -> Result<Subscription<T>, Error> {
        if self.topics.is_empty() {
            let problem = String::from("a subscription needs at least one topic");
            return Err(InvalidRequest::Topics { problem }.into());
        }
        let mut names = HashSet::new();
        let mut topics = Vec::with_capacity(self.topics.len());
        for topic in self.topics {
            let name = topic.wire_name().map_err(InvalidRequest::from)?;
            if names.insert(name.clone()) {
                topics.push((topic.url_group(), name, topic));
            }
        }
        let limit = T::Product::STREAM_CONNECTIONS.topics;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let placement = Placement {
            connections: self.connections,
            topics_per_connection: self.topics_per_connection.clamp(1, limit),
            stale_after: self.stale_after,
        };
        let buffer = Arc::new(Buffer::new(self.queue));
        let hub = self.streams.hub()?;
        let membership = hub.join(topics, &placement, |id| Member {
            id,
            buffer: Arc::clone(&buffer),
            products: self.products,
            first_within: self.first_within,
        })?;
        Ok(Subscription::new(hub, membership, buffer))
    }
}

/// Opens the subscription, and waits until the exchange has acknowledged and listed all topics.
///
/// # Errors
///
/// Those of [`open`](Subscribe::open); those of an attempt to connect; [`Error::Api`](crate::error::Error::Api) with the exchange's code if
/// it rejects a topic; [`Error::Server`](crate::error::Error::Server) if it acknowledges a topic and does not list it. There is no
/// subscription then.
impl<T: Subscribable> IntoFuture for Subscribe<T> {
    type Output = Result<Subscription<T>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let subscription = self.open()?;
            subscription.acknowledged().await?;
            Ok(subscription)
        })
    }
}

impl<T: Subscribable> fmt::Debug for Subscribe<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscribe")
            .field("topics", &self.topics.len())
            .field("queue", &self.queue)
            .field("redundancy", &self.connections)
            .finish_non_exhaustive()
    }
}
