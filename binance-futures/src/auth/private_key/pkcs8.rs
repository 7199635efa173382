//! PKCS#8: a private key with the object identifier of its algorithm.

use pkcs8::der::Decode;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};

use super::Kind;
use super::ed25519::Ed25519Key;
use super::rsa::RsaKey;
use crate::error::CredentialsProblem;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ELLIPTIC_CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// Reads an RSA or Ed25519 key.
pub(super) fn read(der: &[u8]) -> Result<Kind, CredentialsProblem> {
    let key = PrivateKeyInfoRef::from_der(der).map_err(|_| CredentialsProblem::Damaged)?;
    match key.algorithm.oid {
        RSA => Ok(Kind::Rsa(RsaKey::read(key.private_key.as_bytes())?)),
        ED25519 => Ok(Kind::Ed25519(read_ed25519(&key)?)),
        RSA_PSS => Err(CredentialsProblem::RsaPss),
        ELLIPTIC_CURVE => Err(CredentialsProblem::Ecdsa),
        other => Err(CredentialsProblem::Algorithm {
            algorithm: other.to_string(),
        }),
    }
}

/// Reads the seed. If the public key is included (version 2 of PKCS#8), it must match the seed.
fn read_ed25519(key: &PrivateKeyInfoRef<'_>) -> Result<Ed25519Key, CredentialsProblem> {
    let seed = <&OctetStringRef>::from_der(key.private_key.as_bytes())
        .map_err(|_| CredentialsProblem::Damaged)?;
    Ed25519Key::read(
        seed.as_bytes(),
        key.public_key.map(|included| included.raw_bytes()),
    )
}
