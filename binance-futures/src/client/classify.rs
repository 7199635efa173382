//! What an error response means: pure functions of status and body.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde_json::Value;

use crate::generated::messages::MESSAGES;
use crate::request::{ErrorClass, KnownError, KnownMessage};

/// The error in a response.
#[derive(Debug)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<i64>,
    pub(crate) message: String,
    /// Whether the exchange sent it, and not an intermediary such as a firewall.
    from_exchange: bool,
}

/// Classifies a response by its status, its error, and what the spec says about the message and the error code. Returns `None` for success.
pub(crate) fn classify(
    status: u16,
    error: &ErrorBody,
    known: Option<&KnownError>,
) -> Option<ErrorClass> {
    if let Some(message) = error.known_message(status) {
        return Some(message.class);
    }
    match known.map(|known| known.class) {
        None | Some(ErrorClass::Rejected) => {}
        class => return class,
    }
    match status {
        429 | 418 => Some(ErrorClass::RateLimited),
        500..=599 => Some(ErrorClass::Unknown),
        200..=299 if !error.is_error() => None,
        300..=499 => Some(ErrorClass::Rejected),
        _ if error.code.is_some() => Some(ErrorClass::Rejected),
        // Not a valid HTTP status.
        _ => Some(ErrorClass::Unknown),
    }
}

impl ErrorBody {
    /// Reads a body. Returns `None` if it is not JSON.
    pub(crate) fn from_json(body: &[u8]) -> Option<Self> {
        let json: Value = serde_json::from_slice(body).ok()?;
        Some(Self::of_object(&json))
    }

    /// Reads the error in an object.
    pub(crate) fn of_object(json: &Value) -> Self {
        let code = json.get("code").and_then(integer);
        let message = json.get("msg").and_then(Value::as_str);
        let (code, message) = match (code, message) {
            (None, None) => keyed_by_code(json).unzip(),
            found => found,
        };
        Self {
            code,
            message: message.unwrap_or("no message").to_owned(),
            from_exchange: true,
        }
    }

    /// Describes a response without an error of the exchange.
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self {
            code: None,
            message: message.into(),
            from_exchange: false,
        }
    }

    /// Returns whether the code is an error. Successful responses of some endpoints have a code as well.
    fn is_error(&self) -> bool {
        self.code.is_some_and(|code| !SUCCESS_CODES.contains(&code))
    }

    /// Returns the message of the spec, if the exchange sent it. Intermediaries may use the same words.
    fn known_message(&self, status: u16) -> Option<&'static KnownMessage> {
        let applies = |known: &&KnownMessage| known.applies_to(status, &self.message);
        MESSAGES.iter().find(applies).filter(|_| self.from_exchange)
    }
}

/// Acknowledgements have code 200. Larger codes are errors of newer services, such as 239999.
const SUCCESS_CODES: RangeInclusive<i64> = 0..=999;

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// During maintenance the exchange responded `{"239999":"The system is under maintenance"}`.
fn keyed_by_code(json: &Value) -> Option<(i64, &str)> {
    let (key, message) = json.as_object()?.iter().next()?;
    Some((key.parse().ok()?, message.as_str()?))
}

/// How much of a body is searched for an error code.
const SEARCHED: usize = 512;

/// Finds the name of an error code.
static CODE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"code\""));

