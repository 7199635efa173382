//! Headers that go with every request.

use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHORIZATION, TE, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};

use super::http_client::API_KEY;
use crate::auth::Credentials;
use crate::error::{CredentialsProblem, InvalidCredentials, InvalidRequest};

/// Headers as they were given.
#[derive(Default)]
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    pub(super) fn set(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }

    /// Reads them, each as a secret.
    pub(super) fn read(&self) -> Result<HeaderMap, InvalidRequest> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.0 {
            let invalid = |problem| InvalidRequest::Header {
                name: name.clone(),
                problem,
            };
            let name: HeaderName = name
                .parse()
                .map_err(|_| invalid("has a name that HTTP cannot carry"))?;
            if let Some(problem) = reserved(&name) {
                return Err(invalid(problem));
            }
            let mut value = HeaderValue::from_str(value).map_err(|_| {
                invalid("has a line break or another control character in its value")
            })?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }
}

/// Returns the header of the API key, marked as sensitive.
pub(super) fn api_key_header(credentials: &Credentials) -> Result<HeaderValue, InvalidCredentials> {
    let mut header = HeaderValue::from_str(credentials.api_key().as_str())
        .map_err(|_| CredentialsProblem::ApiKeyCharacter)?;
    header.set_sensitive(true);
    Ok(header)
}

/// Why a header is not for others to write.
fn reserved(name: &HeaderName) -> Option<&'static str> {
    /// They say where a request ends and how its answer comes, which the client alone knows.
    const OF_THE_CLIENT: [HeaderName; 8] = [
        ACCEPT_ENCODING,
        CONNECTION,
        CONTENT_LENGTH,
        EXPECT,
        HOST,
        TE,
        TRANSFER_ENCODING,
        UPGRADE,
    ];
    if *name == API_KEY {
        Some("is the API key's: give the client `credentials`")
    } else if *name == PROXY_AUTHORIZATION {
        Some("is for the proxy: put user and password into its URL")
    } else if *name == USER_AGENT {
        Some("is set by `user_agent`")
    } else if OF_THE_CLIENT.contains(name) {
        Some("is written by the client itself")
    } else {
        None
    }
}
