//! Signing: what the exchange recognises an account by.
//!
//! [`Credentials`] are an API key and what signs for it: a secret (HMAC), a private key (RSA or Ed25519, feature `pem`), or a [`Signer`]
//! of one's own. Which of them belongs to an API key is chosen when that is made at the exchange.
//!
//! What can be computed before a request is there to sign is computed once, when the credentials are made. Nothing secret is ever printed.
//!
//! # What is wiped from memory
//!
//! What a file held, what was decrypted of it, the state of an HMAC secret and the seed of an Ed25519 key are overwritten with zeros
//! when they are dropped. Not everything can be: an RSA key that is ready to sign belongs to `ring`, which has no way to wipe it, so it
//! stays in freed memory until that is used again; neither are the key derived from a passphrase, numbers on the way while an RSA key
//! is checked, and the copies that moving a value leaves on the stack. Strings that are passed in are their owner's to wipe. Where that
//! is not enough, keep the key in another process or machine and sign by a [`Signer`].

mod credentials;
mod hmac;
#[cfg(feature = "pem")]
mod private_key;
mod signature;
mod signer;

pub use credentials::Credentials;
#[cfg(feature = "pem")]
pub use private_key::PrivateKey;
pub use signature::Signature;
pub use signer::{FutureSignature, Signer};
