//! Subscriptions to any number of topics, behind one handle.

mod builder;
mod hub;
mod products;
mod queue;
mod session_key;
mod shard;
mod subscribe;
mod subscription;
#[cfg(all(test, feature = "usdm"))]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use self::hub::{Hub, Hubs};
use crate::error::{Error, InvalidRequest};
use crate::request::Product;
use crate::topic::{Subscribable, TopicName};
use crate::ws::connector::Connector;
use crate::ws::raw::RawTopic;
use crate::ws::session::SessionOptions;

pub use builder::StreamsBuilder;
pub use products::Products;
pub use queue::{Queue, SubscriptionStats};
pub use subscribe::Subscribe;
pub use subscription::{DataLoss, Events, Subscription, TryEvents};

/// Subscriptions to any number of topics of a product, behind one handle.
///
/// - Topics are divided among as many connections as they need, 200 for each by default. Connections are opened at the pace that the
///   governor permits, reconnect by themselves, and are replaced before the exchange closes them, at different times.
/// - Equal topics share one subscription at the exchange, if they have the same type and the same
///   [redundancy](Subscribe::redundancy) and [topics per connection](Subscribe::topics_per_connection). The last [`Subscription`] that is
///   dropped unsubscribes.
/// - Events are decoded on the tasks of the connections. A slow subscriber does not delay others: its [`Queue`] decides what happens to
///   unread events.
/// - Gaps, reconnects and a full queue are reported in their place among the events.
///
/// Topics of different types use different connections. To carry them over one, convert them into the enum over all topics of the product,
/// such as [`usdm::streams::AnyTopic`](crate::usdm::streams::AnyTopic).
///
/// Cloning is cheap, and clones share everything. Created by [`Connector::streams`], or from a client by `Client::streams`.
///
/// ```no_run
/// # async fn read(shutdown: impl Future<Output = ()>) -> Result<(), binance_futures::error::Error> {
/// use std::{pin::pin, time::Duration};
///
/// use binance_futures::usdm::{self, streams::{AggTrades, BookTickers}};
/// use binance_futures::ws::{Notice, Queue, Update};
///
/// let streams = usdm::Connector::builder().build_connector()?.streams();
/// let mut trades = streams.subscribe(AggTrades::new("BTCUSDT")).await?;
/// let symbols = ["BTCUSDT", "ETHUSDT"];
/// let quotes = streams
///     .subscribe_all(symbols.map(BookTickers::new))
///     .queue(Queue::latest())
///     .redundancy(2)
///     .await?;
/// let mut quotes = quotes.on_notice(|notice| eprintln!("{notice}"));
/// let mut shutdown = pin!(shutdown);
/// loop {
///     tokio::select! {
///         Some(update) = trades.next() => match update {
///             Update::Event(trade) => println!("{} at {:?}", trade.price, trade.received),
///             Update::Notice(Notice::Gap(gap)) => println!("{} are missing", gap.lost()),
///             Update::Notice(notice) => println!("{notice}"),
///         },
///         Some(quote) = quotes.next() => println!("{} {}", quote.symbol, quote.bid_price),
///         () = &mut shutdown => break,
///     }
/// }
/// streams.close(Duration::from_secs(5)).await;
/// # Ok(())
/// # }
/// ```
pub struct Streams<P> {
    shared: Arc<Shared<P>>,
}

struct Shared<P> {
    connector: Connector<P>,
    options: SessionOptions,
    hubs: Mutex<Hubs>,
}

impl<P: Product> Connector<P> {
    /// Returns a handle for subscriptions to any number of topics. Does not connect.
    pub fn streams(&self) -> Streams<P> {
        StreamsBuilder::new(self.clone()).build()
    }

    /// Returns a builder of such a handle, for other options than the default ones.
    pub fn streams_builder(&self) -> StreamsBuilder<P> {
        StreamsBuilder::new(self.clone())
    }
}

#[cfg(feature = "rest")]
impl<P: Product, A> crate::rest::Client<P, A> {
    /// Returns a handle for subscriptions to any number of topics. It shares environment, network options and governor with this client.
    /// Does not connect.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::build_connector`](crate::client::ClientBuilder::build_connector): what only websocket connections need is
    /// checked here.
    pub fn streams(&self) -> Result<Streams<P>, Error> {
        Ok(self.connector()?.streams())
    }
}

