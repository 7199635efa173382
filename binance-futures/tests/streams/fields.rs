//! Fields whose names differ only in case.

use std::collections::{BTreeMap, BTreeSet};

use binance_futures::registry::{Kind, Operation, operations};
use serde_json::Value;

use crate::streams;

/// The events of all streams and of the user data streams.
fn events() -> impl Iterator<Item = &'static Operation> {
    operations().filter(|operation| matches!(operation.kind, Kind::Stream | Kind::UserEvent))
}

/// The pairs in the event of each stream, except `e` and `E`, which all events have.
const PAIRS: [(&str, &[&str]); 23] = [
    ("agg_trades", &[]),
    ("all_asset_indexes", &["Aa", "Bb", "Gg", "Qq"]),
    ("all_book_tickers", &["Aa", "Bb"]),
    ("all_liquidations", &["Ss"]),
    ("all_mark_prices", &["Pp"]),
    ("all_mini_tickers", &[]),
    ("all_tickers", &["Cc", "Ll", "Oo", "Pp", "Qq"]),
    ("asset_index", &["Aa", "Bb", "Gg", "Qq"]),
    ("book_tickers", &["Aa", "Bb"]),
    ("composite_index", &["Cc", "Ww"]),
    ("continuous_klines", &["Ll", "Qq", "Tt", "Vv"]),
    ("diff_depth", &["Uu"]),
    ("index_price_klines", &["Ll", "Qq", "Tt", "Vv"]),
    ("klines", &["Ll", "Qq", "Tt", "Vv"]),
    ("liquidations", &["Ss"]),
    ("mark_price", &["Pp"]),
    ("mark_price_klines", &["Ll", "Qq", "Tt", "Vv"]),
    ("pair_mark_prices", &["Pp"]),
    ("partial_depth", &["Uu"]),
    ("rpi_depth", &["Uu"]),
    ("tickers", &["Cc", "Ll", "Oo", "Pp", "Qq"]),
    ("trades", &["Tt"]),
    ("trading_session", &["Tt"]),
];

/// Returns the objects of a value, each by its path.
fn objects(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                objects(field, format!("{path}/{name}"), found);
            }
            found.push(path);
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(item, format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Returns the pairs of names that differ only in case, with the paths of their objects.
fn pairs(sample: &Value) -> Vec<(String, [String; 2])> {
    let mut paths = Vec::new();
    objects(sample, String::new(), &mut paths);
    let mut found = Vec::new();
    for path in paths {
        let names: Vec<_> = sample
            .pointer(&path)
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
            .collect();
        for upper in &names {
            let lower = upper.to_ascii_lowercase();
            if lower != **upper && names.contains(&&lower) && lower != "e" {
                found.push((path.clone(), [(*upper).clone(), lower]));
            }
        }
    }
    found
}

/// Returns the pairs of fields that the spec has, whether they are in the sample or not.
fn pairs_of_the_spec(event: &Operation) -> BTreeSet<String> {
    let mut records: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for field in event.fields {
        let (record, name) = field.path.rsplit_once('.').unwrap_or(("", field.path));
        let name = name.trim_start_matches("[]");
        records.entry(record).or_default().insert(name);
    }
    let pairs = records.values().flat_map(|names| {
        names.iter().filter_map(|upper| {
            let lower = upper.to_ascii_lowercase();
            let is_pair = lower != **upper && lower != "e" && names.contains(lower.as_str());
            is_pair.then(|| format!("{upper}{lower}"))
        })
    });
    pairs.collect()
}

#[test]
fn samples_have_all_pairs_of_the_spec() {
    for event in streams() {
        let sample: Value = serde_json::from_str(event.sample).unwrap();
        let found = pairs(&sample).into_iter().map(|(_, pair)| pair.concat());
        assert_eq!(
            BTreeSet::from_iter(found),
            pairs_of_the_spec(event),
            "{}",
            event.spec
        );
    }
}

#[test]
fn pairs_of_fields_that_differ_only_in_case_are_known() {
    for event in streams() {
        let sample: Value = serde_json::from_str(event.sample).unwrap();
        let found: BTreeSet<_> = pairs(&sample)
            .into_iter()
            .map(|(_, pair)| pair.concat())
            .collect();
        let known = PAIRS.iter().find(|(id, _)| *id == event.id);
        let expected = known.map_or(&[][..], |(_, pairs)| *pairs);
        assert_eq!(Vec::from_iter(found), expected, "{}", event.spec);
    }
}

/// Report S07.
#[test]
fn field_is_never_filled_by_the_one_that_differs_only_in_case() {
    for event in events() {
        let sample: Value = serde_json::from_str(event.sample).unwrap();
        for (path, pair) in pairs(&sample) {
            for name in pair {
                let mut changed = sample.clone();
                let record = changed.pointer_mut(&path).unwrap().as_object_mut().unwrap();
                record.remove(&name);
                // The field is either missed or absent.
                let Ok(json) = (event.reencode)(&changed.to_string()) else {
                    continue;
                };
                let encoded: Value = serde_json::from_str(&json).unwrap();
                let record = encoded.pointer(&path).unwrap().as_object().unwrap();
                assert!(!record.contains_key(&name), "{name} of {}", event.spec);
            }
        }
    }
}

/// Report S07.
#[test]
fn fields_that_differ_only_in_case_keep_their_own_values() {
    for event in events() {
        let sample: Value = serde_json::from_str(event.sample).unwrap();
        let json = (event.reencode)(event.sample).unwrap();
        let encoded: Value = serde_json::from_str(&json).unwrap();
        for (path, pair) in pairs(&sample) {
            let record = sample.pointer(&path).unwrap();
            // A single object is encoded as a list of one.
            let other = encoded
                .pointer(&path)
                .or_else(|| encoded[0].pointer(&path))
                .unwrap();
            for name in pair {
                assert_eq!(record[&name], other[&name], "{name} of {}", event.spec);
            }
        }
    }
}

#[test]
fn event_type_and_event_time_are_two_fields() {
    for event in events() {
        let mut changed: Value = serde_json::from_str(event.sample).unwrap();
        let record = if changed.is_array() {
            &mut changed[0]
        } else {
            &mut changed
        };
        record.as_object_mut().unwrap().remove("E");
        if let Ok(json) = (event.reencode)(&changed.to_string()) {
            let encoded: Value = serde_json::from_str(&json).unwrap();
            let record = if encoded.is_array() {
                &encoded[0]
            } else {
                &encoded
            };
            assert_eq!(record.get("E"), None, "{}", event.spec);
        }
    }
}
