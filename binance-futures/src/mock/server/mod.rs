//! The server: reads requests, checks them, and writes responses.

pub(super) mod form;
mod handler;
mod http;
mod messages;
mod parsed_request;
mod rate_limits;
mod rejected_request;
mod rejection;
pub(super) mod routes;
mod signature;
mod stream_requests;
mod websocket;

pub(super) use handler::{RejectionCallback, RequestHandler};
pub(super) use http::serve;
pub(super) use parsed_request::ParsedRequest;
pub use rate_limits::RateLimits;
pub(super) use rate_limits::Usage;
pub use rejected_request::RejectedRequest;
pub(super) use rejection::{ErrorObject, Rejection};
pub use signature::InvalidPublicKey;
pub(super) use signature::{PublicKey, Verifier};
