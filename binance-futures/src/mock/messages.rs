//! HTTP requests and responses, independent of the HTTP library.

use super::form::{self, DecodeError};
use super::rejection::Rejection;

/// A received request.
#[derive(Debug)]
pub(super) struct HttpRequest {
    /// HTTP method.
    pub(super) method: String,
    /// Path, without the query.
    pub(super) path: String,
    /// Query, still percent-encoded. Empty when there is none.
    pub(super) query: Vec<u8>,
    /// Body, still percent-encoded. Empty unless the body is a form.
    pub(super) form: Vec<u8>,
    /// Value of the header `X-MBX-APIKEY`.
    pub(super) api_key: Option<String>,
}

/// A response to send.
#[derive(Debug)]
pub(super) struct HttpResponse {
    /// HTTP status.
    pub(super) status: u16,
    /// Headers, without `Content-Length`.
    pub(super) headers: Vec<(String, String)>,
    /// Body.
    pub(super) body: String,
}

impl HttpRequest {
    /// Returns the decoded parameters of the query, then those of the form.
    pub(super) fn parameters(&self) -> Result<Vec<(String, String)>, Rejection> {
        let decode = |text: &[u8]| {
            form::parameters(text).map_err(|error| {
                let detail = match error {
                    DecodeError::Escape => "a `%` is not followed by two hexadecimal digits",
                    DecodeError::Utf8 => "a parameter is not UTF-8",
                };
                Rejection::new(-1100, "Illegal characters found in a parameter.")
                    .with_detail(detail)
            })
        };
        let mut parameters = decode(&self.query)?;
        parameters.extend(decode(&self.form)?);
        Ok(parameters)
    }
}
