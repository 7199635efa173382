//! What kind of text a response body is.

use std::fmt;

use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use serde::de::IgnoredAny;

/// The kind of a response body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyKind {
    Empty,
    /// Compressed, according to its headers, although the request did not allow it.
    Compressed(&'static str),
    Html,
    Json,
    Other,
}

impl BodyKind {
    /// Classifies a body. The content takes precedence over the headers: an intermediary may decompress a JSON body and keep its headers.
    pub(crate) fn of(headers: &HeaderMap, body: &[u8]) -> Self {
        let body = body.trim_ascii();
        if body.is_empty() {
            Self::Empty
        } else if str::from_utf8(body).is_ok_and(is_json) {
            Self::Json
        } else if let Some(encoding) = encoding(headers) {
            Self::Compressed(encoding)
        } else if body.starts_with(b"<") {
            Self::Html
        } else {
            Self::Other
        }
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Returns the compression that the headers name.
fn encoding(headers: &HeaderMap) -> Option<&'static str> {
    const KNOWN: [&str; 6] = ["gzip", "br", "zstd", "deflate", "compress", "x-gzip"];
    const PLAIN: [&str; 2] = ["identity", ""];
    let find = |encoding: &str, names: &[&'static str]| {
        let name = names
            .iter()
            .find(|name| name.eq_ignore_ascii_case(encoding));
        name.copied()
    };
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(str::trim)
        .find(|encoding| find(encoding, &PLAIN).is_none())
        .map(|encoding| find(encoding, &KNOWN).unwrap_or("an unknown encoding"))
}

/// Describes the response.
impl fmt::Display for BodyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the response is empty",
            Self::Compressed(encoding) => {
                return write!(
                    f,
                    "the response is compressed with {encoding}, which was not requested and is not supported"
                );
            }
            Self::Html => "the response is an HTML page",
            Self::Json => "the response does not have the expected shape",
            Self::Other => "the response is not JSON, or only part of it",
        })
    }
}
