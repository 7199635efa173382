//! Decoding of responses and events, and encoding.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;

use crate::wire::{Codec, Encoded, Scalar, path_of_failure, reason, with_path, without_path};

/// Decodes a value in the form `C` from a JSON text.
///
/// # Errors
///
/// The text is not JSON, does not contain the expected value, or contains more than the value. The failure contains the path.
pub fn from_str<T, C: Codec<T>>(text: &str) -> Result<T, DecodeFailure> {
    // No `map_err`, so that large values are not moved.
    match read::<T, C>(text) {
        Ok(value) => Ok(value),
        Err(error) => read_with_quoted_fractions::<T, C>(text, error),
    }
}

#[inline]
fn read<T, C: Codec<T>>(text: &str) -> Result<T, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    match C::read(&mut json) {
        Ok(value) => match json.end() {
            Ok(()) => Ok(value),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// Decodes the text again, with numbers that have a fraction quoted, for codecs that expect their digits as text.
#[cold]
fn read_with_quoted_fractions<T, C: Codec<T>>(
    text: &str,
    error: serde_json::Error,
) -> Result<T, DecodeFailure> {
    let failure = DecodeFailure::of::<T, C>(text, error);
    let Some(text) = quote_fractions(text) else {
        return Err(failure);
    };
    read::<T, C>(&text).map_err(|error| {
        let later = DecodeFailure::of::<T, C>(&text, error);
        if later.path == failure.path {
            // Both failures are about the same value. The first one is about the text that the exchange sent.
            failure
        } else {
            DecodeFailure {
                line: 0,
                column: 0,
                ..later
            }
        }
    })
}

/// Quotes the numbers that are not 64-bit integers, which serde would pass as floats. Returns `None` if there are no such numbers.
fn quote_fractions(json: &str) -> Option<String> {
    let mut quoted = String::new();
    let mut done = 0;
    let mut bytes = json.bytes().enumerate().peekable();
    while let Some((begin, byte)) = bytes.next() {
        match byte {
            b'"' => {
                while let Some((_, byte)) = bytes.next()
                    && byte != b'"'
                {
                    if byte == b'\\' {
                        bytes.next();
                    }
                }
            }
            b'-' | b'0'..=b'9' => {
                let mut end = begin + 1;
                while bytes.next_if(|(_, byte)| is_number_byte(*byte)).is_some() {
                    end += 1;
                }
                if let Some(digits) = fraction_digits(json.get(begin..end)?) {
                    quoted.extend([json.get(done..begin)?, "\"", &digits, "\""]);
                    done = end;
                }
            }
            _ => {}
        }
    }
    quoted.push_str(json.get(done..)?);
    (done > 0).then_some(quoted)
}

fn is_number_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-')
}

/// Returns the digits of a number without an exponent. Returns `None` for 64-bit integers, and for numbers that do not fit a decimal.
fn fraction_digits(number: &str) -> Option<Cow<'_, str>> {
    if number.parse::<u64>().is_ok() || number.parse::<i64>().is_ok() {
        None
    } else if number.contains(['e', 'E']) {
        Decimal::from_number(number).map(|decimal| decimal.to_string().into())
    } else {
        Some(number.into())
    }
}

/// Encodes a value in the form `C`.
///
/// # Errors
///
/// The value has no JSON in this form, such as a map key that is not text.
pub fn to_string<T, C: Codec<T>>(value: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Encoded::<C, T>::new(value))
}

/// A text that could not be decoded.
#[derive(Debug)]
pub struct DecodeFailure {
    path: String,
    reason: String,
    line: usize,
    column: usize,
}

impl DecodeFailure {
    fn of<T, C: Codec<T>>(text: &str, error: serde_json::Error) -> Self {
        let mut failure = Self::from(error);
        let mut path = path_of_failure::<T, C>(text);
        // Values that are decoded from their own text, such as the items of a batch, have their path in the reason.
        while let Some((inner, reason)) = without_path(&failure.reason) {
            if !path.is_empty() && !inner.starts_with('[') {
                path.push('.');
            }
            path.push_str(inner);
            failure.reason = reason.to_owned();
        }
        Self { path, ..failure }
    }

