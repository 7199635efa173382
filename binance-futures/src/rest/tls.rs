//! How connections are made private.

use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::{Error, InvalidRequest, TransportError};

/// Which certificates are needed.
#[derive(Debug)]
pub(super) enum Roots {
    /// Those the system trusts, or Mozilla's list where the system has none, as in bare containers; and these.
    System(Vec<CertificateDer<'static>>),
    /// None: no connection is made that would want one, and reading them takes a while.
    None,
}

/// TLS by `ring`, chosen here and not for the whole process: that is the application's to choose.
pub(super) fn config(trust: Roots) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = builder(&provider)?;
    let builder = match trust {
        // The verifier is content with what is given beside the system's; that the system has some is asked first.
        Roots::System(further) => match Verifier::new(Arc::clone(&provider)) {
            Ok(system) => builder
                .dangerous()
                .with_custom_certificate_verifier(with_further(system, further, provider)?),
            Err(_) => builder.with_root_certificates(mozilla_and(further)?),
        },
        Roots::None => builder.with_root_certificates(RootCertStore::empty()),
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn builder(
    provider: &Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, rustls::WantsVerifier>, TransportError> {
    ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(TransportError::setup)
}

#[cfg(not(target_os = "android"))]
fn with_further(
    system: Verifier,
    further: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TransportError> {
    if further.is_empty() {
        return Ok(Arc::new(system));
    }
    let verifier = Verifier::new_with_extra_roots(further, provider);
    Ok(Arc::new(verifier.map_err(TransportError::setup)?))
}

/// Android takes further certificates from its own settings only.
#[cfg(target_os = "android")]
fn with_further(
    system: Verifier,
    further: Vec<CertificateDer<'static>>,
    _: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, InvalidRequest> {
    if further.is_empty() {
        return Ok(Arc::new(system));
    }
    Err(invalid(
        "is not for Android, which trusts what its own settings say",
    ))
}

fn mozilla_and(further: Vec<CertificateDer<'static>>) -> Result<RootCertStore, InvalidRequest> {
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for certificate in further {
        roots.add(certificate).map_err(|_| NO_CERTIFICATE)?;
    }
    Ok(roots)
}

/// Reads certificates from PEM, each held to be one.
pub(super) fn read_certificates(
    pem: &[u8],
) -> Result<Vec<CertificateDer<'static>>, InvalidRequest> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| invalid("is no PEM, or was cut off: is it the text of the file?"))?;
    if certificates.is_empty() {
        return Err(invalid(
            "has no `-----BEGIN CERTIFICATE-----`: is it the text of a PEM file?",
        ));
    }
    let mut store = RootCertStore::empty();
    for certificate in &certificates {
        store.add(certificate.clone()).map_err(|_| NO_CERTIFICATE)?;
    }
    Ok(certificates)
}

const NO_CERTIFICATE: InvalidRequest =
    invalid("is PEM, but what it holds cannot be read as a certificate");

const fn invalid(problem: &'static str) -> InvalidRequest {
    InvalidRequest::RootCertificate { problem }
}
