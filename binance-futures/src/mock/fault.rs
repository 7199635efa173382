//! Answers that go wrong, on request.

use std::time::Duration;

/// What goes wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Something else is answered, and nothing of the request is carried out.
    Respond {
        /// The HTTP status.
        status: u16,
        /// Headers besides the length.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
    },
    /// The request is carried out, and its answer takes a while.
    Delay(Duration),
    /// The request is carried out, and the connection breaks within its answer.
    CutBody {
        /// How many bytes of the body arrive.
        at: usize,
    },
    /// The request is carried out, and the connection breaks before its answer.
    Disconnect,
    /// The connection breaks before the request arrives, and nothing of it is carried out.
    DropRequest,
}

impl Fault {
    /// A status with a JSON body.
    pub fn status(status: u16, body: impl Into<String>) -> Self {
        Self::typed(status, "application/json", body)
    }

    /// A status with a page, as the servers in front of the exchange send them.
    pub fn html(status: u16) -> Self {
        let page = format!(
            "<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\r\n"
        );
        Self::typed(status, "text/html", page)
    }

    /// A status with nothing.
    pub fn empty(status: u16) -> Self {
        Self::Respond {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// Sends the client elsewhere.
    pub fn redirect(location: impl Into<String>) -> Self {
        Self::Respond {
            status: 302,
            headers: vec![("location".to_owned(), location.into())],
            body: String::new(),
        }
    }

    fn typed(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        Self::Respond {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
        }
    }
}
