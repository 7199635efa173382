//! Decoded samples in other formats: JSON through serde, and CBOR.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]
#![allow(deprecated, reason = "deprecated items are tested too")]
#![cfg(all(feature = "registry", feature = "usdm", feature = "coinm"))]

use std::fmt::Debug;
use std::marker::PhantomData;

use binance_futures::decode;
use binance_futures::registry::{Kind, Operation, operations};
use binance_futures::request::Request;
use binance_futures::topic::Topic;
use binance_futures::types::SymbolFilter;
use binance_futures::wire::{Codec, Plain};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value in the form of its codec.
struct Coded<T, C>(T, PhantomData<C>);

impl<T, C: Codec<T>> Serialize for Coded<T, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        C::write(&self.0, serializer)
    }
}

impl<'de, T, C: Codec<T>> Deserialize<'de> for Coded<T, C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        C::read(deserializer).map(|value| Self(value, PhantomData))
    }
}

/// Decodes a text, writes the value in another format and reads it back. Returns what was lost.
fn lost<T: PartialEq + Debug, C: Codec<T>>(text: &str) -> Vec<String> {
    let value = decode::from_str::<T, C>(text).unwrap();
    let value = Coded::<T, C>(value, PhantomData);
    let mut binary = Vec::new();
    ciborium::into_writer(&value, &mut binary).unwrap();
    let json = serde_json::to_string(&value).unwrap();
    let read = [
        (
            "CBOR",
            ciborium::from_reader::<Coded<T, C>, _>(&*binary).map_err(|error| error.to_string()),
        ),
        (
            "JSON",
            serde_json::from_str(&json).map_err(|error| error.to_string()),
        ),
        (
            "a JSON value",
            serde_json::to_value(&value)
                .and_then(serde_json::from_value)
                .map_err(|error| error.to_string()),
        ),
    ];
    let mut lost = Vec::new();
    for (format, read) in read {
        match read {
            Ok(read) if read.0 == value.0 => {}
            Ok(read) => lost.push(format!("{format}: {:?} became {:?}", value.0, read.0)),
            Err(error) => lost.push(format!("{format}: {error}")),
        }
    }
    lost
}

/// The item that a path such as `usdm::streams::AggTrades` names.
fn operation(path: &str) -> &'static Operation {
    let path = path.replace(' ', "");
    let (product, rest) = path.split_once("::").unwrap();
    let (module, name) = rest.rsplit_once("::").unwrap_or(("", rest));
    let kind = match module {
        "streams" => Kind::Stream,
        "events" => Kind::UserEvent,
        _ => Kind::Rest,
    };
    operations()
        .find(|operation| {
            (operation.product, operation.name, operation.kind) == (product, name, kind)
        })
        .unwrap()
}

#[track_caller]
fn check(lost: &[(&str, Vec<String>)], operations: usize) {
    let lines: Vec<String> = lost
        .iter()
        .flat_map(|(path, lost)| lost.iter().map(move |lost| format!("{path}: {lost}")))
        .collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
    assert_eq!(lost.len(), operations);
}

fn count(kind: Kind) -> usize {
    operations()
        .filter(|operation| operation.kind == kind)
        .count()
}

macro_rules! responses {
    ($($($part:ident)::+),* $(,)?) => {
        fn responses() -> Vec<(&'static str, Vec<String>)> {
            use binance_futures::{coinm, usdm};
            fn of<R: Request>(path: &'static str) -> (&'static str, Vec<String>)
            where
                R::Response: PartialEq + Debug,
            {
                (path, lost::<R::Response, R::Wire>(operation(path).sample))
            }
            vec![$(of::<$($part)::+>(stringify!($($part)::+))),*]
        }
    };
}
binance_futures::every_request!(responses);

macro_rules! topics {
    ($($($part:ident)::+),* $(,)?) => {
        fn topics() -> Vec<(&'static str, Vec<String>)> {
            use binance_futures::{coinm, usdm};
            fn of<T: Topic>(path: &'static str) -> (&'static str, Vec<String>)
            where
                T::Event: PartialEq + Debug,
            {
                (path, lost::<T::Event, T::Wire>(operation(path).sample))
            }
            vec![$(of::<$($part)::+>(stringify!($($part)::+))),*]
        }
    };
}
binance_futures::every_topic!(topics);

macro_rules! user_events {
    ($($($part:ident)::+),* $(,)?) => {
        fn user_events() -> Vec<(&'static str, Vec<String>)> {
            use binance_futures::{coinm, usdm};
            vec![$({
                let path = stringify!($($part)::+);
                (path, lost::<$($part)::+, Plain>(operation(path).sample))
            }),*]
        }
    };
}
binance_futures::every_user_event!(user_events);

#[test]
fn responses_survive_other_formats() {
    check(&responses(), count(Kind::Rest));
}

#[test]
fn events_of_topics_survive_other_formats() {
    check(&topics(), count(Kind::Stream));
}

#[test]
fn user_events_survive_other_formats() {
    check(&user_events(), count(Kind::UserEvent));
}

#[test]
fn records_of_unlisted_kinds_keep_every_digit_in_cbor() {
    for text in [
        r#"{"filterType":"NEW","size":1.50,"n":18446744073709551616,"deep":{"z":[1e-7],"a":null}}"#,
        r#"{"same":"NEW","filterType":"NEW","quote\"":"\"x\""}"#,
    ] {
        let mut lost = lost::<SymbolFilter, Plain>(text);
        // Through serde, numbers of JSON are floats.
        lost.retain(|lost| lost.starts_with("CBOR"));
        assert!(lost.is_empty(), "{}", lost.join("\n"));
    }
}
