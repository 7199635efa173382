//! Frames, and functions that decode, encode and change them.

use binance_futures::decode::{self, DecodeFailure};
use binance_futures::request::Product;
use binance_futures::types::{Decimal, Timestamp};
use binance_futures::wire::{Codec, Plain};
use serde_json::{Value, json};

/// Decodes a frame as an event of the user data stream of a product.
pub(crate) fn decode<P: Product>(frame: &Value) -> Result<P::UserEvent, DecodeFailure>
where
    Plain: Codec<P::UserEvent>,
{
    decode::from_str::<P::UserEvent, Plain>(&frame.to_string())
}

/// Decodes a frame and encodes it again.
pub(crate) fn reencode<P: Product>(frame: &Value) -> Result<Value, DecodeFailure>
where
    Plain: Codec<P::UserEvent>,
{
    let event = decode::<P>(frame)?;
    let json = decode::to_string::<P::UserEvent, Plain>(&event).unwrap();
    Ok(serde_json::from_str(&json).unwrap())
}

/// Decodes a frame and checks that it is encoded unchanged.
#[track_caller]
pub(crate) fn round_trip<P: Product>(frame: &Value) -> P::UserEvent
where
    Plain: Codec<P::UserEvent>,
{
    assert_eq!(reencode::<P>(frame).unwrap(), *frame);
    decode::<P>(frame).unwrap()
}

/// Returns the record with these fields changed. A field that becomes `null` is removed.
pub(crate) fn with(mut record: Value, changes: &Value) -> Value {
    let fields = record.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
    record
}

/// Returns the payload of an event of this variant.
macro_rules! payload {
    ($event:expr, $variant:path) => {
        match $event {
            $variant(event) => event,
            other => panic!("unexpected event: {other:?}"),
        }
    };
}

pub(crate) use payload;

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(crate) fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// An update of a USDⓈ-M order, with these fields of the order changed.
pub(crate) fn usdm_order(changes: &Value) -> Value {
    let order = json!({
        "s": "QQQUSDT", "c": "mine-1", "S": "SELL", "o": "MARKET", "f": "GTC", "q": "0.020", "p": "0",
        "ap": "20.5", "sp": "19", "x": "TRADE", "X": "FILLED", "i": 41, "l": "0.02", "z": "0.02",
        "L": "20.5", "N": "USDT", "n": "0.000164", "T": 1_790_000_000_002_i64, "t": 77, "b": "0",
        "a": "0", "m": false, "R": true, "wt": "MARK_PRICE", "ot": "STOP_MARKET", "ps": "BOTH",
        "cp": false, "AP": "21", "cr": "0.5", "pP": true, "st": "ALGO_CONDITION", "si": 5, "ss": 6,
        "rp": "-1.2", "V": "EXPIRE_MAKER", "pm": "NONE", "gtd": 1_790_100_000_000_i64, "er": "8", "M": "9",
    });
    json!({
        "e": "ORDER_TRADE_UPDATE", "E": 1_790_000_000_003_i64, "T": 1_790_000_000_001_i64,
        "o": with(order, changes),
    })
}

/// An update of a COIN-M order, with these fields of the order changed.
pub(crate) fn coinm_order(changes: &Value) -> Value {
    let order = json!({
        "s": "QQQUSD_PERP", "c": "mine-1", "S": "BUY", "o": "LIMIT", "f": "GTC", "q": "3", "p": "20.5",
        "ap": "20.5", "sp": "0", "x": "TRADE", "X": "PARTIALLY_FILLED", "i": 41, "l": "1", "z": "2",
        "L": "20.5", "ma": "QQQ", "N": "QQQ", "n": "0.00024", "T": 1_790_000_000_002_i64, "t": 77,
        "rp": "0", "b": "4.8", "a": "0.1", "m": true, "R": false, "wt": "CONTRACT_PRICE", "ot": "LIMIT",
        "ps": "BOTH", "cp": false, "AP": "21", "cr": "0.5", "pP": false, "V": "NONE", "pm": "QUEUE",
        "er": "8", "M": "9",
    });
    json!({
        "e": "ORDER_TRADE_UPDATE", "E": 1_790_000_000_003_i64, "T": 1_790_000_000_001_i64, "i": "AbCd",
        "o": with(order, changes),
    })
}

/// An update of a conditional order that waits for its trigger, with these fields changed.
pub(crate) fn algo_order(changes: &Value) -> Value {
    let order = json!({
        "caid": "stop-1", "aid": 4_000_000_200_000_001_u64, "at": "CONDITIONAL", "o": "STOP_MARKET",
        "s": "QQQUSDT", "S": "SELL", "ps": "BOTH", "f": "GTE_GTC", "q": "0", "X": "NEW",
        "tp": "19", "p": "0", "V": "EXPIRE_MAKER", "wt": "MARK_PRICE", "pm": "NONE", "cp": true,
        "pP": true, "R": true, "tt": 0, "gtd": 0, "ia": false,
    });
    json!({
        "e": "ALGO_UPDATE", "T": 1_790_000_000_001_i64, "E": 1_790_000_000_003_i64,
        "o": with(order, changes),
    })
}

/// An update of a balance and of a position, with these fields of the changes changed.
pub(crate) fn account(changes: &Value) -> Value {
    let position = json!({
        "s": "QQQUSDT", "pa": "-3", "ep": "20.0", "bep": "19.99", "cr": "-0.5", "up": "-3.0",
        "mt": "isolated", "iw": "6.1", "ps": "SHORT", "ma": "USDT",
    });
    let balance = json!({"a": "USDT", "wb": "90.5", "cw": "84.4", "bc": "-0.1"});
    let record = json!({"m": "FUNDING_FEE", "B": [balance], "P": [position], "S": "QQQUSDT"});
    json!({
        "e": "ACCOUNT_UPDATE", "E": 1_790_000_000_003_i64, "T": 1_790_000_000_001_i64,
        "a": with(record, changes),
    })
}

pub(crate) fn trade_lite(changes: &Value) -> Value {
    let record = json!({
        "e": "TRADE_LITE", "E": 1_790_000_000_003_i64, "T": 1_790_000_000_001_i64, "s": "QQQUSDT",
        "q": "0.020", "p": "0", "m": false, "c": "mine-1", "S": "SELL", "L": "20.50", "l": "0.020",
        "t": 77, "i": 41,
    });
    with(record, changes)
}

/// Adds the account alias, which most events of COIN-M have.
pub(crate) fn coinm_frame(frame: Value) -> Value {
    with(frame, &json!({"i": "AbCd"}))
}
