//! Opening a socket.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use super::topics::{self, Opened};
use super::{Socket, SocketOptions, StreamConnection};
use crate::error::Error;
use crate::request::Product;
use crate::topic::Subscribable;
use crate::ws::connector::{Connector, Layout, Shared, Target};
use crate::ws::setters::socket_setters;

/// A socket that is being opened. Options are set on it, and awaiting it opens the connection and subscribes to the topics.
#[must_use = "futures do nothing unless awaited"]
pub struct OpenSocket<T> {
    shared: Arc<Shared>,
    topics: Vec<T>,
    group: Option<&'static str>,
    options: SocketOptions,
}

impl<P: Product> Connector<P> {
    /// Opens one connection and subscribes to topics. All of them must be in the same URL group.
    ///
    /// The type of the topics decides the type of the events. For topics of different types, convert them into
    /// [`usdm::streams::AnyTopic`](crate::usdm::streams::AnyTopic) or its counterpart of COIN-M.
    pub fn socket<T>(&self, topics: impl IntoIterator<Item = T>) -> OpenSocket<T>
    where
        T: Subscribable<Product = P>,
    {
        OpenSocket {
            shared: Arc::clone(self.shared()),
            topics: topics.into_iter().collect(),
            group: None,
            options: SocketOptions::default(),
        }
    }
}

impl<T: Subscribable> OpenSocket<T> {
    /// Sets whether frames name their stream. Default: they do.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.options.layout = layout;
        self
    }

    /// Sets the URL group of a connection without topics, such as `market`, if the product has groups. Otherwise the topics decide.
    pub fn group(mut self, group: &'static str) -> Self {
        self.group = Some(group);
        self
    }

    /// Sets the most topics of the connection. Default: 200. It is at most the
    /// [limit](crate::request::StreamConnectionLimits::topics) of the exchange.
    pub fn max_topics(mut self, max: usize) -> Self {
        self.options.max_topics = max;
        self
    }

    socket_setters!(options);

    async fn open(mut self) -> Result<Socket<T>, Error> {
        let Opened {
            group,
            names,
            max_topics,
            url,
        } = topics::check_opening(&self.topics, self.group, self.options.max_topics)?;
        self.options.max_topics = max_topics;
        let layout = self.options.layout;
        topics::check_layout(&topics::Topics::new(), layout, &names, &self.topics)?;
        let target = Target {
            group,
            layout,
            topic: url,
        };
        let connection = self.shared.open(target.clone(), 0).await?;
        let mut socket = Socket::new(StreamConnection::new(connection, target, self.options));
        socket.subscribe(self.topics).await?;
        Ok(socket)
    }
}

impl<T: Subscribable> IntoFuture for OpenSocket<T> {
    type Output = Result<Socket<T>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.open())
    }
}

impl<T: fmt::Debug> fmt::Debug for OpenSocket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenSocket")
            .field("topics", &self.topics)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
