//! Who carries a request to the exchange.

#[cfg(all(test, feature = "usdm"))]
use std::sync::Arc;

use super::Prepared;
use super::outgoing::{self, Http, Reply};
use crate::error::TransportError;

/// Who carries requests: the HTTP library, and in tests of waits and repetitions a script, so that no clock has to run for them.
pub(super) enum Transport {
    Network(Http),
    #[cfg(all(test, feature = "usdm"))]
    Script(Arc<dyn super::scripted::Script>),
}

impl Transport {
    /// Sends a request, once.
    pub(super) async fn exchange(&self, prepared: &Prepared) -> Result<Reply, TransportError> {
        match self {
            Self::Network(http) => outgoing::exchange(http, prepared).await,
            #[cfg(all(test, feature = "usdm"))]
            Self::Script(script) => script.exchange(prepared).await,
        }
    }
}
