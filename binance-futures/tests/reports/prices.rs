//! Parameters of which one is required only if the other is absent.

use binance_futures::dynamic::{ParamMap, ProblemKind};
use binance_futures::parameters::{ParameterSet, QueryWriter};
use binance_futures::registry::{self, Kind, Operation};
use binance_futures::types::{OrderPrice, PriceMatch, Side, TimeInForce, Timestamp};
use binance_futures::{coinm, usdm};

fn query<R: ParameterSet>(request: &R) -> String {
    let mut query = QueryWriter::new();
    request.write(&mut query);
    query.into_string()
}

#[test]
fn modification_with_a_price_match_has_no_price() {
    let queue = PriceMatch::Queue;
    let usdm_order = usdm::ModifyOrder::new("BTCUSDT", "a", Side::Buy, 1, queue.clone());
    let coinm_order = coinm::ModifyOrder::new("BTCUSD_PERP", "a", Side::Buy, 1, queue);
    let expected = "&side=BUY&quantity=1&priceMatch=QUEUE";
    for query in [query(&usdm_order), query(&coinm_order)] {
        assert!(query.ends_with(expected), "{query}");
    }
    let limit = |price| usdm::ModifyOrder::new("BTCUSDT", "a", Side::Buy, 1, price);
    let batch = query(&usdm::ModifyOrders::new([
        usdm_order.clone(),
        limit(59_750),
    ]));
    assert!(batch.contains("priceMatch%22%3A%22QUEUE%22%7D"), "{batch}");
    assert!(batch.contains("price%22%3A%2259750%22%7D"), "{batch}");
    let batch = query(&coinm::ModifyOrders::new([coinm_order]));
    assert!(!batch.contains("price%22"), "{batch}");
}

#[test]
fn new_order_with_a_price_match_has_no_price() {
    let order = |price: OrderPrice| {
        query(&usdm::NewOrder::limit(
            "BTCUSDT",
            Side::Buy,
            1,
            price,
            TimeInForce::Gtc,
        ))
    };
    let start = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1";
    assert_eq!(
        order(PriceMatch::Opponent5.into()),
        format!("{start}&priceMatch=OPPONENT_5&timeInForce=GTC")
    );
    assert_eq!(order(2.into()), format!("{start}&price=2&timeInForce=GTC"));
}

/// Names of all parameters of an operation.
fn names(operation: &Operation) -> Vec<&'static str> {
    let parameters = operation.parameters.iter();
    parameters.map(|parameter| parameter.name).collect()
}

#[test]
fn no_order_can_have_a_price_beside_a_price_match() {
    let mut orders = 0;
    for operation in registry::operations().filter(|operation| operation.kind == Kind::Rest) {
        let is_order = |name: &&str| ["price", "priceMatch"].contains(name);
        if names(operation)
            .iter()
            .filter(|name| is_order(name))
            .count()
            < 2
        {
            continue;
        }
        orders += 1;
        let both = [("price", "2"), ("priceMatch", "QUEUE")];
        let Err(problems) = registry::build(operation, ParamMap::from_pairs(both)) else {
            panic!("{} accepts both", operation.name);
        };
        let is_reported = |name: &str, kind: &ProblemKind| {
            name == "price, priceMatch" && *kind == ProblemKind::ManyOf
        };
        assert!(
            problems.iter().any(|it| is_reported(&it.name, &it.kind)),
            "{}: {problems:?}",
            operation.name
        );
    }
    assert_eq!(orders, 7);
}

#[test]
fn modification_needs_a_price_or_a_price_match() {
    for (product, symbol) in [("usdm", "BTCUSDT"), ("coinm", "BTCUSD_PERP")] {
        let operation = crate::samples::operation(product, "ModifyOrder");
        let pairs = [
            ("symbol", symbol),
            ("orderId", "1"),
            ("side", "BUY"),
            ("quantity", "1"),
        ];
        let problems = registry::build(operation, ParamMap::from_pairs(pairs)).unwrap_err();
        let found: Vec<_> = problems.iter().map(|it| (&*it.name, &it.kind)).collect();
        assert_eq!(found, [("price, priceMatch", &ProblemKind::NoneOf)]);
    }
}

#[test]
fn good_till_date_is_an_argument_of_orders_that_need_it() {
    let date = Timestamp::from_millis(1_890_401_500_000);
    let order = usdm::NewOrder::limit_until("BTCUSDT", Side::Buy, 1, 2, date);
    assert_eq!(
        query(&order),
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=2&timeInForce=GTD&goodTillDate=1890401500000"
    );
}
