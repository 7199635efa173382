//! Events of the user data stream as the exchange really sends them, where they differ from its documentation.

#![cfg(all(feature = "usdm", feature = "coinm"))]

#[cfg(test)]
mod account;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod names;
#[cfg(test)]
mod orders;
