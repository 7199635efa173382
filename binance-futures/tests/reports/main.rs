//! Faults that users of other libraries reported in public, as tests of this one.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]
#![cfg(all(feature = "registry", feature = "usdm", feature = "coinm"))]

#[cfg(test)]
#[cfg(all(feature = "mock", feature = "rest"))]
mod algo_orders;
#[cfg(test)]
mod amounts;
#[cfg(test)]
mod errors;
#[cfg(test)]
#[cfg(all(feature = "mock", feature = "rest"))]
mod exchange;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod history;
#[cfg(test)]
mod names;
#[cfg(test)]
#[cfg(all(feature = "mock", feature = "rest"))]
mod order_limits;
#[cfg(test)]
mod prices;
#[cfg(test)]
mod quirk_fields;
#[cfg(test)]
#[cfg(all(feature = "mock", feature = "rest"))]
mod remedies;
#[cfg(test)]
#[cfg(all(feature = "mock", feature = "rest"))]
mod resends;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod spellings;
