//! Failures on the way to the exchange and back.

use std::error::Error;

/// The way to the exchange or back failed.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn Error + Send + Sync>,
}

/// How the way failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The client could not be set up.
    #[error("the client cannot be set up")]
    Setup,
    /// No connection came about.
    #[error("no connection to the exchange")]
    Connect,
    /// No whole answer came in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke before the answer was whole.
    #[error("the connection broke before the answer was whole")]
    Broken,
}

impl TransportError {
    /// Takes an error of the transport without the URL in it: that holds signatures.
    pub(crate) fn new(error: reqwest::Error) -> Self {
        let kind = if error.is_builder() {
            TransportErrorKind::Setup
        } else if error.is_connect() {
            TransportErrorKind::Connect
        } else if error.is_timeout() {
            TransportErrorKind::Timeout
        } else {
            TransportErrorKind::Broken
        };
        Self {
            kind,
            source: Box::new(error.without_url()),
        }
    }

    pub(crate) fn setup(error: impl Error + Send + Sync + 'static) -> Self {
        Self {
            kind: TransportErrorKind::Setup,
            source: Box::new(error),
        }
    }

    /// One of a kind.
    #[cfg(all(test, feature = "usdm"))]
    pub(crate) fn of(kind: TransportErrorKind) -> Self {
        Self {
            kind,
            source: "as the test wants it".into(),
        }
    }

    /// How the way failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether anything of the request can have reached the exchange.
    pub(crate) fn may_have_arrived(&self) -> bool {
        match self.kind {
            TransportErrorKind::Setup | TransportErrorKind::Connect => false,
            TransportErrorKind::Timeout | TransportErrorKind::Broken => true,
        }
    }
}
