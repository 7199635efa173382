//! What every transport shares: credentials, clock, per-call options, retries, error classification and lookups of unknown outcomes.
//!
//! Nothing here sends requests. Users need [`WithOptions::with`], [`Retry`], [`Backoff`] and [`Resolution`]; the rest is for transports.

mod access;
mod attempts;
#[cfg(any(feature = "rest", feature = "ws"))]
mod builder;
mod call;
mod classify;
mod context;
mod exceeded_limit;
#[cfg(any(feature = "rest", feature = "ws"))]
pub(crate) mod network;
mod resolution;
mod retry;

pub use access::{Access, ReadOnly, Trading};
pub(crate) use attempts::{Attempts, Next};
#[cfg(any(feature = "rest", feature = "ws"))]
pub use builder::ClientBuilder;
pub use call::{Call, DecodeAs, RecvWindow, Timeout, WithOptions};
pub(crate) use call::{CallOptions, ParameterNames, write_parameters};
pub(crate) use classify::{ErrorBody, classify, may_be_error};
pub use context::RequestContext;
pub(crate) use context::{ClientOrderIds, Context};
pub(crate) use exceeded_limit::{exceeded_limit, retry_after, retry_after_header};
pub use resolution::Resolution;
pub(crate) use resolution::{LookupPlan, Step};
#[cfg(feature = "ws")]
pub(crate) use retry::random;
pub use retry::{Backoff, FailedAttempt, Retry, RetryPolicy};
pub(crate) use retry::{is_retryable, may_have_executed, needs_clock_sync};
