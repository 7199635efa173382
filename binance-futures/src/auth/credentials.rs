//! An API key and the key that signs requests.

use std::fmt;
use std::sync::Arc;

use super::hmac::HmacKey;
#[cfg(feature = "pem")]
use super::private_key::PrivateKey;
use super::{ApiKey, Signature, Signer};
use crate::environment::Environment;
use crate::error::{InvalidCredentials, SigningError};

/// An API key and the key that signs requests. Cheap to clone. `Debug` prints neither of them.
///
/// Credentials are for one environment: production by default, or the one that is set with [`for_environment`](Self::for_environment). Set
/// the environment in which the API key was created.
///
/// ```
/// use binance_futures::auth::Credentials;
///
/// let credentials = Credentials::hmac("my-key", "my-secret")?;
/// # Ok::<(), binance_futures::error::InvalidCredentials>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    api_key: ApiKey,
    signing_key: SigningKey,
    environment: Environment,
}

#[derive(Clone)]
enum SigningKey {
    Hmac(Arc<HmacKey>),
    #[cfg(feature = "pem")]
    PrivateKey(PrivateKey),
    External(Arc<dyn Signer>),
}

impl Credentials {
    /// Creates credentials from an API key of the type HMAC (system-generated) and its secret. The exchange shows both when the key is
    /// created.
    ///
    /// # Errors
    ///
    /// When the key or the secret is empty, or contains a space or a character that is not printable ASCII, such as the line break at the
    /// end of a file.
    pub fn hmac(
        api_key: impl AsRef<str>,
        secret: impl AsRef<str>,
    ) -> Result<Self, InvalidCredentials> {
        let api_key = ApiKey::new(api_key)?;
        let key = HmacKey::new(secret.as_ref())?;
        Ok(Self::new(api_key, SigningKey::Hmac(Arc::new(key))))
    }

    /// Creates credentials from an API key and the private key whose public key is registered for it.
    ///
    /// Signing blocks the thread: on a current server, about 30 µs with Ed25519, and less than a millisecond with an RSA key of 2048 bits.
    /// Larger RSA keys take longer. `cargo bench -p binance-futures --bench signing` measures it.
    ///
    /// ```no_run
    /// use binance_futures::auth::{Credentials, PrivateKey};
    ///
    /// let key = PrivateKey::from_encrypted_file("trading.pem", std::env::var("PASSPHRASE")?)?;
    /// let credentials = Credentials::private_key("my-key", key)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the API key is empty, or contains a space or a character that is not printable ASCII, such as the line break at the end of a
    /// file.
    #[cfg(feature = "pem")]
    pub fn private_key(
        api_key: impl AsRef<str>,
        private_key: PrivateKey,
    ) -> Result<Self, InvalidCredentials> {
        let signing_key = SigningKey::PrivateKey(private_key);
        Ok(Self::new(ApiKey::new(api_key)?, signing_key))
    }

    /// Creates credentials from an API key and an external signer (HSM, KMS). [`Signer`] has an example.
    ///
    /// # Errors
    ///
    /// When the API key is empty, or contains a space or a character that is not printable ASCII, such as the line break at the end of a
    /// file.
    pub fn external(
        api_key: impl AsRef<str>,
        signer: impl Signer + 'static,
    ) -> Result<Self, InvalidCredentials> {
        let signing_key = SigningKey::External(Arc::new(signer));
        Ok(Self::new(ApiKey::new(api_key)?, signing_key))
    }

    fn new(api_key: ApiKey, signing_key: SigningKey) -> Self {
        Self {
            api_key,
            signing_key,
            environment: Environment::Production,
        }
    }

    /// Sets the environment in which the API key was created. The default is production.
    ///
    /// A client of another environment rejects the credentials, so that an API key is never sent to the wrong environment.
    #[must_use]
    pub fn for_environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Returns the environment in which the API key was created.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Returns the API key.
    pub fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    /// Signs a payload, for example a query exactly as it is sent.
    ///
    /// # Errors
    ///
    /// When an external signer fails. Signing with an HMAC or Ed25519 key does not fail. Signing with an RSA key fails if the computed
    /// signature does not verify (a hardware fault).
    pub async fn sign(&self, payload: &[u8]) -> Result<Signature, SigningError> {
        match &self.signing_key {
            SigningKey::Hmac(key) => Ok(key.sign(payload)),
            #[cfg(feature = "pem")]
            SigningKey::PrivateKey(key) => key.sign(payload),
            SigningKey::External(signer) => {
                let signature = signer.sign(payload).await;
                signature.map_err(SigningError::new)
            }
        }
    }

    /// Signs a payload immediately if the key is an HMAC key. Returns `None` for all other keys.
    ///
    /// An HMAC takes less time than the future of [`sign`](Self::sign).
    #[inline]
    pub(crate) fn try_sign(&self, payload: &[u8]) -> Option<Signature> {
        match &self.signing_key {
            SigningKey::Hmac(key) => Some(key.sign(payload)),
            _ => None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::CredentialsProblem;

    const KEY: &str = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
    const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";

    fn problem(key: &str, secret: &str) -> InvalidCredentials {
        Credentials::hmac(key, secret).unwrap_err()
    }

    #[tokio::test]
    async fn hmac_signs_immediately_and_in_a_future_alike() {
        let credentials = Credentials::hmac(KEY, SECRET).unwrap();
        let immediate = credentials.try_sign(b"timestamp=1").unwrap();
        let awaited = credentials.sign(b"timestamp=1").await.unwrap();
        assert_eq!(immediate, awaited);
    }

    #[test]
    fn api_key_is_checked_before_the_secret() {
        assert_eq!(problem("", ""), CredentialsProblem::EmptyApiKey.into());
        assert_eq!(problem("k", ""), CredentialsProblem::EmptySecret.into());
    }

    #[test]
    fn neither_key_nor_secret_is_printed() {
        let credentials = Credentials::hmac(KEY, SECRET).unwrap();
        assert_eq!(format!("{credentials:?}"), "Credentials([redacted])");
        let errors = [problem("very secret", "x"), problem("x", "very secret")];
        let printed = format!("{credentials:?} {credentials:#?} {errors:?} {}", errors[1]);
        for secret in [KEY, SECRET, "very"] {
            assert!(!printed.contains(secret), "{printed}");
        }
        assert!(!format!("{:?}", credentials.api_key()).contains(KEY));
    }
}
