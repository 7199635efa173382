//! Public keys. Signatures are verified by the crates `rsa` and `ed25519-dalek`; the client signs with `ring`.

use std::error::Error;
use std::fmt;

use ed25519_dalek::{Signature, VerifyingKey};
use pkcs8::{Document, ObjectIdentifier, SubjectPublicKeyInfoRef};
use rsa::Pkcs1v15Sign;
use sha2::{Digest, Sha256};

/// The public key of an account's key pair.
pub(in crate::mock) enum PublicKey {
    Rsa(rsa::PublicKey),
    Ed25519(VerifyingKey),
}

/// Why a public key is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidPublicKey {
    /// The text is not PEM, or is the PEM of something other than a public key.
    NotPem,
    /// The algorithm is neither RSA nor Ed25519.
    Algorithm,
    /// The PEM contains no valid key, or an RSA key of more than 4096 bits.
    Damaged,
}

const RSA_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ED25519_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// Prefix of a SHA-256 hash in a PKCS#1 v1.5 signature (RFC 8017, section 9.2).
const SHA256_PREFIX: [u8; 19] = [
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
        let public_key = match key.algorithm.oid {
            RSA_OID => rsa::PublicKey::try_from(key).map(Self::Rsa).ok(),
            ED25519_OID => key
                .subject_public_key
                .as_bytes()
                .and_then(|key| VerifyingKey::try_from(key).ok())
                .map(Self::Ed25519),
            _ => return Err(InvalidPublicKey::Algorithm),
        };
        public_key.ok_or(InvalidPublicKey::Damaged)
    }

    /// Whether a signature of the concatenated payload was made with the private key.
    pub(super) fn verifies(&self, payload: &[&[u8]], signature: &[u8]) -> bool {
        match self {
            Self::Rsa(key) => {
                let scheme = Pkcs1v15Sign {
                    hash_len: Some(32),
                    prefix: SHA256_PREFIX.into(),
                };
                let hash = Sha256::digest(payload.concat());
                key.verify(scheme, &hash, signature).is_ok()
            }
            Self::Ed25519(key) => Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(&payload.concat(), &signature).is_ok()),
        }
    }

    /// Name of the algorithm.
    pub(super) fn algorithm(&self) -> &'static str {
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
                "the public key is not PEM that begins with `-----BEGIN PUBLIC KEY-----`: `openssl pkey -in KEY.pem -pubout -out PUBLIC.pem` writes the public key of a private key"
            }
            Self::Algorithm => "the public key is neither RSA nor Ed25519",
            Self::Damaged => {
                "the public key is damaged, or an RSA key of more than 4096 bits: write it again with `openssl pkey -in KEY.pem -pubout -out PUBLIC.pem`"
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
            include_str!(concat!("../../../../tests/keys/pem/", $name))
        };
    }

    const ED25519_SIGNATURE: &str =
        "qpPqj9/M2kbOIp+0Srtb9BAqCDuerbkDibsj/KiNydjCAqNTLC2OdUgCq/StcxWSXc2vDgmJ/hTEuBgJX+bwBw==";

    fn verifies(pem: &str, payload: &str, signature: &str) -> bool {
        let signature = Base64::decode_vec(signature).unwrap();
        let (first, second) = payload.split_at(payload.len() / 2);
        PublicKey::read(pem)
            .unwrap()
            .verifies(&[first.as_bytes(), second.as_bytes()], &signature)
    }

    #[test]
    fn signatures_of_other_programs_verify_and_wrong_ones_do_not() {
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
    fn rfc_8032_test_vector_verifies() {
        // The second test of section 7.1. Its message is the byte 0x72, the letter `r`.
        let key = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n-----END PUBLIC KEY-----\n";
        let signature = "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==";
        assert!(verifies(key, "r", signature));
        assert!(!verifies(key, "s", signature));
    }

    #[test]
    fn other_texts_than_a_public_key_are_rejected() {
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
