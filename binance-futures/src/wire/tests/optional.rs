//! Literals that mean "no value", and fields that may be absent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::{EXPECTED_DECIMAL, fails, round_trips};
use crate::decode;
use crate::types::{Symbol, Timestamp};
use crate::wire::optional::is_literal;
use crate::wire::{
    EmptyString, Int, List, Map, Null, Number, OneOrMany, Optional, Or, Serde, Text,
};

#[test]
fn literal_decodes_to_none() {
    round_trips::<Option<Decimal>, Or<Text, EmptyString>>("\"\"", "\"\"");
    round_trips::<Option<Decimal>, Or<Text, EmptyString>>("\"0.10\"", "\"0.10\"");
    round_trips::<Option<Decimal>, Or<Number, Null>>("null", "null");
    round_trips::<Option<Decimal>, Or<Number, Null>>("67.50", "67.50");
    round_trips::<Option<u64>, Or<Text, EmptyString>>("\"7\"", "\"7\"");
    round_trips::<Option<Symbol>, Or<Serde, EmptyString>>("\"\"", "\"\"");
    round_trips::<Option<Symbol>, Or<Serde, EmptyString>>("\"\\u0041\"", "\"A\"");
    round_trips::<Option<Timestamp>, Or<Serde, Int<0>>>("0", "0");
    round_trips::<Option<i64>, Or<Serde, Int<-1>>>("-1", "-1");
}

#[test]
fn first_of_several_literals_is_encoded() {
    round_trips::<Option<Timestamp>, Or<Serde, (Int<0>, Int<-1>)>>("-1", "0");
    round_trips::<Option<Decimal>, Or<Text, (EmptyString, Null, Int<0>)>>("null", "\"\"");
    round_trips::<Option<Decimal>, Or<Text, (EmptyString, Null, Int<0>)>>("0", "\"\"");
    round_trips::<Option<Decimal>, Or<Text, (EmptyString, Null, Int<0>)>>("\"0.0\"", "\"0.0\"");
}

#[test]
fn literal_does_not_match_other_values() {
    fails::<Option<Decimal>, Or<Text, EmptyString>>(
        "\" \"",
        &format!("invalid value: string \" \", {EXPECTED_DECIMAL}"),
    );
    fails::<Option<Decimal>, Or<Text, EmptyString>>(
        "null",
        &format!("invalid type: null, {EXPECTED_DECIMAL}"),
    );
    fails::<Option<Decimal>, Or<Text, Null>>(
        "\"\"",
        &format!("invalid value: string \"\", {EXPECTED_DECIMAL}"),
    );
    fails::<Option<u64>, Or<Serde, Int<0>>>("-1", "invalid value: integer `-1`, expected u64");
    fails::<Option<u64>, Or<Serde, Int<0>>>("[", "EOF while parsing a list");
    assert!(
        !is_literal::<Int<0>>("\"\"")
            && !is_literal::<Int<0>>("0.0")
            && is_literal::<Int<0>>("\"0\"")
            && is_literal::<Int<-1>>("-1")
            && !is_literal::<Int<0>>("null")
    );
}

#[test]
fn record_may_be_null() {
    #[derive(Debug, PartialEq, serde::Serialize, Deserialize)]
    struct Point {
        #[serde(with = "crate::wire::As::<Text>")]
        x: Decimal,
    }
    round_trips::<Option<Point>, Or<Serde, Null>>(r#"{ "x" : 1.50 }"#, r#"{"x":"1.50"}"#);
    round_trips::<Option<Point>, Or<Serde, Null>>("null", "null");
    fails::<Option<Point>, Or<Serde, Null>>("{}", "missing field `x`");
}

#[test]
fn failure_in_an_optional_value_has_its_path() {
    let failure =
        decode::from_str::<Option<Vec<u64>>, Or<List<Serde>, Null>>("[1,true]").unwrap_err();
    assert_eq!(failure.path(), "[1]");
    let failure =
        decode::from_str::<Option<Vec<u64>>, Or<List<Serde>, EmptyString>>("[1,true]").unwrap_err();
    assert_eq!(
        failure.to_string(),
        "`[1]`: invalid type: boolean `true`, expected u64"
    );
}

#[test]
fn optional_field_may_be_null() {
    round_trips::<Option<Decimal>, Optional<Text>>("null", "null");
    round_trips::<Option<Decimal>, Optional<Text>>("\"1.0\"", "\"1.0\"");
    round_trips::<Option<Decimal>, Optional<Or<Text, EmptyString>>>("null", "\"\"");
    round_trips::<Option<Decimal>, Optional<Or<Text, EmptyString>>>("\"\"", "\"\"");
    round_trips::<Option<Decimal>, Optional<Or<Text, EmptyString>>>("\"1.0\"", "\"1.0\"");
    round_trips::<Option<Decimal>, Optional<Or<Text, Null>>>("null", "null");
    round_trips::<Option<Vec<Decimal>>, Optional<List<Text>>>("[\"1.0\"]", "[\"1.0\"]");
    round_trips::<Option<Vec<u64>>, Optional<OneOrMany<Serde>>>("[1]", "[1]");
    round_trips::<Option<BTreeMap<String, u64>>, Optional<Map<Serde, Serde>>>(
        r#"{"a":1}"#,
        r#"{"a":1}"#,
    );
    round_trips::<Option<u64>, Optional<Serde>>("1", "1");
    round_trips::<Option<u64>, Optional<Number>>("\"1\"", "1");
    fails::<Option<Decimal>, Optional<Text>>(
        "\"\"",
        &format!("invalid value: string \"\", {EXPECTED_DECIMAL}"),
    );
}
