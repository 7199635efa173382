//! Name resolution.

use std::io;
use std::net::SocketAddr;
use std::vec;

/// Resolves a host name. Returns all its addresses, without a port.
pub(crate) async fn resolve(host: &str) -> Result<vec::IntoIter<SocketAddr>, DnsError> {
    let found = tokio::net::lookup_host((host, 0)).await.map_err(DnsError)?;
    let addresses: Vec<_> = found.collect();
    if addresses.is_empty() {
        return Err(DnsError(io::ErrorKind::NotFound.into()));
    }
    Ok(addresses.into_iter())
}

/// A host name could not be resolved.
#[derive(Debug, thiserror::Error)]
#[error("the host name cannot be resolved: {0}")]
pub(crate) struct DnsError(io::Error);
