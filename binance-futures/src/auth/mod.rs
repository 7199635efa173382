//! API keys and signatures.
//!
//! [`Credentials`] consist of an API key and the key that signs requests: an HMAC secret, a private key (RSA or Ed25519, feature `pem`), or
//! an external [`Signer`], such as a hardware security module. The kind of the key is chosen when the API key is created at the exchange.
//!
//! ```no_run
//! # fn read() -> Result<(), Box<dyn std::error::Error>> {
//! use binance_futures::auth::Credentials;
//!
//! // An HMAC key.
//! let credentials = Credentials::hmac("my-key", std::env::var("SECRET")?)?;
//! // The API key in BINANCE_API_KEY, with its secret in BINANCE_SECRET_KEY or the path of its private key in BINANCE_KEY_FILE.
//! let credentials = Credentials::from_env()?;
//! # #[cfg(feature = "pem")]
//! # {
//! // An RSA or Ed25519 key.
//! use binance_futures::auth::PrivateKey;
//! let credentials = Credentials::private_key("my-key", PrivateKey::from_file("trading.pem")?)?;
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! The client signs the query of each signed request and appends the [`Signature`] to it. Everything that does not depend on the query is
//! computed once, when the credentials are created. `Debug` and log events never contain secrets.
//!
//! # What is wiped from memory
//!
//! These are overwritten with zeros when they are dropped: the content of a key file, the decrypted content of an encrypted key, the copies
//! of the values of environment variables that hold a secret or a passphrase, and the prepared state of an HMAC secret.
//!
//! These are not wiped:
//!
//! - an RSA or Ed25519 key that is ready to sign: it belongs to the crate `ring`, which does not wipe it. It stays in freed memory until
//!   that memory is reused;
//! - the padded HMAC secret on the stack, from which the crate `hmac` prepares the state;
//! - the key that is derived from a passphrase;
//! - copies on the stack that are left when a value is moved;
//! - the environment variables of the process;
//! - strings that the caller passes in: the caller wipes them.
//!
//! Where this is not enough, keep the key in another process or machine, and sign with an external [`Signer`].

mod api_key;
mod credentials;
mod env;
mod hmac;
#[cfg(feature = "pem")]
mod private_key;
mod signature;

pub use api_key::ApiKey;
pub use credentials::Credentials;
#[cfg(feature = "pem")]
pub use private_key::PrivateKey;
pub use signature::{FutureSignature, Signature, Signer};
