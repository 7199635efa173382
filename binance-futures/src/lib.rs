//! A typed client for Binance USDⓈ-M and COIN-M futures.
//!
//! ```no_run
//! use binance_futures::prelude::*;
//! use binance_futures::usdm::{self, NewOrder};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // The API key and the secret of the test network, from BINANCE_API_KEY and BINANCE_SECRET_KEY.
//!     let credentials = Credentials::from_env()?.for_environment(Environment::Testnet);
//!     let client = usdm::Client::builder().credentials(credentials).build()?;
//!
//!     let order = NewOrder::limit("BTCUSDT", Side::Buy, dec!(0.002), dec!(59808), TimeInForce::Gtc);
//!     let placed = client.send(order).await?;
//!     println!("{} is {}", placed.client_order_id, placed.status);
//!     Ok(())
//! }
//! ```
//!
//! `Error::outcome` returns whether the exchange executed a failed request, and `Client::resolve` looks up an unknown outcome.
//!
//! A request is a plain value: it owns its parameters, borrows nothing and knows the type of its response. Requests, and topics of
//! streams, are generated from a spec of the exchange's API.
//!
//! - Requests go over REST, and streams over websockets. The methods of the websocket API are types without a client that sends them.
//! - Credentials are for production, unless `for_environment` sets another environment. A client uses the environment of its credentials.
//! - Calls need a Tokio runtime with time and I/O enabled.
//! - A `governor` counts what the clients of one IP address send, and keeps them below the rate limits. The exchange bans those that
//!   exceed them.
//!
//! | module | contents |
//! |---|---|
//! | `usdm`, `coinm` | the requests, responses, topics and events of each product, and `Client` |
//! | `rest` | the REST client, its builder, and requests to endpoints that the crate does not know |
//! | `client` | options of single calls, retries and lookups of unknown outcomes, independent of the transport |
//! | `error` | one error variant for each stage at which a call can fail, and what the exchange's error codes mean |
//! | `auth` | API keys, and HMAC, RSA, Ed25519 and external signing |
//! | `governor` | counts calls against the rate limits of an IP address, and lets them wait |
//! | [`types`] | symbols, ids, times, decimals and enums |
//! | [`environment`], [`clock`], [`rate_limits`] | URLs, time, and the reported usage of rate limits |
//! | [`prelude`] | the names that most programs need |
//! | [`request`], [`topic`] | the traits of requests and topics |
//! | [`parameters`] | how queries are encoded |
//! | [`check`] | checks parameters against the documented rules; sending does not do that |
//! | [`ws`] | websocket connections to the streams, their messages, and recordings |
//! | [`json`], [`wire`], [`decode`] | how JSON is read, and how values are encoded on the wire |
//! | `mock` | a mock exchange in the same process, for tests and first steps |
//! | [`dynamic`] | requests built from parameters by name, which is also how they are stored |
//! | `registry` | the table of all operations, and requests of any of them built by name |
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `usdm`, `coinm` | yes | each product |
//! | `rest` | yes | the REST client; enables `client` |
//! | `ws` | yes | websocket connections to the streams; enables `client` |
//! | `client` | with `rest` and `ws` | credentials, clock, retries and errors, without a transport |
//! | `pem` | yes | RSA and Ed25519 keys from PEM, encrypted keys included; enables `rest` |
//! | `mock` | no | the mock exchange; enables `registry`, but not `rest` |
//! | `registry` | no | the table of all operations, and requests of any of them built by name |
//! | `record` | no | recordings of streams in compressed files, and their replay; enables `ws` |
//! | `http2` | no | HTTP/2: all requests share one connection; without it, HTTP/1.1 with a pool of connections |
//! | `jiff` | no | conversions between [`types::Timestamp`] and `jiff::Timestamp` |
//!
//! Without `rest` and `client`, the crate has only requests, responses, topics, events and their encoding.

#[cfg(feature = "client")]
#[cfg_attr(
    not(feature = "rest"),
    allow(dead_code, unused_imports, reason = "only REST sends requests")
)]
pub mod auth;
pub mod check;
#[cfg(feature = "client")]
#[cfg_attr(
    not(feature = "rest"),
    allow(dead_code, unused_imports, reason = "only REST sends requests")
)]
pub mod client;
#[cfg_attr(
    not(feature = "rest"),
    allow(dead_code, unused_imports, reason = "only REST sends requests")
)]
pub mod clock;
#[cfg(feature = "coinm")]
pub mod coinm;
pub mod decode;
pub mod dynamic;
pub mod environment;
#[cfg_attr(
    not(feature = "rest"),
    allow(dead_code, unused_imports, reason = "only REST sends requests")
)]
pub mod error;
pub mod json;
#[rustfmt::skip]
#[allow(unreachable_pub, reason = "the modules of the products re-export it")]
#[allow(deprecated, reason = "deprecated requests are still generated")]
mod generated;
#[cfg(feature = "client")]
#[cfg_attr(
    not(feature = "rest"),
    allow(dead_code, unused_imports, reason = "only REST sends requests")
)]
pub mod governor;
#[cfg(feature = "mock")]
pub mod mock;
pub mod parameters;
pub mod prelude;
#[cfg_attr(
    not(feature = "rest"),
    allow(dead_code, unused_imports, reason = "only REST sends requests")
)]
pub mod rate_limits;
#[cfg(feature = "registry")]
pub mod registry;
pub mod request;
#[cfg(feature = "rest")]
pub mod rest;
mod support;
pub mod topic;
pub mod types;
#[cfg(feature = "usdm")]
pub mod usdm;
mod values;
pub mod wire;
pub mod ws;

#[doc(hidden)]
pub use values::decimal_literal;

/// Compiles the examples of the README.
#[cfg(all(
    doctest,
    feature = "mock",
    feature = "rest",
    feature = "ws",
    feature = "usdm",
    feature = "coinm"
))]
#[doc = include_str!("../../README.md")]
struct Readme;
