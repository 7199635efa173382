//! Facts about a request.

use std::fmt;

/// Facts about a request that do not depend on its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// The authentication that the exchange requires.
    pub security: Security,
    /// Whether sending the request twice has the same effect as sending it once.
    pub idempotency: Idempotency,
    /// What the request counts against the rate limits. If the weight depends on the parameters, this is the weight without optional
    /// parameters: see [`Request::cost`](super::Request::cost).
    pub cost: Cost,
    /// The request that looks up the outcome, such as `usdm::QueryOrder`. `None` if the outcome cannot be looked up.
    pub lookup: Option<&'static str>,
    /// Error codes whose remedy is another one for this request, with the remedies, sorted by code. For all other codes,
    /// [`KnownError::remedy`](super::KnownError::remedy) applies.
    pub remedies: &'static [(i64, &'static str)],
    /// Whether the request reads a time window, such as candlesticks.
    pub reads_history: bool,
}

impl Metadata {
    /// A public request that is not idempotent and counts against no limit.
    pub const DEFAULT: Self = Self {
        security: Security::None,
        idempotency: Idempotency::NotIdempotent,
        cost: Cost::FREE,
        lookup: None,
        remedies: &[],
        reads_history: false,
    };

    /// Returns whether a request with this HTTP method never changes anything at the exchange.
    #[cfg(feature = "rest")]
    pub(crate) fn is_read_only(&self, method: Method) -> bool {
        method == Method::Get && self.idempotency == Idempotency::Idempotent
    }
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `DELETE`.
    Delete,
}

impl Method {
    /// Returns the method name in upper case, as HTTP requires.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The authentication that the exchange requires for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Security {
    /// None.
    None,
    /// An API key, for market data.
    MarketData,
    /// An API key, for the user data stream.
    UserStream,
    /// A signature by an API key with permission to trade.
    Trade,
    /// A signature by an API key with permission to read the account.
    UserData,
}

impl Security {
    /// Returns whether the API key is sent.
    pub const fn needs_key(self) -> bool {
        !matches!(self, Self::None)
    }

    /// Returns whether a timestamp and a signature are sent.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Trade | Self::UserData)
    }
}

/// Whether a request can be repeated safely when its outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// Sending the request twice has the same effect as sending it once.
    Idempotent,
    /// Sending the request twice may execute it twice.
    NotIdempotent,
}

/// What a request counts against the rate limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Cost {
    /// The request weight.
    pub weight: u32,
    /// The rate-limit bucket that the request counts against, besides its weight: see [`RateLimit::bucket`](super::RateLimit::bucket).
    pub bucket: Option<&'static str>,
    /// The number of orders.
    pub orders: OrderCount,
}

impl Cost {
    /// Counts against no limit.
    pub const FREE: Self = Self {
        weight: 0,
        bucket: None,
        orders: OrderCount::NONE,
    };
}

/// The number of orders that a request counts against the order limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct OrderCount {
    /// Counted against the 10-second limit.
    pub per_10s: u32,
    /// Counted against the 1-minute limit.
    pub per_1m: u32,
}

impl OrderCount {
    /// No order.
    pub const NONE: Self = Self {
        per_10s: 0,
        per_1m: 0,
    };
}
