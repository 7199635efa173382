//! Signing: what the exchange recognises an account by.
//!
//! The keyed state is prepared once; secrets are wiped when they are dropped and never printed.

mod credentials;
mod hmac;
mod signature;

pub use credentials::Credentials;
pub use signature::Signature;
