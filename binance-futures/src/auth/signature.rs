//! Signatures, and external signers that create them.

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use base64ct::{Base64, Encoding};

/// The text of a signature: lowercase hexadecimal digits for HMAC, base64 for RSA and Ed25519.
///
/// [`Credentials::sign`](super::Credentials::sign) returns it. An external [`Signer`] creates it from the bytes of a signature. `Debug` does
/// not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature(Text);

#[derive(Clone, PartialEq, Eq)]
enum Text {
    Hexadecimal([u8; 64]),
    Base64(String),
}

impl Signature {
    /// Creates the signature of an HMAC key from the output of HMAC-SHA256. Allocates nothing.
    pub fn hexadecimal(bytes: [u8; 32]) -> Self {
        let mut digits = [0; 64];
        let (pairs, _) = digits.as_chunks_mut();
        for ([high, low], byte) in pairs.iter_mut().zip(bytes) {
            *high = digit(byte >> 4);
            *low = digit(byte & 15);
        }
        Self(Text::Hexadecimal(digits))
    }

    /// Creates the signature of an RSA or Ed25519 key from the output of its algorithm.
    pub fn base64(bytes: &[u8]) -> Self {
        Self(Text::Base64(Base64::encode_string(bytes)))
    }

    /// Returns the text of the signature, without percent-encoding.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // ASCII digits are always UTF-8.
            Text::Hexadecimal(digits) => str::from_utf8(digits).unwrap_or_default(),
            Text::Base64(text) => text,
        }
    }

    /// Whether a URL needs the text percent-encoded: base64 can contain `+`, `/` and `=`, hexadecimal digits need no encoding.
    #[inline]
    pub fn needs_encoding(&self) -> bool {
        matches!(self.0, Text::Base64(_))
    }
}

fn digit(value: u8) -> u8 {
    if value < 10 {
        b'0' + value
    } else {
        b'a' + value - 10
    }
}

/// Does not print the signature: anyone who has a request with its signature can send it until its receive window ends.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([redacted])")
    }
}

/// Signs with a key outside of this process, such as a key in a hardware security module (HSM) or a key management service (KMS).
///
/// It is called for each attempt to send a signed request, with exactly the bytes to sign. The timestamp is part of these bytes, so the
/// receive window starts before signing. The timeout of a call includes the signer: at the timeout, its future is dropped. When the signer
/// fails, nothing is sent. Pass a signer to [`Credentials::external`](super::Credentials::external).
///
/// ```
/// use binance_futures::auth::{Credentials, FutureSignature, Signature, Signer};
///
/// struct KeyService {
///     key_name: String,
/// }
///
/// impl KeyService {
///     /// Signs with the Ed25519 key of this name.
///     async fn request(&self, payload: &[u8]) -> Result<Vec<u8>, std::io::Error> {
///         # let _ = (&self.key_name, payload);
///         # Ok(vec![0; 64])
///     }
/// }
///
/// impl Signer for KeyService {
///     fn sign<'a>(&'a self, payload: &'a [u8]) -> FutureSignature<'a> {
///         Box::pin(async move { Ok(Signature::base64(&self.request(payload).await?)) })
///     }
/// }
///
/// let signer = KeyService { key_name: "trading".to_owned() };
/// let credentials = Credentials::external("my-key", signer)?;
/// # Ok::<(), binance_futures::error::InvalidCredentials>(())
/// ```
pub trait Signer: Send + Sync {
    /// Signs the bytes with the algorithm of the key: HMAC-SHA256, RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519. Returns
    /// [`Signature::hexadecimal`] for HMAC, and [`Signature::base64`] for RSA and Ed25519.
    ///
    /// # Errors
    ///
    /// When signing fails. The error becomes the source of [`SigningError`](crate::error::SigningError) and may be printed, so
    /// it must contain nothing secret.
    fn sign<'a>(&'a self, payload: &'a [u8]) -> FutureSignature<'a>;
}

/// The future that [`Signer::sign`] returns.
pub type FutureSignature<'a> =
    Pin<Box<dyn Future<Output = Result<Signature, Box<dyn Error + Send + Sync>>> + Send + 'a>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_signature_is_hexadecimal() {
        let signature = Signature::hexadecimal([0xfa; 32]);
        assert_eq!(signature.as_str(), "fa".repeat(32));
        assert!(!signature.needs_encoding());
    }

    #[test]
    fn every_byte_has_two_hexadecimal_digits() {
        for byte in 0..=u8::MAX {
            let signature = Signature::hexadecimal([byte; 32]);
            assert_eq!(signature.as_str(), format!("{byte:02x}").repeat(32));
        }
    }

    #[test]
    fn base64_signature_needs_encoding() {
        let signature = Signature::base64(&[0xfb, 0xff, 0xbf, 0x10]);
        assert_eq!(signature.as_str(), "+/+/EA==");
        assert!(signature.needs_encoding());
    }

    #[test]
    fn signature_is_not_printed() {
        for signature in [Signature::hexadecimal([1; 32]), Signature::base64(&[1; 3])] {
            assert_eq!(format!("{signature:?}"), "Signature([redacted])");
        }
    }
}
