//! An answer with all that came with it.

use http::{HeaderMap, StatusCode};

use crate::limits::Limits;

/// An answer with all that came with it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The answer itself.
    pub data: T,
    /// What the exchange says of its limits.
    pub limits: Limits,
    /// The headers.
    pub headers: HeaderMap,
    /// The status of HTTP.
    pub status: StatusCode,
}
