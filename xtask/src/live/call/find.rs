//! The operations that a name may mean.

use anyhow::{Result, bail};
use binance_futures::registry::{Kind, Operation, operations};

use crate::names::{ask, by_name, by_path, check_product, list, products, suggestions, title};

/// Returns the operations with a name: an id, an alias, a Rust name or `METHOD /path`.
///
/// All of them have the same method and path; their parameters are different.
pub(super) fn find(product: &str, name: &str) -> Result<Vec<&'static Operation>> {
    check_product(product)?;
    let requests = requests(product);
    let found = exact(name, &requests);
    if found.is_empty() {
        bail!("{}", unknown(product, name, &requests));
    }
    Ok(found)
}

/// Returns the operations of all products with exactly this name.
pub(super) fn find_in_all(name: &str) -> Vec<&'static Operation> {
    products()
        .into_iter()
        .flat_map(|product| exact(name, &requests(product)))
        .collect()
}

fn requests(product: &str) -> Vec<&'static Operation> {
    operations()
        .filter(|operation| operation.product == product && operation.kind == Kind::Rest)
        .collect()
}

fn exact(name: &str, requests: &[&'static Operation]) -> Vec<&'static Operation> {
    if let Some((method, path)) = name.split_once(' ') {
        let is_meant = |operation: &&'static Operation| {
            operation.path == Some(path.trim()) && has_method(operation, method)
        };
        return requests.iter().copied().filter(is_meant).collect();
    }
    let mut found = by_name(name, requests);
    if let Some(first) = found.first().copied() {
        found.retain(|other| (other.method, other.path) == (first.method, first.path));
    }
    found
}

fn has_method(operation: &Operation, method: &str) -> bool {
    operation
        .method
        .is_some_and(|own| own.as_str().eq_ignore_ascii_case(method))
}

/// The message for a name that no request of the product has.
fn unknown(product: &str, name: &str, requests: &[&'static Operation]) -> String {
    let unknown = format!("{product} has no operation `{name}`");
    let none = format!("{unknown}\n`cargo xtask list` prints all operations");
    if let Some((method, path)) = name.split_once(' ') {
        let of_method = requests.iter().copied();
        let of_method: Vec<_> = of_method
            .filter(|operation| has_method(operation, method))
            .collect();
        let same_path = by_path(path.trim(), requests);
        if !same_path.is_empty() && by_path(path.trim(), &of_method).is_empty() {
            return format!("{unknown}; this path has{}", list(&same_path));
        }
        let found = suggestions(path.trim(), &of_method);
        return if found.is_empty() {
            none
        } else {
            format!("{unknown}{}", ask(&found))
        };
    }
    let mut others = operations().filter(|other| other.kind != Kind::Rest);
    if let Some(other) = others.find(|other| other.product == product && other.id == name) {
        let kind = match other.kind {
            Kind::Stream => "a stream",
            Kind::UserEvent => "a user data event",
            Kind::WsApi | Kind::Rest => "a request of the websocket API only",
        };
        return format!("`{name}` is {kind}, but this command sends REST requests");
    }
    let elsewhere = find_in_all(name);
    let elsewhere = elsewhere.first().map_or_else(String::new, |other| {
        format!("\n{} has {}", other.product, title(other))
    });
    let found = suggestions(name, requests);
    if found.is_empty() && elsewhere.is_empty() {
        return none;
    }
    format!("{unknown}{}{elsewhere}", ask(&found))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::{find, requests, suggestions};

    fn suggested(product: &str, name: &str) -> Vec<&'static str> {
        let found = suggestions(name, &requests(product));
        found.iter().map(|operation| operation.id).collect()
    }

    #[test]
    fn operations_are_found_by_each_of_their_names() {
        for name in [
            "new_order",
            "NewOrder",
            "POST /fapi/v1/order",
            "post /fapi/v1/order",
        ] {
            let found = find("usdm", name).unwrap();
            let ids: Vec<_> = found.iter().map(|operation| operation.id).collect();
            assert_eq!(ids, ["new_order"], "{name}");
        }
    }

    #[test]
    fn methods_of_the_websocket_api_are_known() {
        assert_eq!(suggested("usdm", "order.place"), ["new_order"]);
        assert_eq!(suggested("usdm", "v2/account.status"), ["account"]);
        assert_eq!(suggested("coinm", "order.cancel"), ["cancel_order"]);
        assert_eq!(suggested("usdm", "order.plcae"), ["new_order"]);
    }

    #[test]
    fn paths_are_known_with_and_without_their_prefix() {
        let orders = ["cancel_order", "modify_order", "new_order", "query_order"];
        for path in ["/fapi/v1/order", "fapi/v1/order", "/order", "order"] {
            let mut found = suggested("usdm", path);
            found.sort_unstable();
            assert_eq!(found, orders, "{path}");
        }
        assert_eq!(suggested("usdm", "leverageBracket"), ["leverage_brackets"]);
    }

    #[test]
    fn version_suffixes_are_known() {
        assert_eq!(suggested("usdm", "account_v3"), ["account"]);
        assert_eq!(suggested("usdm", "PositionsV3"), ["positions"]);
        assert_eq!(suggested("usdm", "new_order_v1"), ["new_order"]);
        assert_eq!(suggested("usdm", "new_order_v7"), ["new_order"]);
    }

    #[test]
    fn a_suggestion_has_the_verb_of_the_name() {
        for (name, expected) in [
            ("place_order", "new_order"),
            ("create_order", "new_order"),
            ("plce_order", "new_order"),
            ("delete_order", "cancel_order"),
            ("cancle_order", "cancel_order"),
            ("get_order", "query_order"),
            ("amend_order", "modify_order"),
            ("place_batch_orders", "new_orders"),
            ("set_leverage", "change_leverage"),
            ("get_depth", "depth"),
            ("create_listen_key", "new_listen_key"),
        ] {
            assert_eq!(suggested("usdm", name), [expected], "{name}");
        }
        assert_eq!(suggested("usdm", "delete_depth"), [""; 0]);
    }

    #[test]
    fn typing_errors_are_recognized() {
        assert_eq!(suggested("usdm", "klins"), ["klines"]);
        assert_eq!(suggested("usdm", "exchangeinfo"), ["exchange_info"]);
        assert_eq!(suggested("usdm", "continous_klines"), ["continuous_klines"]);
        assert_eq!(
            suggested("usdm", "order_book_ticker"),
            ["book_ticker", "book_tickers"]
        );
        assert_eq!(suggested("usdm", "market_order").len(), 4);
        assert_eq!(suggested("usdm", "xyzzy"), [""; 0]);
    }

    #[test]
    fn messages_say_what_exists_instead() {
        for (product, name, expected) in [
            ("usdn", "depth", "did you mean `usdm`?"),
            ("spot", "depth", "there are "),
            (
                "usdm",
                "place_order",
                "did you mean `new_order` (POST /fapi/v1/order)?",
            ),
            ("coinm", "test_order", "\nusdm has usdm::TestOrder"),
            (
                "usdm",
                "GET /fapi/v1/leverage",
                "this path has\n  change_leverage  POST",
            ),
            ("usdm", "POST /fapi/v2/order", "did you mean `new_order`"),
            ("usdm", "POST /fapi/v1/ordr", "did you mean `new_order`"),
            ("usdm", "order_trade_update", "is a user data event"),
            ("usdm", "xyzzy", "`cargo xtask list` prints all operations"),
        ] {
            let error = find(product, name).unwrap_err().to_string();
            assert!(error.contains(expected), "{product} {name}: {error}");
        }
    }
}
