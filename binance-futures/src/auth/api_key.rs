//! API keys.

use std::fmt;
use std::sync::Arc;

use crate::error::{CredentialsProblem, InvalidCredentials};

/// An API key, as the exchange issued it: one or more printable ASCII characters other than the space. Cheap to clone.
///
/// It identifies the account and its permissions, and is sent with requests. `Debug` does not print it.
#[derive(Clone)]
pub struct ApiKey(Arc<str>);

impl ApiKey {
    /// Checks the text of an API key.
    ///
    /// # Errors
    ///
    /// When the text is empty, or contains a space or a character that is not printable ASCII, such as the line break at the end of a file.
    pub fn new(key: impl AsRef<str>) -> Result<Self, InvalidCredentials> {
        let key = key.as_ref();
        if key.is_empty() {
            return Err(CredentialsProblem::EmptyApiKey.into());
        }
        if !is_printable(key) {
            return Err(CredentialsProblem::ApiKeyCharacter.into());
        }
        Ok(Self(key.into()))
    }

    /// Returns the text of the API key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}

/// Whether a text consists of printable ASCII characters without the space.
pub(super) fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Texts with a character that is valid neither in an API key nor in a secret.
    pub(crate) const INVALID_TEXTS: [&str; 8] = [
        "x\n",
        "x\r\n",
        " x",
        "x y",
        "x\t",
        "ключ",
        "x\0",
        "x\u{feff}",
    ];

    fn problem(key: &str) -> InvalidCredentials {
        ApiKey::new(key).unwrap_err()
    }

    #[test]
    fn invalid_api_keys_are_rejected() {
        assert_eq!(problem(""), CredentialsProblem::EmptyApiKey.into());
        for text in INVALID_TEXTS {
            assert_eq!(problem(text), CredentialsProblem::ApiKeyCharacter.into());
        }
    }

    #[test]
    fn api_key_is_not_printed() {
        let key = ApiKey::new("my-key").unwrap();
        assert_eq!(key.as_str(), "my-key");
        assert_eq!(format!("{key:?}"), "ApiKey([redacted])");
    }
}