    /// Returns the path to the wrong value, such as `symbols[3].filters[0].tickSize`. Empty if the whole text is wrong.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns what was expected and what was received.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Returns the line of the text, starting at 1. Returns 0 if it is not known.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the column of the line, starting at 1. Returns 0 if it is not known.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&with_path(&self.path, &self.reason))?;
        // The position is unknown if the failure is about the text with quoted fractions.
        if self.line() == 0 {
            Ok(())
        } else {
            write!(f, " (line {}, column {})", self.line(), self.column())
        }
    }
}

impl std::error::Error for DecodeFailure {}

impl From<serde_json::Error> for DecodeFailure {
    fn from(error: serde_json::Error) -> Self {
        Self {
            path: String::new(),
            reason: reason(&error),
            line: error.line(),
            column: error.column(),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "usdm")]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;
    use crate::request::Request;
    use crate::types::{Empty, PriceLevel, Rejection, SymbolFilter};
    use crate::usdm::{CancelOrders, Depth, TradingSchedule};
    use crate::wire::{List, OrError, Serde};

    /// An acknowledgment of an order.
    fn order() -> Value {
        let json = include_str!("generated/usdm/rest/trade/cancel_order.json");
        serde_json::from_str(json).unwrap()
    }

    fn order_with(name: &str, value: Value) -> Value {
        let mut order = order();
        order[name] = value;
        order
    }

    fn response<R: Request>(json: &str) -> Result<R::Response, DecodeFailure> {
        from_str::<R::Response, R::Wire>(json)
    }

