//! What the body of an answer is when it is not what it should be.

use std::fmt;

use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use serde::de::IgnoredAny;

/// What the body of an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Empty,
    /// Compressed, as its headers say: nobody asked for that.
    Compressed(&'static str),
    Html,
    Json,
    Other,
}

impl Body {
    /// What can be read is JSON, whatever the headers say: what stands in between may unpack a body and leave its headers.
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

/// What the headers say the body is compressed by.
fn encoding(headers: &HeaderMap) -> Option<&'static str> {
    const KNOWN: [&str; 6] = ["gzip", "br", "zstd", "deflate", "compress", "x-gzip"];
    const PLAIN: [&str; 2] = ["identity", ""];
    let is = |given: &str, names: &[&'static str]| {
        let name = names.iter().find(|name| name.eq_ignore_ascii_case(given));
        name.copied()
    };
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(str::trim)
        .find(|given| is(given, &PLAIN).is_none())
        .map(|given| is(given, &KNOWN).unwrap_or("something unknown"))
}

/// Prints what the answer is.
impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the answer is empty",
            Self::Compressed(encoding) => {
                return write!(
                    f,
                    "the answer is compressed by {encoding}, which was not asked for and is not undone"
                );
            }
            Self::Html => "the answer is a page of HTML",
            Self::Json => "the answer is JSON of another shape",
            Self::Other => "the answer is no JSON, or only a part of it",
        })
    }
}
