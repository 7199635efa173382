//! What an answer means: a pure function of status and body, as the exchange documents them.

use std::ops::RangeInclusive;
use std::time::Duration;

use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::error::{Body, ErrorClass, KnownError};
use crate::types::Timestamp;

/// What an answer says in place of success.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) code: Option<i64>,
    pub(super) message: String,
    /// Whether the exchange itself says it, and not something in between.
    by_exchange: bool,
}

/// With these words the exchange does not know, whatever the number beside them.
const NOT_KNOWN: &str = "Unknown error";

/// What the exchange says with 503 when nothing was done; with any other words it does not know. The second is what it used to say.
const NOT_DONE: [&str; 2] = ["Service Unavailable", "Internal error; unable to process"];

/// What became of a request, by the answer to it; `None` where it was done.
pub(super) fn verdict(
    status: StatusCode,
    told: &Told,
    known: Option<&KnownError>,
) -> Option<ErrorClass> {
    if told.begins_with(&[NOT_KNOWN]) {
        return Some(ErrorClass::Unknown);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE && told.begins_with(&NOT_DONE) {
        return Some(ErrorClass::Unavailable);
    }
    match known.map(|known| known.verdict) {
        None | Some(ErrorClass::Rejected) => {}
        whatever_the_status => return whatever_the_status,
    }
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::IM_A_TEAPOT => Some(ErrorClass::RateLimited),
        _ if status.is_server_error() => Some(ErrorClass::Unknown),
        _ if status.is_success() && !told.is_error() => None,
        _ if told.code.is_some() || status.is_client_error() || status.is_redirection() => {
            Some(ErrorClass::Rejected)
        }
        // A status that HTTP does not have.
        _ => Some(ErrorClass::Unknown),
    }
}

impl Told {
    /// Reads the body of an answer that is no success, or does not look like one.
    pub(super) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        match serde_json::from_slice::<Value>(body) {
            Ok(json) => Self::from_json(&json),
            Err(_) => Self::in_between(status, headers, Body::of(headers, body).to_string()),
        }
    }

    /// An answer that broke off before it was whole.
    pub(super) fn broken_off() -> Self {
        Self {
            code: None,
            message: String::from("the answer broke off"),
            by_exchange: false,
        }
    }

    fn from_json(json: &Value) -> Self {
        let code = json.get("code").and_then(integer);
        let message = json.get("msg").and_then(Value::as_str);
        let (code, message) = match (code, message) {
            (None, None) => keyed_by_code(json).unzip(),
            told => told,
        };
        Self {
            code,
            message: message.unwrap_or("no message").to_owned(),
            by_exchange: true,
        }
    }

    fn in_between(status: StatusCode, headers: &HeaderMap, body: String) -> Self {
        let message = match headers.get(LOCATION) {
            Some(location) if status.is_redirection() => {
                let location = String::from_utf8_lossy(location.as_bytes());
                // What follows may be the query that was sent, with its signature.
                let place = location.split(['?', '#']).next().unwrap_or_default();
                format!("redirected to `{place}`, and redirects are not followed")
            }
            _ => body,
        };
        Self {
            code: None,
            message,
            by_exchange: false,
        }
    }

    /// Codes of success are positive, and their answers look the same.
    fn is_error(&self) -> bool {
        self.code
            .is_some_and(|code| !CODES_OF_SUCCESS.contains(&code))
    }

    /// Whether the exchange says one of these; what stands in between may use the same words.
    fn begins_with(&self, words: &[&str]) -> bool {
        self.by_exchange && words.iter().any(|words| self.message.starts_with(words))
    }
}

/// Acknowledgements have the status of HTTP as their code, 200; beyond are errors of a later kind, such as 239999.
const CODES_OF_SUCCESS: RangeInclusive<i64> = 0..=999;

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// In maintenance the exchange answered `{"239999":"The system is under maintenance"}`.
fn keyed_by_code(json: &Value) -> Option<(i64, &str)> {
    let (key, message) = json.as_object()?.iter().next()?;
    Some((key.parse().ok()?, message.as_str()?))
}

/// As much of a body as an error's first member stands in.
const BEGINNING: usize = 512;

/// Whether the body of an answer of success may be an error all the same: an object that begins with a code.
pub(super) fn may_be_error(body: &[u8]) -> bool {
    let [b'{', rest @ ..] = body.trim_ascii_start() else {
        return false;
    };
    let rest = rest.get(..BEGINNING).unwrap_or(rest);
    let keyed_by_code = matches!(rest.trim_ascii_start(), [b'"', b'0'..=b'9', ..]);
    keyed_by_code || rest.windows(6).any(|window| window == b"\"code\"")
}

/// How long nothing may be sent: as the header says it, else as the words do, else to the end of the minute, when counting begins anew.
pub(super) fn retry_after(header: Option<Duration>, message: &str, now: Timestamp) -> Duration {
    const MINUTE: i64 = 60_000;
    header
        .or_else(|| {
            let millis = banned_until(message)?.checked_sub(now.as_millis())?;
            Some(Duration::from_millis(millis.try_into().unwrap_or(0)))
        })
        .unwrap_or_else(|| {
            let left = MINUTE - now.as_millis().rem_euclid(MINUTE);
            Duration::from_millis(left.unsigned_abs())
        })
}

/// Reads `IP banned until 1700000000000.`: milliseconds since 1970.
fn banned_until(message: &str) -> Option<i64> {
    let (_, rest) = message.split_once("until ")?;
    let digits = rest
        .trim_start()
        .split(|c: char| !c.is_ascii_digit())
        .next()?;
    digits.parse().ok()
}
