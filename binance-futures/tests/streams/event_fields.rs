//! The fields of all events, compared with `event_fields.txt`.
//!
//! Each line of `event_fields.txt` was compared with the documents of the exchange: decoders and samples both follow the spec, so no other
//! test notices two exchanged names there. A line without indentation contains the product and the id of a stream or of a user event. The
//! indented lines contain the fields of its sample: the name on the wire, with `?` if the field is optional, and the place in the Rust
//! type. A line that begins with `#` is a comment.

use std::collections::BTreeMap;
use std::fmt;

use binance_futures::decode::from_str;
use binance_futures::registry::{FieldInfo, Kind, Operation, operations};
use binance_futures::request::Product;
use binance_futures::topic::Topic;
use binance_futures::wire::{Codec, Plain};
use binance_futures::{coinm, usdm};
use serde_json::{Value, json};

use crate::{decode, with_topic};

type Fields = BTreeMap<String, String>;

fn written() -> BTreeMap<String, Fields> {
    let mut events = BTreeMap::<String, Fields>::new();
    let mut event = String::new();
    let lines = include_str!("event_fields.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        if let Some(line) = line.strip_prefix("  ") {
            let fields = events.get_mut(&event).unwrap();
            for field in line.trim_end_matches(',').split(", ") {
                let (name, place) = field.split_once(' ').unwrap();
                let repeated = fields.insert(name.to_owned(), place.to_owned());
                assert!(repeated.is_none(), "`{name}` of {event} is repeated");
            }
        } else {
            event = line.to_owned();
            events.insert(line.to_owned(), Fields::new());
        }
    }
    events
}

fn debug<T: Topic>(frame: &Value) -> Option<String>
where
    T::Event: fmt::Debug,
{
    decode::<T>(frame).ok().map(|event| format!("{event:#?}"))
}

fn debug_of_user_event<P: Product>(frame: &Value) -> Option<String>
where
    P::UserEvent: fmt::Debug,
    Plain: Codec<P::UserEvent>,
{
    let event = from_str::<P::UserEvent, Plain>(&frame.to_string()).ok();
    event.map(|event| format!("{event:#?}"))
}

/// Decodes an event and returns it in the form of `{:#?}`. Returns `None` if it does not decode.
fn decoded(event: &Operation, frame: &Value) -> Option<String> {
    match (event.kind, event.product) {
        (Kind::Stream, product) => with_topic!(product, event.id, debug(frame)),
        (_, "usdm") => debug_of_user_event::<usdm::Usdm>(frame),
        (_, _) => debug_of_user_event::<coinm::CoinM>(frame),
    }
}

/// Returns the leaves of a value: their JSON pointers, and their paths in the notation of the registry.
fn leaves(value: &Value, pointer: &str, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                leaves(
                    field,
                    &format!("{pointer}/{name}"),
                    &format!("{path}{dot}{name}"),
                    found,
                );
            }
        }
        Value::Array(items) => {
            // The items of a row have fields of their own; those of a list have the same ones.
            let is_row = items.iter().all(Value::is_string) && path.ends_with("[]");
            for (index, item) in items.iter().enumerate().take(if is_row { 9 } else { 1 }) {
                let index_in_path = if is_row {
                    format!("{path}[{index}]")
                } else {
                    format!("{path}[]")
                };
                leaves(item, &format!("{pointer}/{index}"), &index_in_path, found);
            }
        }
        _ => found.push((pointer.to_owned(), path.to_owned())),
    }
}

/// Returns the place of each value in a text in the form of `{:#?}`: the names of the fields that contain it.
fn places(text: &str) -> Vec<(String, String)> {
    let mut stack: Vec<(usize, &str)> = Vec::new();
    let mut found = Vec::new();
    for line in text.lines() {
        let content = line.trim_start();
        let depth = line.len() - content.len();
        stack.retain(|(outer, _)| *outer < depth);
        let value = match content.split_once(": ") {
            Some((name, value))
                if name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit()) =>
            {
                stack.push((depth, name));
                value
            }
            _ => content,
        };
        let names: Vec<_> = stack.iter().map(|(_, name)| *name).collect();
        found.push((names.join("."), value.to_owned()));
    }
    found
}

/// Returns another value of the same kind.
fn other(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) => match number.as_i64() {
            Some(number) => json!(number + 1),
            None => json!(number.as_f64().unwrap() + 1.0),
        },
        Value::String(text) if text.parse::<f64>().is_ok() => json!("7919"),
        Value::String(text) => json!(format!("{text}7")),
        _ => Value::Null,
    }
}

/// Returns the place of a field in the Rust type: where the decoded event changes if the field does. Returns `None` for a field whose
/// value is always the same or is not printed.
fn place(event: &Operation, sample: &Value, pointer: &str) -> Option<String> {
    let mut frame = sample.clone();
    let value = frame.pointer_mut(pointer).unwrap();
    *value = other(value);
    let before = decoded(event, sample).unwrap();
    let after = decoded(event, &frame)?;
    let (before, after) = (places(&before), places(&after));
    let changed = before.iter().zip(&after).find(|(old, new)| old != new);
    changed
        .map(|((place, _), _)| place.clone())
        .filter(|place| !place.is_empty())
}

/// Returns the fields of an event that its sample has.
fn describe(event: &Operation) -> Fields {
    let sample: Value = serde_json::from_str(event.sample).unwrap();
    let mut found = Vec::new();
    leaves(&sample, "", "", &mut found);
    let fields = found.into_iter().filter_map(|(pointer, path)| {
        // The event is a list, or each of its items.
        let path = path.trim_start_matches("[].");
        let of_path = |field: &&FieldInfo| field.path.trim_start_matches("[].") == path;
        let Some(field) = event.fields.iter().find(of_path) else {
            panic!("`{path}` is not a field of {}", event.spec);
        };
        let mark = if field.optional { "?" } else { "" };
        Some((format!("{path}{mark}"), place(event, &sample, &pointer)?))
    });
    fields.collect()
}

#[test]
fn fields_of_every_event_are_those_of_the_documents() {
    let mut written = written();
    let mut problems = Vec::new();
    for event in operations().filter(|event| matches!(event.kind, Kind::Stream | Kind::UserEvent)) {
        let name = format!("{} {}", event.product, event.id);
        let expected = written.remove(&name).unwrap_or_default();
        let actual = describe(event);
        for (field, place) in &expected {
            match actual.get(field) {
                Some(found) if found == place => {}
                found => problems.push(format!(
                    "{name}: {field} is {place}, but by the spec {found:?}"
                )),
            }
        }
        for (field, place) in &actual {
            if !expected.contains_key(field) {
                problems.push(format!("{name}: event_fields.txt lacks\n  {field} {place}"));
            }
        }
    }
    problems.extend(written.keys().map(|name| format!("no event `{name}`")));
    assert!(
        problems.is_empty(),
        "{}\nCompare with the documents of the exchange, and correct the spec or tests/streams/event_fields.txt.",
        problems.join("\n")
    );
}
