//! Requests and clients that are invalid.

use std::borrow::Cow;

use super::{InvalidCredentials, InvalidParameter};
#[cfg(feature = "ws")]
use crate::topic::InvalidListenKey;
use crate::topic::ParseTopicError;

/// Why a request or a client is invalid. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// The request needs an API key and the client has none.
    #[error("{request} needs an API key: set `credentials` on the client builder")]
    NoCredentials {
        /// The request, such as `usdm::NewOrder`, or method and path of a raw request.
        request: Cow<'static, str>,
    },

    /// A parameter is empty. The exchange would reject it or treat it as absent, so that the request could, for example, apply to all
    /// symbols.
    #[error("parameter `{name}` of {request} is empty: omit it or set a value")]
    EmptyParameter {
        /// The request, such as `usdm::NewOrder`, or method and path of a raw request.
        request: Cow<'static, str>,
        /// The exchange's name of the parameter.
        name: String,
    },

    /// The parameters result in a URL that is too long for the HTTP library.
    #[error(
        "the URL of {request} has {length} bytes, more than the maximum of {}",
        Self::MAX_URL_LENGTH
    )]
    TooLong {
        /// The request, such as `usdm::NewOrder`, or method and path of a raw request.
        request: Cow<'static, str>,
        /// The length of the URL in bytes.
        length: usize,
    },

    /// The path of a raw request is not valid.
    #[error(
        "`{path}` is not a valid path: a path begins with `/`, and parameters are added with `param`"
    )]
    Path {
        /// The path.
        path: String,
    },

    /// A parameter breaks a documented rule. Only [`Check::check`](crate::check::Check::check) returns it; sending does not check.
    #[error(transparent)]
    Parameter(#[from] InvalidParameter),

    /// The credentials are not valid.
    #[error(transparent)]
    Credentials(#[from] InvalidCredentials),

    /// The base URL is not valid.
    #[error("the base URL {problem}")]
    BaseUrl {
        /// What is wrong.
        problem: &'static str,
    },

    /// The base URL of the streams, or the URL of the websocket API, is not valid.
    #[error("the URL of the {api} {problem}")]
    WebsocketUrl {
        /// `streams` or `websocket API`.
        api: &'static str,
        /// What is wrong.
        problem: &'static str,
    },

    /// The topics cannot share a connection.
    #[error("{problem}")]
    Topics {
        /// What is wrong.
        problem: String,
    },

    /// A value of a topic cannot be in its name, or is not documented.
    #[error(transparent)]
    TopicName(#[from] ParseTopicError),

    /// A text is not a listen key.
    #[cfg(feature = "ws")]
    #[error(transparent)]
    ListenKey(#[from] InvalidListenKey),

    /// The environment has no URL for the product. Use another environment, or set `base_url`.
    #[error(
        "{product} is not available in the environment {environment}: use another environment, or set `base_url`"
    )]
    Environment {
        /// The product, such as `usdm`.
        product: &'static str,
        /// The environment, such as `demo`.
        environment: String,
    },

    /// The credentials belong to another environment than the client.
    #[error(
        "the credentials belong to {credentials} and the client to {client}: set the environment of an API key with `Credentials::for_environment`"
    )]
    WrongEnvironment {
        /// The environment of the credentials, such as `production`.
        credentials: String,
        /// The environment of the client, such as `testnet`.
        client: String,
    },

    /// `resolve` or `resolve_each` was called with another request type than the one that was sent.
    #[error(
        "the lost request is {request}, not {other}: `resolve` and `resolve_each` take the type of the request that was sent"
    )]
    OtherRequest {
        /// The request that was sent.
        request: Cow<'static, str>,
        /// The request type that `resolve` was called with.
        other: &'static str,
    },

    /// The outcome cannot be looked up, because the request has no client order id: `client_order_ids(false)` was set on the builder.
    #[error("the outcome of {request} cannot be looked up: it was sent without a client order id")]
    NoLookup {
        /// The request that was sent.
        request: Cow<'static, str>,
    },

    /// The URL of a proxy is not valid.
    #[error("the proxy URL {problem}")]
    Proxy {
        /// What is wrong. Does not contain the URL, which may contain a password.
        problem: &'static str,
    },

    /// An extra header cannot be sent.
    #[error("the header {name:?} {problem}")]
    Header {
        /// The name of the header.
        name: String,
        /// What is wrong. Does not contain the value.
        problem: &'static str,
    },

    /// A root certificate cannot be read.
    #[error("the root certificate {problem}")]
    RootCertificate {
        /// What is wrong.
        problem: &'static str,
    },

    /// The user agent contains characters that are not allowed in a header.
    #[error("the user agent contains characters that are not allowed in a header")]
    UserAgent,
}

impl InvalidRequest {
    /// The longest URL that the `http` crate accepts, in bytes.
    pub const MAX_URL_LENGTH: usize = 65_534;
}
