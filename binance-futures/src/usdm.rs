//! USDⓈ-M futures, margined and settled in stablecoins: requests, their answers, and the client that sends them.

pub use crate::generated::usdm::*;

/// Sends requests of USDⓈ-M futures.
#[cfg(feature = "rest")]
pub type Client = crate::rest::Client<Usdm>;

#[cfg(feature = "rest")]
impl crate::rest::TellsTime for Usdm {
    type Ask = ServerTime;

    fn time(answer: &ExchangeTime) -> crate::types::Timestamp {
        answer.server_time
    }
}
