//! An account's key and what signs with it.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;

use super::hmac::HmacKey;
#[cfg(feature = "pem")]
use super::private_key::PrivateKey;
use super::{Signature, Signer};
use crate::environment::Environment;
use crate::error::{InvalidCredentials, SigningError};
use crate::parameters::QueryWriter;

/// An API key and what signs for it. Cheap to clone; prints nothing of itself.
///
/// They belong to the environment where the key was made: production, unless [`for_environment`](Self::for_environment) says another.
///
/// ```
/// use binance_futures::auth::Credentials;
///
/// let credentials = Credentials::hmac("my-key", "my-secret")?;
/// # Ok::<(), binance_futures::error::InvalidCredentials>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    key: HeaderValue,
    signs: SigningKey,
    environment: Environment,
}

/// What signs.
#[derive(Clone)]
enum SigningKey {
    Secret(HmacKey),
    #[cfg(feature = "pem")]
    PrivateKey(PrivateKey),
    External(Arc<dyn Signer>),
}

impl Credentials {
    /// An API key and its secret, as the exchange shows them when an HMAC key is made.
    ///
    /// # Errors
    ///
    /// When one of them is empty or has a character that none has, such as the line break at the end of a file.
    pub fn hmac(key: impl AsRef<str>, secret: impl AsRef<str>) -> Result<Self, InvalidCredentials> {
        let key = header(key.as_ref())?;
        let secret = secret.as_ref();
        if secret.is_empty() {
            return Err(InvalidCredentials::EmptySecret);
        }
        if !is_printable(secret) {
            return Err(InvalidCredentials::SecretCharacter);
        }
        Ok(Self {
            key,
            signs: SigningKey::Secret(HmacKey::new(secret.as_bytes())),
            environment: Environment::Production,
        })
    }

    /// An API key, and the private key whose public half was registered for it.
    ///
    /// Signing blocks its thread for as long as it takes: some 30 µs with Ed25519, and less than a millisecond with RSA of 2048 bits.
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
    /// When the API key is empty or has a character that none has, such as the line break at the end of a file.
    #[cfg(feature = "pem")]
    pub fn private_key(
        key: impl AsRef<str>,
        private_key: PrivateKey,
    ) -> Result<Self, InvalidCredentials> {
        Ok(Self {
            key: header(key.as_ref())?,
            signs: SigningKey::PrivateKey(private_key),
            environment: Environment::Production,
        })
    }

    /// An API key, and what signs for it elsewhere.
    ///
    /// # Errors
    ///
    /// When the API key is empty or has a character that none has, such as the line break at the end of a file.
    pub fn external(
        key: impl AsRef<str>,
        signer: impl Signer + 'static,
    ) -> Result<Self, InvalidCredentials> {
        Ok(Self {
            key: header(key.as_ref())?,
            signs: SigningKey::External(Arc::new(signer)),
            environment: Environment::Production,
        })
    }

    /// Says where they were made; without it, that is production. A client of another environment refuses them, so that no
    /// key is shown to a world it does not belong to.
    #[must_use]
    pub fn for_environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Where they were made.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Signs a payload, such as a query exactly as it is sent.
    ///
    /// # Errors
    ///
    /// When a signer elsewhere fails. Keys in this process do not, unless the machine computes wrongly.
    pub async fn sign(&self, payload: &str) -> Result<Signature, SigningError> {
        match &self.signs {
            SigningKey::Secret(key) => Ok(key.sign(payload.as_bytes())),
            #[cfg(feature = "pem")]
            SigningKey::PrivateKey(key) => key.sign(payload.as_bytes()),
            SigningKey::External(signer) => {
                let signature = signer.sign(payload.as_bytes()).await;
                signature.map_err(SigningError::new)
            }
        }
    }

    /// Ends a query with its signature, where that is the work of a moment. Futures take longer than an HMAC.
    #[inline]
    pub(crate) fn sign_at_once(&self, query: &mut QueryWriter) -> bool {
        let SigningKey::Secret(key) = &self.signs else {
            return false;
        };
        key.sign(query.as_str().as_bytes()).write_to(query);
        true
    }

