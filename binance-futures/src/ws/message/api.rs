//! Responses of the websocket API.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json::value::RawValue;

use super::frame::InvalidFrame;
use crate::rate_limits::{RateLimitUsage, ReportedLimit};
use crate::values::Timestamp;

/// A response of the websocket API.
///
/// Responses can arrive in another order than the requests. The id of a response is that of its request.
///
/// ```
/// use binance_futures::ws::message::{ApiResponse, RequestId};
///
/// let text = r#"{"id":"a-1","status":200,"result":{"price":"61250.10"},"rateLimits":[]}"#;
/// let response = ApiResponse::parse(text)?;
/// assert_eq!(response.id, Some(RequestId::Text("a-1".into())));
/// assert_eq!(response.result, Ok(r#"{"price":"61250.10"}"#));
/// # Ok::<(), binance_futures::ws::message::InvalidFrame>(())
/// ```
///
/// See [Response format](https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-api-general-info).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiResponse<'a> {
    /// The id of the request. `None` for errors that no request caused, such as a revoked API key.
    pub id: Option<RequestId>,
    /// The status, with the meaning of an HTTP status: 200 for success, 400 and above for errors.
    pub status: u16,
    /// The result as JSON, to be decoded as the response of the request; or the error.
    pub result: Result<&'a str, ApiFailure>,
    /// The reported usage of the rate limits. Empty if the connection or the request turned the report off.
    pub usage: RateLimitUsage,
}

/// The id of a request, which the client chooses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RequestId {
    /// Text of at most 36 characters.
    Text(String),
    /// A number.
    Number(i64),
}

/// An error of the websocket API.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiFailure {
    /// The error code, such as -2010.
    pub code: i64,
    /// The error message.
    pub message: String,
    /// When the exchange accepts requests again. `None` unless a rate limit was exceeded.
    pub retry_after: Option<Timestamp>,
    /// The server time of the exchange. `None` unless a rate limit was exceeded.
    pub server_time: Option<Timestamp>,
}

impl fmt::Display for ApiFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for ApiFailure {}

impl<'a> ApiResponse<'a> {
    /// Reads a response.
    ///
    /// # Errors
    ///
    /// The text is not a JSON object with a status, and with a result or an error.
    pub fn parse(text: &'a str) -> Result<Self, InvalidFrame> {
        let fields: Fields<'a> =
            serde_json::from_str(text).map_err(|error| InvalidFrame::new("a response", &error))?;
        let result = match (fields.error, fields.result) {
            (Some(error), _) => {
                let data = error.data.unwrap_or_default();
                Err(ApiFailure {
                    code: error.code,
                    message: error.msg,
                    retry_after: data.retry_after.map(Timestamp::from_millis),
                    server_time: data.server_time.map(Timestamp::from_millis),
                })
            }
            (None, Some(result)) => Ok(result.get()),
            (None, None) => {
                let reason = "it has neither a result nor an error";
                return Err(InvalidFrame::new("a response", &reason));
            }
        };
        Ok(Self {
            id: fields.id,
            status: fields.status,
            result,
            usage: RateLimitUsage::from_report(&fields.rate_limits),
        })
    }
}

/// Prints the length of the result only: it may contain a listen key.
impl fmt::Debug for ApiResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let result = self.result.as_ref();
        f.debug_struct("ApiResponse")
            .field("id", &self.id)
            .field("status", &self.status)
            .field(
                "result",
                &result.map(|json| format!("{} bytes", json.len())),
            )
            .field("usage", &self.usage)
            .finish()
    }
}

#[derive(serde::Deserialize)]
struct Fields<'a> {
    id: Option<RequestId>,
    status: u16,
    #[serde(borrow, default, deserialize_with = "even_null")]
    result: Option<&'a RawValue>,
    error: Option<Failure>,
    #[serde(default, rename = "rateLimits")]
    rate_limits: Vec<ReportedLimit>,
}

/// Reads a field that is present. `null` is a value, not an absent field.
fn even_null<'de, D: Deserializer<'de>>(json: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(json).map(Some)
}

