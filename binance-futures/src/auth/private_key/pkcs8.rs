//! PKCS#8: a key with the name of its algorithm before it.

use pkcs8::der::Decode;
use pkcs8::{ObjectIdentifier, PrivateKeyInfo};

use super::rsa::RsaKey;
use super::{Kind, ed25519};
use crate::error::InvalidCredentials;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ELLIPTIC_CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// Reads the key of the algorithm that it says it is of.
pub(super) fn read(der: &[u8]) -> Result<Kind, InvalidCredentials> {
    let key = PrivateKeyInfo::from_der(der).map_err(|_| InvalidCredentials::Damaged)?;
    match key.algorithm.oid {
        RSA => Ok(Kind::Rsa(RsaKey::read(key.private_key)?)),
        ED25519 => Ok(Kind::Ed25519(ed25519::read(&key)?)),
        RSA_PSS => Err(InvalidCredentials::RsaPss),
        ELLIPTIC_CURVE => Err(InvalidCredentials::EllipticCurve),
        other => Err(InvalidCredentials::Algorithm {
            algorithm: other.to_string(),
        }),
    }
}
