//! Deserializers other than that of a JSON text.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;

use crate::types::Symbol;
use crate::wire::{Codec, EmptyString, Int, List, Map, Number, Or, Plain, Text};

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
