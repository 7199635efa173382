//! COIN-M futures, margined and settled in the coin that is traded: requests, their answers, and the client that sends them.

pub use crate::generated::coinm::*;

/// Sends requests of COIN-M futures.
#[cfg(feature = "rest")]
pub type Client = crate::rest::Client<CoinM>;

/// Sends requests of COIN-M futures that only ask: see [`Client::read_only`].
#[cfg(feature = "rest")]
pub type ReadOnlyClient = crate::rest::Client<CoinM, crate::rest::ReadOnly>;

#[cfg(feature = "rest")]
impl crate::rest::ServerTimeSource for CoinM {
    type Ask = ServerTime;

    fn time(answer: &ExchangeTime) -> crate::types::Timestamp {
        answer.server_time
    }
}
