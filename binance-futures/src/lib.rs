//! Typed client for Binance USDⓈ-M and COIN-M futures.
//!
//! A request is a plain value: it owns its parameters, borrows nothing and knows its answer's type. A stream topic is one too.
//! Both are generated from a description of the exchange's API; what they stand on is written by hand:
//!
//! - [`types`]: symbols, ids, times, decimals, and what keeps values this version does not know,
//! - [`wire`]: the forms in which the exchange writes them,
//! - [`parameters`]: the writers that turn a request into a query or JSON,
//! - [`request`] and [`topic`]: what a request and a topic are, and the facts they carry,
//! - [`decode`]: the one way from an answer's text to its type.

#![cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "products alone use what stands here for them"
    )
)]

pub(crate) mod check;
pub mod decode;
pub mod error;
#[rustfmt::skip]
mod generated;
#[cfg(feature = "registry")]
pub mod given;
pub mod parameters;
pub(crate) mod prelude;
#[cfg(feature = "registry")]
pub mod registry;
pub mod request;
#[cfg(test)]
pub mod specimen;
pub mod topic;
pub mod types;
pub mod wire;

#[cfg(feature = "coinm")]
pub use generated::coinm;
#[cfg(feature = "usdm")]
pub use generated::usdm;
