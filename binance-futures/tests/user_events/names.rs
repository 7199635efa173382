//! Names of events and of fields.

use binance_futures::decode::from_str;
use binance_futures::request::Product;
use binance_futures::types::OrderType;
use binance_futures::wire::{Codec, Plain};
use binance_futures::{coinm, usdm};
use serde_json::{Value, json};

use crate::frames::{
    account, algo_order, coinm_order, decode, payload, reencode, round_trip, trade_lite,
    usdm_order, with,
};

#[test]
fn unknown_events_are_kept_as_received() {
    let text = r#"{"E": 1790000000003, "e":"MOON_UPDATE" ,"m":{"phase":1.50}, "M":[]}"#;
    let event = from_str::<usdm::events::UserEvent, Plain>(text).unwrap();
    let unlisted = payload!(event, usdm::events::UserEvent::Unlisted);
    assert_eq!(unlisted.as_str(), "MOON_UPDATE");
    assert_eq!(unlisted.get("m"), Some(r#"{"phase":1.50}"#));
    assert_eq!(unlisted.get("M"), Some("[]"));
    let names: Vec<_> = unlisted.fields().map(|(name, _)| name).collect();
    assert_eq!(names, ["E", "e", "m", "M"]);
    assert!(from_str::<coinm::events::UserEvent, Plain>(text).is_ok());
}

#[test]
fn event_type_may_come_after_the_fields() {
    let trade = trade_lite(&json!({"e": null})).to_string();
    let text = trade.strip_suffix('}').unwrap().to_owned() + r#","e":"TRADE_LITE"}"#;
    let event = from_str::<usdm::events::UserEvent, Plain>(&text).unwrap();
    let trade = payload!(event, usdm::events::UserEvent::TradeLite);
    assert_eq!(trade.order_id, 41);
}

/// Returns the objects of a frame as JSON pointers.
fn objects(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(path.to_owned());
            for (name, value) in fields {
                objects(value, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                objects(value, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Removes each field that has a counterpart in the other case, and checks that the counterpart does not fill it. Returns the pairs.
fn check_pairs<P: Product>(frame: &Value) -> Vec<String>
where
    Plain: Codec<P::UserEvent>,
{
    let mut paths = Vec::new();
    objects(frame, "", &mut paths);
    let mut pairs = Vec::new();
    for path in paths {
        let fields = frame.pointer(&path).unwrap().as_object().unwrap();
        for name in fields.keys() {
            let counterpart = fields
                .keys()
                .find(|other| *other != name && other.eq_ignore_ascii_case(name));
            // Without the event type, the event is not decoded at all.
            let Some(counterpart) = counterpart.filter(|_| name != "e") else {
                continue;
            };
            let mut changed = frame.clone();
            let fields = changed.pointer_mut(&path).unwrap().as_object_mut().unwrap();
            fields.remove(name);
            match reencode::<P>(&changed) {
                Ok(encoded) => assert_eq!(encoded, changed),
                Err(failure) => assert_eq!(
                    failure.reason().to_string(),
                    format!("the field `{name}` is missing")
                ),
            }
            if name < counterpart {
                pairs.push(format!("{path}/{name}{counterpart}"));
            }
        }
    }
    pairs.sort();
    pairs
}

#[test]
fn fields_whose_names_differ_only_in_case_never_fill_each_other() {
    let none = json!({});
    let order = [
        "/Ee", "/o/APap", "/o/Ll", "/o/Mm", "/o/Nn", "/o/Ss", "/o/Tt", "/o/Xx",
    ];
    assert_eq!(check_pairs::<usdm::Usdm>(&usdm_order(&none)), order);
    assert_eq!(check_pairs::<coinm::CoinM>(&coinm_order(&none)), order);
    let trade = ["/Ee", "/Ll", "/Ss", "/Tt"];
    assert_eq!(check_pairs::<usdm::Usdm>(&trade_lite(&none)), trade);
    let algo = ["/Ee", "/o/Ss"];
    assert_eq!(check_pairs::<usdm::Usdm>(&algo_order(&none)), algo);
    assert_eq!(check_pairs::<coinm::CoinM>(&algo_order(&none)), algo);
}

/// The pairs that the test above checks are all pairs of the spec.
#[cfg(feature = "registry")]
#[test]
fn no_other_user_event_has_fields_whose_names_differ_only_in_case() {
    use binance_futures::registry::{Kind, operations};

    let mut pairs = std::collections::BTreeSet::new();
    for event in operations().filter(|operation| operation.kind == Kind::UserEvent) {
        for field in event.fields {
            let is_counterpart =
                |other: &str| field.path < other && other.eq_ignore_ascii_case(field.path);
            let counterparts = event
                .fields
                .iter()
                .filter(|other| is_counterpart(other.path));
            pairs.extend(
                counterparts.map(|other| format!("{} {} {}", event.id, field.path, other.path)),
            );
        }
    }
    // All events have `E` and `e`.
    pairs.retain(|pair| !pair.ends_with(" E e"));
    let expected = [
        "algo_update o.S o.s",
        "order_trade_update o.AP o.ap",
        "order_trade_update o.L o.l",
        "order_trade_update o.M o.m",
        "order_trade_update o.N o.n",
        "order_trade_update o.S o.s",
        "order_trade_update o.T o.t",
        "order_trade_update o.X o.x",
        "trade_lite L l",
        "trade_lite S s",
        "trade_lite T t",
    ];
    assert_eq!(Vec::from_iter(pairs), expected);
}

#[test]
fn event_type_and_event_time_are_told_apart_by_case() {
    for frame in [
        usdm_order(&json!({})),
        algo_order(&json!({})),
        account(&json!({})),
        trade_lite(&json!({})),
    ] {
        let failure = decode::<usdm::Usdm>(&with(frame.clone(), &json!({"E": null}))).unwrap_err();
        assert_eq!(failure.reason().to_string(), "the field `E` is missing");
        assert!(decode::<usdm::Usdm>(&with(frame, &json!({"e": null}))).is_err());
    }
}

#[test]
fn field_names_of_the_event_and_of_its_order_are_told_apart() {
    // `o` is the order, and in it the order type; `T` is the transaction time, and in it the trade time.
    let event = round_trip::<usdm::Usdm>(&algo_order(&json!({"o": "TAKE_PROFIT"})));
    let update = payload!(event, usdm::events::UserEvent::AlgoUpdate);
    assert_eq!(update.order.order_type, OrderType::TakeProfit);
    let mut frame = algo_order(&json!({}));
    frame["o"] = json!("STOP_MARKET");
    assert_eq!(decode::<usdm::Usdm>(&frame).unwrap_err().path(), "o");
    let mut frame = usdm_order(&json!({"T": null}));
    let failure = decode::<usdm::Usdm>(&frame).unwrap_err();
    assert_eq!(
        (
            failure.path().as_str(),
            failure.reason().to_string().as_str()
        ),
        ("o", "the field `T` is missing")
    );
    frame = with(usdm_order(&json!({})), &json!({"T": null}));
    let failure = decode::<usdm::Usdm>(&frame).unwrap_err();
    assert_eq!(failure.reason().to_string(), "the field `T` is missing");
}

#[test]
fn fields_of_the_other_case_are_not_accepted() {
    for (name, renamed) in [("q", "Q"), ("p", "P"), ("c", "C"), ("i", "I"), ("ps", "PS")] {
        let mut frame = usdm_order(&json!({}));
        let fields = frame["o"].as_object_mut().unwrap();
        let value = fields.remove(name).unwrap();
        fields.insert(renamed.to_owned(), value);
        let failure = decode::<usdm::Usdm>(&frame).unwrap_err();
        assert_eq!(
            failure.reason().to_string(),
            format!("the field `{name}` is missing")
        );
    }
}
