//! A governor keeps clients below the limits of the mock exchange, which are those of the spec.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![cfg(all(
    feature = "rest",
    feature = "mock",
    feature = "usdm",
    feature = "coinm"
))]

use std::time::Duration;

use binance_futures::coinm;
use binance_futures::governor::Governor;
use binance_futures::mock::Exchange;
use binance_futures::prelude::*;
use binance_futures::usdm::{self, Depth, NewOrder};

/// More orders than the exchange accepts in ten seconds, of both products, and market data.
#[tokio::test]
async fn storm_of_64_tasks_is_never_rejected() {
    const TASKS: usize = 64;
    const ORDERS_OF_EACH: usize = 5;

    let exchange = Exchange::start().await.unwrap();
    let (api_key, secret) = exchange.credentials();
    let credentials = Credentials::hmac(api_key, secret)
        .unwrap()
        .for_environment(exchange.environment());
    let governor = Governor::new();
    let minute = Duration::from_secs(60);
    let usdm = usdm::Client::builder()
        .credentials(credentials.clone())
        .governor(governor.clone())
        .timeout(minute)
        .build()
        .unwrap();
    let coinm = coinm::Client::builder()
        .credentials(credentials)
        .governor(governor.clone())
        .timeout(minute)
        .build()
        .unwrap();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (usdm, coinm) = (usdm.clone(), coinm.clone());
            tokio::spawn(async move {
                for _ in 0..ORDERS_OF_EACH {
                    if task % 2 == 0 {
                        let order = NewOrder::market("BTCUSDT", Side::Buy, dec!(0.002));
                        usdm.send(order).await.unwrap();
                    } else {
                        let order = coinm::NewOrder::market("BTCUSD_PERP", Side::Buy, 1);
                        coinm.send(order).await.unwrap();
                    }
                }
                usdm.send(Depth::new("BTCUSDT").limit(1_000)).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(exchange.rejected_requests(), []);
    let used = governor.usage();
    let orders = used.iter().find(|limit| limit.name == "orders_1m").unwrap();
    assert_eq!(orders.used, u64::try_from(TASKS * ORDERS_OF_EACH).unwrap());
}

/// What a response of the websocket API reports corrects what the governor knows.
#[cfg(feature = "ws")]
#[tokio::test(start_paused = true)]
async fn rate_limits_of_a_websocket_response_are_taken_over() {
    use binance_futures::error::ThrottledReason;
    use binance_futures::governor::{Ask, Priority, WhenLimited};
    use binance_futures::request::Request;
    use binance_futures::usdm::Usdm;
    use binance_futures::ws::message::ApiResponse;

    let budget = Governor::new().budget::<Usdm>(Some("key"));
    let ask = |cost| Ask {
        cost,
        priority: Priority::Query,
        when_limited: WhenLimited::Fail,
        deadline: None,
    };
    let depth = Depth::new("BTCUSDT").limit(5).cost();
    assert_eq!(depth.weight, 2);
    let order = NewOrder::market("BTCUSDT", Side::Buy, dec!(0.002)).cost();
    let text = r#"{"id":"a","status":200,"result":{},"rateLimits":[
        {"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":100,"count":97},
        {"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":300,"count":300}
    ]}"#;
    budget.report(&ApiResponse::parse(text).unwrap().usage);
    let permit = budget.acquire(ask(depth)).await.unwrap().sent();
    for (cost, limit) in [(depth, "request_weight"), (order, "orders_10s")] {
        let throttled = budget.acquire(ask(cost)).await.unwrap_err();
        assert_eq!(throttled.reason, ThrottledReason::Limit { limit });
    }
    drop(permit);
    tokio::time::advance(Duration::from_secs(61)).await;
    budget.acquire(ask(order)).await.unwrap();
    budget.acquire(ask(depth)).await.unwrap();
}
