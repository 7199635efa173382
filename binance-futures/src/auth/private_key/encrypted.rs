//! PKCS#8 behind a passphrase.

use pkcs8::AlgorithmIdentifierRef;
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{self, Decode, Reader};
use pkcs8::pkcs5::pbes2::Kdf;
use pkcs8::pkcs5::{self, EncryptionScheme};
use zeroize::Zeroizing;

use super::{Kind, pkcs8 as plain};
use crate::error::InvalidCredentials;

/// Rounds of PBKDF2 that are waited for: some seconds.
const MOST_ROUNDS: u32 = 10_000_000;

/// Bytes that scrypt may go over: a gibibyte, which are some seconds too.
const MOST_BYTES: u64 = 1 << 30;

/// Opens what is encrypted and reads the key in it.
pub(super) fn read(der: &[u8], passphrase: &[u8]) -> Result<Kind, InvalidCredentials> {
    let (algorithm, encrypted) = parts(der).map_err(|_| InvalidCredentials::Damaged)?;
    let scheme =
        EncryptionScheme::try_from(algorithm).map_err(|_| InvalidCredentials::UnknownEncryption)?;
    refuse_cost(&scheme)?;
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    let opened = scheme
        .decrypt_in_place(passphrase, &mut buffer)
        .map_err(unopened)?;
    match plain::read(opened) {
        // A wrong passphrase seems to fit once in a few hundred times, and gives noise.
        Err(InvalidCredentials::Damaged) => Err(InvalidCredentials::WrongPassphrase),
        read => read,
    }
}

/// How it is encrypted, and what is. The `pkcs8` crate reads both in one, and does not say which of them is not understood.
fn parts(der: &[u8]) -> der::Result<(AlgorithmIdentifierRef<'_>, &[u8])> {
    AnyRef::from_der(der)?.sequence(|parts| {
        let algorithm = parts.decode()?;
        let encrypted: OctetStringRef<'_> = parts.decode()?;
        Ok((algorithm, encrypted.as_bytes()))
    })
}

fn unopened(error: pkcs5::Error) -> InvalidCredentials {
    match error {
        pkcs5::Error::DecryptFailed | pkcs5::Error::EncryptFailed => {
            InvalidCredentials::WrongPassphrase
        }
        _ => InvalidCredentials::UnknownEncryption,
    }
}

/// Refuses what would take all day, or all memory: one changed byte can ask for that.
fn refuse_cost(scheme: &EncryptionScheme<'_>) -> Result<(), InvalidCredentials> {
    let is_cheap = match scheme.pbes2().map(|parameters| &parameters.kdf) {
        Some(Kdf::Pbkdf2(pbkdf2)) => pbkdf2.iteration_count <= MOST_ROUNDS,
        // The crate that computes it takes the logarithm of this without a look.
        Some(Kdf::Scrypt(scrypt)) if !scrypt.cost_parameter.is_power_of_two() => {
            return Err(InvalidCredentials::UnknownEncryption);
        }
        Some(Kdf::Scrypt(scrypt)) => {
            let lanes = u64::from(scrypt.block_size) * u64::from(scrypt.parallelization);
            let bytes = scrypt.cost_parameter.checked_mul(128 * lanes);
            bytes.is_some_and(|bytes| bytes <= MOST_BYTES)
        }
        _ => true,
    };
    if is_cheap {
        Ok(())
    } else {
        Err(InvalidCredentials::EncryptionCost)
    }
}
