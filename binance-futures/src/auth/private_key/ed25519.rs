//! Ed25519 keys.

use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::auth::Signature;
use crate::error::CredentialsProblem;

/// A key that signs with Ed25519.
pub(super) struct Ed25519Key(Ed25519KeyPair);

impl Ed25519Key {
    /// Reads a key from its seed. A public key that comes with it must match the seed.
    pub(super) fn read(seed: &[u8], public_key: Option<&[u8]>) -> Result<Self, CredentialsProblem> {
        let key =
            Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| CredentialsProblem::Damaged)?;
        if public_key.is_some_and(|included| included != key.public_key().as_ref()) {
            return Err(CredentialsProblem::Inconsistent);
        }
        Ok(Self(key))
    }

    pub(super) fn sign(&self, payload: &[u8]) -> Signature {
        Signature::base64(self.0.sign(payload).as_ref())
    }
}