#[derive(serde::Deserialize)]
struct Failure {
    code: i64,
    msg: String,
    data: Option<FailureData>,
}

#[derive(serde::Deserialize, Default)]
struct FailureData {
    #[serde(rename = "retryAfter")]
    retry_after: Option<i64>,
    #[serde(rename = "serverTime")]
    server_time: Option<i64>,
}

impl<'de> Deserialize<'de> for RequestId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RequestIdVisitor)
    }
}

struct RequestIdVisitor;

impl Visitor<'_> for RequestIdVisitor {
    type Value = RequestId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text or a 64-bit integer")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<RequestId, E> {
        Ok(RequestId::Text(text.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<RequestId, E> {
        Ok(RequestId::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<RequestId, E> {
        let number = i64::try_from(number)
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Unsigned(number), &self))?;
        Ok(RequestId::Number(number))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn result_and_usage_are_read() {
        let text = r#"{"id":7,"status":200,"result":null,"new":[],"rateLimits":[
            {"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":2400,"count":20},
            {"rateLimitType":"ORDERS","interval":"MINUTE","intervalNum":1,"limit":1200,"count":3},
            {"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":300,"count":2},
            {"rateLimitType":"NEW","interval":"MINUTE","intervalNum":1,"limit":1,"count":9},
            {"rateLimitType":"ORDERS","interval":"YEAR","intervalNum":1,"limit":1,"count":9}]}"#;
        let response = ApiResponse::parse(text).unwrap();
        assert_eq!(response.id, Some(RequestId::Number(7)));
        assert_eq!((response.status, response.result), (200, Ok("null")));
        let usage = response.usage;
        assert_eq!(usage.weight_per_minute(), Some(20));
        assert_eq!(usage.orders_per(Duration::from_secs(10)), Some(2));
        assert_eq!(usage.orders_per(Duration::from_secs(60)), Some(3));
        let limits: Vec<_> = usage
            .weight
            .iter()
            .chain(&usage.orders)
            .map(|usage| usage.limit)
            .collect();
        assert_eq!(limits, [Some(2400), Some(300), Some(1200)]);
    }

    #[test]
    fn errors_are_read() {
        let text = r#"{"error":{"code":-1003,"msg":"Too many requests.","data":{"serverTime":1700000000000,"retryAfter":1700000060000}},
            "status":418,"id":null}"#;
        let response = ApiResponse::parse(text).unwrap();
        assert_eq!((response.id, response.status), (None, 418));
        let failure = response.result.unwrap_err();
        assert_eq!(failure.to_string(), "Too many requests. (-1003)");
        assert_eq!(
            failure.server_time,
            Some(Timestamp::from_millis(1_700_000_000_000))
        );
        assert_eq!(
            failure.retry_after,
            Some(Timestamp::from_millis(1_700_000_060_000))
        );

        let text = r#"{"id":"a","status":400,"error":{"code":-2010,"msg":"No."}}"#;
        let failure = ApiResponse::parse(text).unwrap().result.unwrap_err();
        assert_eq!((failure.code, failure.retry_after), (-2010, None));
    }

    #[test]
    fn other_texts_are_rejected() {
        for (text, reason) in [
            ("", "EOF"),
            (
                r#"{"id":1,"status":200}"#,
                "it has neither a result nor an error",
            ),
            (r#"{"id":1,"result":{}}"#, "missing field `status`"),
            (
                r#"{"id":1.5,"status":200,"result":{}}"#,
                "expected text or a 64-bit integer",
            ),
            (
                r#"{"id":18446744073709551615,"status":200,"result":{}}"#,
                "expected text or a 64-bit integer",
            ),
        ] {
            let error = ApiResponse::parse(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn debug_prints_no_result() {
        let text = r#"{"id":1,"status":200,"result":{"listenKey":"hush"}}"#;
        let printed = format!("{:?}", ApiResponse::parse(text).unwrap());
        assert!(printed.contains(r#"Ok("20 bytes")"#), "{printed}");
    }
}