    /// The API key as a header that is not printed.
    pub(crate) fn key(&self) -> &HeaderValue {
        &self.key
    }
}

fn header(key: &str) -> Result<HeaderValue, InvalidCredentials> {
    if key.is_empty() {
        return Err(InvalidCredentials::EmptyKey);
    }
    if !is_printable(key) {
        return Err(InvalidCredentials::KeyCharacter);
    }
    let mut header = HeaderValue::from_str(key).map_err(|_| InvalidCredentials::KeyCharacter)?;
    header.set_sensitive(true);
    Ok(header)
}

fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
    const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";

    fn refused(key: &str, secret: &str) -> InvalidCredentials {
        Credentials::hmac(key, secret).unwrap_err()
    }

    #[tokio::test]
    async fn the_published_queries_have_the_published_signatures() {
        let credentials = Credentials::hmac(KEY, SECRET).unwrap();
        for (query, signature) in [
            (
                "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943",
                "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9",
            ),
            (
                "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=9000&recvWindow=5000&timestamp= 1591702613943",
                "f9d0ae5e813ef6ccf15c2b5a434047a0181cb5a342b903b367ca6d27a66e36f2",
            ),
            (
                "symbol=%E6%B5%8B%E8%AF%95USDT&side=BUY&type=MARKET&quantity=1&timestamp=1591702613943",
                "221eaf10288183d886183225a23c799512ab6f0aa6bc7459433340b57ed7566a",
            ),
            (
                "batchOrders=%5B%7B%22symbol%22%3A%22BTCUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22%3A%221%22%7D%5D&timestamp=1591702613943",
                "2c7667d0dffc1c62f6055b8e9e3732a587ed8b1ca91b6de5de13d8bc1743094b",
            ),
            (
                "symbol=BTCUSDT&orderIdList=%5B1234567%2C2345678%5D&timestamp=1591702613943",
                "25a74dcf4d37a3a5cfa2f40ef7487ddb7ebad30a5ad26e81f7d953ea39970150",
            ),
            (
                "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
                "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4",
            ),
            (
                "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
                "ec11dcc17e67e47f0d3c3f513dfe9062307e37619c5c82ebaa8fe0bdf3d59519",
            ),
            (
                "apiKey=dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83&price=9000&quantity=1&recvWindow=5000&side=BUY&symbol=BTCUSDT&timeInForce=GTC&timestamp=1591702613943&type=LIMIT",
                "5b8fe2b962b8e1b2b82fb40e548d56147c2a8f835b5f1393ae4b4b90c38b527f",
            ),
        ] {
            assert_eq!(credentials.sign(query).await.unwrap().as_str(), signature);
        }
    }

    #[test]
    fn keys_that_cannot_be_right_are_refused() {
        use InvalidCredentials::{EmptyKey, EmptySecret, KeyCharacter, SecretCharacter};
        assert_eq!(refused("", "s"), EmptyKey);
        assert_eq!(refused("k", ""), EmptySecret);
        for odd in [
            "x\n",
            "x\r\n",
            " x",
            "x y",
            "x\t",
            "ключ",
            "x\0",
            "x\u{feff}",
        ] {
            assert_eq!(refused(odd, "s"), KeyCharacter);
            assert_eq!(refused("k", odd), SecretCharacter);
        }
    }

    #[test]
    fn neither_key_nor_secret_is_printed() {
        let credentials = Credentials::hmac(KEY, SECRET).unwrap();
        let errors = [refused("very secret", "x"), refused("x", "very secret")];
        let printed = format!("{credentials:?} {credentials:#?} {errors:?} {}", errors[1]);
        for secret in [KEY, SECRET, "very"] {
            assert!(!printed.contains(secret), "{printed}");
        }
        assert!(!format!("{:?}", credentials.key()).contains(KEY));
    }
}
