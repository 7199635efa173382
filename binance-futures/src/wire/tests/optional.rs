//! Literals that mean "no value", and fields that may be absent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use serde_json::json;

use super::{DECIMAL, fails, round_trips, unexpected};
use crate::decode;
use crate::types::{Symbol, Timestamp};
use crate::wire::optional::is_literal;
use crate::wire::{
    Codec, EmptyString, Int, IntText, List, Map, Null, Number, OneOrMany, Optional, Or, Plain,
    Text, record,
};

#[test]
fn literal_decodes_to_none() {
    round_trips::<Option<Decimal>, Or<Text, EmptyString>>("\"\"", "\"\"");
    round_trips::<Option<Decimal>, Or<Text, EmptyString>>("\"0.10\"", "\"0.10\"");
    round_trips::<Option<Decimal>, Or<Number, Null>>("null", "null");
    round_trips::<Option<Decimal>, Or<Number, Null>>("67.50", "67.50");
    round_trips::<Option<u64>, Or<Text, EmptyString>>("\"7\"", "\"7\"");
    round_trips::<Option<Symbol>, Or<Plain, EmptyString>>("\"\"", "\"\"");
    round_trips::<Option<Symbol>, Or<Plain, EmptyString>>("\"\\u0041\"", "\"A\"");
    round_trips::<Option<Timestamp>, Or<Plain, Int<0>>>("0", "0");
    round_trips::<Option<i64>, Or<Plain, Int<-1>>>("-1", "-1");
    round_trips::<Option<Symbol>, Or<Text, IntText<0>>>("\"0\"", "\"0\"");
    round_trips::<Option<Symbol>, Or<Text, IntText<0>>>("0", "\"0\"");
    round_trips::<Option<Symbol>, Or<Text, IntText<0>>>("\"A\"", "\"A\"");
}

#[test]
fn literal_is_an_integer_in_any_notation() {
    for zero in ["0", "-0", "0.0", "0e5", "-0.00E-7", "\"0\""] {
        round_trips::<Option<Timestamp>, Or<Number, Int<0>>>(zero, "0");
        round_trips::<Option<Timestamp>, Optional<Or<Number, Int<0>>>>(zero, "0");
        let json: serde_json::Value = serde_json::from_str(zero).unwrap();
        let read = <Or<Number, Int<0>> as Codec<Option<Timestamp>>>::read(json);
        assert_eq!(read.unwrap(), None, "{zero}");
    }
    round_trips::<Option<i64>, Or<Plain, Int<-1>>>("-10e-1", "-1");
    round_trips::<Option<Decimal>, Or<Text, EmptyString>>("0.0", "\"0.0\"");
}

#[test]
fn literal_may_be_any_integer() {
    round_trips::<Option<u64>, Or<Plain, Int<7>>>("7", "7");
    round_trips::<Option<u64>, Or<Plain, Int<75>>>("75", "75");
    round_trips::<Option<u64>, Or<Plain, Int<95>>>("95", "95");
    round_trips::<Option<Symbol>, Or<Text, IntText<42>>>("\"42\"", "\"42\"");
    fn is_literal<const N: i64>(text: &str) -> bool {
        let decoded = decode::from_str::<Option<u64>, Or<Plain, Int<N>>>(text);
        decoded.unwrap().is_none()
    }
    assert!(is_literal::<7>("7") && !is_literal::<7>("70") && !is_literal::<7>("8"));
    assert!(is_literal::<75>("75") && !is_literal::<75>("7"));
    assert!(is_literal::<95>("95") && is_literal::<100>("100"));
}

#[test]
fn literals_are_read_from_values_of_serde() {
    assert!(is_literal::<Null>(&json!(null)) && !is_literal::<Null>(&json!(0)));
    assert!(!is_literal::<EmptyString>(&json!(0)) && !is_literal::<EmptyString>(&json!(null)));
    assert!(is_literal::<IntText<0>>(&json!(0)) && !is_literal::<IntText<0>>(&json!(5)));
    assert!(is_literal::<IntText<0>>(&json!("0")) && !is_literal::<IntText<0>>(&json!("00")));
    assert!(is_literal::<(EmptyString, Null)>(&json!(null)));
    assert!(!is_literal::<Int<0>>(&json!(false)) && !is_literal::<Null>(&json!([])));
}

#[test]
fn first_of_several_literals_is_encoded() {
    round_trips::<Option<Timestamp>, Or<Plain, (Int<0>, Int<-1>)>>("-1", "0");
    round_trips::<Option<Decimal>, Or<Text, (EmptyString, Null, Int<0>)>>("null", "\"\"");
    round_trips::<Option<Decimal>, Or<Text, (EmptyString, Null, Int<0>)>>("0", "\"\"");
    round_trips::<Option<Decimal>, Or<Text, (EmptyString, Null, Int<0>)>>("\"0.0\"", "\"0.0\"");
}

#[test]
fn literal_does_not_match_other_values() {
    unexpected::<Option<Decimal>, Or<Text, EmptyString>>("\" \"", DECIMAL);
    unexpected::<Option<Decimal>, Or<Text, EmptyString>>("null", DECIMAL);
    unexpected::<Option<Decimal>, Or<Text, Null>>("\"\"", DECIMAL);
    unexpected::<Option<u64>, Or<Plain, Int<0>>>("-1", "an integer of 64 bits, not negative");
    fails::<Option<u64>, Or<Plain, Int<0>>>("[", "the text ends within a value");
    assert!(
        !is_literal::<Int<0>>(&json!(""))
            && is_literal::<Int<0>>(&json!(0.0))
            && !is_literal::<Int<0>>(&json!(0.5))
            && is_literal::<Int<0>>(&json!("0"))
            && is_literal::<Int<-1>>(&json!(-1))
            && !is_literal::<Int<0>>(&json!(null))
    );
}

#[test]
fn record_may_be_null() {
    #[derive(Debug, PartialEq)]
    struct Point {
        x: Decimal,
    }
    record!(Point { x: 0 "x" => Text });
    round_trips::<Option<Point>, Or<Plain, Null>>(r#"{ "x" : 1.50 }"#, r#"{"x":"1.50"}"#);
    round_trips::<Option<Point>, Or<Plain, Null>>("null", "null");
    fails::<Option<Point>, Or<Plain, Null>>("{}", "the field `x` is missing");
}

#[test]
fn failure_in_an_optional_value_has_its_path() {
    let failure =
        decode::from_str::<Option<Vec<u64>>, Or<List<Plain>, Null>>("[1,true]").unwrap_err();
    assert_eq!(failure.path(), "[1]");
    let failure =
        decode::from_str::<Option<Vec<u64>>, Or<List<Plain>, EmptyString>>("[1,true]").unwrap_err();
    assert_eq!(
        failure.to_string(),
        "`[1]`: expected an integer of 64 bits, not negative, found true (line 1, column 4)"
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
    round_trips::<Option<Vec<u64>>, Optional<OneOrMany<Plain>>>("[1]", "[1]");
    round_trips::<Option<BTreeMap<String, u64>>, Optional<Map<Plain, Plain>>>(
        r#"{"a":1}"#,
        r#"{"a":1}"#,
    );
    round_trips::<Option<u64>, Optional<Plain>>("1", "1");
    round_trips::<Option<u64>, Optional<Number>>("\"1\"", "1");
    unexpected::<Option<Decimal>, Optional<Text>>("\"\"", DECIMAL);
}
