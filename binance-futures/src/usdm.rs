//! USDⓈ-M futures, margined and settled in stablecoins: requests, their answers, and the client that sends them.

pub use crate::generated::usdm::*;

/// Sends requests of USDⓈ-M futures.
#[cfg(feature = "rest")]
pub type Client = crate::rest::Client<Usdm>;

/// Sends requests of USDⓈ-M futures that only ask: see [`Client::read_only`].
#[cfg(feature = "rest")]
pub type ReadOnlyClient = crate::rest::Client<Usdm, crate::rest::ReadOnly>;

#[cfg(feature = "rest")]
impl crate::rest::ServerTimeSource for Usdm {
    type Ask = ServerTime;

    fn time(answer: &ExchangeTime) -> crate::types::Timestamp {
        answer.server_time
    }
}
