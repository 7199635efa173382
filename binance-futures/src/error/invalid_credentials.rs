//! Credentials that cannot be right.

use std::io;
use std::path::PathBuf;

/// Why credentials cannot be right, and what to do about it. Says nothing of what they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCredentials {
    /// The API key is empty.
    #[error("the API key is empty: was it read from a variable that is not set?")]
    EmptyKey,

    /// The API key has a character that no key has.
    #[error(
        "the API key has a line break, a space or a character beyond ASCII: trim what was read"
    )]
    KeyCharacter,

    /// The secret is empty.
    #[error("the secret is empty: was it read from a variable that is not set?")]
    EmptySecret,

    /// The secret has a character that no secret has.
    #[error("the secret has a line break, a space or a character beyond ASCII: trim what was read")]
    SecretCharacter,

    /// The file of a private key cannot be read.
    #[error("the private key cannot be read from `{}`: {kind}", path.display())]
    File {
        /// The file as it was given.
        path: PathBuf,
        /// What the system says.
        kind: io::ErrorKind,
    },

    /// The text of a private key is empty.
    #[error("the private key is empty: was it read from a variable that is not set?")]
    EmptyPem,

    /// The text has a private key's line nowhere.
    #[error(
        "the private key is not in PEM, which begins with a line `-----BEGIN PRIVATE KEY-----`: `openssl pkey -inform DER -in KEY.der -out KEY.pem` converts a binary one, and a secret of letters and digits is given to `Credentials::hmac`"
    )]
    NotPem,

    /// The text is UTF-16.
    #[error(
        "the private key is in UTF-16, as some editors and shells write it: save it as UTF-8 or ASCII"
    )]
    Utf16,

    /// A block of PEM does not end.
    #[error(
        "the private key begins, and no END line of the same name follows: the text was cut off or changed; take it from the file that was made first"
    )]
    CutOff,

    /// Several blocks of PEM.
    #[error("the text has {count} blocks of PEM: leave the one that is the private key")]
    SeveralBlocks {
        /// How many.
        count: usize,
    },

    /// The lines between begin and end are not base64.
    #[error(
        "the lines of the private key are not base64: the text was cut off or changed, or its line breaks are written as `\\n`; take it from the file that was made first"
    )]
    NotBase64,

    /// What base64 stands for is no key.
    #[error(
        "the private key is damaged: `openssl pkey -in KEY.pem -check -noout` tells more; take it from the file that was made first"
    )]
    Damaged,

    /// The public half of a key.
    #[error(
        "this is a public key, which is what the exchange is given: sign with the private key that it was made of"
    )]
    PublicKey,

    /// A certificate, or a request for one.
    #[error("this is a certificate, which holds no private key: sign with the one it was made of")]
    Certificate,

    /// A key in the format of OpenSSH.
    #[error(
        "the private key is in the format of OpenSSH: `ssh-keygen -p -m PKCS8 -f COPY` converts an RSA key, in place; make an Ed25519 key with `openssl genpkey -algorithm ed25519 -out KEY.pem`"
    )]
    OpenSsh,

    /// A key on an elliptic curve that the exchange takes no signatures of.
    #[error(
        "the private key is one for ECDSA, which the exchange does not take: make an Ed25519 key with `openssl genpkey -algorithm ed25519 -out KEY.pem`"
    )]
    EllipticCurve,

    /// An RSA key that is for another kind of signatures.
    #[error(
        "the private key is for RSA-PSS alone, which the exchange does not take: make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`"
    )]
    RsaPss,

    /// A key of another algorithm.
    #[error(
        "the private key is neither RSA nor Ed25519, which are what the exchange takes: its algorithm is {algorithm}"
    )]
    Algorithm {
        /// The object identifier in its digits.
        algorithm: String,
    },

    /// A block of PEM that is something else.
    #[error(
        "the text is PEM of something that is no private key: the line to look for is `-----BEGIN PRIVATE KEY-----`"
    )]
    OtherPem,

    /// An RSA key of a size that cannot be signed with.
    #[error(
        "the RSA key has {bits} bits, and 2048, 3072 or 4096 are what can be signed with: make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`"
    )]
    RsaSize {
        /// Bits of its modulus.
        bits: usize,
    },

    /// An RSA key with a public exponent that cannot be signed with.
    #[error(
        "the RSA key has a public exponent below 65537 or above 2^33: make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`"
    )]
    RsaExponent,

    /// An RSA key of more than two primes.
    #[error(
        "the RSA key has more than two primes: make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem`"
    )]
    RsaPrimes,

    /// The numbers of a key contradict each other.
    #[error(
        "the numbers of the private key do not belong together, so it was damaged or changed: take it from the file that was made first"
    )]
    Inconsistent,

    /// An encrypted key without a passphrase.
    #[error(
        "the private key is encrypted: read it with its passphrase, by `from_encrypted_pem` or `from_encrypted_file`"
    )]
    Passphrase,

    /// A passphrase that does not open the key.
    #[error(
        "the passphrase does not open the private key: was it read with a line break at its end?"
    )]
    WrongPassphrase,

    /// An encryption of OpenSSL's own, from before PKCS#8.
    #[error(
        "the private key is encrypted in OpenSSL's old way (`Proc-Type` and `DEK-Info`): `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY.pem -out NEW.pem` converts it"
    )]
    OldEncryption,

    /// An encryption that is not known here.
    #[error(
        "the private key is encrypted in a way that is not known here: `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY.pem -out NEW.pem` converts it"
    )]
    UnknownEncryption,

    /// An encryption that takes too long to open.
    #[error(
        "opening the private key would take more than ten million rounds of PBKDF2 or a gibibyte of scrypt: `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY.pem -out NEW.pem` makes that less"
    )]
    EncryptionCost,
}
