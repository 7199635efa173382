//! Deserializers other than that of a JSON text.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, MapDeserializer};

use crate::types::Symbol;
use crate::wire::{Codec, EmptyString, Int, List, Map, Number, OneOrMany, Or, Plain, Text};

#[test]
fn source_without_digits_is_decoded_as_exactly_as_possible() {
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
    assert_eq!(text.unwrap().to_string(), "0.1");
    let text: Result<Decimal, ValueError> = Number::read("1.50".into_deserializer());
    assert_eq!(text.unwrap().to_string(), "1.50");
    let integer: Result<u64, ValueError> = Text::read(u64::MAX.into_deserializer());
    assert_eq!(integer.unwrap(), u64::MAX);
    let option: Result<Option<u64>, ValueError> =
        <Or<Plain, Int<0>>>::read(0_u64.into_deserializer());
    assert_eq!(option.unwrap(), None);
    let option: Result<Option<Symbol>, ValueError> =
        <Or<Plain, EmptyString>>::read("\"x\"".into_deserializer());
    assert_eq!(option.unwrap().unwrap(), "\"x\"");
}

#[test]
fn source_may_have_flags_and_large_integers_where_a_value_may_be_absent() {
    let flag = |flag: bool| -> Result<Option<bool>, ValueError> {
        <Or<Text, EmptyString>>::read(flag.into_deserializer())
    };
    assert_eq!(flag(true), Ok(Some(true)));
    assert_eq!(flag(false), Ok(Some(false)));
    let large = |integer: u128| -> Result<Option<Decimal>, ValueError> {
        <Or<Number, EmptyString>>::read(integer.into_deserializer())
    };
    assert_eq!(
        large(1 << 70).unwrap().unwrap().to_string(),
        "1180591620717411303424"
    );
    assert!(large(u128::MAX).is_err());
    let negative: Result<Option<i64>, ValueError> =
        <Or<Number, EmptyString>>::read((-7_i64).into_deserializer());
    assert_eq!(negative, Ok(Some(-7)));
}

#[test]
fn error_for_another_type_says_what_was_expected() {
    let unit = || ().into_deserializer();
    let error: Result<u64, ValueError> = Number::read(unit());
    let expected = "invalid type: unit value, expected an integer of 64 bits, not negative";
    assert_eq!(error.unwrap_err().to_string(), expected);
    let pairs = || MapDeserializer::<_, ValueError>::new([("a", 1_u8)].into_iter());
    let error: Result<Option<u64>, ValueError> = <Or<Number, EmptyString>>::read(pairs());
    let expected = "invalid type: map, expected an integer of 64 bits, not negative";
    assert_eq!(error.unwrap_err().to_string(), expected);
    let error: Result<Vec<u64>, ValueError> = <OneOrMany<Plain>>::read(unit());
    let expected = "invalid type: unit value, expected a list or one record";
    assert_eq!(error.unwrap_err().to_string(), expected);
}

/// A decimal has 96 bits.
#[test]
fn integers_beyond_64_bits_are_decimals() {
    fn decode<'de, T: IntoDeserializer<'de, ValueError>>(integer: T) -> Result<String, ValueError> {
        let number: Decimal = Number::read(integer.into_deserializer())?;
        Ok(number.to_string())
    }
    for integer in [0, i64::MIN, i64::MAX] {
        assert_eq!(decode(integer).unwrap(), integer.to_string());
    }
    for integer in [1 << 63, u64::MAX] {
        assert_eq!(decode(integer).unwrap(), integer.to_string());
    }
    const LARGEST: i128 = (1 << 96) - 1;
    for integer in [1 << 64, -(1 << 64), 1 << 95, LARGEST, -LARGEST] {
        assert_eq!(decode(integer).unwrap(), integer.to_string());
        let digits = integer.to_string();
        for text in [digits.clone(), format!("\"{digits}\"")] {
            let number = crate::decode::from_str::<_, Number>(&text);
            let number: Decimal = number.unwrap();
            assert_eq!(number.to_string(), digits);
            let number = crate::decode::from_str::<_, Or<Number, Int<0>>>(&text);
            let number: Option<Decimal> = number.unwrap();
            assert_eq!(number.unwrap().to_string(), digits);
        }
        // Through serde, such a JSON number is an `f64`. It is rejected, not rounded.
        let mut json = serde_json::Deserializer::from_str(&digits);
        assert!(<Number as Codec<Decimal>>::read(&mut json).is_err());
    }
    assert_eq!(
        decode(u128::from(u64::MAX) + 1).unwrap(),
        "18446744073709551616"
    );
    for integer in [LARGEST + 1, -LARGEST - 1, i128::MAX, i128::MIN] {
        assert!(decode(integer).is_err(), "{integer}");
        let text = integer.to_string();
        let decoded = crate::decode::from_str::<Decimal, Number>(&text);
        assert!(decoded.is_err(), "{integer}");
    }
    assert!(decode(u128::MAX).is_err());
    // The value of a JSON document keeps 64 bits.
    let number: Decimal = Number::read(&serde_json::json!(u64::MAX)).unwrap();
    assert_eq!(number.to_string(), u64::MAX.to_string());
    // Other integers do not wrap around.
    let integer: Result<u64, ValueError> = Plain::read((1_u128 << 64).into_deserializer());
    assert!(integer.is_err());
}

#[test]
fn values_decode_from_a_json_value() {
    let json = serde_json::json!({"a": "1.50", "b": 2, "c": -3.25, "d": ""});
    let map: BTreeMap<String, Option<Decimal>> =
        Map::<Plain, Or<Number, EmptyString>>::read(&json).unwrap();
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
fn values_decode_from_an_io_reader() {
    let mut json = serde_json::Deserializer::from_reader(&br#"[1.50,"2.0","\u0033"]"#[..]);
    let list: Vec<Option<Decimal>> = List::<Or<Number, EmptyString>>::read(&mut json).unwrap();
    assert_eq!(
        list.iter()
            .flatten()
            .map(Decimal::to_string)
            .collect::<Vec<_>>(),
        ["1.5", "2.0", "3"]
    );
}

#[test]
fn values_decode_from_the_buffer_of_serde_flatten() {
    #[derive(Debug, Deserialize)]
    struct Inner {
        #[serde(with = "crate::wire::As::<Text>")]
        x: Decimal,
        #[serde(with = "crate::wire::As::<Or<Number, EmptyString>>")]
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
