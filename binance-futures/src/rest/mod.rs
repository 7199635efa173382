//! The REST client.
//!
//! ```no_run
//! use binance_futures::prelude::*;
//! use binance_futures::usdm::{self, NewOrder};
//!
//! # async fn trade() -> Result<(), Error> {
//! let client = usdm::Client::builder()
//!     .credentials(Credentials::hmac("key", "secret")?.for_environment(Environment::Testnet))
//!     .build()?;
//! let order = NewOrder::limit("BTCUSDT", Side::Sell, dec!(0.002), dec!(59808), TimeInForce::Gtc);
//! let placed = client.send(order).await?;
//! println!("{} is {}", placed.client_order_id, placed.status);
//! # Ok(())
//! # }
//! ```
//!
//! [`request.with()`](crate::client::WithOptions::with) returns a call, on which options for one request are set: receive window, timeout,
//! retries and extra parameters. [`Raw`] sends requests to endpoints that the crate does not know, and
//! [`Call::param`](crate::client::Call::param) adds a parameter that the crate does not know. A request of the other product does not
//! compile:
//!
//! ```compile_fail
//! # async fn ask() -> Result<(), binance_futures::error::Error> {
//! use binance_futures::{coinm, usdm};
//! let client = usdm::Client::builder().build()?;
//! client.send(coinm::ExchangeInfo::new()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The client never sends a request again if that could repeat its effect: it retries only requests that cannot have executed, read-only
//! requests and idempotent requests, as [`Retry`](crate::client::Retry) describes. If a request may have executed, the error is
//! [`UnknownOutcome`](crate::error::UnknownOutcome). Call [`Client::resolve`] to look up the outcome of a new order or an accepted quote.
//!
//! Redirects are not followed; a redirect is an [`Error::Api`](crate::error::Error::Api). Dropping the future of a call does not cancel the
//! request; it may still execute.

mod build;
mod client;
mod clock_skew;
mod clock_sync;
mod execute;
mod http;
mod prepared;
mod raw;
mod redact;
mod request;
mod resolve;
mod response;
mod sender;
#[cfg(all(test, feature = "usdm"))]
mod simulation;
mod trace;
mod transport;

pub use crate::client::ClientBuilder;
pub use client::Client;
pub use prepared::Prepared;
pub use raw::{Raw, RawText};
pub use request::{RestRequest, Target};
pub use response::ResponseParts;

pub(crate) use request::sealed;
