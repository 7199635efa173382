//! The REST client against local servers: some behave as the exchange does, others fail in every way that a test can arrange.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]
#![cfg(all(feature = "rest", feature = "usdm"))]

mod clock;
mod connection_cuts;
mod encoding;
mod environments;
#[cfg(feature = "http2")]
mod http2;
mod invalid_requests;
#[cfg(feature = "pem")]
mod logs;
mod lost_responses;
mod misbehaving_servers;
mod network_options;
mod prepared_requests;
mod proxies;
mod proxy_environment;
mod real_proxies;
mod responses;
mod secrets;
mod support;
mod tls;
mod unexpected_responses;
