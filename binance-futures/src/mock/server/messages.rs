//! HTTP requests and responses, independent of the HTTP library.

use super::form::{self, DecodeError};
use super::rejection::Rejection;

/// A received request.
#[derive(Debug)]
pub(in crate::mock) struct HttpRequest {
    /// HTTP method.
    pub(in crate::mock) method: String,
    /// Path, without the query.
    pub(in crate::mock) path: String,
    /// Query, still percent-encoded. Empty when there is none.
    pub(in crate::mock) query: Vec<u8>,
    /// Body, still percent-encoded. Empty unless the body is a form.
    pub(in crate::mock) form: Vec<u8>,
    /// Value of the header `X-MBX-APIKEY`.
    pub(in crate::mock) api_key: Option<String>,
}

/// A response to send.
#[derive(Debug)]
pub(in crate::mock) struct HttpResponse {
    /// HTTP status.
    pub(in crate::mock) status: u16,
    /// Headers, without `Content-Length`.
    pub(in crate::mock) headers: Vec<(String, String)>,
    /// Body.
    pub(in crate::mock) body: String,
}

impl HttpRequest {
    /// Returns the decoded parameters of the query, then those of the form.
    pub(in crate::mock) fn parameters(&self) -> Result<Vec<(String, String)>, Rejection> {
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
