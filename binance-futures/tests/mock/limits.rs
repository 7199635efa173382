//! How much may be asked for.

use binance_futures::mock::Limits;

use crate::client::Session;

const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC";

#[tokio::test]
async fn weight_follows_the_parameters_and_starts_again_each_minute() {
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
        let answer = session.get(target).await;
        assert_eq!(
            answer.number("x-mbx-used-weight-1m"),
            Some(used),
            "{target}"
        );
    }
    session.clock.forward(60_000);
    let answer = session.get("/fapi/v1/ping").await;
    assert_eq!(answer.number("x-mbx-used-weight-1m"), Some(1));
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn both_products_draw_on_one_weight() {
    let session = Session::start().await;
    session.get("/fapi/v1/ping").await;
    let answer = session.get("/dapi/v1/exchangeInfo").await;
    assert_eq!(answer.number("x-mbx-used-weight-1m"), Some(2));
}

#[tokio::test]
async fn too_much_weight_is_refused_until_the_minute_is_over_and_stubbornness_is_banned() {
    let session = Session::with(|builder| {
        builder.limits(Limits {
            weight_1m: 2,
            patience: 2,
            ban: 120,
            ..Limits::default()
        })
    })
    .await;
    for status in [200, 200, 429, 429, 418, 418] {
        let answer = session.get("/fapi/v1/ping").await;
        assert_eq!(answer.status, status, "{answer:?}");
        if status != 200 {
            assert_eq!(answer.outcome().1, -1003);
        }
        // Noon of these tests is 53.943 seconds into its minute.
        let seconds = match status {
            429 => Some(7),
            418 => Some(120),
            _ => None,
        };
        assert_eq!(answer.number("retry-after"), seconds);
    }
    session.clock.forward(119_000);
    let answer = session.get("/fapi/v1/ping").await;
    assert_eq!(
        (answer.status, answer.number("retry-after")),
        (418, Some(1))
    );
    assert!(
        answer.body.contains("banned until 1591702733943"),
        "{answer:?}"
    );
    session.clock.forward(1_000);
    assert_eq!(session.get("/fapi/v1/ping").await.status, 200);
}

#[tokio::test]
async fn orders_are_counted_by_account_and_refused_beyond_either_limit() {
    let session = Session::with(|builder| {
        builder.key("one", "1").key("two", "2").limits(Limits {
            orders_10s: 2,
            orders_1m: 3,
            ..Limits::default()
        })
    })
    .await;
    let counts = |answer: &crate::client::Answer| {
        let count = |name| answer.number(name);
        (
            count("x-mbx-order-count-10s"),
            count("x-mbx-order-count-1m"),
            answer.outcome().1,
        )
    };
    let place =
        async |session: &Session| counts(&session.signed("POST", "/fapi/v1/order", ORDER).await);
    assert_eq!(place(&session).await, (Some(1), Some(1), 0));
    assert_eq!(place(&session).await, (Some(2), Some(2), 0));
    assert_eq!(place(&session).await, (Some(3), Some(3), -1015));
    let query = session.signed("GET", "/fapi/v1/openOrders", "").await;
    assert_eq!(counts(&query), (None, None, 0), "{query:?}");

    session.clock.forward(6_100);
    let refused = session
        .signed("POST", "/fapi/v1/order", &ORDER.replace("BUY", "HOLD"))
        .await;
    assert_eq!(counts(&refused), (Some(1), Some(1), -1117));

    let other = Session {
        key: "two".to_owned(),
        secret: "2".to_owned(),
        ..session
    };
    assert_eq!(place(&other).await, (Some(1), Some(1), 0));
}

#[tokio::test]
async fn a_batch_counts_as_the_description_says() {
    let session = Session::start().await;
    let batch = "batchOrders=%5B%7B%22symbol%22%3A%22BTCUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22%3A%221%22%7D%5D";
    let answer = session.signed("POST", "/fapi/v1/batchOrders", batch).await;
    assert_eq!(answer.number("x-mbx-order-count-10s"), Some(5));
    assert_eq!(answer.number("x-mbx-order-count-1m"), Some(1));
    assert_eq!(answer.number("x-mbx-used-weight-1m"), Some(5));
}
