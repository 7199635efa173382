//! Options of all subscriptions.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::hub::Hubs;
use super::{Shared, Streams};
use crate::request::Product;
use crate::ws::connector::Connector;
use crate::ws::session::SessionOptions;
use crate::ws::setters::session_setters;

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

    session_setters!();

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
