//! RSA keys: read and checked by the `rsa` crate, which never computes a signature here, and signed with by `ring`.

use pkcs8::der::Decode;
use ring::error::Unspecified;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::RsaPrivateKey;
use rsa::pkcs1::der::asn1::UintRef;
use rsa::pkcs1::{self, DecodeRsaPrivateKey};

use crate::auth::Signature;
use crate::error::InvalidCredentials;

/// A key that signs with PKCS#1 v1.5 and SHA-256.
pub(super) struct RsaKey(RsaKeyPair);

/// Bytes of a signature of the largest key.
const LONGEST: usize = 512;

impl RsaKey {
    /// Reads the key of PKCS#1, and proves it by a signature.
    pub(super) fn read(der: &[u8]) -> Result<Self, InvalidCredentials> {
        let numbers =
            pkcs1::RsaPrivateKey::from_der(der).map_err(|_| InvalidCredentials::Damaged)?;
        refuse_unusual(&numbers)?;
        // Modulus, exponents and primes are checked here, and what `ring` computes with by the signature.
        RsaPrivateKey::from_pkcs1_der(der).map_err(|_| InvalidCredentials::Inconsistent)?;
        let key = RsaKeyPair::from_der(der)
            .map(Self)
            .map_err(|_| InvalidCredentials::Inconsistent)?;
        match key.sign(b"") {
            Ok(_) => Ok(key),
            Err(Unspecified) => Err(InvalidCredentials::Inconsistent),
        }
    }

    /// Fails only where the machine computes wrongly: every signature is verified before it is given away.
    pub(super) fn sign(&self, payload: &[u8]) -> Result<Signature, Unspecified> {
        let mut bytes = [0; LONGEST];
        let bytes = bytes
            .get_mut(..self.0.public().modulus_len())
            .ok_or(Unspecified)?;
        // This padding has nothing random in it, and asks for nothing.
        let random = SystemRandom::new();
        self.0.sign(&RSA_PKCS1_SHA256, &random, payload, bytes)?;
        Ok(Signature::base64(bytes))
    }
}

/// Refuses what cannot be signed with, before anything is computed of it.
fn refuse_unusual(key: &pkcs1::RsaPrivateKey<'_>) -> Result<(), InvalidCredentials> {
    let bits = bits_of(key.modulus);
    // Two primes of 1024 bits may make a number of 2047.
    if ![2048, 3072, 4096].contains(&bits.next_multiple_of(2)) {
        return Err(InvalidCredentials::RsaSize { bits });
    }
    if key.other_prime_infos.is_some() {
        return Err(InvalidCredentials::RsaPrimes);
    }
    let exponent = key.public_exponent.as_bytes();
    let exponent = exponent.iter().try_fold(0_u64, |number, byte| {
        Some(number.checked_mul(256)? | u64::from(*byte))
    });
    if !exponent.is_some_and(|exponent| (65_537..1 << 33).contains(&exponent)) {
        return Err(InvalidCredentials::RsaExponent);
    }
    let private = [key.private_exponent, key.prime1, key.prime2];
    if private.iter().any(|number| bits_of(*number) > bits) {
        return Err(InvalidCredentials::Inconsistent);
    }
    Ok(())
}

fn bits_of(number: UintRef<'_>) -> usize {
    let bytes = number.as_bytes();
    let unused = bytes.first().map_or(0, |first| first.leading_zeros());
    (8 * bytes.len()).saturating_sub(unused as usize)
}
