//! Ed25519 keys.

use ed25519_dalek::{Signer, SigningKey};
use pkcs8::PrivateKeyInfo;
use pkcs8::der::Decode;
use pkcs8::der::asn1::OctetStringRef;

use crate::auth::Signature;
use crate::error::InvalidCredentials;

/// Reads the seed. Where the public key stands beside it (version 2 of PKCS#8), it has to be the seed's.
pub(super) fn read(key: &PrivateKeyInfo<'_>) -> Result<SigningKey, InvalidCredentials> {
    let seed = OctetStringRef::from_der(key.private_key)
        .ok()
        .and_then(|seed| seed.as_bytes().try_into().ok())
        .ok_or(InvalidCredentials::Damaged)?;
    let signing = SigningKey::from_bytes(seed);
    let own = signing.verifying_key();
    if key.public_key.is_some_and(|given| given != own.as_bytes()) {
        return Err(InvalidCredentials::Inconsistent);
    }
    Ok(signing)
}

pub(super) fn sign(key: &SigningKey, payload: &[u8]) -> Signature {
    Signature::base64(&key.sign(payload).to_bytes())
}
