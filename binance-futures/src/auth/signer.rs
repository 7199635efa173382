//! Keys that live elsewhere.

use std::error::Error;
use std::pin::Pin;

use super::Signature;

/// Signs with a key that this process does not hold: one of a hardware module, or of a key management service.
///
/// It is asked once for each signed request, with exactly the bytes to sign, and the request waits for it: the receive window runs
/// meanwhile. Failing it sends nothing. Given to [`Credentials::external`](super::Credentials::external).
///
/// ```
/// use binance_futures::auth::{Credentials, FutureSignature, Signature, Signer};
///
/// struct Vault {
///     key_name: String,
/// }
///
/// impl Vault {
///     /// Asks a service to sign with the Ed25519 key of this name.
///     async fn ask(&self, payload: &[u8]) -> Result<Vec<u8>, std::io::Error> {
///         # let _ = (&self.key_name, payload);
///         # Ok(vec![0; 64])
///     }
/// }
///
/// impl Signer for Vault {
///     fn sign<'a>(&'a self, payload: &'a [u8]) -> FutureSignature<'a> {
///         Box::pin(async move { Ok(Signature::base64(&self.ask(payload).await?)) })
///     }
/// }
///
/// let vault = Vault { key_name: "trading".to_owned() };
/// let credentials = Credentials::external("my-key", vault)?;
/// # Ok::<(), binance_futures::error::InvalidCredentials>(())
/// ```
pub trait Signer: Send + Sync {
    /// Signs the bytes as the exchange wants it for the kind of the key: HMAC-SHA256, RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519.
    ///
    /// # Errors
    ///
    /// When there is no signature. The error becomes the source of [`SigningError`](crate::error::SigningError), and is printed where
    /// that is: nothing secret belongs in it.
    fn sign<'a>(&'a self, payload: &'a [u8]) -> FutureSignature<'a>;
}

/// A signature that is on its way.
pub type FutureSignature<'a> =
    Pin<Box<dyn Future<Output = Result<Signature, Box<dyn Error + Send + Sync>>> + Send + 'a>>;
