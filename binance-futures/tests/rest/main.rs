//! The client against servers that behave, misbehave and break off.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "what panics here has failed"
)]
#![cfg(all(feature = "rest", feature = "usdm"))]

mod answers;
mod bad_servers;
mod broken;
mod certificates;
mod clock;
mod encoding;
mod environments;
mod every_byte;
mod invalid;
#[cfg(feature = "pem")]
mod logs;
mod once;
mod proxies;
mod proxy;
mod queries;
mod real_proxies;
mod secrets;
mod server;
mod tls;
mod verifier;
mod wire;
