//! Limits of orders and limits of request weight.

use std::time::Duration;

use binance_futures::client::Retry;
use binance_futures::error::{Error, RateLimited};
use binance_futures::mock::{Exchange, Fault};
use binance_futures::request::{CountedBy, LimitKind, Request};
use binance_futures::types::Side;
use binance_futures::usdm::{self, Usdm};

use crate::exchange::{client_with, responding};

const TOO_MANY_ORDERS: &str =
    r#"{"code":-1015,"msg":"Too many new orders; current limit is 300 orders per TEN_SECONDS."}"#;
const TOO_MANY_REQUESTS: &str = r#"{"code":-1003,"msg":"Too many requests; current limit of IP(192.0.2.7) is 2400 requests per minute."}"#;

fn order() -> usdm::NewOrder {
    usdm::NewOrder::market("BTCUSDT", Side::Buy, 1)
}

async fn rate_limited(exchange: &Exchange) -> RateLimited {
    let client = client_with::<Usdm>(exchange, Retry::never());
    match client.send(order()).await {
        Err(Error::RateLimited(limited)) => *limited,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn order_limit_holds_back_orders_for_at_most_its_window() {
    for status in [429, 400] {
        let exchange = responding(&[(status, TOO_MANY_ORDERS)]).await;
        let limited = rate_limited(&exchange).await;
        assert!(
            limited.retry_after <= Duration::from_secs(10),
            "{limited:?}"
        );
        assert!(!limited.is_banned);
        let limit = limited.limit;
        assert_eq!(
            (limit.kind, limit.scope),
            (LimitKind::Orders, CountedBy::Account)
        );
        assert_eq!(limit.interval, Duration::from_secs(10));
        assert_eq!(limit.limit, Some(300));
        let text = limited.to_string();
        assert!(text.ends_with("before the next new order"), "{text}");
    }
}

#[tokio::test]
async fn order_limit_does_not_hold_back_cancellations_and_queries() {
    let exchange = responding(&[(429, TOO_MANY_ORDERS)]).await;
    let limited = rate_limited(&exchange).await;
    let (cancel, query) = (
        usdm::CancelOrder::new("BTCUSDT", "a"),
        usdm::QueryOrder::new("BTCUSDT", "a"),
    );
    assert!(limited.holds_back(order().cost()));
    assert!(limited.holds_back(usdm::NewOrders::new([order()]).cost()));
    assert!(!limited.holds_back(cancel.cost()));
    assert!(!limited.holds_back(query.cost()));
    let client = client_with::<Usdm>(&exchange, Retry::never());
    assert!(client.send(usdm::OpenOrders::new()).await.is_ok());
}

#[tokio::test]
async fn weight_limit_holds_back_all_requests_until_the_minute_ends() {
    let exchange = responding(&[(429, TOO_MANY_REQUESTS)]).await;
    let limited = rate_limited(&exchange).await;
    assert!(
        limited.retry_after <= Duration::from_secs(60),
        "{limited:?}"
    );
    let limit = limited.limit;
    assert_eq!(
        (limit.kind, limit.scope),
        (LimitKind::RequestWeight, CountedBy::Ip)
    );
    assert_eq!(
        (limit.interval, limit.limit),
        (Duration::from_secs(60), Some(2_400))
    );
    assert!(limited.holds_back(usdm::QueryOrder::new("BTCUSDT", "a").cost()));
    let text = limited.to_string();
    assert!(text.ends_with("before the next request"), "{text}");
}

#[tokio::test]
async fn ban_holds_back_all_requests() {
    let exchange = responding(&[(418, TOO_MANY_ORDERS)]).await;
    let limited = rate_limited(&exchange).await;
    assert!(limited.is_banned);
    assert!(limited.holds_back(usdm::QueryOrder::new("BTCUSDT", "a").cost()));
    assert!(limited.to_string().ends_with("before the next request"));
}

#[tokio::test]
async fn wait_that_the_exchange_states_is_longer_or_shorter_than_the_window() {
    let exchange = Exchange::start().await.unwrap();
    for seconds in [0, 25] {
        exchange.inject_fault(Fault::Respond {
            status: 429,
            headers: vec![("retry-after".to_owned(), seconds.to_string())],
            body: TOO_MANY_ORDERS.to_owned(),
        });
        let limited = rate_limited(&exchange).await;
        assert_eq!(limited.retry_after, Duration::from_secs(seconds));
    }
}
