//! Failures on the way to the exchange and back.

use std::error::Error;
use std::fmt;
use std::io;

use rustls::CertificateError;

/// The way to the exchange or back failed.
///
/// Says what failed, with whom and why, in one line without anything secret; the errors below it are its sources.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// How the way failed, which tells what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The client could not be set up. Trying again is of no use.
    #[error("the client cannot be set up")]
    Setup,
    /// No connection came about, and nothing was sent: the name is not known, nobody listens there, or it took longer than
    /// `connect_timeout`. Try again later; if it stays so, look at the base URL, the name server and the firewall.
    #[error("no connection to the exchange")]
    Connect,
    /// The proxy cannot be reached, wants other credentials, or does not let the request through; nothing was sent. Look at the
    /// proxy's URL, or ask who runs it.
    #[error("no way through the proxy")]
    Proxy,
    /// The other side's certificate is not to be trusted, or it speaks no TLS; nothing was sent. Trying again is of no use: someone may
    /// be listening in. Where a company's proxy does so rightfully, give its certificate to `root_certificate`; where a certificate is
    /// too old or too new, look at this machine's clock.
    #[error("no private connection")]
    Tls,
    /// No whole answer came in time. What was asked may have been done.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke before the answer was whole, or what came is no HTTP. What was asked may have been done.
    #[error("the connection broke before the answer was whole")]
    Broken,
    /// The answer is larger than `max_response_size`, and was not read to its end. What was asked may have been done.
    #[error("the answer is too large")]
    TooLarge,
}

/// Between whom it failed, by host and port: nothing else of a URL may be told.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) exchange: String,
    /// What stands in between, where it is known.
    pub(crate) proxy: Option<String>,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.exchange)?;
        match &self.proxy {
            Some(proxy) => write!(f, " through {proxy}"),
            None => Ok(()),
        }
    }
}

impl TransportError {
    /// Takes an error of the transport without the URL in it: that holds signatures.
    pub(crate) fn new(error: reqwest::Error, route: &Route) -> Self {
        let kind = kind(&error, route);
        let error = error.without_url();
        let message = match kind {
            // That time is up is all there is to say.
            TransportErrorKind::Timeout => format!("{kind} ({route})"),
            _ => told(kind, route, &reason(&error)),
        };
        Self {
            kind,
            message,
            source: Some(Box::new(error)),
        }
    }

    /// TLS, the HTTP client or the URL of a request cannot be made.
    pub(crate) fn setup(error: impl Error + Send + Sync + 'static) -> Self {
        let kind = TransportErrorKind::Setup;
        Self {
            kind,
            message: format!("{kind}: {}", reason(&error)),
            source: Some(Box::new(error)),
        }
    }

    /// A proxy answered in place of the exchange that it wants other credentials.
    pub(crate) fn proxy_credentials(route: &Route) -> Self {
        let kind = TransportErrorKind::Proxy;
        Self {
            kind,
            message: told(kind, route, "it wants other credentials (HTTP 407)"),
            source: None,
        }
    }

    /// An answer is larger than the most that is read.
    pub(crate) fn too_large(route: &Route, most: usize) -> Self {
        let kind = TransportErrorKind::TooLarge;
        Self {
            kind,
            message: told(kind, route, &format!("at most {most} bytes are read")),
            source: None,
        }
    }

    /// One of a kind.
    #[cfg(all(test, feature = "usdm"))]
    pub(crate) fn of(kind: TransportErrorKind) -> Self {
        Self {
            kind,
            message: kind.to_string(),
            source: None,
        }
    }

    /// How the way failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether anything of the request can have reached the exchange.
    pub(crate) fn may_have_arrived(&self) -> bool {
        match self.kind {
            TransportErrorKind::Setup
            | TransportErrorKind::Connect
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

/// What fails while a connection comes about is the proxy's doing where there is one, unless TLS says otherwise.
fn kind(error: &reqwest::Error, route: &Route) -> TransportErrorKind {
    if error.is_builder() {
        TransportErrorKind::Setup
    } else if error.is_connect() {
        match (tls(error), &route.proxy) {
            (Some(_), _) => TransportErrorKind::Tls,
            (None, Some(_)) => TransportErrorKind::Proxy,
            (None, None) => TransportErrorKind::Connect,
        }
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Broken
    }
}

fn told(kind: TransportErrorKind, route: &Route, reason: &str) -> String {
    format!("{kind} ({route}): {reason}")
}

/// Why it failed: in our words where TLS failed, else in those of the error at the bottom.
fn reason(error: &(dyn Error + 'static)) -> String {
    let told = match tls(error) {
        // The latter when somebody goes by the name of one who is.
        Some(rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        )) => {
            "the certificate that was shown is signed by nobody trusted here; `root_certificate` trusts further ones"
        }
        Some(rustls::Error::InvalidMessage(_)) => {
            "what answers there speaks no TLS; are port and `https://` right?"
        }
        Some(error) => return error.to_string(),
        None => return sources(error).last().unwrap_or(error).to_string(),
    };
    told.to_owned()
}

/// What TLS says of it.
fn tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    sources(error).find_map(<dyn Error>::downcast_ref)
}

/// The error and all that caused it. An I/O error passes over the error it was made of as its source; that one is not left out here.
fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}
