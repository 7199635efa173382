//! Failures of the network.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The network failed between the client and the exchange.
///
/// The message names the kind of failure, the hosts involved and the reason, in one line and without secrets. The underlying errors
/// are its sources.
#[derive(Debug, Clone)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// The kind of a network failure.
///
/// After [`Timeout`](Self::Timeout), [`Broken`](Self::Broken) and [`TooLarge`](Self::TooLarge), the request may have been executed. They
/// are an [`Error::Transport`](super::Error::Transport) only if the request is read-only. For any other request, they are the cause of
/// [`Error::UnknownOutcome`](super::Error::UnknownOutcome).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The client cannot be set up: TLS, the HTTP client or the header of the API key cannot be configured. Usually `build` returns
    /// it. Retrying does not help.
    #[error("the client cannot be set up")]
    Setup,
    /// No connection was established, and nothing was sent: the host name is unknown, the port is closed, or `connect_timeout` elapsed.
    /// Retry later. If the failure persists, check the base URL, DNS and the firewall.
    #[error("no connection to the exchange")]
    Connect,
    /// The host name cannot be resolved, and nothing was sent. Retry later. If the failure persists, check the URL and DNS.
    #[error("no connection to the exchange")]
    Dns,
    /// The proxy is unreachable, requires other credentials, or refuses the request. Nothing was sent. Check the proxy URL.
    #[error("no connection through the proxy")]
    Proxy,
    /// The TLS handshake failed: the certificate is not trusted, or the server does not use TLS. Nothing was sent. Retrying does not
    /// help: the connection may be intercepted. If a company proxy intercepts it legitimately, add the proxy's certificate with
    /// `root_certificate`. If a certificate is expired or not yet valid, check the system clock.
    #[error("no secure connection")]
    Tls,
    /// No complete response arrived in time.
    #[error("timeout")]
    Timeout,
    /// The connection broke before the response was complete, or the response is not HTTP.
    #[error("the connection broke before the response was complete")]
    Broken,
    /// The response is larger than `max_response_size` and was not read to its end.
    #[error("the response is too large")]
    TooLarge,
}

impl TransportError {
    pub(crate) fn new(
        kind: TransportErrorKind,
        message: String,
        source: Option<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            message,
            source: source.map(Arc::from),
        }
    }

    /// Returns the kind of failure.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns whether the request may have reached the exchange.
    pub(crate) fn may_have_arrived(&self) -> bool {
        match self.kind {
            TransportErrorKind::Setup
            | TransportErrorKind::Connect
            | TransportErrorKind::Dns
            | TransportErrorKind::Proxy
            | TransportErrorKind::Tls => false,
            TransportErrorKind::Timeout
            | TransportErrorKind::Broken
            | TransportErrorKind::TooLarge => true,
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_deref()?)
    }
}
