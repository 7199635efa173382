//! Typed client for Binance USDⓈ-M and COIN-M futures.
//!
//! A request is a plain value: it owns its parameters, borrows nothing and knows its answer's type. A stream topic is one too.
//! Both are generated from a description of the exchange's API; what they stand on is written by hand:
//!
//! - [`types`]: symbols, ids, times, decimals, and what keeps values this version does not know,
//! - [`wire`]: the forms in which the exchange writes them,
//! - [`parameters`]: the writers that turn a request into a query or JSON,
//! - [`request`] and [`topic`]: what a request and a topic are, and the facts they carry,
//! - [`decode`]: the one way from an answer's text to its type,
//! - [`environment`] and [`clock`]: which of the exchange's worlds is meant, and where time comes from,
//! - `sign`, `limits` and `rest`: the client, and what it signs with.
//!
//! | feature | by default | what it adds |
//! |---|---|---|
//! | `usdm`, `coinm` | yes | each product |
//! | `rest` | yes | the client; without it the crate is values alone |
//! | `pem` | yes | RSA and Ed25519 keys from PEM, encrypted too |
//! | `mock` | no | an exchange in the process, for tests and first steps |
//! | `registry` | no | a table of every operation, and requests built from parameters by name |
//! | `jiff` | no | times to and from the `jiff` crate |

#![cfg_attr(
    not(all(feature = "usdm", feature = "coinm")),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "products alone use what stands here for them"
    )
)]

pub(crate) mod check;
pub mod clock;
#[cfg(feature = "coinm")]
pub mod coinm;
pub mod decode;
pub mod environment;
pub mod error;
#[rustfmt::skip]
#[allow(unreachable_pub, reason = "each product is reached by the module of its name")]
#[allow(deprecated, reason = "what is deprecated is still generated")]
mod generated;
#[cfg(feature = "rest")]
pub mod auth;
#[cfg(feature = "registry")]
pub mod dynamic;
#[cfg(feature = "rest")]
pub mod limits;
#[cfg(feature = "mock")]
pub mod mock;
pub mod parameters;
pub(crate) mod prelude;
#[cfg(feature = "registry")]
pub mod registry;
pub mod request;
#[cfg(feature = "rest")]
pub mod rest;
#[cfg(test)]
pub mod specimen;
pub mod topic;
pub mod types;
#[cfg(feature = "usdm")]
pub mod usdm;
pub mod wire;

/// The examples of the README compile.
#[cfg(all(doctest, feature = "rest", feature = "usdm"))]
#[doc = include_str!("../../README.md")]
struct Readme;
