//! Options of a session.

use std::time::Duration;

use crate::request::Product;
use crate::ws::socket::SocketOptions;

/// Options of a session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionOptions {
    pub(crate) socket: SocketOptions,
    /// The number of connections that carry all topics.
    pub(crate) connections: usize,
    /// After how long a connection is replaced.
    pub(crate) rotate_after: Duration,
    /// How long both connections carry a topic that may be silent.
    pub(crate) drain: Duration,
    /// How long an event waits for the events before it, if another connection may deliver them.
    pub(crate) hold: Duration,
}

/// How long before the end of its lifetime a connection is replaced.
const ROTATION_MARGIN: Duration = Duration::from_secs(3_600);

impl SessionOptions {
    /// Returns the default options for the streams of a product.
    pub(crate) fn of<P: Product>() -> Self {
        Self {
            socket: SocketOptions::default(),
            connections: 1,
            rotate_after: P::STREAM_CONNECTIONS
                .lifetime
                .saturating_sub(ROTATION_MARGIN),
            drain: Duration::from_secs(10),
            hold: crate::ws::merge::DEFAULT_HOLD,
        }
    }
}
