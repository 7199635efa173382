//! Requests, and the facts about them that every transport needs.

mod error_code;
mod metadata;
mod origin;
mod product;
mod traits;

pub(crate) use error_code::ErrorClass;
#[cfg(feature = "client")]
pub(crate) use error_code::KnownMessage;
pub use error_code::{Action, KnownError};
#[cfg(any(feature = "usdm", feature = "coinm"))]
pub(crate) use error_code::{known, known_by_our_name};
pub use metadata::{Cost, Idempotency, Metadata, Method, OrderCount, Security};
pub use origin::OrderOrigin;
pub use product::{
    BaseUrls, CountedBy, LimitKind, RateLimit, RecvWindowLimits, StreamConnectionLimits,
    UserDataUrl,
};
pub use traits::{Batch, Product, ReadOnlyRequest, Request, Resolvable, RestEndpoint, WsApiMethod};
