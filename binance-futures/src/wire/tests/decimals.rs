//! Decimals.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{DECIMAL, fails, read, round_trips, unexpected};
use crate::decode;
use crate::types::Symbol;
use crate::wire::{EmptyString, Int, List, Number, Or, Plain, Scalar, Text, record};

#[test]
fn every_digit_of_a_decimal_is_kept() {
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
        round_trips::<Decimal, Text>(&format!("\"{text}\""), &format!("\"{text}\""));
        round_trips::<Decimal, Number>(text, text);
        round_trips::<Decimal, Text>(text, &format!("\"{text}\""));
        round_trips::<Option<Decimal>, Or<Text, EmptyString>>(text, &format!("\"{text}\""));
        round_trips::<Decimal, Number>(&format!("\"{text}\""), text);
    }
}

#[test]
fn number_in_place_of_text_keeps_its_digits() {
    for number in [
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "0.0000000000000000000000000001",
        "0.12345678901234567890",
        "0.1000000000000000055",
        "0.30000000000000004",
        "2317.30",
    ] {
        round_trips::<Decimal, Text>(number, &format!("\"{number}\""));
        round_trips::<Option<Decimal>, Or<Text, Int<0>>>(number, &format!("\"{number}\""));
        round_trips::<Symbol, Text>(number, &format!("\"{number}\""));
    }
    let json = r#"{"1.2345678901234567890 \\\"": {"id": 18446744073709551615, "at":-9223372036854775808,"price": 1.2345678901234567890}}"#;
    #[derive(Debug, PartialEq)]
    struct Trade {
        id: u64,
        at: i64,
        price: Decimal,
    }
    record!(Trade { id: 0 "id" => Plain, at: 1 "at" => Plain, price: 2 "price" => Text });
    round_trips::<BTreeMap<String, Trade>, Plain>(
        json,
        r#"{"1.2345678901234567890 \\\"":{"id":18446744073709551615,"at":-9223372036854775808,"price":"1.2345678901234567890"}}"#,
    );
}

#[test]
fn failure_names_the_value_that_is_wrong_with_all_its_digits() {
    let failure =
        decode::from_str::<Vec<Decimal>, List<Text>>(r#"[0.1, 2.50, "x", 1.5]"#).unwrap_err();
    assert_eq!(
        failure.to_string(),
        format!("`[2]`: expected {DECIMAL}, found \"x\" (line 1, column 13)")
    );
    let failure = decode::from_str::<Vec<u64>, List<Plain>>("[1, 2.5]").unwrap_err();
    assert_eq!(
        failure.to_string(),
        "`[1]`: expected an integer of 64 bits, not negative, found 2.5 (line 1, column 5)"
    );
}

#[test]
fn digits_in_invalid_json_are_rejected() {
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
fn zero_has_no_sign_and_keeps_its_scale() {
    round_trips::<Decimal, Text>("\"-0.00\"", "\"0.00\"");
    round_trips::<Decimal, Number>("-0", "0");
}

#[test]
fn number_in_scientific_notation_is_exact() {
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
        round_trips::<Decimal, Number>(number, text);
        round_trips::<Decimal, Text>(number, &format!("\"{text}\""));
        round_trips::<Decimal, Text>(&format!("\"{number}\""), &format!("\"{text}\""));
    }
}

#[test]
fn spaces_around_a_decimal_are_ignored() {
    for text in ["0.50  ", "  0.50", "\\t0.50\\n", " 50e-2 "] {
        round_trips::<Decimal, Text>(&format!("\"{text}\""), "\"0.50\"");
    }
}

#[test]
fn decimal_that_does_not_fit_is_rejected_and_never_rounded() {
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
        unexpected::<Decimal, Number>(number, DECIMAL);
        assert!(read::<Decimal, Text>(number).is_err());
    }
}

#[test]
fn text_that_is_not_a_decimal_is_rejected() {
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
        "1e",
        "e5",
        "1e5.0",
        "1e 5",
        "1e1e1",
        "1e29",
        "1e-29",
        "+1",
        "1_000",
        "1,5",
        "1.2.3",
        "0x10",
        "1 2",
        "\u{a0}1",
        "１",
        "--1",
        "123456789012345678901234567890",
        "0.00000000000000000000000000001",
    ] {
        let found: String = format!("\"{text}\"").chars().take(40).collect();
        fails::<Decimal, Text>(
            &format!("\"{text}\""),
            &format!("expected {DECIMAL}, found {found}"),
        );
    }
    unexpected::<Decimal, Text>(r#""\u0031\u00a0""#, DECIMAL);
}

#[test]
fn very_long_digits_are_rejected() {
    for digit in ["0", "9", "_", "."] {
        assert!(Decimal::from_text(&digit.repeat(10_000_000)).is_none());
    }
}

#[test]
fn decimal_has_at_most_38_characters() {
    let longest = format!("{}1", "0".repeat(37));
    assert_eq!(Decimal::from_text(&longest), Some(Decimal::ONE));
    assert_eq!(Decimal::from_text(&format!("0{longest}")), None);
}

#[test]
fn decimal_rejects_other_types() {
    unexpected::<Decimal, Text>("null", DECIMAL);
    unexpected::<Decimal, Text>("true", DECIMAL);
    unexpected::<Decimal, Text>("[1]", DECIMAL);
    unexpected::<Decimal, Number>(r#"{"a":1}"#, DECIMAL);
    fails::<Decimal, Text>("x", "expected a value");
    fails::<Decimal, Text>("\"1", "the text ends within a value");
}
