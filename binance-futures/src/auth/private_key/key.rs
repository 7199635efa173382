//! A private key, and where it is read from.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use zeroize::Zeroizing;

use super::rsa::RsaKey;
use super::{ed25519, encrypted, pem, pkcs8};
use crate::auth::Signature;
use crate::error::{InvalidCredentials, SigningError};

/// A private key, RSA or Ed25519, ready to sign. Cheap to clone; prints its kind and nothing else.
///
/// It is read from PEM:
///
/// | first line | what it is |
/// |---|---|
/// | `-----BEGIN PRIVATE KEY-----` | PKCS#8: RSA or Ed25519 |
/// | `-----BEGIN ENCRYPTED PRIVATE KEY-----` | the same with a passphrase: PBES2 with AES or triple DES, by PBKDF2 or scrypt |
/// | `-----BEGIN RSA PRIVATE KEY-----` | PKCS#1: RSA |
///
/// Whatever stands before and after the key does not matter, line breaks of Windows and a byte order mark included. RSA keys have 2048,
/// 3072 or 4096 bits. `openssl genpkey -algorithm ed25519 -out KEY.pem` makes a key, and `openssl pkey -in KEY.pem -pubout` tells the
/// public half, which is what the exchange is given.
///
/// ```no_run
/// use binance_futures::auth::PrivateKey;
///
/// let key = PrivateKey::from_file("trading.pem")?;
/// println!("{key:?}");
/// # Ok::<(), binance_futures::error::InvalidCredentials>(())
/// ```
#[derive(Clone)]
pub struct PrivateKey(Arc<Kind>);

pub(super) enum Kind {
    Rsa(RsaKey),
    Ed25519(SigningKey),
}

/// Bytes of the largest file that is read; keys have no more than some thousands.
const LARGEST_FILE: usize = 64 * 1024;

impl PrivateKey {
    /// Reads a key from PEM.
    ///
    /// # Errors
    ///
    /// [`InvalidCredentials`], which tells what is there instead and how to make a key of it.
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, InvalidCredentials> {
        read(pem.as_ref(), None)
    }

    /// Reads a key from PEM that is encrypted. Of one that is not, the passphrase is not looked at.
    ///
    /// Takes as long as the encryption wants it to: a fraction of a second with what is usual.
    ///
    /// # Errors
    ///
    /// Those of [`from_pem`](Self::from_pem), and [`InvalidCredentials::WrongPassphrase`].
    pub fn from_encrypted_pem(
        pem: impl AsRef<[u8]>,
        passphrase: impl AsRef<[u8]>,
    ) -> Result<Self, InvalidCredentials> {
        read(pem.as_ref(), Some(passphrase.as_ref()))
    }

    /// Reads a key from a file with PEM in it.
    ///
    /// # Errors
    ///
    /// Those of [`from_pem`](Self::from_pem), and [`InvalidCredentials::File`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, InvalidCredentials> {
        Self::from_pem(&*text(path.as_ref())?)
    }

    /// Reads a key from a file with encrypted PEM in it. Of one that is not, the passphrase is not looked at.
    ///
    /// # Errors
    ///
    /// Those of [`from_encrypted_pem`](Self::from_encrypted_pem), and [`InvalidCredentials::File`].
    pub fn from_encrypted_file(
        path: impl AsRef<Path>,
        passphrase: impl AsRef<[u8]>,
    ) -> Result<Self, InvalidCredentials> {
        Self::from_encrypted_pem(&*text(path.as_ref())?, passphrase)
    }

    pub(in crate::auth) fn sign(&self, payload: &[u8]) -> Result<Signature, SigningError> {
        match &*self.0 {
            Kind::Rsa(key) => key
                .sign(payload)
                .map_err(|_| SigningError::new("what was computed does not fit the key")),
            Kind::Ed25519(key) => Ok(ed25519::sign(key, payload)),
        }
    }
}

fn read(text: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKey, InvalidCredentials> {
    let block = pem::read(text)?;
    let kind = match block.label {
        pem::Label::Pkcs8 => pkcs8::read(&block.der)?,
        pem::Label::Encrypted => {
            let passphrase = passphrase.ok_or(InvalidCredentials::Passphrase)?;
            encrypted::read(&block.der, passphrase)?
        }
        pem::Label::Pkcs1 => Kind::Rsa(RsaKey::read(&block.der)?),
    };
    Ok(PrivateKey(Arc::new(kind)))
}

/// The bytes of a file, and nothing left of them behind.
fn text(path: &Path) -> Result<Zeroizing<Vec<u8>>, InvalidCredentials> {
    let failed = |kind| InvalidCredentials::File {
        path: path.to_owned(),
        kind,
    };
    // With room for more than is read it never moves, which would leave a copy.
    let mut text = Zeroizing::new(Vec::with_capacity(2 * LARGEST_FILE));
    File::open(path)
        .and_then(|file| file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut text))
        .map_err(|error| failed(error.kind()))?;
    if text.len() > LARGEST_FILE {
        return Err(failed(io::ErrorKind::FileTooLarge));
    }
    Ok(text)
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.0 {
            Kind::Rsa(_) => "PrivateKey(RSA)",
            Kind::Ed25519(_) => "PrivateKey(Ed25519)",
        })
    }
}
