//! Credentials that are not valid.

use std::io;
use std::path::PathBuf;

/// Why credentials are not valid, and what to do about it.
///
/// The text names the problem and the remedy. It contains no part of a key, a secret or a passphrase, but may contain the path of the key
/// file.
///
/// ```
/// use binance_futures::auth::Credentials;
/// use binance_futures::error::InvalidCredentialsKind;
///
/// let error = Credentials::hmac("my-key", "my-secret\n").unwrap_err();
/// assert_eq!(error.kind(), InvalidCredentialsKind::Secret);
/// println!("{error}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidCredentials(#[from] CredentialsProblem);

/// The part of the credentials that is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidCredentialsKind {
    /// The API key is empty, or contains a space or a character that is not printable ASCII.
    ApiKey,
    /// The secret of an HMAC key is empty, or contains a space or a character that is not printable ASCII.
    Secret,
    /// The file of the private key cannot be read.
    File,
    /// The text is not exactly one PEM block of a private key.
    Pem,
    /// The passphrase is missing or wrong.
    Passphrase,
    /// The algorithm, the format or the size of the private key is not supported.
    UnsupportedKey,
    /// The encryption of the private key is not supported, or decryption would take too long.
    UnsupportedEncryption,
    /// The content of the private key is damaged.
    Damaged,
    /// An environment variable is not set or not Unicode, or its use requires the feature `pem`. A variable with an invalid value has the
    /// kind of that value, such as [`Secret`](Self::Secret).
    EnvironmentVariable,
}

impl InvalidCredentials {
    /// Returns the part of the credentials that is not valid.
    pub fn kind(&self) -> InvalidCredentialsKind {
        self.0.kind()
    }

    /// Adds the name of the environment variable whose value is not valid.
    pub(crate) fn in_variable(self, name: &'static str) -> Self {
        let problem = Box::new(self.0);
        Self(CredentialsProblem::Variable { name, problem })
    }
}

/// Creates an Ed25519 key.
const NEW_ED25519: &str = "`openssl genpkey -algorithm ed25519 -out KEY.pem`";

/// Creates an RSA key.
const NEW_RSA: &str = "`openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`";

/// Encrypts a key again, in a supported way.
const ENCRYPT_AGAIN: &str = "`openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY.pem -out NEW.pem`";

/// Every case of [`InvalidCredentials`], each with its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(
    not(feature = "pem"),
    expect(dead_code, reason = "only the feature `pem` reads private keys")
)]
pub(crate) enum CredentialsProblem {
    #[error("the API key is empty: check that the variable it is read from is set")]
    EmptyApiKey,

