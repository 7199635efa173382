//! What the exchange really sends over REST, where it differs from its documentation.

#![cfg(all(feature = "usdm", feature = "coinm"))]

#[cfg(test)]
mod account;
#[cfg(test)]
mod contracts;
#[cfg(test)]
mod market_data;
#[cfg(test)]
#[cfg(all(feature = "mock", feature = "rest"))]
mod network;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod payloads;
