//! What the exchange always sends needs no unwrapping, and money is decimal.

use binance_futures::types::{
    ClientOrderId, Decimal, OrderStatus, OrderType, Side, Symbol, TimeInForce, Timestamp,
};
use binance_futures::{decode, usdm, wire};

/// It compiles only as long as each member is what it is here, and none is an `Option`.
#[test]
fn required_members_are_plain_and_prices_are_decimals() {
    let text = include_str!("../../src/generated/usdm/rest/trade/query_order.json");
    let order = decode::from_str::<usdm::types::Order, wire::Serde>(text).unwrap();
    let ids: (u64, ClientOrderId, Symbol) = (order.order_id, order.client_order_id, order.symbol);
    let money: [Decimal; 3] = [
        order.price,
        order.original_quantity,
        order.executed_quantity,
    ];
    let kind: (Side, OrderType, OrderStatus, TimeInForce) = (
        order.side,
        order.order_type,
        order.status,
        order.time_in_force,
    );
    let time: Timestamp = order.update_time;
    assert!(ids.0 > 0 && money[1] > Decimal::ZERO && time.as_millis() > 0);
    assert_eq!(kind.2.as_str(), "PARTIALLY_FILLED");
}

/// A price comes back as it came, with its zeros.
#[test]
fn money_keeps_its_scale() {
    let text = include_str!("../../src/generated/usdm/rest/trade/query_order.json");
    let order = decode::from_str::<usdm::types::Order, wire::Serde>(text).unwrap();
    let again = decode::to_string::<usdm::types::Order, wire::Serde>(&order).unwrap();
    let price = |text: &str| {
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        json["price"].as_str().unwrap().to_owned()
    };
    assert_eq!(price(text), price(&again));
    assert_eq!(price(text), order.price.to_string());
}
