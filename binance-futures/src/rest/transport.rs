//! Who carries a request to the exchange.

#[cfg(all(test, feature = "usdm"))]
use std::sync::Arc;

use super::Prepared;
use super::http_client::{self, Http, HttpResponse};
use crate::error::TransportError;

/// Who carries requests: the HTTP library, and in tests of waits and repetitions a script, so that no clock has to run for them.
pub(super) enum Transport {
    Network(Http),
    #[cfg(all(test, feature = "usdm"))]
    Script(Arc<dyn super::simulation::Script>),
}

impl Transport {
    /// Sends a request, once.
    pub(super) async fn exchange(
        &self,
        prepared: &Prepared,
    ) -> Result<HttpResponse, TransportError> {
        match self {
            Self::Network(http) => http_client::exchange(http, prepared).await,
            #[cfg(all(test, feature = "usdm"))]
            Self::Script(script) => script.exchange(prepared).await,
        }
    }
}
