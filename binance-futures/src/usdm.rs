//! USDⓈ-M futures, margined and settled in stablecoins: requests, responses, topics, events and the client.
#![doc = include_str!("generated/usdm/overview.md")]

pub use crate::generated::usdm::*;

/// A REST client of USDⓈ-M futures.
#[cfg(feature = "rest")]
pub type Client = crate::rest::Client<Usdm>;

/// A REST client of USDⓈ-M futures that sends read-only requests only: see [`Client::read_only`].
#[cfg(feature = "rest")]
pub type ReadOnlyClient = crate::rest::Client<Usdm, crate::client::ReadOnly>;

/// Opens websocket connections to the streams of USDⓈ-M futures.
#[cfg(feature = "ws")]
pub type Connector = crate::ws::Connector<Usdm>;

/// Subscriptions to the streams of USDⓈ-M futures, behind one handle.
#[cfg(feature = "ws")]
pub type Streams = crate::ws::Streams<Usdm>;
