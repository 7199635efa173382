//! Options of a session.

use std::time::Duration;

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

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            socket: SocketOptions::default(),
            connections: 1,
            rotate_after: Duration::from_secs(23 * 3_600),
            drain: Duration::from_secs(10),
            hold: crate::ws::merge::DEFAULT_HOLD,
        }
    }
}
