//! Private keys, and reading them.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::ed25519::Ed25519Key;
use super::rsa::RsaKey;
use super::{encrypted, pem, pkcs8};
use crate::auth::Signature;
use crate::error::{CredentialsProblem, InvalidCredentials, SigningError};

/// An RSA or Ed25519 key, ready to sign. Cheap to clone. `Debug` prints the kind of the key and nothing else.
///
/// It is read from PEM:
///
/// | first line | format |
/// |---|---|
/// | `-----BEGIN PRIVATE KEY-----` | PKCS#8: RSA or Ed25519 |
/// | `-----BEGIN ENCRYPTED PRIVATE KEY-----` | PKCS#8 with a passphrase: PBES2 with AES or triple DES, and PBKDF2 or scrypt |
/// | `-----BEGIN RSA PRIVATE KEY-----` | PKCS#1: RSA |
///
/// Text before and after the key is ignored, and so are a byte order mark and Windows line breaks. A second PEM block is an error. RSA keys
/// must have 2048, 3072 or 4096 bits. `openssl genpkey -algorithm ed25519 -out KEY.pem` creates a key, and `openssl pkey -in KEY.pem
/// -pubout` prints its public key, which is registered at the exchange.
///
/// Reading a key blocks the thread: it reads the file, decrypts the key and checks it. Read keys at the start of the program, or in
/// `spawn_blocking`.
///
/// ```no_run
/// use binance_futures::auth::{Credentials, PrivateKey};
///
/// let key = PrivateKey::from_file("trading.pem")?;
/// println!("{key:?}");
/// let credentials = Credentials::private_key("my-key", key)?;
/// # Ok::<(), binance_futures::error::InvalidCredentials>(())
/// ```
#[derive(Clone)]
pub struct PrivateKey(Arc<Kind>);

pub(super) enum Kind {
    Rsa(RsaKey),
    Ed25519(Ed25519Key),
}

/// Largest file that is read, in bytes. Keys have a few thousand bytes.
const MAX_FILE_SIZE: usize = 64 * 1024;

impl PrivateKey {
    /// Reads a key from PEM.
    ///
    /// # Errors
    ///
    /// When the text is not a supported private key. The error says what the text is instead, and how to convert it if possible.
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, InvalidCredentials> {
        Ok(read(pem.as_ref(), None)?)
    }

    /// Reads a key from encrypted PEM. The passphrase is ignored if the key is not encrypted.
    ///
    /// Takes a fraction of a second with the usual encryption parameters. Parameters that would take more than ten million PBKDF2
    /// iterations, or more than one gibibyte of memory for scrypt, are rejected.
    ///
    /// # Errors
    ///
    /// Those of [`from_pem`](Self::from_pem), and when the passphrase is wrong.
    pub fn from_encrypted_pem(
        pem: impl AsRef<[u8]>,
        passphrase: impl AsRef<[u8]>,
    ) -> Result<Self, InvalidCredentials> {
        Ok(read(pem.as_ref(), Some(passphrase.as_ref()))?)
    }

    /// Reads a key from a PEM file.
    ///
    /// # Errors
    ///
    /// Those of [`from_pem`](Self::from_pem), and when the file cannot be read or is larger than 64 KiB.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, InvalidCredentials> {
        Self::from_pem(&*read_file(path.as_ref())?)
    }

    /// Reads a key from an encrypted PEM file. The passphrase is ignored if the key is not encrypted.
    ///
    /// # Errors
    ///
    /// Those of [`from_encrypted_pem`](Self::from_encrypted_pem), and when the file cannot be read or is larger than 64 KiB.
    pub fn from_encrypted_file(
        path: impl AsRef<Path>,
        passphrase: impl AsRef<[u8]>,
    ) -> Result<Self, InvalidCredentials> {
        Self::from_encrypted_pem(&*read_file(path.as_ref())?, passphrase)
    }

    pub(in crate::auth) fn sign(&self, payload: &[u8]) -> Result<Signature, SigningError> {
        match &*self.0 {
            Kind::Rsa(key) => key
                .sign(payload)
                .map_err(|_| SigningError::new("the computed RSA signature does not verify")),
            Kind::Ed25519(key) => Ok(key.sign(payload)),
        }
    }
}

fn read(text: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKey, CredentialsProblem> {
    let block = pem::read(text)?;
    let kind = match block.label {
        pem::Label::Pkcs8 => pkcs8::read(&block.der)?,
        pem::Label::Encrypted => {
            let passphrase = passphrase.ok_or(CredentialsProblem::MissingPassphrase)?;
            encrypted::read(&block.der, passphrase)?
        }
        pem::Label::Pkcs1 => Kind::Rsa(RsaKey::read(&block.der)?),
    };
    Ok(PrivateKey(Arc::new(kind)))
}

/// Reads a file into a buffer that is wiped on drop.
fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, CredentialsProblem> {
    let problem = |kind| CredentialsProblem::File {
        path: path.to_owned(),
        kind,
    };
    // The capacity exceeds what is read, so the buffer is never reallocated, which would leave a copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(2 * MAX_FILE_SIZE));
    File::open(path)
        .and_then(|file| file.take(MAX_FILE_SIZE as u64 + 1).read_to_end(&mut text))
        .map_err(|error| problem(error.kind()))?;
    if text.len() > MAX_FILE_SIZE {
        return Err(problem(io::ErrorKind::FileTooLarge));
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