    fn encode<R: Request>(response: &R::Response) -> Value {
        let json = to_string::<R::Response, R::Wire>(response).unwrap();
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn response_round_trips() {
        let json = json!({
            "lastUpdateId": 9_223_372_036_854_775_809_u64, "E": 1_589_436_922_972_i64,
            "T": 1_589_436_922_959_i64, "bids": [["9168.86", "0.050"], ["9168.80", "1.20"]], "asks": [],
        });
        let book = response::<Depth>(&json.to_string()).unwrap();
        assert_eq!(encode::<Depth>(&book), json);
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let json = r#"{"new":{"a":[1,{}]},"lastUpdateId":1,"E":2,"T":3,"bids":[],"asks":[],"U":4}"#;
        assert_eq!(response::<Depth>(json).unwrap().last_update_id, 1);
    }

    #[test]
    fn failure_has_path_line_and_column() {
        let json = r#"[{"filters":[]},{"filters":[
            {"filterType":"MAX_NUM_ORDERS","limit":1},
            {"filterType":"PRICE_FILTER","minPrice":"1","maxPrice":"2","tickSize":"1e-7"}]}]"#;
        type Symbols = Vec<BTreeMap<String, Vec<SymbolFilter>>>;
        let failure = from_str::<Symbols, Serde>(json).unwrap_err();
        assert_eq!(failure.path(), "[1].filters[1].tickSize");
        assert_eq!(
            failure.reason(),
            r#"invalid value: string "1e-7", expected a decimal number of at most 28 digits"#
        );
        assert_eq!(failure.line(), 3);
        assert_eq!(
            failure.to_string(),
            format!(
                "`[1].filters[1].tickSize`: {} (line 3, column {})",
                failure.reason(),
                failure.column()
            )
        );
    }

    #[test]
    fn each_item_of_a_batch_may_be_rejected() {
        let rejection = json!({"code": -2011, "msg": "Not this one."});
        let json = json!([order(), rejection]);
        let items = response::<CancelOrders>(&json.to_string()).unwrap();
        assert!(matches!(&items[0], Ok(ack) if order()["orderId"] == ack.order_id));
        let rejected = items[1].as_ref().unwrap_err();
        assert_eq!(
            (rejected.code, rejected.message.as_str()),
            (-2011, "Not this one.")
        );
        assert_eq!(rejected.to_string(), "Not this one. (-2011)");
        assert_eq!(encode::<CancelOrders>(&items), json);
    }

    #[test]
    fn item_that_is_neither_value_nor_rejection_fails_as_a_value() {
        for (item, path, reason) in [
            (
                order_with("orderId", "x".into()),
                "[1].orderId",
                "invalid type: string \"x\", expected u64",
            ),
            (
                json!({"code": 200, "msg": "success"}),
                "[1]",
                "missing field `orderId`",
            ),
            (json!({"code": -1}), "[1]", "missing field `orderId`"),
            (
                json!({"code": "-1", "msg": "text"}),
                "[1]",
                "missing field `orderId`",
            ),
            (
                json!(3),
                "[1]",
                "invalid type: integer `3`, expected struct OrderAck",
            ),
        ] {
            let json = json!([order(), item]).to_string();
            let failure = response::<CancelOrders>(&json).unwrap_err();
            assert_eq!((failure.path(), failure.reason()), (path, reason));
        }
    }

    #[test]
    fn map_keeps_each_value_under_its_name() {
        let json = include_str!("generated/usdm/rest/market_data/trading_schedule.json");
        let schedule = response::<TradingSchedule>(json).unwrap();
        assert_eq!(schedule.markets.len(), 3);
        let json: Value = serde_json::from_str(json).unwrap();
        assert_eq!(encode::<TradingSchedule>(&schedule), json);

        let json = r#"{"updateTime":1,"marketSchedules":{"FX":{"sessions":[{"startTime":"x"}]}}}"#;
        let failure = response::<TradingSchedule>(json).unwrap_err();
        assert_eq!(failure.path(), "marketSchedules.FX.sessions[0].startTime");
    }

    #[test]
    fn absent_and_null_fields_stay_absent() {
        let null = json!([order_with("avgPrice", Value::Null)]).to_string();
        let orders = response::<CancelOrders>(&null).unwrap();
        assert_eq!(orders[0].as_ref().unwrap().average_price, None);
        let mut without = order();
        without.as_object_mut().unwrap().remove("avgPrice");
        assert_eq!(encode::<CancelOrders>(&orders), json!([without]));
    }

    #[test]
    fn text_after_the_value_is_a_failure() {
        for (text, failure) in [
            ("{} x", "trailing characters (line 1, column 4)"),
            ("", "EOF while parsing a value (line 1, column 0)"),
            ("<html>", "expected value (line 1, column 1)"),
        ] {
            let read = from_str::<Empty, Serde>(text);
            assert_eq!(read.unwrap_err().to_string(), failure);
        }
    }

    #[test]
    fn empty_response_ignores_new_fields() {
        let read = from_str::<Empty, Serde>(r#"{"a":[1]}"#);
        assert_eq!(read.unwrap(), Empty {});
        assert_eq!(to_string::<Empty, Serde>(&Empty {}).unwrap(), "{}");
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        const DEPTH: usize = 1_000_000;
        let open = "[".repeat(DEPTH);
        let nested = format!("{open}{}", "]".repeat(DEPTH));

        let ignored =
            format!(r#"{{"new":{nested},"lastUpdateId":1,"E":2,"T":3,"bids":[],"asks":[]}}"#);
        assert!(response::<Depth>(&ignored).is_ok());

        let filter = |json: &str| from_str::<SymbolFilter, Serde>(json);
        let kept = format!(r#"{{"new":{nested},"filterType":"NEW"}}"#);
        let unlisted = filter(&kept).unwrap();
        assert_eq!(to_string::<SymbolFilter, Serde>(&unlisted).unwrap(), kept);
        let ignored = format!(r#"{{"new":{nested},"limit":1,"filterType":"MAX_NUM_ORDERS"}}"#);
        assert!(filter(&ignored).is_ok());
        let decoded = format!(r#"{{"limit":{nested},"filterType":"MAX_NUM_ORDERS"}}"#);
        assert!(filter(&decoded).is_err());

        let level = |json: &str| from_str::<PriceLevel, Serde>(json);
        assert!(level(&format!(r#"["1",{nested}]"#)).is_err());
        assert!(level(&open).is_err());
        assert!(level(&"[\"1\",".repeat(DEPTH)).is_err());

        let items = format!("[{nested}]");
        assert!(response::<CancelOrders>(&items).is_err());
        type Values = Vec<Result<Value, Rejection>>;
        assert!(from_str::<Values, List<OrError<Serde>>>(&items).is_err());
    }
}
