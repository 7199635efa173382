//! PKCS#8 that is encrypted with a passphrase.

use pkcs8::AlgorithmIdentifierRef;
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{self, Decode, Reader};
use pkcs8::pkcs5::pbes2::Kdf;
use pkcs8::pkcs5::{self, EncryptionScheme};
use zeroize::Zeroizing;

use super::{Kind, pkcs8 as unencrypted};
use crate::error::CredentialsProblem;

/// Largest number of PBKDF2 iterations that is accepted. They take a few seconds.
const MAX_ITERATIONS: u32 = 10_000_000;

/// Largest amount of memory that scrypt may use, in bytes: one gibibyte, which takes a few seconds too.
const MAX_MEMORY: u64 = 1 << 30;

/// Decrypts a key and reads it.
pub(super) fn read(der: &[u8], passphrase: &[u8]) -> Result<Kind, CredentialsProblem> {
    let (algorithm, encrypted) = parts(der).map_err(|_| CredentialsProblem::Damaged)?;
    let scheme =
        EncryptionScheme::try_from(algorithm).map_err(|_| CredentialsProblem::UnknownEncryption)?;
    check_cost(&scheme)?;
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    let decrypted = scheme
        .decrypt_in_place(passphrase, &mut buffer)
        .map_err(decryption_problem)?;
    match unencrypted::read(decrypted) {
        // With a wrong passphrase the padding is valid once in a few hundred times, and the result is noise.
        Err(CredentialsProblem::Damaged) => Err(CredentialsProblem::WrongPassphrase),
        result => result,
    }
}

/// Returns the encryption algorithm and the encrypted bytes.
///
/// `pkcs8` reads both in one step, and its error does not say which of them is not valid.
fn parts(der: &[u8]) -> der::Result<(AlgorithmIdentifierRef<'_>, &[u8])> {
    AnyRef::from_der(der)?.sequence(|parts| {
        let algorithm = parts.decode()?;
        let encrypted: &OctetStringRef = parts.decode()?;
        Ok((algorithm, encrypted.as_bytes()))
    })
}

fn decryption_problem(error: pkcs5::Error) -> CredentialsProblem {
    match error {
        pkcs5::Error::DecryptFailed | pkcs5::Error::EncryptFailed => {
            CredentialsProblem::WrongPassphrase
        }
        _ => CredentialsProblem::UnknownEncryption,
    }
}

/// Rejects parameters that would take hours or all memory, which one changed byte can cause.
fn check_cost(scheme: &EncryptionScheme) -> Result<(), CredentialsProblem> {
    let is_cheap = match scheme.pbes2().map(|parameters| &parameters.kdf) {
        Some(Kdf::Pbkdf2(pbkdf2)) => pbkdf2.iteration_count <= MAX_ITERATIONS,
        // The `scrypt` crate takes the logarithm of this number without a check.
        Some(Kdf::Scrypt(scrypt)) if !scrypt.cost_parameter.is_power_of_two() => {
            return Err(CredentialsProblem::UnknownEncryption);
        }
        Some(Kdf::Scrypt(scrypt)) => {
            let lanes = u64::from(scrypt.block_size) * u64::from(scrypt.parallelization);
            let bytes = scrypt.cost_parameter.checked_mul(128 * lanes);
            bytes.is_some_and(|bytes| bytes <= MAX_MEMORY)
        }
        _ => true,
    };
    if is_cheap {
        Ok(())
    } else {
        Err(CredentialsProblem::EncryptionCost)
    }
}
