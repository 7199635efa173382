//! Verification of signatures.
//!
//! It shares no code with the signing of the client, so that a mistake in one is found by the other.

mod public_key;
mod verifier;

pub use public_key::InvalidPublicKey;
pub(super) use public_key::PublicKey;
pub(super) use verifier::Verifier;
