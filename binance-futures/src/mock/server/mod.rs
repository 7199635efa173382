//! The server: reads requests, checks them, and writes responses.

pub(super) mod form;
mod handler;
mod http;
mod messages;
pub(super) mod parsed_request;
pub(super) mod rate_limits;
pub(super) mod rejected_request;
pub(super) mod rejection;
pub(super) mod routes;
mod signature;
mod stream_requests;
mod websocket;

pub(super) use handler::{RejectionCallback, RequestHandler};
pub(super) use http::serve;
pub use rate_limits::RateLimits;
pub use rejected_request::RejectedRequest;
pub use signature::InvalidPublicKey;
pub(super) use signature::{PublicKey, Verifier};
