//! Every sample of the description is read and written again without a loss.

#![cfg(feature = "registry")]

use std::fmt::Debug;

use binance_futures::registry::operations;
use serde_json::Value;

#[test]
fn every_sample_comes_back() {
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let mut losses = Vec::new();
    for operation in operations() {
        let name = format!("{}::{}", operation.product, operation.name);
        match (operation.reencode)(operation.sample) {
            Ok(written) => compare(
                name,
                &parse(operation.sample),
                &parse(&written),
                &mut losses,
            ),
            Err(failure) => losses.push(format!("{name}: {failure}")),
        }
    }
    assert!(losses.is_empty(), "{}", losses.join("\n"));
}

#[test]
fn a_text_that_is_no_answer_is_a_failure_and_no_panic() {
    for operation in operations() {
        for text in [
            "",
            "null",
            "[[[[",
            "{\"a\":",
            "\"\\ud800\"",
            "<html>",
            "1e999999",
            "[null]",
        ] {
            let _ = (operation.reencode)(text);
        }
        for (end, _) in operation.sample.char_indices().step_by(7) {
            let (head, _) = operation.sample.split_at(end);
            let read = (operation.reencode)(head);
            assert!(
                read.is_err() || end + 7 > operation.sample.trim_end().len(),
                "{}",
                operation.name
            );
        }
    }
}

/// Collects what differs, apart from what the description lets differ: a lone record comes back as a list, a scalar in its first
/// form, and a member that may be absent stays away where it said nothing.
fn compare(path: String, sample: &Value, written: &Value, losses: &mut Vec<String>) {
    match (sample, written) {
        (Value::Object(sample), Value::Object(written)) => {
            let more = written.keys().filter(|name| !sample.contains_key(*name));
            for name in sample.keys().chain(more) {
                let path = format!("{path}.{name}");
                match (sample.get(name), written.get(name)) {
                    (Some(sample), Some(written)) => compare(path, sample, written, losses),
                    (Some(sample), None) if says_nothing(sample) => {}
                    (sample, written) => losses.push(difference(&path, &sample, &written)),
                }
            }
        }
        (Value::Array(sample), Value::Array(written)) if sample.len() == written.len() => {
            for (index, (sample, written)) in sample.iter().zip(written).enumerate() {
                compare(format!("{path}[{index}]"), sample, written, losses);
            }
        }
        (Value::Object(_), Value::Array(list)) if list.len() == 1 => {
            list.iter()
                .for_each(|written| compare(path.clone(), sample, written, losses));
        }
        _ if scalar(sample) == scalar(written) => {}
        _ if says_nothing(sample) && says_nothing(written) => {}
        _ => losses.push(difference(&path, &sample, &written)),
    }
}

fn difference(path: &str, sample: &dyn Debug, written: &dyn Debug) -> String {
    format!("{path}: {sample:?} became {written:?}")
}

fn says_nothing(value: &Value) -> bool {
    matches!(scalar(value).as_str(), "" | "null" | "0" | "-1")
}

/// The text of a value, be it written as text or as itself.
fn scalar(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
