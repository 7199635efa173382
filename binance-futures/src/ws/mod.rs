//! Websocket connections.
//!
//! [`message`] has types for the messages that are sent and received over a connection. Nothing in it opens a connection.

#[cfg(feature = "ws")]
mod connector;
#[cfg(feature = "ws")]
mod event;
#[cfg(feature = "ws")]
mod gap;
#[cfg(feature = "ws")]
mod merge;
pub mod message;
#[cfg(feature = "ws")]
mod session;
#[cfg(feature = "ws")]
mod socket;
#[cfg(all(test, feature = "ws", feature = "usdm"))]
mod tests;

#[cfg(feature = "ws")]
pub use connector::{Connector, Layout};
#[cfg(feature = "ws")]
pub use event::{Cause, ConnectionId, Event, Malformed, Notice, Received, Stale, Update};
#[cfg(feature = "ws")]
pub use gap::{Gap, GapCause, Lost};
#[cfg(feature = "ws")]
pub use session::{EndedConnections, OpenSession, Session, SessionState, SessionStats};
#[cfg(feature = "ws")]
pub use socket::{ConnectionStats, Heartbeat, OpenSocket, Socket};
