//! What an error of each kind says: the path, what was expected, what was found, the line and the column.

use std::collections::BTreeMap;
use std::fmt::Debug;

use binance_futures::decode::{self, DecodeFailure};
use binance_futures::json::{Reason, Syntax};
use binance_futures::request::Request;
use binance_futures::types::{Asset, Empty, ListenKey, Rejection};
use binance_futures::usdm::ExchangeInfo;
use binance_futures::wire::{Codec, List, Map, OneOrMany, OrError, Plain, Serde, Text};
use serde_json::Value;

const INFORMATION: &str =
    include_str!("../../src/generated/usdm/rest/market_data/exchange_info.json");

/// The tick size of `symbols[3].filters[0]` in [`information`].
const TICK_SIZE: &str = r#""tickSize": "0.10""#;

/// Returns information about five symbols, of which the fourth has filters. One part of it is replaced.
fn information(part: &str, replacement: &str) -> String {
    let start = INFORMATION
        .find("{\n      \"symbol\": \"NOVAUSDT\"")
        .unwrap();
    let end = INFORMATION.rfind("}\n  ]").unwrap();
    let symbol = &INFORMATION[start..=end];
    let symbols = format!("\"symbols\": [{symbol},{symbol},\n{symbol},");
    let text = INFORMATION.replacen("\"symbols\": [", &symbols, 1);
    let tick_size = text.find(TICK_SIZE).unwrap();
    let start = tick_size + text[tick_size..].find(part).unwrap();
    format!(
        "{}{replacement}{}",
        &text[..start],
        &text[start + part.len()..]
    )
}

fn decode_information(text: &str) -> Result<(), DecodeFailure> {
    type Codec = <ExchangeInfo as Request>::Wire;
    decode::from_str::<<ExchangeInfo as Request>::Response, Codec>(text).map(drop)
}

#[test]
fn information_decodes_without_the_errors() {
    decode_information(&information(TICK_SIZE, TICK_SIZE)).unwrap();
}

/// Decodes information in which a part is replaced, and expects an error at the place of `at` in or after the replacement.
#[track_caller]
fn fails_within(part: &str, replacement: &str, at: &str, path: &str, reason: &str) {
    let text = information(part, replacement);
    let failure = decode_information(&text).unwrap_err();
    assert_eq!(failure.path(), path);
    assert_eq!(failure.reason().to_string(), reason);
    let start = text.find(replacement).unwrap();
    let offset = start + text[start..].find(at).unwrap();
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = offset - before.rfind('\n').unwrap();
    assert_eq!((failure.line(), failure.column()), (line, column));
    assert_eq!(
        failure.to_string(),
        format!("`{path}`: {reason} (line {line}, column {column})")
    );
}

#[test]
fn unexpected_values_are_named_with_path_line_and_column() {
    for (value, found) in [
        ("\"ten\"", "\"ten\""),
        ("\"\"", "\"\""),
        ("null", "null"),
        ("true", "true"),
        ("1e-29", "1e-29"),
        ("{\"a\": \"hush\"}", "an object"),
        ("[\"hush\"]", "an array"),
        (
            "\"币安人生 is a long text, of which an error repeats the start\"",
            "\"币安人生 is a long text, of which an error ",
        ),
    ] {
        fails_within(
            TICK_SIZE,
            &format!("\"tickSize\":\n  {value}"),
            value,
            "symbols[3].filters[0].tickSize",
            &format!("expected a decimal number of at most 28 digits, found {found}"),
        );
    }
}

#[test]
fn missing_and_repeated_fields_are_named_with_the_path_of_their_record() {
    fails_within(
        "\"tickSize\"",
        "\"tickSizes\"",
        // After the record.
        ",\n",
        "symbols[3].filters[0]",
        "the field `tickSize` is missing",
    );
    fails_within(
        TICK_SIZE,
        "\"tickSize\":1, \"tickSize\": 2.0",
        "2.0",
        "symbols[3].filters[0]",
        "the field `tickSize` occurs twice",
    );
}

#[test]
fn deep_nesting_and_invalid_json_are_named_with_the_path_of_their_record() {
    let nested = format!("\"new\": {}", "[".repeat(200));
    let text = information(TICK_SIZE, &nested);
    let failure = decode_information(&text).unwrap_err();
    assert_eq!(failure.reason(), &Reason::TooDeep);
    assert_eq!(failure.path(), "symbols[3].filters[0]");
    fails_within(
        TICK_SIZE,
        "\"tickSize\" = 5",
        "= 5",
        "symbols[3].filters[0]",
        "expected `:`",
    );
}

#[track_caller]
fn fails<T: Debug, C: Codec<T>>(text: &str, expected: &str) {
    let failure = decode::from_str::<T, C>(text).unwrap_err();
    assert_eq!(failure.to_string(), expected);
}

