//! How connections are made private.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::error::TransportError;

/// Which certificates are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Those the system trusts, or Mozilla's list where the system has none, as in bare containers.
    System,
    /// None: no connection is made that would want one, and reading them takes a while.
    Nobody,
}

/// TLS by `ring`, chosen here and not for the whole process: that is the application's to choose.
pub(super) fn config(trust: Trust) -> Result<ClientConfig, TransportError> {
    let builder = match trust {
        Trust::System => match builder()?.with_platform_verifier() {
            Ok(builder) => builder,
            Err(_) => builder()?.with_root_certificates(mozilla()),
        },
        Trust::Nobody => builder()?.with_root_certificates(RootCertStore::empty()),
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn builder() -> Result<ConfigBuilder<ClientConfig, rustls::WantsVerifier>, TransportError> {
    let provider = Arc::new(ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TransportError::setup)
}

fn mozilla() -> RootCertStore {
    RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned())
}
