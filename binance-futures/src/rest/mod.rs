//! Requests over REST: a client sends a request and gives its answer, or an error that says what may have happened.
//!
//! ```no_run
//! use binance_futures::auth::Credentials;
//! use binance_futures::types::{Decimal, Side, TimeInForce};
//! use binance_futures::usdm::{self, NewOrder};
//!
//! # async fn trade() -> Result<(), binance_futures::error::Error> {
//! let client = usdm::Client::builder()
//!     .credentials(Credentials::hmac("key", "secret")?)
//!     .build()?;
//! let order = NewOrder::limit("BTCUSDT", Side::Sell, Decimal::ONE, Decimal::from(59_808), TimeInForce::Gtc);
//! let acknowledged = client.send(order).await?;
//! println!("{} is {}", acknowledged.client_order_id, acknowledged.status);
//! # Ok(())
//! # }
//! ```
//!
//! What belongs to one call alone is said [`with`](Sendable::with) the request; what the crate does not know yet goes by
//! [`Raw`] or [`Call::param`]. A request of the other product does not compile:
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
//! Nothing is done twice: a call is made again only where it cannot have been done or does no more when done twice, as [`Retry`]
//! says, and no redirect is followed. Dropping a call's future does not call it back; what it asked for may be done. What may have
//! been done without an answer is an [`UnknownOutcome`](crate::error::UnknownOutcome), and [`Client::resolve`] finds out.

mod access;
mod answer;
#[cfg(feature = "registry")]
mod any;
mod attempts;
mod builder;
mod call;
mod client;
mod client_order_ids;
mod date;
mod headers;
mod http_client;
mod idempotency;
mod path;
mod prepared;
mod proxy;
mod query;
mod raw;
mod redact;
mod resolve;
mod response;
mod retry;
mod sendable;
mod server_time;
#[cfg(all(test, feature = "usdm"))]
mod simulation;
mod timeout;
mod tls;
mod trace;
mod transport;
mod verdict;

pub use access::{Access, AllowedTo, ReadOnly, Trading};
pub use builder::ClientBuilder;
pub use call::{Call, IntoCall, RecvWindow};
pub use client::Client;
pub use prepared::Prepared;
pub use query::{Signing, write_query};
pub use raw::{Raw, RawText};
pub use resolve::Resolution;
pub use response::Response;
pub use retry::{Backoff, Failed, Retry, RetryPolicy};
pub use sendable::{Of, Sendable, SentBy, Target};
pub use server_time::ServerTimeSource;