    #[error(
        "the API key contains a line break, a space or another character that is not printable ASCII: trim the text it is read from"
    )]
    ApiKeyCharacter,

    #[error("the secret is empty: check that the variable it is read from is set")]
    EmptySecret,

    #[error(
        "the secret contains a line break, a space or another character that is not printable ASCII: trim the text it is read from"
    )]
    SecretCharacter,

    #[error("the private key file `{}` cannot be read: {kind}", path.display())]
    File { path: PathBuf, kind: io::ErrorKind },

    #[error("the private key is empty: check that the variable it is read from is set")]
    EmptyPem,

    #[error(
        "the private key is not in PEM format, which begins with the line `-----BEGIN PRIVATE KEY-----`: convert a binary (DER) key with `openssl pkey -inform DER -in KEY.der -out KEY.pem`; pass an HMAC secret, which consists of letters and digits, to `Credentials::hmac`"
    )]
    NotPem,

    #[error(
        "the private key is encoded in UTF-16, as some editors and shells write it: save it as UTF-8 or ASCII"
    )]
    Utf16,

    #[error(
        "the private key has a BEGIN line but no END line of the same name: the text was truncated or changed; copy it again from the original file"
    )]
    Truncated,

    #[error("the text contains {count} PEM blocks: keep only the block of the private key")]
    MultipleBlocks { count: usize },

    #[error(
        "the body of the private key is not valid base64: the text was truncated or changed, or its line breaks are written as `\\n`; copy it again from the original file"
    )]
    InvalidBase64,

    #[error(
        "the private key is damaged: copy it again from the original file; `openssl pkey -in KEY.pem -check -noout` reports details"
    )]
    Damaged,

    #[error(
        "this is a public key, the half that is registered at the exchange: use the private key that belongs to it"
    )]
    PublicKey,

    #[error(
        "this is a certificate, which contains no private key: use the private key that belongs to it"
    )]
    Certificate,

    #[error(
        "the private key is in OpenSSH format: convert a copy of an RSA key in place with `ssh-keygen -p -m PKCS8 -f COPY`, or create an Ed25519 key with {NEW_ED25519}"
    )]
    OpenSsh,

    #[error(
        "the private key is an ECDSA key, which the exchange does not support: create an Ed25519 key with {NEW_ED25519}"
    )]
    Ecdsa,

    #[error(
        "the private key is restricted to RSA-PSS signatures, which the exchange does not support: create an RSA key with {NEW_RSA}"
    )]
    RsaPss,

    #[error(
        "the private key is neither an RSA key nor an Ed25519 key, and the exchange supports no others: its algorithm has the object identifier {algorithm}"
    )]
    Algorithm { algorithm: String },

    #[error(
        "the PEM block is not a private key: use the block that begins with the line `-----BEGIN PRIVATE KEY-----`"
    )]
    NotPrivateKey,

    #[error(
        "the RSA key has {bits} bits, and only 2048, 3072 and 4096 bits are supported: create an RSA key with {NEW_RSA}"
    )]
    RsaSize { bits: usize },

    #[error(
        "the public exponent of the RSA key is below 65537 or above 2^33: create an RSA key with {NEW_RSA}"
    )]
    RsaExponent,

    #[error("the RSA key has more than two primes: create an RSA key with {NEW_RSA}")]
    RsaPrimes,

    #[error(
        "the numbers of the private key contradict each other, so it was damaged or changed: copy it again from the original file"
    )]
    Inconsistent,

    #[error(
        "the private key is encrypted: pass its passphrase to `from_encrypted_pem` or `from_encrypted_file`"
    )]
    MissingPassphrase,

    #[error(
        "the passphrase does not decrypt the private key: check that it does not end with a line break"
    )]
    WrongPassphrase,

    #[error(
        "the private key is encrypted in the legacy format of OpenSSL (`Proc-Type` and `DEK-Info`): convert it with {ENCRYPT_AGAIN}"
    )]
    LegacyEncryption,

    #[error(
        "the private key is encrypted with an algorithm that is not supported: convert it with {ENCRYPT_AGAIN}"
    )]
    UnknownEncryption,

    #[error(
        "decrypting the private key would take more than ten million PBKDF2 iterations or one gibibyte of memory for scrypt: lower the cost with {ENCRYPT_AGAIN}"
    )]
    EncryptionCost,

    #[error("the environment variable `{name}` is not set, or empty: set it to {expected}")]
    UnsetVariable {
        name: &'static str,
        expected: &'static str,
    },

    #[error("the value of the environment variable `{name}` is not valid Unicode")]
    NotUnicode { name: &'static str },

    #[cfg(not(feature = "pem"))]
    #[error(
        "the environment variable `{name}` is set, but the feature `pem` of this crate, which reads private keys, is disabled"
    )]
    NoPemFeature { name: &'static str },

    #[error("the environment variable `{name}` is not valid: {problem}")]
    Variable {
        name: &'static str,
        problem: Box<Self>,
    },
}

impl CredentialsProblem {
    fn kind(&self) -> InvalidCredentialsKind {
        use InvalidCredentialsKind as Kind;
        match self {
            Self::EmptyApiKey | Self::ApiKeyCharacter => Kind::ApiKey,
            Self::EmptySecret | Self::SecretCharacter => Kind::Secret,
            Self::File { .. } => Kind::File,
            Self::EmptyPem
            | Self::NotPem
            | Self::Utf16
            | Self::Truncated
            | Self::MultipleBlocks { .. }
            | Self::InvalidBase64
            | Self::PublicKey
            | Self::Certificate
            | Self::NotPrivateKey => Kind::Pem,
            Self::MissingPassphrase | Self::WrongPassphrase => Kind::Passphrase,
            Self::OpenSsh
            | Self::Ecdsa
            | Self::RsaPss
            | Self::Algorithm { .. }
            | Self::RsaSize { .. }
            | Self::RsaExponent
            | Self::RsaPrimes => Kind::UnsupportedKey,
            Self::LegacyEncryption | Self::UnknownEncryption | Self::EncryptionCost => {
                Kind::UnsupportedEncryption
            }
            Self::Damaged | Self::Inconsistent => Kind::Damaged,
            Self::UnsetVariable { .. } | Self::NotUnicode { .. } => Kind::EnvironmentVariable,
            #[cfg(not(feature = "pem"))]
            Self::NoPemFeature { .. } => Kind::EnvironmentVariable,
            Self::Variable { problem, .. } => problem.kind(),
        }
    }
}
