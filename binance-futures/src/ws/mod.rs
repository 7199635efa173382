//! The websocket protocols of the exchange.
//!
//! [`message`] has the texts that go over a connection, as values: nothing in it opens a connection.

pub mod message;
