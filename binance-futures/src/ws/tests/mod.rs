//! What the tests of sockets and sessions share: a simulated exchange, and the events that it publishes.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic fails the test"
)]

pub(crate) mod events;
pub(crate) mod sim;
