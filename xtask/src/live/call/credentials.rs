//! The keys of a request, from environment variables.

use anyhow::{Context, Result};
use binance_futures::{
    auth::{Credentials, PrivateKey},
    request::Security,
};

/// Reads the keys that a request needs: the key of a PEM file if one is named, otherwise a secret.
pub(super) fn credentials(security: Security) -> Result<Option<Credentials>> {
    if !security.needs_key() {
        return Ok(None);
    }
    let read = |name: &str| {
        std::env::var(name).with_context(|| format!("set the environment variable {name}"))
    };
    let key = read("BINANCE_API_KEY")?;
    let credentials = match (
        std::env::var("BINANCE_KEY_FILE"),
        std::env::var("BINANCE_PASSPHRASE"),
    ) {
        (Ok(file), Ok(passphrase)) => {
            Credentials::private_key(key, PrivateKey::from_encrypted_file(file, passphrase)?)
        }
        (Ok(file), Err(_)) => Credentials::private_key(key, PrivateKey::from_file(file)?),
        (Err(_), _) => Credentials::hmac(key, read("BINANCE_SECRET_KEY")?),
    };
    Ok(Some(credentials?))
}
