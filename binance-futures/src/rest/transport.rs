//! The transport below a client: HTTP, or a simulation in tests.

#[cfg(all(test, feature = "usdm"))]
use std::{pin::Pin, sync::Arc};

use super::Prepared;
use super::http::{Http, HttpResponse};
use crate::error::TransportError;

/// What carries requests.
pub(super) enum Transport {
    Http(Http),
    #[cfg(all(test, feature = "usdm"))]
    Simulated(Arc<dyn Exchange>),
}

/// A simulated exchange, so that tests of waits and retries run in virtual time.
#[cfg(all(test, feature = "usdm"))]
pub(super) trait Exchange: Send + Sync {
    fn exchange<'a>(&'a self, prepared: &'a Prepared) -> FutureResponse<'a>;
}

#[cfg(all(test, feature = "usdm"))]
pub(super) type FutureResponse<'a> =
    Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'a>>;

impl Transport {
    /// Sends a request once.
    pub(super) async fn exchange(
        &self,
        prepared: &Prepared,
    ) -> Result<HttpResponse, TransportError> {
        match self {
            Self::Http(http) => http.exchange(prepared).await,
            #[cfg(all(test, feature = "usdm"))]
            Self::Simulated(exchange) => exchange.exchange(prepared).await,
        }
    }
}
