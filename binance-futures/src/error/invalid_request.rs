//! What keeps a request from being sent.

use std::borrow::Cow;

use super::{InvalidCredentials, InvalidParameter};

/// Why a request, or the client that was to send it, cannot be made. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// The request needs an API key and the client has none.
    #[error("{request} needs an API key: give the client `credentials`")]
    NoCredentials {
        /// The request: `usdm::NewOrder`, or verb and path of a raw one.
        request: Cow<'static, str>,
    },

    /// A parameter has no value. The exchange refuses that, or takes it as not given, which may mean something else.
    #[error("parameter `{name}` of {request} is empty: leave it out or give it a value")]
    EmptyParameter {
        /// The request: `usdm::NewOrder`, or verb and path of a raw one.
        request: Cow<'static, str>,
        /// The parameter as the exchange names it.
        name: String,
    },

    /// The parameters make a URL that HTTP cannot carry.
    #[error(
        "the parameters of {request} make a URL of {length} bytes, and {} is the most",
        Self::LONGEST_URL
    )]
    TooLong {
        /// The request: `usdm::NewOrder`, or verb and path of a raw one.
        request: Cow<'static, str>,
        /// Bytes of the URL.
        length: usize,
    },

    /// The path of a raw request is none.
    #[error("`{path}` is not a path: it begins with `/`, and parameters are given by `param`")]
    Path {
        /// The path as it was given.
        path: String,
    },

    /// A parameter breaks a rule the exchange documents.
    #[error(transparent)]
    Parameter(#[from] InvalidParameter),

    /// The credentials cannot be right.
    #[error(transparent)]
    Credentials(#[from] InvalidCredentials),

    /// The base URL of a client is none.
    #[error("the base URL {problem}")]
    BaseUrl {
        /// What is wrong with it.
        problem: &'static str,
    },

    /// The product does not exist in the environment.
    #[error("{product} has no {environment}")]
    Environment {
        /// The product: `usdm`.
        product: &'static str,
        /// The environment: `demo`.
        environment: String,
    },

    /// The credentials are of another environment than the client.
    #[error(
        "the credentials are of {credentials} and the client of {client}: say where a key was made by `Credentials::for_environment`"
    )]
    WrongEnvironment {
        /// The environment of the credentials: `production`.
        credentials: String,
        /// That of the client: `testnet`.
        client: String,
    },

    /// What was sent is not what it was to be resolved as.
    #[error("what was sent is {request} and not {other}: resolve it as what it is")]
    OtherRequest {
        /// The request that was sent.
        request: Cow<'static, str>,
        /// What it was taken for.
        other: &'static str,
    },

    /// What was sent does not hold what the exchange could be asked by.
    #[error(
        "nothing tells what became of {request}: it was sent without {}",
        by.unwrap_or("an id of its own")
    )]
    NoLookup {
        /// The request that was sent.
        request: Cow<'static, str>,
        /// The parameter it would be asked by.
        by: Option<&'static str>,
    },

    /// The URL of a proxy is none.
    #[error("the proxy's URL {problem}")]
    Proxy {
        /// What is wrong with it. Says nothing of what it is: it may hold a password.
        problem: &'static str,
    },

    /// A header cannot be sent with every request.
    #[error("the header {name:?} {problem}")]
    Header {
        /// The header's name as it was given.
        name: String,
        /// What is wrong with it. Says nothing of its value.
        problem: &'static str,
    },

    /// Certificates that are to be trusted cannot be read.
    #[error("the root certificate {problem}")]
    RootCertificate {
        /// What is wrong with it.
        problem: &'static str,
    },

    /// The user agent has characters that cannot stand in a header.
    #[error("the user agent has characters that cannot stand in a header")]
    UserAgent,
}

impl InvalidRequest {
    /// Bytes of the longest URL that HTTP libraries take.
    pub const LONGEST_URL: usize = 65_534;
}
