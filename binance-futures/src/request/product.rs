//! Facts about a product.

use std::time::Duration;

/// Base URLs of one API, by environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BaseUrls {
    /// Real funds.
    pub production: &'static str,
    /// The test network. `None` if the API is not available there.
    pub testnet: Option<&'static str>,
    /// Demo trading. `None` if the API has no host name for it; `testnet` is then used.
    pub demo: Option<&'static str>,
}

/// The limits of the receive window of signed requests, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecvWindowLimits {
    /// The window that applies if a request sets none.
    pub default_millis: u32,
    /// The longest window that the exchange is known to accept.
    pub max_millis: u32,
    /// How far a timestamp may be ahead of the exchange's clock.
    pub max_ahead_millis: u32,
}

/// The limits of one connection to the streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamConnectionLimits {
    /// The most topics that a connection can be subscribed to.
    pub topics: u32,
    /// The most frames that the exchange accepts in a second. It closes the connection, and bans an IP address that repeats it.
    pub frames_per_second: u32,
    /// How long the exchange keeps a connection.
    pub lifetime: Duration,
    /// How often the exchange sends a ping.
    pub ping_interval: Duration,
    /// After how long without a pong the exchange closes the connection.
    pub pong_timeout: Duration,
}

/// The URL that opens a connection to user data, below the base URL of the streams. The listen key is between two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserDataUrl {
    /// The URL group that it begins with. `None` if the product has none.
    pub group: Option<&'static str>,
    /// The text before the listen key.
    pub before_key: &'static str,
    /// The text after the listen key, with the names of all events that the exchange shall push, if it wants them.
    pub after_key: &'static str,
}

/// A documented rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The name in the spec, such as `request_weight`.
    pub name: &'static str,
    /// What is counted.
    pub kind: LimitKind,
    /// The bucket whose requests are counted. [`Cost::bucket`](super::Cost::bucket) names it.
    pub bucket: Option<&'static str>,
    /// The largest count in one interval.
    pub limit: u32,
    /// The length of the interval.
    pub interval: Duration,
    /// Whether requests are counted per IP address or per account.
    pub scope: CountedBy,
    /// Whether the requests of both products count against the same limit.
    pub shared: bool,
}

/// What a rate limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitKind {
    /// The weight of all requests.
    RequestWeight,
    /// The number of requests of a bucket.
    Bucket,
    /// Orders.
    Orders,
    /// Attempts to open a websocket connection.
    ConnectionAttempts,
}

/// The scope of a rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CountedBy {
    /// Counted per IP address.
    Ip,
    /// Counted per account.
    Account,
}
