//! Public keys: RSA by the `rsa` crate and Ed25519 by `ring`, the other way round than the client signs.

use std::error::Error;
use std::fmt;

use ring::signature::{ED25519, UnparsedPublicKey};
use rsa::pkcs8::{Document, ObjectIdentifier, SubjectPublicKeyInfoRef};
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest, Sha256};

/// The public half of an account's key.
pub(in crate::mock) enum PublicKey {
    Rsa(RsaPublicKey),
    Ed25519([u8; 32]),
}

/// Why a public key cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidPublicKey {
    /// It is not in PEM, or PEM of something else.
    NotPem,
    /// It is one of another algorithm.
    Algorithm,
    /// It holds no key, or an RSA key of more than 4096 bits.
    Damaged,
}

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// What PKCS#1 v1.5 puts before a SHA-256 hash (RFC 8017, 9.2).
const BEFORE_HASH: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

impl PublicKey {
    /// Reads a key from PEM, as `openssl pkey -pubout` writes it.
    pub(in crate::mock) fn read(pem: &str) -> Result<Self, InvalidPublicKey> {
        let (label, document) = Document::from_pem(pem).map_err(|_| InvalidPublicKey::NotPem)?;
        if label != "PUBLIC KEY" {
            return Err(InvalidPublicKey::NotPem);
        }
        let key: SubjectPublicKeyInfoRef<'_> = document
            .decode_msg()
            .map_err(|_| InvalidPublicKey::Damaged)?;
        let read = match key.algorithm.oid {
            RSA => RsaPublicKey::try_from(key).map(Self::Rsa).ok(),
            CURVE => key
                .subject_public_key
                .as_bytes()
                .and_then(|key| key.try_into().ok())
                .map(Self::Ed25519),
            _ => return Err(InvalidPublicKey::Algorithm),
        };
        read.ok_or(InvalidPublicKey::Damaged)
    }

    /// Whether a signature is the key's, of the parts one after the other.
    pub(super) fn verifies(&self, parts: &[&[u8]], signature: &[u8]) -> bool {
        match self {
            Self::Rsa(key) => {
                let scheme = Pkcs1v15Sign {
                    hash_len: Some(32),
                    prefix: BEFORE_HASH.into(),
                };
                let hash = Sha256::digest(parts.concat());
                key.verify(scheme, &hash, signature).is_ok()
            }
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key)
                .verify(&parts.concat(), signature)
                .is_ok(),
        }
    }

    /// For people.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RSA",
            Self::Ed25519(_) => "Ed25519",
        }
    }
}

impl fmt::Display for InvalidPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotPem => {
                "the public key is not PEM that begins with `-----BEGIN PUBLIC KEY-----`: `openssl pkey -in KEY.pem -pubout -out PUBLIC.pem` writes the one of a private key"
            }
            Self::Algorithm => "the public key is neither RSA nor Ed25519",
            Self::Damaged => {
                "the public key is damaged, or one of RSA with more than 4096 bits: write it anew with `openssl pkey -in KEY.pem -pubout -out PUBLIC.pem`"
            }
        })
    }
}

impl Error for InvalidPublicKey {}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding};

    use super::*;

    macro_rules! file {
        ($name:literal) => {
            include_str!(concat!("../../../tests/keys/pem/", $name))
        };
    }

    const ED25519_SIGNATURE: &str =
        "qpPqj9/M2kbOIp+0Srtb9BAqCDuerbkDibsj/KiNydjCAqNTLC2OdUgCq/StcxWSXc2vDgmJ/hTEuBgJX+bwBw==";

    fn verifies(pem: &str, payload: &str, signature: &str) -> bool {
        let signature = Base64::decode_vec(signature).unwrap();
        let (one, other) = payload.split_at(payload.len() / 2);
        PublicKey::read(pem)
            .unwrap()
            .verifies(&[one.as_bytes(), other.as_bytes()], &signature)
    }

    #[test]
    fn signatures_made_by_others_are_verified_and_no_other() {
        let payload = file!("payload.txt");
        for (pem, signature) in [
            (
                file!("rsa-2048-public.pem"),
                file!("rsa-2048.signature.txt"),
            ),
            (
                file!("rsa-4096-public.pem"),
                file!("rsa-4096.signature.txt"),
            ),
            (file!("ed25519-public.pem"), ED25519_SIGNATURE),
        ] {
            assert!(verifies(pem, payload, signature));
            assert!(!verifies(pem, &payload.replace('1', "2"), signature));
            let mut broken = Base64::decode_vec(signature).unwrap();
            *broken.last_mut().unwrap() ^= 1;
            assert!(!verifies(pem, payload, &Base64::encode_string(&broken)));
            assert!(!verifies(pem, payload, ""));
        }
        assert!(!verifies(
            file!("rsa-2048-public.pem"),
            payload,
            ED25519_SIGNATURE
        ));
    }

    #[test]
    fn a_published_vector_of_rfc_8032_holds() {
        // The second of section 7.1: the message is the one byte 0x72, which is `r`.
        let key = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n-----END PUBLIC KEY-----\n";
        let signature = "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==";
        assert!(verifies(key, "r", signature));
        assert!(!verifies(key, "s", signature));
    }

    #[test]
    fn what_is_no_public_key_is_refused() {
        for (pem, invalid) in [
            ("", InvalidPublicKey::NotPem),
            (file!("rsa-2048.pem"), InvalidPublicKey::NotPem),
            (file!("rsa-2048-public-pkcs1.pem"), InvalidPublicKey::NotPem),
            (file!("certificate.pem"), InvalidPublicKey::NotPem),
            (file!("ec-public.pem"), InvalidPublicKey::Algorithm),
            (
                "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n",
                InvalidPublicKey::Damaged,
            ),
        ] {
            assert_eq!(PublicKey::read(pem).err(), Some(invalid), "{pem}");
        }
    }
}
