//! Lists and maps.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{round_trips, unexpected};
use crate::decode;
use crate::types::{Asset, Rejection, Timestamp};
use crate::wire::{Codec, EmptyString, List, Map, Number, OneOrMany, Or, OrError, Plain, Text};

#[test]
fn list_items_have_any_form() {
    round_trips::<Vec<Option<Decimal>>, List<Or<Text, EmptyString>>>(
        r#"["1.0","", "2"]"#,
        r#"["1.0","","2"]"#,
    );
    round_trips::<Vec<Vec<u64>>, List<List<Text>>>("[[1],[]]", r#"[["1"],[]]"#);
    unexpected::<Vec<u64>, List<Plain>>("{}", "a list");
}

#[test]
fn single_record_decodes_to_a_list_of_one() {
    type Records = Vec<BTreeMap<String, Decimal>>;
    type Form = OneOrMany<Map<Plain, Number>>;
    round_trips::<Records, Form>(r#"{"a":1.50}"#, r#"[{"a":1.50}]"#);
    round_trips::<Records, Form>(r#"[{"a":1.50},{}]"#, r#"[{"a":1.50},{}]"#);
    round_trips::<Records, Form>("[]", "[]");
    unexpected::<Records, Form>("1", "a list or one record");
    let failure = decode::from_str::<Records, Form>(r#"{"a":"x"}"#).unwrap_err();
    assert_eq!(failure.path(), "a");
    let failure = decode::from_str::<Records, Form>(r#"[{},{"a":"x"}]"#).unwrap_err();
    assert_eq!(failure.path(), "[1].a");
}

#[test]
fn single_record_or_rejection_decodes_to_a_list_of_one() {
    type Records = Vec<Result<BTreeMap<String, u64>, Rejection>>;
    type Form = OneOrMany<OrError<Map<Plain, Plain>>>;
    round_trips::<Records, Form>(r#"{"a":1, "b" : 2}"#, r#"[{"a":1,"b":2}]"#);
    round_trips::<Records, Form>(
        r#"{"code":-1,"msg":"\"no\""}"#,
        r#"[{"code":-1,"msg":"\"no\""}]"#,
    );
}

#[test]
fn single_record_of_another_format_is_a_list_of_one() {
    type Form = OneOrMany<Map<Plain, Plain>>;
    let record = serde_json::json!({"a": 1});
    let read: Vec<BTreeMap<String, u64>> = Form::read(record).unwrap();
    assert_eq!(read, [BTreeMap::from([("a".to_owned(), 1)])]);
}

#[test]
fn only_a_negative_code_is_a_rejection() {
    type Item = Result<BTreeMap<String, u64>, Rejection>;
    type Form = OrError<Map<Plain, Plain>>;
    for (code, is_rejection) in [(-1, true), (0, false), (200, false)] {
        let item = format!(r#"{{"code":{code},"msg":"text"}}"#);
        let decoded = decode::from_str::<Item, Form>(&item);
        assert_eq!(decoded.is_ok_and(|item| item.is_err()), is_rejection);
        let value: serde_json::Value = serde_json::from_str(&item).unwrap();
        let read = <Form as Codec<Item>>::read(value);
        assert_eq!(read.is_ok_and(|item| item.is_err()), is_rejection);
    }
}

#[test]
fn map_keys_may_be_numbers() {
    round_trips::<BTreeMap<u64, Decimal>, Map<Plain, Text>>(
        r#"{"7":"1.0","3":2}"#,
        r#"{"3":"2","7":"1.0"}"#,
    );
    round_trips::<BTreeMap<u64, Decimal>, Map<Text, Text>>(r#"{"7":"1.0"}"#, r#"{"7":"1.0"}"#);
    round_trips::<BTreeMap<Timestamp, u8>, Map<Plain, Plain>>(r#"{"7":1}"#, r#"{"7":1}"#);
    unexpected::<BTreeMap<u64, u8>, Map<Plain, Plain>>("[]", "an object");
}

#[test]
fn map_values_may_be_literals_and_failures_have_the_key_in_their_path() {
    type Rates = BTreeMap<Asset, Option<Decimal>>;
    type Form = Map<Plain, Or<Text, EmptyString>>;
    let json = r#"{"4":"1","BTC":"0.10","USDT":""}"#;
    round_trips::<Rates, Form>(json, json);
    let rates = decode::from_str::<Rates, Form>(json).unwrap();
    assert_eq!(rates.get("USDT"), Some(&None));
    let failure = decode::from_str::<Rates, Form>(r#"{"BTC":"x"}"#).unwrap_err();
    assert_eq!(failure.path(), "BTC");
}
