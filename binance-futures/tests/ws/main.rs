//! Websocket connections over loopback: to servers that behave as the exchange, to servers that do not, and to the mock exchange.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

mod connectors;
mod dns;
mod faults;
mod handshake;
mod proxies;
mod proxy_environment;
mod real_proxies;
mod redundancy;
mod requests;
mod support;
mod tls;
mod typed_events;
mod urls;
mod user_data;
