//! Building a session.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::driver::Driver;
use super::{Session, SessionOptions};
use crate::error::{Error, InvalidRequest};
use crate::request::Product;
use crate::topic::{Subscribable, TopicName};
use crate::ws::connector::{Connector, Layout, Shared, Target};
use crate::ws::setters::session_setters;
use crate::ws::socket::{Opened, check_opening};

/// A builder of a [`Session`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct OpenSession<T> {
    shared: Arc<Shared>,
    topics: Vec<T>,
    group: Option<&'static str>,
    options: SessionOptions,
    stale_after: Vec<(T, Duration)>,
}

impl<P: Product> Connector<P> {
    /// Returns a builder of a session that is subscribed to topics. All of them must be in the same URL group.
    ///
    /// The type of the topics decides the type of the events. For topics of different types, convert them into
    /// [`usdm::streams::AnyTopic`](crate::usdm::streams::AnyTopic) or its counterpart of COIN-M.
    ///
    /// ```no_run
    /// # async fn read() -> Result<(), binance_futures::error::Error> {
    /// use binance_futures::usdm::{self, streams::AggTrades};
    /// use binance_futures::ws::{Notice, Update};
    ///
    /// let connector = usdm::Connector::builder().build_connector()?;
    /// let mut trades = connector.session(["BTCUSDT", "ETHUSDT"].map(AggTrades::new)).build()?;
    /// while let Some(update) = trades.next().await {
    ///     match update {
    ///         Update::Event(trade) => println!("{} {}", trade.symbol, trade.price),
    ///         Update::Notice(Notice::Gap(gap)) => println!("{gap}"),
    ///         Update::Notice(notice) => println!("{notice}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn session<T>(&self, topics: impl IntoIterator<Item = T>) -> OpenSession<T>
    where
        T: Subscribable<Product = P>,
    {
        OpenSession {
            shared: Arc::clone(self.shared()),
            topics: topics.into_iter().collect(),
            group: None,
            options: SessionOptions::of::<P>(),
            stale_after: Vec::new(),
        }
    }
}

impl<T: Subscribable> OpenSession<T> {
    /// Sets the URL group of a session without topics, such as `market`, if the product has groups. Otherwise the topics decide.
    pub fn group(mut self, group: &'static str) -> Self {
        self.group = Some(group);
        self
    }

    /// Sets the number of connections that carry all topics. Default: 1. With more, an event that one connection loses is delivered from
    /// another, and the loss of a connection leaves no gap. They use different addresses of the host if there are several.
    ///
    /// 0 means 1.
    pub fn connections(mut self, connections: usize) -> Self {
        self.options.connections = connections.max(1);
        self
    }

    /// Sets after what silence a topic is stale. It is reported, and the connection is replaced. Topics that push events at an interval have
    /// a bound by default: ten seconds, or three intervals if that is longer. All others have none, because they may be silent.
    ///
    /// A busy topic, such as the book tickers of a liquid symbol, shows that a connection delivers.
    pub fn stale_after(mut self, topic: T, silence: Duration) -> Self {
        self.stale_after.push((topic, silence));
        self
    }

    session_setters!();

    /// Sets the most topics of a connection. Default: 200. It is at most the
    /// [limit](crate::request::StreamConnectionLimits::topics) of the exchange.
    pub fn max_topics(mut self, max: usize) -> Self {
        self.options.socket.max_topics = max;
        self
    }

    /// Builds the session. It connects while it is polled.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if a topic has no name, if the topics are in different URL groups, or if there are too many.
    ///
    /// # Panics
    ///
    /// Panics outside of a Tokio runtime with time enabled.
    pub fn build(self) -> Result<Session<T>, Error> {
        let mut options = self.options;
        let Opened {
            group,
            names,
            max_topics,
            url,
        } = check_opening(&self.topics, self.group, options.socket.max_topics)?;
        options.socket.max_topics = max_topics;
        let mut stale_after = HashMap::new();
        for (topic, silence) in &self.stale_after {
            let name: TopicName = topic.wire_name().map_err(InvalidRequest::from)?;
            stale_after.insert(name, *silence);
        }
        let target = Target {
            group,
            layout: Layout::Combined,
            topic: url,
        };
        let mut driver = Box::new(Driver::new(self.shared, target, options, stale_after));
        driver.require(names.into_iter().zip(self.topics).collect());
        Ok(Session {
            driver,
            kept: VecDeque::new(),
        })
    }
}

impl<T: fmt::Debug> fmt::Debug for OpenSession<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenSession")
            .field("topics", &self.topics)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
