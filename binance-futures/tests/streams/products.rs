//! The topics of all symbols push elements of both products (S06).

use std::collections::BTreeSet;
use std::str::FromStr;

use binance_futures::json::Reader;
use binance_futures::topic::{Retained, Subscribable, Topic};
use binance_futures::{coinm, usdm};
use serde_json::{Value, json};

use crate::{change, decode, sample, streams, with_topic};

/// Returns the ids of the products of all elements.
fn products<T: Topic>(event: &Value) -> Vec<Option<&'static str>> {
    let event = decode::<T>(event).unwrap();
    T::elements(&event).iter().map(T::product).collect()
}

/// Returns an element of the sample of a stream, with this value in the field `st`.
fn element(product: &str, id: &str, symbol_type: &Value) -> Value {
    let mut element = match sample(product, id) {
        Value::Array(mut list) => list.swap_remove(0),
        element => element,
    };
    change(&mut element, &json!({ "st": symbol_type }));
    element
}

/// Returns an event with this element, as the sample of the stream has it: in a list, or alone.
fn event(product: &str, id: &str, symbol_type: &Value) -> Value {
    let element = element(product, id, symbol_type);
    if sample(product, id).is_array() {
        json!([element])
    } else {
        element
    }
}

/// Removes the elements of other products. Returns the products of those that are left.
fn retain<T>(name: &str, event: &Value) -> (Retained, String)
where
    T: Subscribable + FromStr,
{
    let topic = name.parse::<T>().ok().unwrap();
    let text = event.to_string();
    let mut event = topic.decode(&mut Reader::new(&text)).unwrap();
    let retained = topic.retain_own_product(&mut event);
    (retained, format!("{event:?}"))
}

fn retain_of(product: &str, name: &str, event: &Value) -> (Retained, String) {
    match product {
        "usdm" => retain::<usdm::streams::AnyTopic>(name, event),
        _ => retain::<coinm::streams::AnyTopic>(name, event),
    }
}

/// The values of `st`, with the ids of the products.
fn values() -> [(Value, Option<&'static str>); 4] {
    [
        (json!(1), Some("usdm")),
        (json!(2), Some("coinm")),
        (json!(3), None),
        (Value::Null, None),
    ]
}

#[test]
fn elements_of_topics_of_all_symbols_tell_their_product() {
    let mut filtered = BTreeSet::new();
    for stream in streams() {
        let of_symbol = stream
            .parameters
            .iter()
            .any(|parameter| matches!(parameter.ty, "Symbol" | "Pair" | "Asset"));
        let has_field = stream
            .fields
            .iter()
            .any(|field| field.ty.contains("SymbolType"));
        for (value, id) in values() {
            if !has_field {
                continue;
            }
            let event = event(stream.product, stream.id, &value);
            let found = with_topic!(stream.product, stream.id, products(&event));
            let expected = if of_symbol { None } else { id };
            assert_eq!(
                found,
                [expected],
                "{}/{} {value}",
                stream.product,
                stream.id
            );
        }
        if has_field && !of_symbol {
            filtered.insert(format!("{}/{}", stream.product, stream.id));
        }
    }
    let expected = [
        "coinm/all_book_tickers",
        "coinm/all_liquidations",
        "coinm/all_mini_tickers",
        "coinm/all_tickers",
        "coinm/contract_info",
        "usdm/all_book_tickers",
        "usdm/all_liquidations",
        "usdm/all_mark_prices",
        "usdm/all_mini_tickers",
        "usdm/all_tickers",
        "usdm/contract_info",
    ];
    assert_eq!(Vec::from_iter(filtered), expected);
}

#[test]
fn only_elements_that_tell_another_product_are_removed() {
    let mut count = 0;
    for stream in streams() {
        let name = stream.stream.unwrap();
        if !name.starts_with('!') || name.contains("assetIndex") {
            continue;
        }
        let name = name.replace("[@<speed>]", "");
        let (product, id) = (stream.product, stream.id);
        for (value, of) in values() {
            let (retained, _) = retain_of(product, &name, &event(product, id, &value));
            let is_own = of.is_none_or(|of| of == product);
            let expected = Retained {
                is_any_left: is_own,
                removed: usize::from(!is_own),
            };
            assert_eq!(retained, expected, "{product}/{id} {value}");
        }
        count += 1;
        if !sample(product, id).is_array() {
            continue;
        }
        let all = values().map(|(value, _)| {
            let mut element = element(product, id, &value);
            change(&mut element, &json!({ "s": format!("SYMBOL{value}") }));
            element
        });
        let (retained, left) = retain_of(product, &name, &json!(all));
        let expected = Retained {
            is_any_left: true,
            removed: 1,
        };
        assert_eq!(retained, expected, "{product}/{id}");
        for (value, of) in values() {
            let is_left = left.contains(&format!("SYMBOL{value}"));
            assert_eq!(
                is_left,
                of.is_none_or(|of| of == product),
                "{product}/{id} {value}"
            );
        }
    }
    assert_eq!(count, 11);
}

#[test]
fn a_symbol_that_the_caller_named_is_never_removed() {
    let other = event("usdm", "book_tickers", &json!(2));
    let (retained, _) = retain_of("usdm", "btcusd_perp@bookTicker", &other);
    assert_eq!(retained.removed, 0);
    assert!(retained.is_any_left);
    let (retained, _) = retain::<usdm::streams::BookTickers>("btcusd_perp@bookTicker", &other);
    assert_eq!(retained.removed, 0);
}

#[test]
fn product_of_a_liquidation_is_in_the_event_or_in_its_order() {
    for (product, other) in [("usdm", 2), ("coinm", 1)] {
        let mut event = event(product, "all_liquidations", &Value::Null);
        event["o"]["st"] = json!(other);
        let (retained, _) = retain_of(product, "!forceOrder@arr", &event);
        assert_eq!(retained.removed, 1, "{product}");
        event["st"] = json!(3 - other);
        let (retained, _) = retain_of(product, "!forceOrder@arr", &event);
        assert_eq!(retained.removed, 0, "{product}");
    }
}

#[test]
fn topic_of_one_type_removes_elements_too() {
    let all = json!([
        element("usdm", "all_mini_tickers", &json!(2)),
        element("usdm", "all_mini_tickers", &json!(2)),
    ]);
    let (retained, left) = retain::<usdm::streams::AllMiniTickers>("!miniTicker@arr", &all);
    assert_eq!(retained.removed, 2);
    assert!(!retained.is_any_left);
    assert_eq!(left, "[]");
}