impl<P: Product> Streams<P> {
    /// Returns a builder of a subscription to a topic. Await it.
    ///
    /// The type of the topic decides the type of the events.
    pub fn subscribe<T: Subscribable<Product = P>>(&self, topic: T) -> Subscribe<T> {
        Subscribe::new(self.clone(), vec![topic])
    }

    /// Returns a builder of one subscription to several topics of one type. Await it. Topics that are repeated are left out.
    ///
    /// For topics of different types, convert them into [`usdm::streams::AnyTopic`](crate::usdm::streams::AnyTopic) or its counterpart of
    /// COIN-M.
    pub fn subscribe_all<T: Subscribable<Product = P>>(
        &self,
        topics: impl IntoIterator<Item = T>,
    ) -> Subscribe<T> {
        Subscribe::new(self.clone(), topics.into_iter().collect())
    }

    /// Returns a builder of one subscription to several topics whose events are not decoded: they are the text as received. Await it.
    ///
    /// For recorders, and for topics that this version of the crate does not know ([`RawTopic::named`]).
    ///
    /// ```no_run
    /// # async fn read(streams: binance_futures::usdm::Streams) -> Result<(), binance_futures::error::Error> {
    /// use binance_futures::usdm::streams::AggTrades;
    /// use binance_futures::ws::Update;
    ///
    /// let topics = ["BTCUSDT", "ETHUSDT"].map(AggTrades::new);
    /// let mut raw = streams.subscribe_raw(topics)?.await?;
    /// while let Some(update) = raw.next().await {
    ///     if let Update::Event(event) = update {
    ///         println!("{} {} {}", event.received.unix_nanos, event.topic, event.text);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if a topic has no name.
    pub fn subscribe_raw<T: Subscribable<Product = P>>(
        &self,
        topics: impl IntoIterator<Item = T>,
    ) -> Result<Subscribe<RawTopic<P>>, Error> {
        let topics = topics.into_iter().map(|topic| RawTopic::of(&topic));
        let topics: Result<Vec<_>, _> = topics.collect();
        Ok(self.subscribe_all(topics.map_err(InvalidRequest::from)?))
    }

    /// Returns the names of the topics that are subscribed to, or are to be.
    pub fn topics(&self) -> BTreeSet<TopicName> {
        let hubs = self.hubs();
        hubs.iter().flat_map(|hub| hub.wanted()).collect()
    }

    /// Closes all connections, and ends all subscriptions: what was received before can still be read, and then
    /// [`Notice::Closed`](crate::ws::Notice::Closed). Waits until the connections are closed and everything was read, for at most this time.
    /// Returns whether they were.
    ///
    /// So read the subscriptions meanwhile, or drop them. Nothing can be subscribed to afterwards.
    pub async fn close(&self, deadline: Duration) -> bool {
        let closing: Vec<_> = {
            let mut hubs = self.hubs();
            hubs.is_closed = true;
            hubs.iter().flat_map(|hub| hub.close()).collect()
        };
        let drained = async {
            for drained in closing {
                drained.await;
            }
        };
        tokio::time::timeout(deadline, drained).await.is_ok()
    }

    fn topics_per_connection(&self) -> usize {
        self.shared.options.socket.max_topics
    }

    /// Returns the hub of a type of topics.
    fn hub<T: Subscribable<Product = P>>(&self) -> Result<Arc<Hub<T>>, InvalidRequest> {
        let mut hubs = self.hubs();
        let shared = &self.shared;
        let create = || Hub::new(Arc::clone(shared.connector.shared()), shared.options);
        let hub = if hubs.is_closed {
            None
        } else {
            hubs.of(create)
        };
        hub.ok_or_else(hub::closed)
    }

    fn hubs(&self) -> MutexGuard<'_, Hubs> {
        self.shared
            .hubs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P> Clone for Streams<P> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<P: Product> fmt::Debug for Streams<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams")
            .field("connector", &self.shared.connector)
            .field("topics", &self.topics().len())
            .finish_non_exhaustive()
    }
}
