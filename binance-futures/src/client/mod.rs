//! What every transport shares: credentials, clock, per-call options, retries, error classification and lookups of unknown outcomes.
//!
//! Nothing here sends requests. Users need [`WithOptions::with`], [`Retry`], [`Backoff`] and [`Resolution`]; the rest is for transports.

mod access;
mod attempts;
mod call;
mod classify;
mod context;
mod exceeded_limit;
mod network;
mod resolution;
mod retry;

pub use access::{Access, ReadOnly, Trading};
pub(crate) use attempts::{Attempts, Next};
pub use call::{Call, DecodeAs, RecvWindow, Timeout, WithOptions};
pub(crate) use call::{CallOptions, ParameterNames, write_parameters};
pub(crate) use classify::{ErrorBody, classify, may_be_error};
pub use context::RequestContext;
pub(crate) use context::{ClientOrderIds, Context};
pub(crate) use exceeded_limit::{exceeded_limit, retry_after};
pub(crate) use network::{NetworkOptions, ProxyOption};
pub use resolution::Resolution;
pub(crate) use resolution::{LookupPlan, Step};
pub use retry::{Backoff, FailedAttempt, Retry, RetryPolicy};
pub(crate) use retry::{is_retryable, may_have_executed, needs_clock_sync};
