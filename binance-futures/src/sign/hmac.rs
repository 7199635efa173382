//! HMAC-SHA256 with a key that is taken in once.

use hmac::digest::InvalidLength;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Signature;

/// A secret, taken in already: signing copies this state instead of hashing the secret again. Wiped when dropped.
#[derive(Clone)]
pub(super) struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    /// Takes a secret in, whatever its length.
    pub(super) fn new(secret: &[u8]) -> Result<Self, InvalidLength> {
        Hmac::new_from_slice(secret).map(Self)
    }

    pub(super) fn sign(&self, payload: &[u8]) -> Signature {
        let mut mac = self.0.clone();
        mac.update(payload);
        Signature::hexadecimal(mac.finalize().into_bytes().into())
    }
}
