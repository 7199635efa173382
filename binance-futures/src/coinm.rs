//! COIN-M futures, margined and settled in coins: requests, responses, topics, events and the client.
#![doc = include_str!("generated/coinm/overview.md")]

pub use crate::generated::coinm::*;

/// A REST client of COIN-M futures.
#[cfg(feature = "rest")]
pub type Client = crate::rest::Client<CoinM>;

/// A REST client of COIN-M futures that sends read-only requests only: see [`Client::read_only`].
#[cfg(feature = "rest")]
pub type ReadOnlyClient = crate::rest::Client<CoinM, crate::client::ReadOnly>;

/// Opens websocket connections to the streams of COIN-M futures.
#[cfg(feature = "ws")]
pub type Connector = crate::ws::Connector<CoinM>;

/// Subscriptions to the streams of COIN-M futures, behind one handle.
#[cfg(feature = "ws")]
pub type Streams = crate::ws::Streams<CoinM>;
