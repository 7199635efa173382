//! A mock exchange in the same process, for tests of trading programs.
//!
//! A test starts an exchange, connects a client to it, runs the program and looks at what was rejected:
//!
//! ```
//! # #[cfg(all(feature = "rest", feature = "usdm"))]
//! # mod test {
//! # use binance_futures::{auth::Credentials, mock::{Exchange, Fault}, usdm};
//! # use binance_futures::{error::Error, types::{Decimal, Side, TimeInForce}, usdm::NewOrder};
//! # type Result = std::result::Result<(), Box<dyn std::error::Error>>;
//! # async fn run_bot(client: &usdm::Client) -> Result {
//! #     let order = NewOrder::limit("BTCUSDT", Side::Buy, Decimal::new(2, 3), 59_808, TimeInForce::Gtc);
//! #     match client.send(order).await {
//! #         Err(Error::UnknownOutcome(_)) => Ok(()),
//! #         other => panic!("{other:?}"),
//! #     }
//! # }
//! # pub async fn bot_survives_a_lost_response() -> Result {
//! let exchange = Exchange::start().await?;
//! let (api_key, secret) = exchange.credentials();
//! let credentials = Credentials::hmac(api_key, secret)?.for_environment(exchange.environment());
//! let client = usdm::Client::builder().credentials(credentials).build()?;
//!
//! exchange.inject_fault(Fault::Disconnect); // the next request is executed, but its response is lost
//! run_bot(&client).await?;
//! assert!(exchange.rejected_requests().is_empty());
//! # Ok(())
//! # }
//! # }
//! # #[cfg(all(feature = "rest", feature = "usdm"))]
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test::bot_survives_a_lost_response()).unwrap();
//! ```
//!
//! Clients in other languages connect to `cargo xtask mock`, which serves the same exchange. Exchanges are independent of each other:
//! any number can run at the same time. The exchange listens on the loopback interface only, and its time comes from a [`Clock`].
//!
//! # What is modeled
//!
//! - **Operations**: every REST operation of the spec, under one base URL for `/fapi`, `/dapi` and `/futures/data`.
//! - **Checks**: method and path, required parameters, types, enum values, the documented ranges, API keys, signatures
//!   (HMAC, RSA, Ed25519), timestamps and receive windows. Errors have the exchange's codes and HTTP statuses.
//! - **Rate limits**: request weight, order counts with their headers, rate-limit buckets, `Retry-After`, and the ban after too many
//!   requests; see [`RateLimits`].
//! - **Orders**: placing, testing, querying, modifying, canceling and listing, one by one and in batches, with time in force,
//!   reduce-only, price match, good-till date and duplicate client order ids.
//! - **Listen keys**: creating, extending and closing.
//! - **Faults**: lost requests and responses, cut bodies, delays and arbitrary responses; see [`Fault`].
//!
//! # What is not modeled
//!
//! - **Symbol filters** are not checked: an order may have any tick, step, quantity and notional.
//! - **Order books** are static. An order is filled at once, as far as the book permits; the quantity that it took is available again
//!   for the next order. Resting orders are never filled later, and conditional orders never trigger.
//! - **Balances, margin, leverage, fees, liquidation and position mode** do not exist. Positions only limit reduce-only orders.
//! - **All other operations** respond with the sample of the spec, in which values of the request are filled in. They store nothing:
//!   an algo order is not listed afterwards, and a query of an unknown one finds the sample. Account, position and trade operations
//!   do not reflect the orders.
//! - **Rate limits** are shared by both products.
//! - **Streams, user data and the websocket API** are not served. A listen key opens nothing.
//!
//! [`Clock`]: crate::clock::Clock

mod account;
mod exchange;
mod fault;
mod form;
mod handler;
mod listen_keys;
mod market;
mod messages;
mod object;
mod order;
mod order_service;
mod parsed_request;
mod rate_limits;
mod rejected_request;
mod rejection;
mod routes;
mod sample;
mod server;
mod signature;
mod state;

pub use exchange::{Builder, Exchange};
pub use fault::Fault;
pub use rate_limits::RateLimits;
pub use rejected_request::RejectedRequest;
pub use signature::InvalidPublicKey;
