//! An exchange in the process: for tests, for first steps, and for clients in other languages.
//!
//! It serves every REST operation of the description under one root, `/fapi`, `/dapi` and `/futures/data` alike, and refuses what the
//! exchange refuses: unknown paths, missing and malformed parameters, bad keys, wrong signatures, stale timestamps, too many requests.
//! It keeps orders, which trade against a small book that does not move. Whatever it knows nothing of it answers with the description's
//! sample.
//!
//! Each is on its own: any number run side by side and share nothing.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use binance_futures::mock::Exchange;
//!
//! let exchange = Exchange::start().await?;
//! let (key, secret) = exchange.credentials();
//! println!("{} takes the key {key} with the secret {secret}", exchange.url());
//! # Ok(())
//! # }
//! ```

mod account;
mod denial;
mod exchange;
mod fault;
mod form;
mod limits;
mod listen_keys;
mod market;
mod object;
mod order;
mod refused;
mod routes;
mod sample;
mod server;
mod signature;
mod trade;
mod venue;

pub use exchange::{Builder, Exchange};
pub use fault::Fault;
pub use limits::Limits;
pub use refused::Refused;
pub use signature::InvalidPublicKey;
