//! All samples of the spec: every prefix of them, the same values written in other ways, and messages around them.

use std::fmt::Debug;

use binance_futures::decode;
use binance_futures::dynamic::{Kind, Operation};
use binance_futures::registry::operations;
use binance_futures::types::Rejection;
use binance_futures::wire::{Codec, Plain};
use binance_futures::ws::message::{ApiResponse, Frame};
use binance_futures::{coinm, usdm};
use serde::de::DeserializeOwned;

use super::document::Document;
use super::properties::tree::Tree;
use super::properties::{decoders, frames, reader};
use super::random::Random;

/// How often each sample is written in another way.
const TIMES: u64 = 5;

fn document(sample: &str) -> Document {
    Document::of(&Tree::parse(sample).unwrap())
}

/// Calls a function with the same value, written in different ways.
fn for_each_form(sample: &str, mut check: impl FnMut(&str)) {
    let original = document(sample);
    for seed in 0..TIMES {
        let mut document = original.clone();
        document.permute(&mut Random::new(seed));
        check(&document.to_text(Some(&mut Random::new(seed))));
    }
}

#[test]
fn samples_decode_and_their_prefixes_do_not() {
    for operation in operations() {
        let sample = operation.sample.trim_end();
        assert!(decoders::check(operation, sample));
        for (end, _) in sample.char_indices() {
            let (prefix, _) = sample.split_at(end);
            let failure = (operation.reencode)(prefix).unwrap_err();
            let ends = ["ends within", "is not valid", "expected a value"];
            let reason = failure.reason().to_string();
            assert!(
                ends.iter().any(|end| reason.contains(end)),
                "{failure}: {prefix}"
            );
        }
    }
}

#[test]
fn prefixes_of_samples_are_read_as_by_serde_json() {
    for operation in operations().filter(|operation| operation.sample.len() < 300) {
        for (end, _) in operation.sample.char_indices() {
            reader::check(operation.sample.split_at(end).0);
        }
    }
}

/// Checks that all forms of a sample decode to one value, and that serde decodes the same value.
fn typed_values_are_equal<T>(sample: &str)
where
    T: PartialEq + Debug + DeserializeOwned,
    Plain: Codec<T>,
{
    let decoded = |text: &str| {
        decode::from_str::<T, Plain>(text).unwrap_or_else(|failure| panic!("{failure}: {text}"))
    };
    let expected = decoded(sample);
    for_each_form(sample, |text| {
        assert_eq!(decoded(text), expected, "{text}");
        assert_eq!(serde_json::from_str::<T>(text).unwrap(), expected, "{text}");
    });
}

fn sample(product: &str, id: &str) -> &'static str {
    let mut operations = operations();
    let found = operations.find(|found| found.product == product && found.id == id);
    found.unwrap().sample
}

#[test]
fn typed_values_do_not_depend_on_order_space_and_escapes() {
    typed_values_are_equal::<usdm::types::Order>(sample("usdm", "query_order"));
    typed_values_are_equal::<coinm::types::Order>(sample("coinm", "query_order"));
    typed_values_are_equal::<usdm::types::OrderBook>(sample("usdm", "depth"));
    typed_values_are_equal::<usdm::ExchangeInformation>(sample("usdm", "exchange_info"));
    typed_values_are_equal::<coinm::ExchangeInformation>(sample("coinm", "exchange_info"));
    typed_values_are_equal::<Rejection>(r#"{"code":-2011,"msg":"Unknown order \"7\" – sent."}"#);
    for event in operations().filter(|operation| operation.kind == Kind::UserEvent) {
        if event.product == "usdm" {
            typed_values_are_equal::<usdm::events::UserEvent>(event.sample);
        } else {
            typed_values_are_equal::<coinm::events::UserEvent>(event.sample);
        }
    }
}

/// The message in which a sample arrives over a stream connection or the websocket API, without the data.
fn message(operation: &Operation) -> Vec<(String, Document)> {
    let fields: &[(&str, &str)] = match operation.kind {
        Kind::Stream | Kind::UserEvent => &[("stream", r#""btcusdt@aggTrade""#)],
        Kind::Rest | Kind::WsApi => &[("id", "7"), ("status", "200"), ("rateLimits", "[]")],
    };
    let fields = fields.iter();
    fields
        .map(|(name, json)| ((*name).to_owned(), document(json)))
        .collect()
}

#[test]
fn messages_contain_their_data_in_any_form() {
    for operation in operations() {
        let expected = Tree::parse(operation.sample).unwrap();
        let is_event = matches!(operation.kind, Kind::Stream | Kind::UserEvent);
        let name = if is_event { "data" } else { "result" };
        let mut fields = message(operation);
        fields.push((name.to_owned(), document(operation.sample)));
        for_each_form(&Document::Object(fields).to_text(None), |text| {
            frames::check(text);
            let data = if is_event {
                let Ok(Frame::Event { stream, data }) = Frame::parse(text) else {
                    panic!("{text}")
                };
                assert_eq!(stream.as_deref(), Some("btcusdt@aggTrade"), "{text}");
                data
            } else {
                ApiResponse::parse(text).unwrap().result.unwrap()
            };
            assert!(Tree::parse(data).unwrap().is_same(&expected), "{text}");
        });
    }
}
