//! Decoding of responses and events, and encoding.
//!
//! A request names the type of its response and the form in which it is encoded (its `Wire`). A topic names those of its event:
//!
//! ```
//! use binance_futures::decode;
//! use binance_futures::topic::Topic;
//! use binance_futures::usdm::streams::AggTrades;
//!
//! type Event = <AggTrades as Topic>::Event;
//! type Wire = <AggTrades as Topic>::Wire;
//!
//! let text = r#"{"e":"aggTrade","E":1790400000005,"s":"BTCUSDT","a":7,"p":"61250.10","q":"0.002","f":9,"l":9,"T":1790400000000,"m":true}"#;
//! let trade = decode::from_str::<Event, Wire>(text)?;
//! assert_eq!(trade.price.to_string(), "61250.10");
//!
//! let failure = decode::from_str::<Event, Wire>(r#"{"e":"aggTrade","E":"today"}"#).unwrap_err();
//! assert_eq!(failure.path(), "E");
//! # Ok::<(), decode::DecodeFailure>(())
//! ```

use std::fmt;

use serde::de::DeserializeOwned;

use crate::json::{self, Segment};
use crate::wire::{self, Codec, Encoded};

/// Decodes a value in the form `C` from a JSON text.
///
/// # Errors
///
/// The text is not JSON, does not contain the expected value, or contains more than the value.
pub fn from_str<T, C: Codec<T>>(text: &str) -> Result<T, DecodeFailure> {
    // No `map_err`, so that large values are not moved.
    match json::whole(text, C::decode) {
        Ok(value) => Ok(value),
        Err(error) => Err(DecodeFailure::new(error, text)),
    }
}

/// Decodes a value from a JSON text with its implementation of [`serde::Deserialize`].
///
/// # Errors
///
/// The text is not JSON, does not contain the expected value, or contains more than the value.
pub fn deserialize<T: DeserializeOwned>(text: &str) -> Result<T, DecodeFailure> {
    json::whole(text, wire::deserialize).map_err(|error| DecodeFailure::new(error, text))
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeFailure {
    error: json::Error,
    line: usize,
    column: usize,
}

impl DecodeFailure {
    #[cold]
    pub(crate) fn new(error: json::Error, text: &str) -> Self {
        let before = text.get(..error.offset()).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            error,
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }

    /// Returns the path to the wrong value, from the outside to the inside. Empty if the whole text is wrong.
    pub fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.error.path()
    }

    /// Returns the path as text, such as `symbols[3].filters[0].tickSize`.
    pub fn path(&self) -> String {
        let mut path = String::new();
        // Writing to a string does not fail.
        let _ = json::write_path(self.segments(), &mut path);
        path
    }

    /// Returns what was expected and what was found.
    pub fn reason(&self) -> &json::Reason {
        self.error.reason()
    }

    /// Returns the line of the wrong value in the text, starting at 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the column of the wrong value in its line, in characters, starting at 1.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (line {}, column {})",
            self.error, self.line, self.column
        )
    }
}

impl std::error::Error for DecodeFailure {}

#[cfg(test)]
#[cfg(feature = "usdm")]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;
    use crate::request::Request;
    use crate::types::{Empty, PriceLevel, Rejection, SymbolFilter};
    use crate::usdm::{CancelOrders, Depth, TradingSchedule};
    use crate::wire::{List, OrError, Plain, Serde};

    /// An acknowledgment of an order.
    fn order() -> Value {
        let json = include_str!("generated/usdm/rest/trade/cancel_order.json");
        let mut order: Value = serde_json::from_str(json).unwrap();
        // Without a value, the field may be left out.
        order["goodTillDate"] = json!(1_790_500_000_000_i64);
        order
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
            {"filterType":"PRICE_FILTER","minPrice":"1","maxPrice":"2","tickSize":"1e-99"}]}]"#;
        type Symbols = Vec<BTreeMap<String, Vec<SymbolFilter>>>;
        let failure = from_str::<Symbols, Plain>(json).unwrap_err();
        assert_eq!(failure.path(), "[1].filters[1].tickSize");
        assert_eq!(
            failure.reason().to_string(),
            r#"expected a decimal number of at most 28 digits, found "1e-99""#
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
                "expected an integer of 64 bits, not negative, found \"x\"",
            ),
            (
                json!({"code": 200, "msg": "success"}),
                "[1]",
                "the field `orderId` is missing",
            ),
            (json!({"code": -1}), "[1]", "the field `orderId` is missing"),
            (
                json!({"code": "x", "msg": "text"}),
                "[1]",
                "the field `orderId` is missing",
            ),
            (json!(3), "[1]", "expected an object (OrderAck), found 3"),
        ] {
            let json = json!([order(), item]).to_string();
            let failure = response::<CancelOrders>(&json).unwrap_err();
            assert_eq!(
                (failure.path().as_str(), failure.reason().to_string()),
                (path, reason.to_owned())
            );
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
            ("{} x", "unexpected text after the value (line 1, column 4)"),
            ("", "the text ends within a value (line 1, column 1)"),
            ("<html>", "expected a value (line 1, column 1)"),
        ] {
            let read = from_str::<Empty, Plain>(text);
            assert_eq!(read.unwrap_err().to_string(), failure);
        }
    }

    #[test]
    fn empty_response_ignores_new_fields() {
        let read = from_str::<Empty, Plain>(r#"{"a":[1]}"#);
        assert_eq!(read.unwrap(), Empty {});
        assert_eq!(to_string::<Empty, Plain>(&Empty {}).unwrap(), "{}");
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        const DEPTH: usize = 1_000_000;
        let open = "[".repeat(DEPTH);
        let nested = format!("{open}{}", "]".repeat(DEPTH));

        let ignored =
            format!(r#"{{"new":{nested},"lastUpdateId":1,"E":2,"T":3,"bids":[],"asks":[]}}"#);
        assert!(response::<Depth>(&ignored).is_err());

        let filter = |json: &str| from_str::<SymbolFilter, Plain>(json);
        for kind in ["NEW", "MAX_NUM_ORDERS"] {
            let ignored = format!(r#"{{"new":{nested},"limit":1,"filterType":"{kind}"}}"#);
            assert!(filter(&ignored).is_err());
        }
        let decoded = format!(r#"{{"limit":{nested},"filterType":"MAX_NUM_ORDERS"}}"#);
        assert!(filter(&decoded).is_err());

        let level = |json: &str| from_str::<PriceLevel, Plain>(json);
        assert!(level(&format!(r#"["1",{nested}]"#)).is_err());
        assert!(level(&open).is_err());
        assert!(level(&"[\"1\",".repeat(DEPTH)).is_err());

        let items = format!("[{nested}]");
        assert!(response::<CancelOrders>(&items).is_err());
        type Values = Vec<Result<Value, Rejection>>;
        assert!(from_str::<Values, List<OrError<Serde>>>(&items).is_err());
    }
}
