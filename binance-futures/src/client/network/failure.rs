//! Failures of connections: their hosts and reasons, without secrets.

use std::error::Error;
use std::fmt;
use std::io;

use rustls::CertificateError;
use url::Url;

use crate::error::{TransportError, TransportErrorKind};

/// The hosts of a connection with their ports. Error messages contain no other part of a URL.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) exchange: String,
    /// The proxy, if one is used.
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

/// The error when TLS, the HTTP client or a URL cannot be set up.
pub(crate) fn setup_error(error: impl Error + Send + Sync + 'static) -> TransportError {
    let kind = TransportErrorKind::Setup;
    let message = format!("{kind}: {}", reason(&error));
    TransportError::new(kind, message, Some(Box::new(error)))
}

/// Returns the reason of an error: an explanation for common TLS errors, otherwise the message of the innermost source.
pub(crate) fn reason(error: &(dyn Error + 'static)) -> String {
    match tls_error(error) {
        // A forged certificate that names a trusted issuer has a bad signature.
        Some(rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        )) => String::from(
            "the certificate is not signed by a trusted issuer; `root_certificate` adds trusted issuers",
        ),
        Some(rustls::Error::InvalidMessage(_)) => {
            String::from("the server does not use TLS; check the port and the scheme of the URL")
        }
        Some(error) => error.to_string(),
        None => sources(error).last().unwrap_or(error).to_string(),
    }
}

pub(crate) fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    sources(error).find_map(<dyn Error>::downcast_ref)
}

/// Returns the error and all its sources. The source of an I/O error skips the error that it wraps; that one is included here.
pub(crate) fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}

/// Returns the host, with the port unless it is the default.
pub(crate) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
