//! Verification of signatures.
//!
//! It shares no code with the signing of the client, so that a mistake in one is found by the other.

mod public_key;
mod verifier;

pub use public_key::InvalidPublicKey;
pub(in crate::mock) use public_key::PublicKey;
pub(in crate::mock) use verifier::Verifier;
