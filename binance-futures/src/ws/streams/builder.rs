//! Options of all subscriptions.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::hub::Hubs;
use super::{Shared, Streams};
use crate::request::Product;
use crate::ws::connector::Connector;
use crate::ws::session::SessionOptions;
use crate::ws::socket::Heartbeat;

/// A builder of [`Streams`]. Created by [`Connector::streams_builder`].
///
/// The options are those of the connections. What concerns a single subscription is set where it is made.
#[must_use = "a builder does nothing until `build` is called"]
pub struct StreamsBuilder<P> {
    connector: Connector<P>,
    options: SessionOptions,
}

impl<P: Product> StreamsBuilder<P> {
    pub(super) fn new(connector: Connector<P>) -> Self {
        Self {
            connector,
            options: SessionOptions::of::<P>(),
        }
    }

    /// Sets the most topics of a connection, unless a subscription says otherwise. Default: 200. At most the
    /// [limit](crate::request::StreamConnectionLimits::topics) of the exchange; 0 means 1.
    pub fn topics_per_connection(mut self, topics: usize) -> Self {
        self.options.socket.max_topics = topics;
        self
    }

    /// Sets after what time a connection is replaced, as [`OpenSession::rotate_after`](crate::ws::OpenSession::rotate_after). Each connection
    /// is replaced a random time earlier, up to a tenth of it, so that they are not replaced at once.
    pub fn rotate_after(mut self, time: Duration) -> Self {
        self.options.rotate_after = time;
        self
    }

    /// Sets how long the old and the new connection both carry a topic whose events prove nothing, as
    /// [`OpenSession::drain`](crate::ws::OpenSession::drain).
    pub fn drain(mut self, time: Duration) -> Self {
        self.options.drain = time;
        self
    }

    /// Sets how long an event waits for the events before it, while another connection may deliver them, as
    /// [`OpenSession::hold`](crate::ws::OpenSession::hold).
    pub fn hold(mut self, time: Duration) -> Self {
        self.options.hold = time;
        self
    }

    /// Sets the largest command that subscribes to topics, in bytes. Default: 4,096.
    pub fn max_command_size(mut self, bytes: usize) -> Self {
        self.options.socket.max_command_size = bytes;
        self
    }

    /// Sets the time in which the exchange must reply to a command. Default: ten seconds.
    pub fn command_timeout(mut self, timeout: Duration) -> Self {
        self.options.socket.command_timeout = timeout;
        self
    }

    /// Sets when the connections are asked whether they are alive. Default: a ping every 20 seconds, answered within ten.
    pub fn heartbeat(mut self, heartbeat: Heartbeat) -> Self {
        self.options.socket.heartbeat = heartbeat;
        self
    }

    /// Builds the handle. Does not connect.
    pub fn build(self) -> Streams<P> {
        Streams {
            shared: Arc::new(Shared {
                connector: self.connector,
                options: self.options,
                hubs: Mutex::new(Hubs::default()),
            }),
        }
    }
}

impl<P: Product> fmt::Debug for StreamsBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamsBuilder")
            .field("connector", &self.connector)
            .field("options", &self.options)
            .finish()
    }
}
