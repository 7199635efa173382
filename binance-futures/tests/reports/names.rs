//! Fields with several names.

use binance_futures::{coinm, usdm};
use serde_json::Value;

use crate::samples::{decode, operation, reencode, sample};

/// The sample with a field under another name.
fn renamed(product: &str, name: &str, from: &str, to: &str) -> Value {
    let text = sample(product, name).to_string();
    let (from, to) = (format!("\"{from}\":"), format!("\"{to}\":"));
    assert!(text.contains(&from), "{name} has no {from}");
    serde_json::from_str(&text.replace(&from, &to)).unwrap()
}

#[test]
fn floor_of_a_leverage_bracket_has_two_names() {
    for name in ["LeverageBrackets", "PairLeverageBrackets"] {
        let original = sample("coinm", name);
        let used = if original.to_string().contains("qtylFloor") {
            ("qtylFloor", "qtyFloor")
        } else {
            ("qtyFloor", "qtylFloor")
        };
        let other = renamed("coinm", name, used.0, used.1);
        let of = |payload| reencode("coinm", name, payload).unwrap();
        assert_eq!(of(&original), of(&other));
    }
    let brackets = sample("coinm", "LeverageBrackets");
    assert!(decode::<coinm::LeverageBrackets>(&brackets).is_ok());
}

#[test]
fn table_of_operations_has_all_names_of_a_field() {
    for (product, name, path, other) in [
        (
            "coinm",
            "LeverageBrackets",
            "[].brackets[].qtylFloor",
            "qtyFloor",
        ),
        (
            "usdm",
            "Positions",
            "[].unRealizedProfit",
            "unrealizedProfit",
        ),
        ("usdm", "ExchangeInfo", "symbols[].orderTypes", "OrderType"),
        ("coinm", "ExchangeInfo", "symbols[].orderTypes", "OrderType"),
    ] {
        let fields = operation(product, name).fields;
        let field = fields.iter().find(|field| field.path == path);
        assert_eq!(field.unwrap().other_names, [other], "{product} {path}");
    }
}

#[test]
fn unrealized_profit_of_a_position_has_two_names() {
    let other = renamed("usdm", "Positions", "unRealizedProfit", "unrealizedProfit");
    assert_eq!(
        decode::<usdm::Positions>(&other).unwrap(),
        decode::<usdm::Positions>(&sample("usdm", "Positions")).unwrap()
    );
}

#[test]
fn field_under_two_names_at_once_is_rejected() {
    let mut both = sample("usdm", "Positions");
    both[0]["unrealizedProfit"] = both[0]["unRealizedProfit"].clone();
    assert!(decode::<usdm::Positions>(&both).is_err());
}
