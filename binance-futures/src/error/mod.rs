//! What can go wrong, as values.
//!
//! `Error`, of the feature `rest`, has one variant for each stage at which a call can fail, because the stage tells what may have
//! happened; its `outcome` says it in one word.

#[cfg(feature = "rest")]
mod api;
#[cfg(feature = "rest")]
mod body;
#[cfg(feature = "rest")]
mod decode;
#[cfg(feature = "rest")]
mod invalid_credentials;
mod invalid_parameter;
#[cfg(feature = "rest")]
mod invalid_request;
mod known;
#[cfg(feature = "rest")]
mod rate_limited;
mod refusal;
#[cfg(feature = "rest")]
mod signing;
#[cfg(feature = "rest")]
mod stages;
#[cfg(feature = "rest")]
mod transport;
#[cfg(feature = "rest")]
mod unknown_outcome;

#[cfg(feature = "rest")]
pub use api::ApiError;
#[cfg(feature = "rest")]
pub(crate) use body::Body;
#[cfg(feature = "rest")]
pub use decode::DecodeError;
#[cfg(feature = "rest")]
pub(crate) use invalid_credentials::CredentialsProblem;
#[cfg(feature = "rest")]
pub use invalid_credentials::{InvalidCredentials, InvalidCredentialsKind};
pub use invalid_parameter::InvalidParameter;
#[cfg(feature = "rest")]
pub use invalid_request::InvalidRequest;
pub use known::{Action, KnownError};
pub(crate) use known::{ErrorClass, known, known_by_our_name};
#[cfg(feature = "rest")]
pub use rate_limited::RateLimited;
pub use refusal::Rejection;
#[cfg(feature = "rest")]
pub use signing::SigningError;
#[cfg(feature = "rest")]
pub use stages::{Error, Outcome};
#[cfg(feature = "rest")]
pub(crate) use transport::Route;
#[cfg(feature = "rest")]
pub use transport::{TransportError, TransportErrorKind};
#[cfg(feature = "rest")]
pub use unknown_outcome::{UnknownCause, UnknownOutcome};
