//! The limits of a connection, which are those of the spec.

use crate::request::StreamConnectionLimits;

/// The limits of a connection, with times in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Maximum number of streams.
    pub(super) topics: usize,
    /// Maximum number of frames that a connection may send in a second.
    pub(super) frames_per_second: usize,
    /// How long a connection lives.
    pub(super) lifetime: i64,
    /// Time between two pings.
    pub(super) ping_interval: i64,
    /// How long the exchange waits for a pong.
    pub(super) pong_timeout: i64,
}

impl Limits {
    /// Returns the limits of a product.
    pub(super) fn of(product: &str) -> Self {
        let limits = of_product(product);
        let millis =
            |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            topics: count(limits.topics),
            frames_per_second: count(limits.frames_per_second),
            lifetime: millis(limits.lifetime),
            ping_interval: millis(limits.ping_interval),
            pong_timeout: millis(limits.pong_timeout),
        }
    }
}

fn of_product(product: &str) -> StreamConnectionLimits {
    #[cfg(any(feature = "usdm", feature = "coinm"))]
    use crate::request::Product;
    #[cfg(feature = "usdm")]
    if product == crate::usdm::Usdm::ID {
        return crate::usdm::Usdm::STREAM_CONNECTIONS;
    }
    #[cfg(feature = "coinm")]
    if product == crate::coinm::CoinM::ID {
        return crate::coinm::CoinM::STREAM_CONNECTIONS;
    }
    // A product that is not compiled has no streams.
    let _ = product;
    StreamConnectionLimits {
        topics: 0,
        frames_per_second: u32::MAX,
        lifetime: std::time::Duration::MAX,
        ping_interval: std::time::Duration::MAX,
        pong_timeout: std::time::Duration::MAX,
    }
}
