//! Errors.
//!
//! [`Error`] has one variant for each stage at which a call can fail, because the stage determines whether the exchange may
//! have executed the request. [`Error::outcome`] returns that as an [`Outcome`]: no effect, rejected, unknown or executed.
//!
//! ```no_run
//! # async fn trade(client: binance_futures::usdm::Client) {
//! use binance_futures::error::{Error, Outcome};
//! use binance_futures::usdm::CancelOrder;
//!
//! match client.send(CancelOrder::new("BTCUSDT", "entry-7")).await {
//!     Ok(canceled) => println!("the order is {}", canceled.status),
//!     Err(error) if error.code() == Some(-2011) => println!("there is no such open order"),
//!     Err(Error::RateLimited(limited)) => println!("wait {:?}", limited.retry_after),
//!     Err(error) if error.outcome() == Outcome::Unknown => println!("query the order: {error}"),
//!     Err(error) if error.outcome() == Outcome::Executed => println!("canceled, but not decoded: {error}"),
//!     Err(error) => println!("not canceled: {error}"),
//! }
//! # }
//! ```
//!
//! `usdm::codes` and `coinm::codes` have constants for the error codes. [`Client::resolve`](crate::rest::Client::resolve) shows how the
//! outcome of a new order is looked up.

#[cfg(feature = "client")]
mod api;
#[cfg(feature = "client")]
mod body;
#[cfg(feature = "client")]
mod decode;
#[cfg(feature = "client")]
mod exceeded_limit;
#[cfg(feature = "client")]
mod invalid_credentials;
#[cfg(feature = "client")]
mod invalid_request;
#[cfg(feature = "client")]
mod stages;
#[cfg(feature = "client")]
mod throttled;
#[cfg(feature = "client")]
mod transport;
#[cfg(feature = "client")]
mod unknown_outcome;

#[cfg(feature = "client")]
pub use api::{ApiError, HttpParts, RateLimited};
#[cfg(feature = "client")]
pub(crate) use body::BodyKind;
#[cfg(feature = "client")]
pub use decode::DecodeError;
#[cfg(feature = "client")]
pub use exceeded_limit::ExceededLimit;
#[cfg(feature = "client")]
pub(crate) use invalid_credentials::CredentialsProblem;
#[cfg(feature = "client")]
pub use invalid_credentials::{InvalidCredentials, InvalidCredentialsKind};
#[cfg(feature = "client")]
pub use invalid_request::InvalidRequest;
#[cfg(feature = "client")]
pub use stages::{Error, Outcome, SigningError};
#[cfg(feature = "client")]
pub use throttled::{Throttled, ThrottledReason};
#[cfg(feature = "client")]
pub use transport::{TransportError, TransportErrorKind};
#[cfg(feature = "client")]
pub use unknown_outcome::{UnknownCause, UnknownOutcome};

pub use crate::check::InvalidParameter;
pub use crate::decode::DecodeFailure;
pub use crate::request::{Action, KnownError};
pub use crate::values::Rejection;
