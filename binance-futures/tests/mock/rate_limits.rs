//! Request weight, order counts and bans.

use binance_futures::mock::RateLimits;

use crate::client::Session;

const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC";

#[tokio::test]
async fn weight_depends_on_the_parameters_and_is_reset_each_minute() {
    let session = Session::start().await;
    for (target, used) in [
        ("/fapi/v1/ping", 1),
        ("/fapi/v1/depth?symbol=BTCUSDT&limit=5", 3),
        ("/fapi/v1/depth?symbol=BTCUSDT", 13),
        ("/fapi/v1/depth?symbol=BTCUSDT&limit=1000", 33),
        ("/fapi/v2/ticker/price?symbol=BTCUSDT", 34),
        ("/fapi/v2/ticker/price", 36),
        ("/fapi/v1/premiumIndex", 46),
        ("/fapi/v1/depth", 56),
    ] {
        let response = session.get(target).await;
        assert_eq!(
            response.number("x-mbx-used-weight-1m"),
            Some(used),
            "{target}"
        );
    }
    session.clock.advance(60_000);
    let response = session.get("/fapi/v1/ping").await;
    assert_eq!(response.number("x-mbx-used-weight-1m"), Some(1));
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn both_products_share_the_weight_limit() {
    let session = Session::start().await;
    session.get("/fapi/v1/ping").await;
    let response = session.get("/dapi/v1/exchangeInfo").await;
    assert_eq!(response.number("x-mbx-used-weight-1m"), Some(2));
}

#[tokio::test]
async fn requests_above_the_weight_limit_get_429_and_then_a_ban() {
    let session = Session::with(|builder| {
        builder.rate_limits(RateLimits {
            weight_1m: 2,
            rejections_before_ban: 2,
            ban_seconds: 120,
            ..RateLimits::default()
        })
    })
    .await;
    for status in [200, 200, 429, 429, 418, 418] {
        let response = session.get("/fapi/v1/ping").await;
        assert_eq!(response.status, status, "{response:?}");
        if status != 200 {
            assert_eq!(response.outcome().1, -1003);
        }
        // The start time is 53.943 seconds into its minute.
        let seconds = match status {
            429 => Some(7),
            418 => Some(120),
            _ => None,
        };
        assert_eq!(response.number("retry-after"), seconds);
    }
    session.clock.advance(119_000);
    let response = session.get("/fapi/v1/ping").await;
    assert_eq!(
        (response.status, response.number("retry-after")),
        (418, Some(1))
    );
    assert!(
        response.body.contains("banned until 1591702733943"),
        "{response:?}"
    );
    session.clock.advance(1_000);
    assert_eq!(session.get("/fapi/v1/ping").await.status, 200);
}

#[tokio::test]
async fn messages_with_status_429_name_the_option_that_raises_the_limit() {
    let limits = RateLimits {
        weight_1m: 0,
        orders_10s: 0,
        ..RateLimits::default()
    };
    let session = Session::with(|builder| builder.rate_limits(limits)).await;
    let order = session.signed("POST", "/fapi/v1/order", ORDER).await;
    assert_eq!(order.outcome(), (429, -1015));
    assert!(order.body.contains("--orders-10s"), "{order:?}");
    let ping = session.get("/fapi/v1/ping").await;
    assert_eq!(ping.outcome(), (429, -1003));
    assert!(ping.body.contains("--weight"), "{ping:?}");
}

#[tokio::test]
async fn orders_are_counted_for_each_account_and_rejected_above_either_limit() {
    let session = Session::with(|builder| {
        builder
            .key("one", "1")
            .key("two", "2")
            .rate_limits(RateLimits {
                orders_10s: 2,
                orders_1m: 3,
                ..RateLimits::default()
            })
    })
    .await;
    let counts = |response: &crate::client::Response| {
        let count = |name| response.number(name);
        (
            count("x-mbx-order-count-10s"),
            count("x-mbx-order-count-1m"),
            response.outcome().1,
        )
    };
    let place =
        async |session: &Session| counts(&session.signed("POST", "/fapi/v1/order", ORDER).await);
    assert_eq!(place(&session).await, (Some(1), Some(1), 0));
    assert_eq!(place(&session).await, (Some(2), Some(2), 0));
    assert_eq!(place(&session).await, (Some(3), Some(3), -1015));
    let query = session.signed("GET", "/fapi/v1/openOrders", "").await;
    assert_eq!(counts(&query), (None, None, 0), "{query:?}");

    session.clock.advance(6_100);
    let rejected = session
        .signed("POST", "/fapi/v1/order", &ORDER.replace("BUY", "HOLD"))
        .await;
    assert_eq!(counts(&rejected), (Some(1), Some(1), -1117));

    let other = Session {
        key: "two".to_owned(),
        secret: "2".to_owned(),
        ..session
    };
    assert_eq!(place(&other).await, (Some(1), Some(1), 0));
}

#[tokio::test]
async fn batch_counts_as_the_spec_states() {
    let session = Session::start().await;
    let batch = "batchOrders=%5B%7B%22symbol%22%3A%22BTCUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22%3A%221%22%7D%5D";
    let response = session.signed("POST", "/fapi/v1/batchOrders", batch).await;
    assert_eq!(response.number("x-mbx-order-count-10s"), Some(5));
    assert_eq!(response.number("x-mbx-order-count-1m"), Some(1));
    assert_eq!(response.number("x-mbx-used-weight-1m"), Some(5));
}