/// Returns whether the body of a response with a success status may be an error: an object that begins with a code.
pub(crate) fn may_be_error(body: &[u8]) -> bool {
    let [b'{', rest @ ..] = body.trim_ascii_start() else {
        return false;
    };
    let rest = rest.get(..SEARCHED).unwrap_or(rest);
    let keyed_by_code = matches!(rest.trim_ascii_start(), [b'"', b'0'..=b'9', ..]);
    keyed_by_code || CODE.find(rest).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    use ErrorClass::{RateLimited, Rejected, Unavailable, Unknown};

    fn error(code: Option<i64>, message: &str) -> ErrorBody {
        ErrorBody {
            code,
            message: message.to_owned(),
            from_exchange: true,
        }
    }

    #[test]
    fn response_is_classified_by_status_and_error() {
        let unavailable = "Service Unavailable.";
        let internal = "Internal error; unable to process your request. Please try again.";
        let unknown = "Unknown error, please check your request or try again later.";
        for (status, code, message, class) in [
            (200, None, "", None),
            (200, Some(200), "success", None),
            (200, Some(0), "", None),
            (200, Some(-1), "", Some(Rejected)),
            (200, Some(239_999), "", Some(Rejected)),
            (302, None, "", Some(Rejected)),
            (400, None, "", Some(Rejected)),
            (400, Some(-1), "", Some(Rejected)),
            (400, Some(-1), unknown, Some(Unknown)),
            (400, Some(-1), unavailable, Some(Rejected)),
            (418, None, "", Some(RateLimited)),
            (429, Some(-1), "", Some(RateLimited)),
            (500, Some(-1), "", Some(Unknown)),
            (502, None, unavailable, Some(Unknown)),
            (503, None, "", Some(Unknown)),
            (503, None, unknown, Some(Unknown)),
            (503, Some(-1), unavailable, Some(Unavailable)),
            (503, None, internal, Some(Unavailable)),
            (101, None, "", Some(Unknown)),
            (999, None, "", Some(Unknown)),
        ] {
            let error = error(code, message);
            assert_eq!(classify(status, &error, None), class, "{status} {error:?}");
        }
    }

    /// The codes after which a request may have been executed, or can be sent again, from the documents of the exchange and from
    /// responses. Every other code is a rejection.
    #[cfg(all(feature = "usdm", feature = "coinm"))]
    #[test]
    fn codes_that_are_no_rejection_are_those_of_the_documents() {
        use std::collections::BTreeMap;

        use crate::request::Product;

        fn classes<P: Product>() -> BTreeMap<i64, ErrorClass> {
            let errors = P::ERRORS.iter().copied().flatten();
            errors
                .filter(|known| known.class != Rejected)
                .map(|known| (known.code, known.class))
                .collect()
        }

        let mut expected = BTreeMap::from([
            (-1000, Unknown),
            (-1001, Unknown),
            (-1003, RateLimited),
            (-1006, Unknown),
            (-1007, Unknown),
            (-1008, Unavailable),
            (-1015, RateLimited),
            (-1016, Unavailable),
            (408, Unknown),
            (51_998, Unavailable),
            (51_999, Unknown),
        ]);
        assert_eq!(classes::<crate::usdm::Usdm>(), expected);
        // Maintenance of COIN-M alone.
        expected.insert(239_999, Unavailable);
        assert_eq!(classes::<crate::coinm::CoinM>(), expected);
    }

    #[test]
    fn message_of_an_intermediary_proves_nothing() {
        let page = ErrorBody::other("Service Unavailable");
        assert_eq!(classify(503, &page, None), Some(Unknown));
    }

    #[cfg(feature = "usdm")]
    #[test]
    fn spec_takes_precedence_over_the_status() {
        use crate::request::Product;
        for known in crate::usdm::Usdm::ERRORS.iter().copied().flatten() {
            let error = error(Some(known.code), "");
            for status in [200, 400, 500] {
                let class = classify(status, &error, Some(known));
                if known.class != Rejected {
                    assert_eq!(class, Some(known.class), "{}", known.name);
                }
            }
        }
    }

    #[test]
    fn error_is_read_from_json() {
        for (body, code, message) in [
            (r#"{"code":-1,"msg":"No."}"#, Some(-1), "No."),
            (r#"{"code":"-1","msg":"No."}"#, Some(-1), "No."),
            (r#"{"msg":"No."}"#, None, "No."),
            (r#"{"code":-1}"#, Some(-1), "no message"),
            (r#"{"239999":"Maintenance"}"#, Some(239_999), "Maintenance"),
            ("[]", None, "no message"),
        ] {
            let error = ErrorBody::from_json(body.as_bytes()).unwrap();
            assert_eq!((error.code, &*error.message), (code, message), "{body}");
        }
        assert!(ErrorBody::from_json(b"<html>").is_none());
    }

    #[test]
    fn body_that_may_be_an_error_begins_with_a_code() {
        for (body, expected) in [
            (r#"{"code":-1,"msg":"No."}"#, true),
            (r#" { "msg" : "No." , "code" : "-1" }"#, true),
            (r#"{"239999":"Maintenance"}"#, true),
            ("{}", false),
            (r#"[{"code":-1}]"#, false),
            (r#"{"symbol":"BTCUSDT"}"#, false),
        ] {
            assert_eq!(may_be_error(body.as_bytes()), expected, "{body}");
        }
        let late = format!(r#"{{"a":"{}","code":-1}}"#, "x".repeat(SEARCHED));
        assert!(!may_be_error(late.as_bytes()));
    }
}
