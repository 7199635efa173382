//! Signers that fail.

use std::error::Error;

/// The signer gave no signature, so nothing was sent. Its own words are the source.
#[derive(Debug, thiserror::Error)]
#[error("the signer failed, and nothing was sent")]
pub struct SigningError {
    source: Box<dyn Error + Send + Sync>,
}

impl SigningError {
    pub(crate) fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: source.into(),
        }
    }
}
