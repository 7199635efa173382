//! A request that is ready to be sent.

use std::fmt;
use std::time::Duration;

use http::HeaderValue;

use super::RecvWindow;
use super::answer::Asked;
use crate::request::Method;
use crate::types::Timestamp;

/// A request that is ready to be sent: signed, with a timestamp that runs out.
#[derive(Clone)]
pub struct Prepared {
    pub(super) method: Method,
    pub(super) url: String,
    /// Where the path begins in the URL.
    pub(super) path: usize,
    /// Where the query begins in the URL.
    pub(super) query: usize,
    /// Where the request's own parameters end in the URL, and those begin that were added by name.
    pub(super) own: usize,
    /// Where all parameters end in the URL, and what signs them begins.
    pub(super) seal: usize,
    pub(super) signed: Option<Signed>,
    pub(super) key: Option<HeaderValue>,
    /// How long to wait for the answer, where that is another time than the HTTP client's.
    pub(super) timeout: Option<Duration>,
    pub(super) asked: Asked,
}

/// How a request is signed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed {
    pub(super) recv_window: Option<RecvWindow>,
    /// When, by the exchange's clock.
    pub(super) timestamp: Timestamp,
}

impl Prepared {
    /// The verb.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The whole URL, query and signature included.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The path, from the root of the product's host.
    pub fn path(&self) -> &str {
        let path = self.url.get(self.path..).unwrap_or_default();
        path.split_once('?').map_or(path, |(path, _)| path)
    }

    /// The query, signature included; empty where there is none.
    pub fn query(&self) -> &str {
        self.url.get(self.query..).unwrap_or_default()
    }

    /// Whether the API key goes with it.
    pub fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// Makes of it what the HTTP library sends, for measurements.
    #[doc(hidden)]
    pub fn into_http(self) -> Result<impl Sized, crate::error::TransportError> {
        super::http_client::request(&self)
    }
}

/// Prints verb and path: the query holds the signature.
impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("method", &self.method)
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}
