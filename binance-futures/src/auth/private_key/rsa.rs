//! RSA keys.

use pkcs1::RsaPrivateKeyRef;
use pkcs1::der::Decode;
use pkcs1::der::asn1::UintRef;
use ring::error::Unspecified;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use crate::auth::Signature;
use crate::error::CredentialsProblem;

/// A key that signs with RSASSA-PKCS1-v1_5 and SHA-256.
pub(super) struct RsaKey(RsaKeyPair);

/// Length of a signature of the largest key, in bytes.
const MAX_SIGNATURE_LEN: usize = 512;

impl RsaKey {
    /// Reads a key from PKCS#1 and tests it with a signature.
    pub(super) fn read(der: &[u8]) -> Result<Self, CredentialsProblem> {
        let numbers = RsaPrivateKeyRef::from_der(der).map_err(|_| CredentialsProblem::Damaged)?;
        check_supported(&numbers)?;
        // `ring` signs with the primes and the numbers derived from them. The test signature, which it verifies with the modulus and the
        // public exponent, proves that they fit together. The private exponent is not used, so it is not checked beyond its size.
        let key = RsaKeyPair::from_der(der)
            .map(Self)
            .map_err(|_| CredentialsProblem::Inconsistent)?;
        match key.sign(b"") {
            Ok(_) => Ok(key),
            Err(Unspecified) => Err(CredentialsProblem::Inconsistent),
        }
    }

    /// Fails only if the machine computes a wrong result: `ring` verifies every signature before it returns it.
    pub(super) fn sign(&self, payload: &[u8]) -> Result<Signature, Unspecified> {
        let mut bytes = [0; MAX_SIGNATURE_LEN];
        let bytes = bytes
            .get_mut(..self.0.public().modulus_len())
            .ok_or(Unspecified)?;
        // This padding is deterministic, so no random number is used.
        let random = SystemRandom::new();
        self.0.sign(&RSA_PKCS1_SHA256, &random, payload, bytes)?;
        Ok(Signature::base64(bytes))
    }
}

/// Rejects keys that are not supported, before anything is computed with them.
fn check_supported(key: &RsaPrivateKeyRef<'_>) -> Result<(), CredentialsProblem> {
    let bits = bit_len(key.modulus);
    // The product of two 1024-bit primes can have 2047 bits.
    if ![2048, 3072, 4096].contains(&bits.next_multiple_of(2)) {
        return Err(CredentialsProblem::RsaSize { bits });
    }
    if key.version() == pkcs1::Version::Multi {
        return Err(CredentialsProblem::RsaPrimes);
    }
    let exponent = key.public_exponent.as_bytes();
    let exponent = exponent.iter().try_fold(0_u64, |number, byte| {
        Some(number.checked_mul(256)? | u64::from(*byte))
    });
    if !exponent.is_some_and(|exponent| (65_537..1 << 33).contains(&exponent)) {
        return Err(CredentialsProblem::RsaExponent);
    }
    let private = [key.private_exponent, key.prime1, key.prime2];
    if private.iter().any(|number| bit_len(*number) > bits) {
        return Err(CredentialsProblem::Inconsistent);
    }
    Ok(())
}

fn bit_len(number: UintRef<'_>) -> usize {
    let bytes = number.as_bytes();
    let unused = bytes.first().map_or(0, |first| first.leading_zeros());
    (8 * bytes.len()).saturating_sub(unused as usize)
}
