//! The streams: what connections are subscribed to, and what they receive. Independent of the network.
//!
//! The state of the exchange advances from one event to the next. At each, the publisher writes the events of topics, which the connections
//! queue for the tasks that send them. Connections that are subscribed to the same topic receive the same events, unless the exchange was
//! built with a variation of streams.

mod book;
mod candles;
mod connection;
mod delivery;
mod feed;
mod limits;
mod prices;
mod publisher;
mod samples;
mod subscriptions;
mod tickers;
mod topic;
mod trades;
mod url;
mod user_events;
mod variation;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::market::{Market, MarketEvent};
use super::stream_fault::{StreamConnection, StreamFault};
use super::trading::{Account, AccountEvent};
use crate::types::Timestamp;

pub(super) use connection::{Outgoing, Signals};
pub(super) use url::StreamUrl;

use connection::Connection;
use publisher::{FeedKey, Publisher};
use user_events::UserEvent;
use variation::Variation;

/// Identifies a connection. Ids increase.
pub(super) type ConnectionId = u64;

/// All stream connections.
#[derive(Debug, Default)]
pub(super) struct Streams {
    publisher: Publisher,
    connections: BTreeMap<ConnectionId, Connection>,
    opened: u64,
    /// Seed of the differences between connections.
    variation: Option<u64>,
    refusal: Option<Refusal>,
}

/// The response to new connections, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    /// HTTP status.
    pub(super) status: u16,
    /// Value of the header `Retry-After`, in seconds.
    pub(super) retry_after: Option<u64>,
    until: Timestamp,
}

impl Streams {
    /// The streams of an exchange, with a seed if connections are to receive different events.
    pub(super) fn new(variation: Option<u64>) -> Self {
        Self {
            variation,
            ..Self::default()
        }
    }

    /// Opens a connection. It receives what happens after the time of the market.
    pub(super) fn open(
        &mut self,
        url: StreamUrl,
        path: &str,
        market: &Market,
    ) -> (ConnectionId, Arc<Signals>) {
        let id = self.opened;
        self.opened += 1;
        let variation = self.variation.map(|seed| Variation::new(seed, id));
        let variation = variation.unwrap_or_default();
        let now = market.now().as_millis();
        let mut connection = Connection::new(url, path.to_owned(), variation, now);
        connection.check_streams();
        for name in connection.subscriptions.names() {
            let key = connection.feed_key(&name);
            self.publisher.subscribe(key, market);
        }
        let signals = Arc::clone(&connection.signals);
        self.connections.insert(id, connection);
        (id, signals)
    }

    /// Removes a connection.
    pub(super) fn close(&mut self, id: ConnectionId) {
        if let Some(mut connection) = self.connections.remove(&id) {
            release(&mut connection, &mut self.publisher);
        }
    }

    /// Executes a command that a connection sent.
    pub(super) fn execute(&mut self, id: ConnectionId, command: &str, market: &Market) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        if connection.is_closing() {
            return;
        }
        connection.count_frame(market.now().as_millis());
        let executed = connection.subscriptions.execute(command);
        for name in &executed.added {
            self.publisher.subscribe(connection.feed_key(name), market);
        }
        for name in &executed.removed {
            self.publisher.unsubscribe(&connection.feed_key(name));
        }
        if executed.is_over_limit {
            connection.check_streams();
        } else {
            connection.reply(executed.reply);
        }
    }

    /// Notes a ping or a pong of a connection. The library responds to pings.
    pub(super) fn note_control_frame(&mut self, id: ConnectionId, is_pong: bool, now: Timestamp) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.count_frame(now.as_millis());
            if is_pong {
                connection.note_pong();
            }
        }
    }

    /// Takes what the task of a connection does next. `None` if there is no such connection.
    pub(super) fn take(&mut self, id: ConnectionId, now: Timestamp) -> Option<Vec<Outgoing>> {
        let connection = self.connections.get_mut(&id)?;
        Some(connection.take(now.as_millis()))
    }

    /// Follows an event of the market.
    pub(super) fn follow(&mut self, event: &MarketEvent) {
        self.publisher.follow(event);
    }

    /// Prepares for an advance to a time.
    pub(super) fn thin_out(&mut self, until: Timestamp) {
        self.publisher.thin_out(until.as_millis());
    }

    /// Returns the time at which something is due.
    pub(super) fn due(&self) -> Option<Timestamp> {
        let connections = self.connections.values().filter_map(Connection::due).min();
        let due = self.publisher.due().into_iter().chain(connections).min();
        due.map(Timestamp::from_millis)
    }

    /// Queues what is due at the time of the market.
    pub(super) fn publish(&mut self, market: &mut Market) {
        let connections = &mut self.connections;
        let deliver = |key: &FeedKey, event: &str| {
            for connection in connections.values_mut() {
                if connection.receives(key) {
                    connection.deliver(&key.name, event);
                }
            }
        };
        self.publisher.publish(market, deliver);
        let now = market.now().as_millis();
        for connection in self.connections.values_mut() {
            connection.tick(now);
            if connection.is_closing() {
                release(connection, &mut self.publisher);
            }
        }
    }

    /// Queues an event of an account for the connections that follow the account's listen keys: product and text.
    pub(super) fn publish_user_event(
        &mut self,
        change: &AccountEvent,
        listen_keys: &[(&'static str, String)],
        account: Option<&Account>,
        market: &Market,
        now: Timestamp,
    ) {
        if self.connections.is_empty() {
            return;
        }
        for (product, listen_key) in listen_keys {
            for event in user_events::of(change, product, account, market, now) {
                self.deliver_user_event(product, listen_key, &event);
            }
            if matches!(change, AccountEvent::ListenKeyClosed { .. }) {
                for connection in self.connections.values_mut() {
                    if connection.follows(product, listen_key) {
                        connection.close_user_stream();
                    }
                }
            }
        }
    }

    fn deliver_user_event(&mut self, product: &str, listen_key: &str, event: &UserEvent) {
        for connection in self.connections.values_mut() {
            if connection.wants(product, listen_key, event.name) {
                connection.deliver(listen_key, &event.json);
            }
        }
    }

    /// Returns the response to a new connection, while connections are refused.
    pub(super) fn refusal(&self, now: Timestamp) -> Option<Refusal> {
        self.refusal.filter(|refusal| now < refusal.until)
    }

    /// Injects a fault into all connections, or into one of them by age, the oldest first. Returns whether there was such a connection.
    pub(super) fn inject(
        &mut self,
        fault: &StreamFault,
        index: Option<usize>,
        now: Timestamp,
    ) -> bool {
        if let StreamFault::RefuseConnections {
            status,
            retry_after,
            duration,
        } = *fault
        {
            self.refusal = Some(Refusal {
                status,
                retry_after,
                until: now + duration,
            });
            return true;
        }
        let mut found = false;
        for (place, connection) in self.connections.values_mut().enumerate() {
            if index.is_none_or(|index| index == place) {
                connection.inject(fault.clone(), now.as_millis());
                found = true;
            }
        }
        found
    }

    /// Returns all connections, the oldest first.
    pub(super) fn describe(&self, now: Timestamp) -> Vec<StreamConnection> {
        let connections = self.connections.values();
        connections
            .map(|connection| connection.describe(now.as_millis()))
            .collect()
    }
}

/// Ends the subscriptions of a connection. They remain visible.
fn release(connection: &mut Connection, publisher: &mut Publisher) {
    for key in connection.release() {
        publisher.unsubscribe(&key);
    }
}
