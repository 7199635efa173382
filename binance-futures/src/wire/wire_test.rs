use std::collections::BTreeMap;
use std::fmt::Debug;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;

use super::or::is;
use super::{Blank, Int, List, Map, Maybe, Null, Number, OneOrMany, Or, Plain, Scalar, Text, Wire};
use crate::decode;
use crate::types::{ClientOrderId, Symbol, Timestamp};

fn read<T, A: Wire<T>>(json: &str) -> Result<T, String> {
    decode::from_str::<T, A>(json).map_err(|failure| failure.reason().to_owned())
}

fn write<T, A: Wire<T>>(value: &T) -> String {
    decode::to_string::<T, A>(value).unwrap()
}

/// Reads JSON, writes the value, and expects to find this.
#[track_caller]
fn comes_back<T, A: Wire<T>>(json: &str, as_json: &str) {
    assert_eq!(write::<T, A>(&read::<T, A>(json).unwrap()), as_json);
}

#[track_caller]
fn fails<T: Debug, A: Wire<T>>(json: &str, reason: &str) {
    assert_eq!(read::<T, A>(json).unwrap_err(), reason);
}

const A_DECIMAL: &str = "expected a decimal number of at most 28 digits";

#[test]
fn a_decimal_keeps_every_digit_of_its_text() {
    for text in [
        "0",
        "0.0",
        "0.00000000",
        "1",
        "-1",
        "-0.50",
        "2317.30",
        "0.020",
        "59808",
        "1.0500",
        "100000",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "0.0000000000000000000000000001",
        "7.9228162514264337593543950335",
        "12345678901234567890.12345678",
    ] {
        comes_back::<Decimal, Text>(&format!("\"{text}\""), &format!("\"{text}\""));
        comes_back::<Decimal, Number>(text, text);
        comes_back::<Decimal, Text>(text, &format!("\"{text}\""));
        comes_back::<Option<Decimal>, Or<Text, Blank>>(text, &format!("\"{text}\""));
        comes_back::<Decimal, Number>(&format!("\"{text}\""), text);
    }
}

#[test]
fn a_number_where_text_is_expected_is_read_from_its_digits() {
    for number in [
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "0.0000000000000000000000000001",
        "0.12345678901234567890",
        "0.1000000000000000055",
        "0.30000000000000004",
        "2317.30",
    ] {
        comes_back::<Decimal, Text>(number, &format!("\"{number}\""));
        comes_back::<Option<Decimal>, Or<Text, Int<0>>>(number, &format!("\"{number}\""));
        comes_back::<Symbol, Text>(number, &format!("\"{number}\""));
    }
    let json = r#"{"1.2345678901234567890 \\\"": {"id": 18446744073709551615, "at":-9223372036854775808,"price": 1.2345678901234567890}}"#;
    #[derive(Debug, PartialEq, serde::Serialize, Deserialize)]
    struct Trade {
        id: u64,
        at: i64,
        #[serde(with = "super::As::<Text>")]
        price: Decimal,
    }
    comes_back::<BTreeMap<String, Trade>, Plain>(
        json,
        r#"{"1.2345678901234567890 \\\"":{"id":18446744073709551615,"at":-9223372036854775808,"price":"1.2345678901234567890"}}"#,
    );
}

