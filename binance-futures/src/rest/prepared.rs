//! Requests that are ready to be sent.

use std::fmt;
use std::time::Duration;

use http::HeaderValue;

use crate::auth::Signature;
use crate::client::{RecvWindow, RequestContext};
use crate::error::{Error, InvalidRequest};
use crate::governor::WhenLimited;
use crate::parameters::{Parameters, QueryWriter};
use crate::request::{KnownError, Method, Product, RateLimit};
use crate::values::Timestamp;

/// An encoded and signed request, as [`Client::prepare`](super::Client::prepare) returns it. The exchange rejects a signed request after the
/// receive window, counted from its timestamp.
#[derive(Clone)]
pub struct Prepared {
    pub(super) method: Method,
    pub(super) url: String,
    /// Where the path begins in the URL.
    pub(super) path: usize,
    /// Where the query begins in the URL.
    pub(super) query: usize,
    /// Where the parameters that were added by name begin in the URL.
    pub(super) added: usize,
    /// Where the parameters end in the URL, and those of the signature begin.
    pub(super) signing: usize,
    /// How the request is signed. `None` if it is not.
    pub(super) signed: Option<Signed>,
    pub(super) api_key: Option<HeaderValue>,
    /// How long to wait for the response. `None` means no limit.
    pub(super) timeout: Option<Duration>,
    /// What happens if the request would exceed a rate limit.
    pub(super) when_limited: WhenLimited,
    pub(super) context: RequestContext,
    pub(super) product: ProductFacts,
}

/// How a request is signed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed {
    pub(super) recv_window: Option<RecvWindow>,
    /// The time of the exchange's clock.
    pub(super) timestamp: Timestamp,
}

/// The facts of a product that sending needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProductFacts {
    pub(super) errors: &'static [&'static [KnownError]],
    pub(super) rate_limits: &'static [RateLimit],
    pub(super) secret_fields: &'static [&'static str],
    pub(super) default_recv_window: RecvWindow,
}

impl ProductFacts {
    pub(super) fn of<P: Product>() -> Self {
        Self {
            errors: P::ERRORS,
            rate_limits: P::RATE_LIMITS,
            secret_fields: P::SECRET_FIELDS,
            default_recv_window: RecvWindow::from(u64::from(P::RECV_WINDOW.default_millis)),
        }
    }
}

impl Prepared {
    /// Returns the HTTP method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Returns the URL, including query and signature.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the path of the request, without the path of the base URL.
    pub fn path(&self) -> &str {
        let path = self.url.get(self.path..).unwrap_or_default();
        path.split_once('?').map_or(path, |(path, _)| path)
    }

    /// Returns the query, including the signature. Empty if there is none.
    pub fn query(&self) -> &str {
        self.url.get(self.query..).unwrap_or_default()
    }

    /// Returns whether the API key is sent, in the header `X-MBX-APIKEY`. It is not part of [`url`](Self::url).
    pub fn has_key(&self) -> bool {
        self.api_key.is_some()
    }

    /// Returns what the request counts against the rate limits.
    pub fn cost(&self) -> crate::request::Cost {
        self.context.cost
    }

    /// Returns the longest prefix of the path that is also the end of the base URL. Returns `None` if there is none.
    pub(super) fn repeated_path(&self) -> Option<&str> {
        let base = self.url.get(..self.path)?;
        let (_, host_and_path) = base.split_once("://")?;
        let (_, base_path) = host_and_path.split_once('/')?;
        let path = self.path().strip_prefix('/')?;
        path.match_indices('/')
            .filter_map(|(end, _)| path.get(..end))
            .rfind(|beginning| {
                let rest = base_path.strip_suffix(beginning);
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            })
    }

    /// Adds a timestamp, in place of timestamp and signature of an earlier attempt.
    pub(super) fn add_timestamp(&mut self, now: Timestamp) {
        let Some(signed) = &mut self.signed else {
            return;
        };
        signed.timestamp = now;
        let recv_window = signed.recv_window;
        self.url.truncate(self.signing);
        self.extend_query(|query| {
            if let Some(window) = recv_window {
                query.unsigned("recvWindow", window.as_millis());
            }
            query.signed("timestamp", now.as_millis());
        });
    }

    pub(super) fn add_signature(&mut self, signature: &Signature) {
        self.extend_query(|query| write_signature(signature, query));
    }

    #[inline]
    fn extend_query(&mut self, write: impl FnOnce(&mut QueryWriter)) {
        let mut query = QueryWriter::within(std::mem::take(&mut self.url), self.query);
        write(&mut query);
        self.url = query.into_string();
    }

    pub(super) fn check_length(&self) -> Result<(), Error> {
        let length = self.url.len();
        if length > InvalidRequest::MAX_URL_LENGTH {
            return Err(Error::from(InvalidRequest::TooLong {
                length,
                request: self.context.name.clone(),
            }));
        }
        Ok(())
    }

    /// Returns the receive window, by default that of the product.
    pub(super) fn recv_window(&self) -> RecvWindow {
        self.signed
            .and_then(|signed| signed.recv_window)
            .unwrap_or(self.product.default_recv_window)
    }

    /// Returns how long after the first attempt the request may be sent. Returns `None` if there is no limit.
    pub(super) fn retry_window(&self) -> Option<Duration> {
        (!self.context.is_read_only).then(|| self.recv_window().duration())
    }

    /// Returns when the exchange stops accepting the request. Returns `None` if it is not signed.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        Some(self.signed?.timestamp + self.recv_window().duration())
    }
}

/// Prints method and path. The query contains the signature.
impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("method", &self.method)
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

/// Appends the signature of a query to it.
fn write_signature(signature: &Signature, query: &mut QueryWriter) {
    if signature.needs_encoding() {
        query.text("signature", signature.as_str());
    } else {
        query.plain("signature", signature.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(signature: &Signature) -> String {
        let mut query = QueryWriter::new();
        query.put("timestamp", &1_u8);
        write_signature(signature, &mut query);
        query.into_string()
    }

    #[test]
    fn hexadecimal_signature_is_not_encoded() {
        let signature = Signature::hexadecimal([0xfa; 32]);
        let expected = format!("timestamp=1&signature={}", "fa".repeat(32));
        assert_eq!(signed(&signature), expected);
    }

    #[test]
    fn base64_signature_is_percent_encoded() {
        let signature = Signature::base64(&[0xfb, 0xff, 0xbf, 0x10]);
        let expected = "timestamp=1&signature=%2B%2F%2B%2FEA%3D%3D";
        assert_eq!(signed(&signature), expected);
    }
}
