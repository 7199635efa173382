//! Where the reader and the decoders differ from `serde_json` on purpose.

use std::collections::BTreeMap;

use binance_futures::decode;
use binance_futures::json::{Error, Reader, Reason};
use binance_futures::types::{Decimal, Empty, PriceLevel, Rejection, SymbolFilter};
use binance_futures::wire::{Codec, Map, Plain, Text};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::properties::MAX_DEPTH;

fn skip(text: &str) -> Result<(), Error> {
    let mut reader = Reader::new(text);
    reader.skip()?;
    reader.end()
}

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

fn is_value(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok()
}

fn is_skipped_by_serde(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[track_caller]
fn fails<T, C: Codec<T>>(text: &str, expected: &str) {
    let failure = decode::from_str::<T, C>(text)
        .err()
        .map(|failure| failure.to_string());
    assert_eq!(failure.as_deref(), Some(expected));
}

#[test]
fn nesting_is_limited_to_128_levels() {
    assert_eq!(MAX_DEPTH, 128);
    for (depth, is_read, by_serde) in [(127, true, true), (128, true, false), (129, false, false)] {
        let text = nested(depth);
        assert_eq!(skip(&text).is_ok(), is_read, "{depth}");
        assert_eq!(is_value(&text), by_serde, "{depth}");
        assert!(is_skipped_by_serde(&text), "{depth}");
    }
    assert_eq!(skip(&nested(129)).unwrap_err().reason(), &Reason::TooDeep);
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let error = skip(&open.repeat(1_000_000)).unwrap_err();
        assert_eq!(error.reason(), &Reason::TooDeep);
    }
}

#[test]
fn nesting_in_unknown_fields_counts() {
    let text = |depth| format!(r#"{{"a":{}}}"#, nested(depth));
    assert!(decode::from_str::<Empty, Plain>(&text(127)).is_ok());
    fails::<Empty, Plain>(
        &text(128),
        "objects and arrays are nested too deeply (line 1, column 133)",
    );
}

#[test]
fn repeated_fields_of_records_are_errors() {
    fails::<Rejection, Plain>(
        r#"{"code":-1,"msg":"", "code" : -1}"#,
        "the field `code` occurs twice (line 1, column 31)",
    );
    fails::<Rejection, Plain>(
        r#"{"code":-1,"msg":"","cod\u0065":null}"#,
        "the field `code` occurs twice (line 1, column 33)",
    );
    // serde_json keeps the last of them.
    let last: Value = serde_json::from_str(r#"{"code":-1,"code":-2}"#).unwrap();
    assert_eq!(last["code"], -2);
}

#[test]
fn repeated_keys_of_maps_are_errors() {
    fails::<BTreeMap<String, u64>, Map<Plain, Plain>>(
        r#"{"BTC":1,"B\u0054C":2}"#,
        "the field `BTC` occurs twice (line 1, column 21)",
    );
    fails::<BTreeMap<u64, u64>, Map<Text, Text>>(
        r#"{"7":1,"07":2}"#,
        "the field `07` occurs twice (line 1, column 13)",
    );
    let serde = serde_json::Deserializer::from_str(r#"{"7":1,"7":2}"#);
    let read = <Map<Text, Text> as Codec<BTreeMap<u64, u64>>>::read(&mut { serde });
    assert!(
        read.unwrap_err()
            .to_string()
            .starts_with("a key of a map occurs twice")
    );
}

#[test]
fn repeated_unknown_fields_are_skipped() {
    let text = r#"{"a":1,"code":-1,"a":2,"msg":"","a":3}"#;
    assert_eq!(decode::from_str::<Rejection, Plain>(text).unwrap().code, -1);
}

#[test]
fn the_first_of_repeated_tags_selects_the_case() {
    let text = r#"{"filterType":"MAX_NUM_ORDERS","limit":5,"filterType":"MIN_NOTIONAL"}"#;
    let filter = decode::from_str::<SymbolFilter, Plain>(text).unwrap();
    assert!(matches!(filter, SymbolFilter::MaximumOrders(_)));
}

#[test]
fn numbers_keep_their_digits_whatever_their_size_is() {
    let number = format!("1{}", "0".repeat(400));
    assert!(skip(&number).is_ok() && !is_value(&number));
    assert_eq!(
        Reader::new("-1E+400").number("a number").unwrap(),
        "-1E+400"
    );

    // A 64-bit float is 0.30000000000000004 or 0.3, but not this.
    let level = r#"[0.3000000000000000000000000001,"1"]"#;
    let level = decode::from_str::<PriceLevel, Plain>(level).unwrap();
    assert_eq!(level.price.to_string(), "0.3000000000000000000000000001");
    fails::<Decimal, Text>(
        "0.30000000000000000000000000001",
        "expected a decimal number of at most 28 digits, found 0.30000000000000000000000000001 (line 1, column 1)",
    );
}

#[test]
fn lone_surrogates_are_errors_in_skipped_strings_too() {
    for text in [
        r#""\ud83d""#,
        r#""\ude00\ud83d""#,
        r#"{"\ud800":1}"#,
        r#""\ud83d\u0041""#,
    ] {
        assert!(skip(text).is_err() && !is_value(text), "{text}");
        assert!(is_skipped_by_serde(text), "{text}");
    }
    let pair = Reader::new(r#""\uD83D\ude00""#).string("text").unwrap();
    assert_eq!(pair, "😀");
}
