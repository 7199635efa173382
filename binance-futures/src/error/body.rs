//! What the body of an answer is when it is not what it should be.

use std::fmt;

use serde::de::IgnoredAny;

/// What the body of an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Empty,
    Html,
    Json,
    Other,
}

impl Body {
    pub(crate) fn of(body: &[u8]) -> Self {
        let body = body.trim_ascii();
        if body.is_empty() {
            Self::Empty
        } else if str::from_utf8(body).is_ok_and(is_json) {
            Self::Json
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

/// Prints what the answer is.
impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the answer is empty",
            Self::Html => "the answer is a page of HTML",
            Self::Json => "the answer is JSON of another shape",
            Self::Other => "the answer is no JSON, or only a part of it",
        })
    }
}
