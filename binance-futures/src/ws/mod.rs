//! The websocket protocols of the exchange.
//!
//! [`message`] has types for the messages that are sent and received over a connection. Nothing in it opens a connection.

#[cfg(feature = "ws")]
mod gap;
#[cfg(feature = "ws")]
#[allow(dead_code, reason = "sessions are not written yet")]
mod merge;
pub mod message;

#[cfg(feature = "ws")]
pub use self::gap::{Gap, GapCause, Lost};
