//! Faults that a test injects.

use std::time::Duration;

/// A fault in the handling of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request is not executed, and this response is sent.
    Respond {
        /// HTTP status.
        status: u16,
        /// Headers, without `Content-Length`.
        headers: Vec<(String, String)>,
        /// Body.
        body: String,
    },
    /// The request is executed immediately, and the response is sent after this time.
    Delay(Duration),
    /// The request is executed, and the connection closes before the body of the response is complete.
    CutBody {
        /// Number of bytes of the body that are sent. At least the last byte is missing.
        at: usize,
    },
    /// The request is executed, and the connection closes before the response is sent.
    Disconnect,
    /// The connection closes before the request is read, and the request is not executed.
    DropRequest,
}

impl Fault {
    /// A response with a JSON body. The request is not executed.
    pub fn status(status: u16, body: impl Into<String>) -> Self {
        Self::with_content_type(status, "application/json", body)
    }

    /// A response with an HTML page, as proxies and load balancers send it. The request is not executed.
    pub fn html(status: u16) -> Self {
        let page = format!(
            "<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\r\n"
        );
        Self::with_content_type(status, "text/html", page)
    }

    /// A response with an empty body. The request is not executed.
    pub fn empty(status: u16) -> Self {
        Self::Respond {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// A redirect to another URL, with status 302. The request is not executed.
    pub fn redirect(location: impl Into<String>) -> Self {
        Self::Respond {
            status: 302,
            headers: vec![("location".to_owned(), location.into())],
            body: String::new(),
        }
    }

    fn with_content_type(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        Self::Respond {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
        }
    }
}