#[test]
fn a_failure_is_told_of_the_value_that_no_digits_mend() {
    let failure =
        decode::from_str::<Vec<Decimal>, List<Text>>(r#"[0.1, 2.50, "x", 1.5]"#).unwrap_err();
    assert_eq!(
        failure.to_string(),
        format!("`[2]`: invalid value: string \"x\", {A_DECIMAL}")
    );
    let failure = decode::from_str::<Vec<u64>, List<Plain>>("[1, 2.5]").unwrap_err();
    assert_eq!(
        failure.to_string(),
        "`[1]`: invalid type: floating point `2.5`, expected u64 (line 1, column 7)"
    );
}

#[test]
fn digits_in_text_that_is_no_json_do_no_harm() {
    for json in [
        "1.5.5",
        "-",
        "\"1.5",
        "\"\\",
        "[1.23456789012345678901,",
        "é1.5",
        "1.5e",
    ] {
        assert!(read::<Decimal, Text>(json).is_err(), "{json}");
    }
}

#[test]
fn a_zero_has_no_sign_but_keeps_its_scale() {
    comes_back::<Decimal, Text>("\"-0.00\"", "\"0.00\"");
    comes_back::<Decimal, Number>("-0", "0");
}

#[test]
fn a_decimal_in_scientific_notation_is_exact_where_it_is_a_number() {
    for (number, text) in [
        ("1e-7", "0.0000001"),
        ("1E-7", "0.0000001"),
        ("0E-8", "0.00000000"),
        ("1.50e1", "15.0"),
        ("1.5e+3", "1500"),
        ("-2.5e0", "-2.5"),
        ("1e28", "10000000000000000000000000000"),
        ("12e-28", "0.0000000000000000000000000012"),
    ] {
        comes_back::<Decimal, Number>(number, text);
        comes_back::<Decimal, Text>(number, &format!("\"{text}\""));
    }
}

#[test]
fn a_decimal_that_does_not_fit_is_refused_and_never_rounded() {
    for number in [
        "79228162514264337593543950336",
        "123456789012345678901234567890",
        "0.00000000000000000000000000001",
        "1.00000000000000000000000000000",
        "1e29",
        "1e-29",
        "1e400",
        "1e99999999999",
        "1e-99999999999",
        "1e2147483647",
        "1e-2147483648",
        "8e28",
        "0.79228162514264337593543950336",
    ] {
        fails::<Decimal, Number>(number, &format!("invalid value: {number}, {A_DECIMAL}"));
        assert!(read::<Decimal, Text>(number).is_err());
    }
}

#[test]
fn a_text_that_is_no_decimal_is_refused() {
    for text in [
        "",
        " ",
        "NaN",
        "inf",
        "-",
        ".",
        "-.5",
        ".5",
        "5.",
        "1e-7",
        "1E5",
        "+1",
        "1_000",
        "1,5",
        "1.2.3",
        "0x10",
        " 1",
        "1 ",
        "１",
        "--1",
        "123456789012345678901234567890",
        "0.00000000000000000000000000001",
    ] {
        fails::<Decimal, Text>(
            &format!("\"{text}\""),
            &format!("invalid value: string \"{text}\", {A_DECIMAL}"),
        );
    }
    fails::<Decimal, Text>(
        r#""\u0031\n""#,
        &format!("invalid value: string \"1\\n\", {A_DECIMAL}"),
    );
}

#[test]
fn a_text_of_endless_digits_is_refused_and_no_crash() {
    for digit in ["0", "9", "_", "."] {
        assert!(Decimal::from_text(&digit.repeat(10_000_000)).is_none());
    }
}

#[test]
fn a_decimal_is_no_other_value() {
    fails::<Decimal, Text>("null", &format!("invalid type: null, {A_DECIMAL}"));
    fails::<Decimal, Text>(
        "true",
        &format!("invalid value: boolean `true`, {A_DECIMAL}"),
    );
    fails::<Decimal, Text>("[1]", &format!("invalid type: sequence, {A_DECIMAL}"));
    fails::<Decimal, Number>(r#"{"a":1}"#, &format!("invalid type: map, {A_DECIMAL}"));
    fails::<Decimal, Text>("x", "expected value");
    fails::<Decimal, Text>("\"1", "EOF while parsing a string");
}

#[test]
fn escapes_in_a_number_of_text_are_read() {
    comes_back::<Decimal, Text>(r#""\u0031.5\u0030""#, r#""1.50""#);
    comes_back::<u64, Text>(r#""1\u0030""#, r#""10""#);
}

#[test]
fn integers_are_read_from_either_form_and_keep_theirs() {
    comes_back::<u64, Text>(r#""18446744073709551615""#, r#""18446744073709551615""#);
    comes_back::<u64, Text>("18446744073709551615", r#""18446744073709551615""#);
    comes_back::<u64, Number>(r#""9223372036854775808""#, "9223372036854775808");
    comes_back::<u64, Plain>("18446744073709551615", "18446744073709551615");
    comes_back::<i64, Text>("-9223372036854775808", r#""-9223372036854775808""#);
    comes_back::<u8, Text>("4", r#""4""#);
    comes_back::<u16, Number>("65535", "65535");
    comes_back::<u32, Number>("4294967295", "4294967295");
    comes_back::<i32, Number>("-2147483648", "-2147483648");
    comes_back::<u64, Number>("2.0", "2");
    comes_back::<u64, Number>("1e3", "1000");
}

#[test]
fn integers_out_of_range_are_refused() {
    fails::<u8, Text>(
        "256",
        "invalid value: integer `256`, expected an integer from 0 to 255",
    );
    fails::<u8, Text>(
        "\"256\"",
        "invalid value: string \"256\", expected an integer from 0 to 255",
    );
    fails::<u64, Number>(
        "-1",
        "invalid value: integer `-1`, expected an integer of 64 bits, not negative",
    );
    fails::<u64, Number>(
        "1.5",
        "invalid value: floating point `1.5`, expected an integer of 64 bits, not negative",
    );
    fails::<u64, Number>(
        "18446744073709551616",
        "invalid value: floating point `1.8446744073709552e+19`, expected an integer of 64 bits, not negative",
    );
    fails::<i64, Number>(
        "1e300",
        "invalid value: floating point `1e+300`, expected an integer of 64 bits",
    );
    fails::<i64, Number>(
        "9007199254740992.0",
        "invalid value: floating point `9007199254740992.0`, expected an integer of 64 bits",
    );
    fails::<u64, Plain>(
        "18446744073709551616",
        "invalid type: floating point `1.8446744073709552e+19`, expected u64",
    );
}

#[test]
fn flags_are_read_from_either_form_and_keep_theirs() {
    comes_back::<bool, Text>(r#""false""#, r#""false""#);
    comes_back::<bool, Text>("true", r#""true""#);
    comes_back::<bool, Number>("\"true\"", "true");
    fails::<bool, Text>(
        "\"yes\"",
        "invalid value: string \"yes\", expected true or false",
    );
    fails::<bool, Text>("1", "invalid value: integer `1`, expected true or false");
}

#[test]
fn texts_take_the_digits_of_numbers_as_they_stand() {
    comes_back::<String, Text>("200", r#""200""#);
    comes_back::<Symbol, Text>("4.50", r#""4.50""#);
    comes_back::<ClientOrderId, Text>(r#""\u5e01\"\\""#, r#""币\"\\""#);
    fails::<Symbol, Plain>("4", "invalid type: integer `4`, expected text");
    fails::<String, Text>("null", "invalid type: null, expected text");
    fails::<String, Text>("true", "invalid value: boolean `true`, expected text");
}

#[test]
fn times_are_read_from_either_form() {
    comes_back::<Timestamp, Plain>("\"1576653824250\"", "1576653824250");
    comes_back::<Timestamp, Text>("1576653824250", "\"1576653824250\"");
    fails::<Timestamp, Plain>(
        "\"now\"",
        "invalid value: string \"now\", expected milliseconds since 1970",
    );
    fails::<Timestamp, Plain>(
        "1.5",
        "invalid value: floating point `1.5`, expected milliseconds since 1970",
    );
    fails::<Timestamp, Plain>(
        "null",
        "invalid type: null, expected milliseconds since 1970",
    );
}

#[test]
fn a_literal_says_that_there_is_none() {
    comes_back::<Option<Decimal>, Or<Text, Blank>>("\"\"", "\"\"");
    comes_back::<Option<Decimal>, Or<Text, Blank>>("\"0.10\"", "\"0.10\"");
    comes_back::<Option<Decimal>, Or<Number, Null>>("null", "null");
    comes_back::<Option<Decimal>, Or<Number, Null>>("67.50", "67.50");
    comes_back::<Option<u64>, Or<Text, Blank>>("\"7\"", "\"7\"");
    comes_back::<Option<Symbol>, Or<Plain, Blank>>("\"\"", "\"\"");
    comes_back::<Option<Symbol>, Or<Plain, Blank>>("\"\\u0041\"", "\"A\"");
    comes_back::<Option<Timestamp>, Or<Plain, Int<0>>>("0", "0");
    comes_back::<Option<i64>, Or<Plain, Int<-1>>>("-1", "-1");
}

#[test]
fn of_several_literals_the_first_is_written() {
    comes_back::<Option<Timestamp>, Or<Plain, (Int<0>, Int<-1>)>>("-1", "0");
    comes_back::<Option<Decimal>, Or<Text, (Blank, Null, Int<0>)>>("null", "\"\"");
    comes_back::<Option<Decimal>, Or<Text, (Blank, Null, Int<0>)>>("0", "\"\"");
    comes_back::<Option<Decimal>, Or<Text, (Blank, Null, Int<0>)>>("\"0.0\"", "\"0.0\"");
}

#[test]
fn a_literal_takes_no_other_value() {
    fails::<Option<Decimal>, Or<Text, Blank>>(
        "\" \"",
        &format!("invalid value: string \" \", {A_DECIMAL}"),
    );
    fails::<Option<Decimal>, Or<Text, Blank>>("null", &format!("invalid type: null, {A_DECIMAL}"));
    fails::<Option<Decimal>, Or<Text, Null>>(
        "\"\"",
        &format!("invalid value: string \"\", {A_DECIMAL}"),
    );
    fails::<Option<u64>, Or<Plain, Int<0>>>("-1", "invalid value: integer `-1`, expected u64");
    fails::<Option<u64>, Or<Plain, Int<0>>>("[", "EOF while parsing a list");
    assert!(
        !is::<Int<0>>("\"\"")
            && !is::<Int<0>>("0.0")
            && is::<Int<0>>("\"0\"")
            && is::<Int<-1>>("-1")
            && !is::<Int<0>>("null")
    );
}

#[test]
fn a_record_may_be_null() {
    #[derive(Debug, PartialEq, serde::Serialize, Deserialize)]
    struct Point {
        #[serde(with = "super::As::<Text>")]
        x: Decimal,
    }
    comes_back::<Option<Point>, Or<Plain, Null>>(r#"{ "x" : 1.50 }"#, r#"{"x":"1.50"}"#);
    comes_back::<Option<Point>, Or<Plain, Null>>("null", "null");
    fails::<Option<Point>, Or<Plain, Null>>("{}", "missing field `x`");
}

#[test]
fn a_failure_within_a_value_that_may_be_null_has_its_path() {
    let failure =
        decode::from_str::<Option<Vec<u64>>, Or<List<Plain>, Null>>("[1,true]").unwrap_err();
    assert_eq!(failure.path(), "[1]");
    let failure =
        decode::from_str::<Option<Vec<u64>>, Or<List<Plain>, Blank>>("[1,true]").unwrap_err();
    assert_eq!(
        failure.to_string(),
        "`[1]`: invalid type: boolean `true`, expected u64"
    );
}

#[test]
fn a_member_that_may_be_absent_may_be_null() {
    comes_back::<Option<Decimal>, Maybe<Text>>("null", "null");
    comes_back::<Option<Decimal>, Maybe<Text>>("\"1.0\"", "\"1.0\"");
    comes_back::<Option<Decimal>, Maybe<Or<Text, Blank>>>("null", "\"\"");
    comes_back::<Option<Decimal>, Maybe<Or<Text, Blank>>>("\"\"", "\"\"");
    comes_back::<Option<Decimal>, Maybe<Or<Text, Blank>>>("\"1.0\"", "\"1.0\"");
    comes_back::<Option<Decimal>, Maybe<Or<Text, Null>>>("null", "null");
    comes_back::<Option<Vec<Decimal>>, Maybe<List<Text>>>("[\"1.0\"]", "[\"1.0\"]");
    comes_back::<Option<Vec<u64>>, Maybe<OneOrMany<Plain>>>("[1]", "[1]");
    comes_back::<Option<BTreeMap<String, u64>>, Maybe<Map<Plain, Plain>>>(
        r#"{"a":1}"#,
        r#"{"a":1}"#,
    );
    comes_back::<Option<u64>, Maybe<Plain>>("1", "1");
    comes_back::<Option<u64>, Maybe<Number>>("\"1\"", "1");
    fails::<Option<Decimal>, Maybe<Text>>(
        "\"\"",
        &format!("invalid value: string \"\", {A_DECIMAL}"),
    );
}

#[test]
fn a_list_holds_any_form() {
    comes_back::<Vec<Option<Decimal>>, List<Or<Text, Blank>>>(
        r#"["1.0","", "2"]"#,
        r#"["1.0","","2"]"#,
    );
    comes_back::<Vec<Vec<u64>>, List<List<Text>>>("[[1],[]]", r#"[["1"],[]]"#);
    fails::<Vec<u64>, List<Plain>>("{}", "invalid type: map, expected a list");
}

#[test]
fn a_lone_record_is_the_list_of_one() {
    type Records = Vec<BTreeMap<String, Decimal>>;
    type Form = OneOrMany<Map<Plain, Number>>;
    comes_back::<Records, Form>(r#"{"a":1.50}"#, r#"[{"a":1.50}]"#);
    comes_back::<Records, Form>(r#"[{"a":1.50},{}]"#, r#"[{"a":1.50},{}]"#);
    comes_back::<Records, Form>("[]", "[]");
    fails::<Records, Form>(
        "1",
        "invalid type: integer `1`, expected a list or one record",
    );
    let failure = decode::from_str::<Records, Form>(r#"{"a":"x"}"#).unwrap_err();
    assert_eq!(failure.path(), "a");
    let failure = decode::from_str::<Records, Form>(r#"[{},{"a":"x"}]"#).unwrap_err();
    assert_eq!(failure.path(), "[1].a");
}

#[test]
fn a_lone_record_that_may_have_been_refused_is_the_list_of_one() {
    use super::OrError;
    use crate::error::Rejection;
    type Records = Vec<Result<BTreeMap<String, u64>, Rejection>>;
    type Form = OneOrMany<OrError<Map<Plain, Plain>>>;
    comes_back::<Records, Form>(r#"{"a":1, "b" : 2}"#, r#"[{"a":1,"b":2}]"#);
    comes_back::<Records, Form>(
        r#"{"code":-1,"msg":"\"no\""}"#,
        r#"[{"code":-1,"msg":"\"no\""}]"#,
    );
}

#[test]
fn names_of_a_map_may_be_numbers() {
    comes_back::<BTreeMap<u64, Decimal>, Map<Plain, Text>>(
        r#"{"7":"1.0","3":2}"#,
        r#"{"3":"2","7":"1.0"}"#,
    );
    comes_back::<BTreeMap<u64, Decimal>, Map<Text, Text>>(r#"{"7":"1.0"}"#, r#"{"7":"1.0"}"#);
    comes_back::<BTreeMap<Timestamp, u8>, Map<Plain, Plain>>(r#"{"7":1}"#, r#"{"7":1}"#);
    fails::<BTreeMap<u64, u8>, Map<Plain, Plain>>(
        "[]",
        "invalid type: sequence, expected an object",
    );
}

#[test]
fn a_source_that_shows_no_digits_is_read_as_exactly_as_it_can_be() {
    let float =
        |float: f64| -> Result<Decimal, ValueError> { Number::read(float.into_deserializer()) };
    for (value, text) in [
        (67.5, "67.5"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (-123_456.789, "-123456.789"),
        (0.0, "0"),
        (1e15, "1000000000000000"),
    ] {
        assert_eq!(float(value).unwrap().to_string(), text);
    }
    assert_eq!(
        float(0.123_456_789_012_345).unwrap().to_string(),
        "0.123456789012345"
    );
    for value in [
        0.123_456_789_012_345_6,
        0.1 + 0.2,
        f64::NAN,
        f64::INFINITY,
        1e300,
        1e-300,
    ] {
        assert!(float(value).is_err(), "{value}");
    }
    let text: Result<Decimal, ValueError> = Text::read(0.1_f64.into_deserializer());
    assert_eq!(
        text.unwrap_err().to_string(),
        format!("invalid value: floating point `0.1`, {A_DECIMAL}")
    );
    let text: Result<Decimal, ValueError> = Number::read("1.50".into_deserializer());
    assert_eq!(text.unwrap().to_string(), "1.50");
    let integer: Result<u64, ValueError> = Text::read(u64::MAX.into_deserializer());
    assert_eq!(integer.unwrap(), u64::MAX);
    let option: Result<Option<u64>, ValueError> =
        <Or<Plain, Int<0>>>::read(0_u64.into_deserializer());
    assert_eq!(option.unwrap(), None);
    let option: Result<Option<Symbol>, ValueError> =
        <Or<Plain, Blank>>::read("\"x\"".into_deserializer());
    assert_eq!(option.unwrap().unwrap(), "\"x\"");
}

#[test]
fn values_come_out_of_a_json_value_too() {
    let json = serde_json::json!({"a": "1.50", "b": 2, "c": -3.25, "d": ""});
    let map: BTreeMap<String, Option<Decimal>> =
        Map::<Plain, Or<Number, Blank>>::read(&json).unwrap();
    let texts: Vec<_> = map
        .values()
        .map(|value| value.map(|value| value.to_string()))
        .collect();
    assert_eq!(
        texts,
        [
            Some("1.50".into()),
            Some("2".into()),
            Some("-3.25".into()),
            None
        ]
    );
}

#[test]
fn values_come_out_of_a_reader_too() {
    let mut json = serde_json::Deserializer::from_reader(&br#"[1.50,"2.0","\u0033"]"#[..]);
    let list: Vec<Option<Decimal>> = List::<Or<Number, Blank>>::read(&mut json).unwrap();
    assert_eq!(
        list.iter()
            .flatten()
            .map(Decimal::to_string)
            .collect::<Vec<_>>(),
        ["1.50", "2.0", "3"]
    );
}

#[test]
fn values_survive_serdes_own_buffers() {
    #[derive(Debug, Deserialize)]
    struct Inner {
        #[serde(with = "super::As::<Text>")]
        x: Decimal,
        #[serde(with = "super::As::<Or<Number, Blank>>")]
        y: Option<Decimal>,
    }
    #[derive(Debug, Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
    }
    let outer: Outer = serde_json::from_str(r#"{"y":1.5,"x":"1.50"}"#).unwrap();
    assert_eq!(
        (
            outer.inner.x.to_string(),
            outer.inner.y.map(|y| y.to_string())
        ),
        ("1.50".into(), Some("1.5".into()))
    );
}