#[test]
fn each_syntax_error_has_its_place() {
    for (text, syntax, column) in [
        ("", Syntax::End, 1),
        ("  ", Syntax::End, 3),
        ("{\"a\":1", Syntax::End, 7),
        ("{\"a", Syntax::End, 4),
        ("{\"a\":\"é", Syntax::End, 8),
        ("<html>", Syntax::Value, 1),
        ("{\"a\":}", Syntax::Value, 6),
        ("{\"a\":[1,]}", Syntax::Value, 9),
        ("{a:1}", Syntax::Name, 2),
        ("{\"a\":1,}", Syntax::Name, 8),
        ("{\"a\" 1}", Syntax::Colon, 6),
        ("{\"a\":1 \"b\":2}", Syntax::ObjectEnd, 8),
        ("{\"a\":[1 2]}", Syntax::ArrayEnd, 9),
        ("{\"a\":01}", Syntax::Number, 6),
        ("{\"a\":-}", Syntax::Number, 6),
        ("{\"é\":\"a\u{1}\"}", Syntax::ControlCharacter, 8),
        ("{\"a\":\"é\\x\"}", Syntax::Escape, 8),
        ("{\"a\":\"\\ud800\"}", Syntax::Escape, 7),
        ("{} {}", Syntax::Trailing, 4),
    ] {
        let failure = decode::from_str::<Empty, Plain>(text).unwrap_err();
        assert_eq!(failure.reason(), &Reason::Syntax(syntax), "{text}");
        assert_eq!((failure.line(), failure.column()), (1, column), "{text}");
        assert_eq!(failure.path(), "", "{text}");
    }
}

#[test]
fn errors_in_lists_and_maps_have_indexes_and_keys() {
    type Balances = BTreeMap<Asset, Vec<u64>>;
    type Form = Map<Plain, List<Text>>;
    fails::<Balances, Form>(
        r#"{"BTC":[1],"USDT":[1, 2, "x"]}"#,
        "`USDT[2]`: expected an integer of 64 bits, not negative, found \"x\" (line 1, column 26)",
    );
    fails::<BTreeMap<u64, u64>, Map<Text, Text>>(
        r#"{"1":1, "{new" : 2}"#,
        "expected an integer of 64 bits, not negative, found {new (line 1, column 18)",
    );
    fails::<Vec<Vec<u64>>, OneOrMany<List<Text>>>(
        "[[1],[2,true]]",
        "`[1][1]`: expected an integer of 64 bits, not negative, found true (line 1, column 9)",
    );
    fails::<Vec<Result<Rejection, Rejection>>, List<OrError<Plain>>>(
        r#"[{"code":-1,"msg":""},{"code":"x"}]"#,
        "`[1].code`: expected an integer of 64 bits, found \"x\" (line 1, column 31)",
    );
}

#[test]
fn keys_in_errors_are_bounded_and_have_no_control_characters() {
    let key = "k".repeat(100);
    let start = "k".repeat(40);
    fails::<BTreeMap<String, u64>, Map<Plain, Text>>(
        &format!(r#"{{"{key}":null}}"#),
        &format!(
            "`{start}`: expected an integer of 64 bits, not negative, found null (line 1, column 105)"
        ),
    );
    fails::<BTreeMap<u64, u64>, Map<Text, Text>>(
        &format!(r#"{{"{key}":null}}"#),
        &format!(
            "expected an integer of 64 bits, not negative, found {start} (line 1, column 105)"
        ),
    );
    fails::<BTreeMap<String, u64>, Map<Plain, Text>>(
        &format!(r#"{{"{key}":1,"{key}":2}}"#),
        &format!("the field `{start}` occurs twice (line 1, column 210)"),
    );
    fails::<BTreeMap<String, u64>, Map<Plain, Text>>(
        r#"{"a\nb":null}"#,
        "`a\\nb`: expected an integer of 64 bits, not negative, found null (line 1, column 9)",
    );
}

#[test]
fn errors_of_serde_have_the_path_and_are_bounded() {
    type Values = Vec<BTreeMap<String, u64>>;
    let failure = decode::from_str::<Values, Serde>(r#"[{}, {"a": "x"}]"#).unwrap_err();
    assert_eq!(failure.path(), "[1].a");
    assert_eq!(
        failure.reason().to_string(),
        "invalid type: string \"x\", expected u64"
    );
    let long = Value::from(vec![format!("{}é", "x".repeat(5_000))]).to_string();
    let failure = decode::from_str::<Vec<u64>, Serde>(&long).unwrap_err();
    let reason = failure.reason().to_string();
    assert_eq!(reason.chars().count(), 200);
    assert!(reason.starts_with("invalid type: string \"xxx"), "{reason}");
    assert!(reason.ends_with("xxxé\", expected u64"), "{reason}");
}

#[test]
fn errors_do_not_repeat_secrets() {
    for value in ["123456", "true", "[\"hush\"]", "{\"hush\":1}"] {
        let failure = decode::from_str::<ListenKey, Plain>(value).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "expected text, found a secret (line 1, column 1)"
        );
        assert!(!format!("{failure:?}").contains("123456"));
    }
    let failure = decode::from_str::<Vec<ListenKey>, List<Text>>("[[\"hush\"]]").unwrap_err();
    assert_eq!(
        failure.to_string(),
        "`[0]`: expected text, found an array (line 1, column 2)"
    );
}
