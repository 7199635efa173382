//! What the tests of sockets and sessions share: a simulated exchange, and the events that it publishes.

pub(crate) mod events;
pub(crate) mod sim;
