//! Whether a signature is the account's.
//!
//! It shares nothing with the signing of the client, so that a mistake in the one does not hide in the other.

mod hmac;
mod public_key;
mod verifier;

pub use public_key::InvalidPublicKey;
pub(super) use public_key::PublicKey;
pub(super) use verifier::Verifier;
