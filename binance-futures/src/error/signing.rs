//! Signers that fail.

/// Who signs for the client could not. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[error("the signer failed")]
pub struct SigningError;
