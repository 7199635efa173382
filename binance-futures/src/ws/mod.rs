//! The websocket protocols of the exchange.
//!
//! [`message`] has types for the messages that are sent and received over a connection. Nothing in it opens a connection.

pub mod message;
