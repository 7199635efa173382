//! TLS configuration.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::failure::setup_error;
use crate::error::{Error, InvalidRequest, TransportError};

/// The TLS configuration of a client. All its connections use the same one, so that TLS sessions are resumed.
#[derive(Clone)]
pub(crate) struct Tls(Arc<Shared>);

struct Shared {
    extra_roots: Vec<CertificateDer<'static>>,
    /// Created when the first connection needs it, because loading certificates takes time.
    config: OnceLock<ClientConfig>,
}

impl Tls {
    /// Reads extra root certificates in PEM.
    pub(crate) fn new(extra_roots: &[Vec<u8>]) -> Result<Self, InvalidRequest> {
        let mut certificates = Vec::new();
        for pem in extra_roots {
            certificates.extend(read_certificates(pem)?);
        }
        Ok(Self(Arc::new(Shared {
            extra_roots: certificates,
            config: OnceLock::new(),
        })))
    }

    /// Returns the configuration.
    pub(crate) fn config(&self) -> Result<ClientConfig, Error> {
        if let Some(config) = self.0.config.get() {
            return Ok(config.clone());
        }
        let config = config(Roots::System(self.0.extra_roots.clone()))?;
        Ok(self.0.config.get_or_init(|| config).clone())
    }

    /// Returns a configuration for connections without TLS. Loads no certificates.
    pub(crate) fn unused() -> Result<ClientConfig, Error> {
        config(Roots::None)
    }
}

/// The trusted root certificates.
#[derive(Debug)]
enum Roots {
    /// Those of the system and these extra ones. If the system has none, as in minimal containers, Mozilla's list is used.
    System(Vec<CertificateDer<'static>>),
    /// None, because no connection uses TLS.
    None,
}

/// Returns a configuration that uses `ring`. The process-wide default provider is left to the application.
fn config(roots: Roots) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = builder(&provider)?;
    let builder = match roots {
        // With extra roots, creating a verifier succeeds even if the system has no roots. So a verifier without extra roots is created
        // first.
        Roots::System(extra) => match Verifier::new(Arc::clone(&provider)) {
            Ok(system) => builder
                .dangerous()
                .with_custom_certificate_verifier(with_extra(system, extra, provider)?),
            Err(_) => builder.with_root_certificates(mozilla_and(extra)?),
        },
        Roots::None => builder.with_root_certificates(RootCertStore::empty()),
    };
    let mut config = builder.with_no_client_auth();
    #[cfg(feature = "http2")]
    config.alpn_protocols.push(b"h2".to_vec());
    config.alpn_protocols.push(b"http/1.1".to_vec());
    Ok(config)
}

fn builder(
    provider: &Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, rustls::WantsVerifier>, TransportError> {
    ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(setup_error)
}

#[cfg(not(target_os = "android"))]
fn with_extra(
    system: Verifier,
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TransportError> {
    if extra.is_empty() {
        return Ok(Arc::new(system));
    }
    let verifier = Verifier::new_with_extra_roots(extra, provider);
    Ok(Arc::new(verifier.map_err(setup_error)?))
}

/// Android accepts extra certificates only in its own settings.
#[cfg(target_os = "android")]
fn with_extra(
    system: Verifier,
    extra: Vec<CertificateDer<'static>>,
    _: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, InvalidRequest> {
    if extra.is_empty() {
        return Ok(Arc::new(system));
    }
    Err(invalid(
        "is not supported on Android, where the system settings list the trusted certificates",
    ))
}

fn mozilla_and(extra: Vec<CertificateDer<'static>>) -> Result<RootCertStore, InvalidRequest> {
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for certificate in extra {
        roots.add(certificate).map_err(|_| NOT_A_CERTIFICATE)?;
    }
    Ok(roots)
}

/// Reads and checks certificates from PEM.
fn read_certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, InvalidRequest> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| invalid("is not PEM, or is truncated: pass the contents of the file"))?;
    if certificates.is_empty() {
        return Err(invalid(
            "has no `-----BEGIN CERTIFICATE-----`: pass the contents of a PEM file",
        ));
    }
    let mut store = RootCertStore::empty();
    for certificate in &certificates {
        store
            .add(certificate.clone())
            .map_err(|_| NOT_A_CERTIFICATE)?;
    }
    Ok(certificates)
}

const NOT_A_CERTIFICATE: InvalidRequest =
    invalid("is PEM, but does not contain a valid certificate");

const fn invalid(problem: &'static str) -> InvalidRequest {
    InvalidRequest::RootCertificate { problem }
}
