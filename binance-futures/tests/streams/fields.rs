//! Fields whose names differ only in case.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::streams;

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

#[test]
fn pairs_of_fields_that_differ_only_in_case_are_known() {
    for stream in streams() {
        let sample: Value = serde_json::from_str(stream.sample).unwrap();
        let found: BTreeSet<_> = pairs(&sample)
            .into_iter()
            .map(|(_, pair)| pair.concat())
            .collect();
        let known = PAIRS.iter().find(|(id, _)| *id == stream.id);
        let expected = known.map_or(&[][..], |(_, pairs)| *pairs);
        assert_eq!(Vec::from_iter(found), expected, "{}", stream.spec);
    }
}

#[test]
fn field_is_never_filled_by_the_one_that_differs_only_in_case() {
    for stream in streams() {
        let sample: Value = serde_json::from_str(stream.sample).unwrap();
        for (path, pair) in pairs(&sample) {
            for name in pair {
                let mut event = sample.clone();
                let record = event.pointer_mut(&path).unwrap().as_object_mut().unwrap();
                record.remove(&name);
                // The field is either missed or absent.
                let Ok(json) = (stream.reencode)(&event.to_string()) else {
                    continue;
                };
                let encoded: Value = serde_json::from_str(&json).unwrap();
                let record = encoded.pointer(&path).unwrap().as_object().unwrap();
                assert!(!record.contains_key(&name), "{name} of {}", stream.spec);
            }
        }
    }
}

#[test]
fn fields_that_differ_only_in_case_keep_their_own_values() {
    for stream in streams() {
        let sample: Value = serde_json::from_str(stream.sample).unwrap();
        let json = (stream.reencode)(stream.sample).unwrap();
        let encoded: Value = serde_json::from_str(&json).unwrap();
        for (path, pair) in pairs(&sample) {
            let record = sample.pointer(&path).unwrap();
            // A single object is encoded as a list of one.
            let other = encoded
                .pointer(&path)
                .or_else(|| encoded[0].pointer(&path))
                .unwrap();
            for name in pair {
                assert_eq!(record[&name], other[&name], "{name} of {}", stream.spec);
            }
        }
    }
}

#[test]
fn event_type_and_event_time_are_two_fields() {
    for stream in streams() {
        let mut event: Value = serde_json::from_str(stream.sample).unwrap();
        let record = if event.is_array() {
            &mut event[0]
        } else {
            &mut event
        };
        record.as_object_mut().unwrap().remove("E");
        if let Ok(json) = (stream.reencode)(&event.to_string()) {
            let encoded: Value = serde_json::from_str(&json).unwrap();
            let record = if encoded.is_array() {
                &encoded[0]
            } else {
                &encoded
            };
            assert_eq!(record.get("E"), None, "{}", stream.spec);
        }
    }
}
