//! Requests that are rejected before they reach an order book.

use crate::client::Session;

#[tokio::test]
async fn unknown_paths_and_methods_are_rejected() {
    let session = Session::start().await;
    for (method, target, outcome) in [
        ("GET", "/", (404, -5000)),
        ("GET", "/fapi/v1/nothing", (404, -5000)),
        ("GET", "/fapi/v1/depth/", (404, -5000)),
        ("GET", "/FAPI/v1/depth", (404, -5000)),
        ("POST", "/fapi/v1/depth", (405, -5000)),
        ("PATCH", "/fapi/v1/order", (405, -5000)),
    ] {
        let response = session.send(method, target, &[], "").await;
        assert_eq!(response.outcome(), outcome, "{method} {target}");
    }
}

#[tokio::test]
async fn parameters_must_satisfy_the_spec() {
    let session = Session::start().await;
    for (target, outcome, text) in [
        ("/fapi/v1/depth", (400, -1102), "'symbol'"),
        ("/fapi/v1/depth?symbol=", (400, -1102), "'symbol'"),
        (
            "/fapi/v1/depth?symbol=BTCUSDT&limit=",
            (400, -1105),
            "'limit'",
        ),
        (
            "/fapi/v1/depth?symbol=BTCUSDT&limit=ten",
            (400, -1100),
            "'limit'",
        ),
        (
            "/fapi/v1/depth?symbol=BTCUSDT&limit=7",
            (400, -1130),
            "'limit'",
        ),
        (
            "/fapi/v1/depth?symbol=NOTHING",
            (400, -1121),
            "Invalid symbol.",
        ),
        ("/fapi/v1/klines?symbol=BTCUSDT", (400, -1102), "'interval'"),
        (
            "/fapi/v1/klines?symbol=BTCUSDT&interval=7m",
            (400, -1120),
            "interval",
        ),
        ("/fapi/v1/depth?symbol=%zz", (400, -1100), "characters"),
        ("/fapi/v1/depth?symbol=%FF%FE", (400, -1100), "characters"),
    ] {
        let response = session.get(target).await;
        assert_eq!(response.outcome(), outcome, "{target}");
        assert!(response.body.contains(text), "{target}: {response:?}");
    }
}

#[tokio::test]
async fn unknown_and_repeated_parameters_are_ignored_and_names_ignore_case() {
    let session = Session::start().await;
    for target in [
        "/fapi/v1/depth?symbol=BTCUSDT&tomorrow=1",
        "/fapi/v1/depth?symbol=BTCUSDT&symbol=NOTHING",
        "/fapi/v1/depth?SYMBOL=BTCUSDT&Limit=5",
    ] {
        assert_eq!(session.get(target).await.status, 200, "{target}");
    }
}

#[tokio::test]
async fn order_parameters_must_satisfy_the_spec() {
    let session = Session::start().await;
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC";
    for (from, to, code) in [
        ("side=BUY", "side=HOLD", -1117),
        ("type=LIMIT", "type=GUESS", -1116),
        ("type=LIMIT", "type=LIQUIDATION", -1116),
        ("timeInForce=GTC", "timeInForce=NOW", -1115),
        ("timeInForce=GTC", "timeInForce=GTC&positionSide=UP", -4060),
        (
            "timeInForce=GTC",
            "timeInForce=GTC&newOrderRespType=ALL",
            -1136,
        ),
        ("timeInForce=GTC", "timeInForce=GTC&workingType=NONE", -1130),
        ("symbol=BTCUSDT", "symbol=BTCUSD_PERP", -1121),
        ("symbol=BTCUSDT&", "", -1102),
        ("&price=9000", "", -1102),
        ("&quantity=1", "", -1102),
        ("&timeInForce=GTC", "", -1102),
        ("price=9000", "price=", -1105),
        ("price=9000", "price=cheap", -1100),
        ("price=9000", "price=0", -4001),
        ("quantity=1", "quantity=-1", -4003),
        ("quantity=1", "quantity=0.000", -4003),
        ("type=LIMIT", "type=MARKET", -1106),
        ("price=9000", "price=9000&priceMatch=QUEUE", -1106),
        ("type=LIMIT", "type=STOP_MARKET", -4120),
        ("type=LIMIT", "type=TRAILING_STOP_MARKET", -4120),
        ("timeInForce=GTC", "timeInForce=GTD", -1102),
        (
            "timeInForce=GTC",
            "timeInForce=GTD&goodTillDate=1591702614000",
            -5040,
        ),
        (
            "timeInForce=GTC",
            "timeInForce=GTC&newClientOrderId=a%20b",
            -1100,
        ),
        (
            "timeInForce=GTC",
            "timeInForce=GTC&reduceOnly=perhaps",
            -1100,
        ),
        ("timeInForce=GTC", "timeInForce=GTC&reduceOnly=true", -2022),
    ] {
        let query = order.replace(from, to);
        assert_ne!(query, order);
        let response = session.signed("POST", "/fapi/v1/order", &query).await;
        assert_eq!(response.outcome(), (400, code), "{query}: {response:?}");
    }
    let open = session.signed("GET", "/fapi/v1/openOrders", "").await;
    assert_eq!(open.body, "[]", "a rejected order was stored");
}

#[tokio::test]
async fn constant_parameters_must_have_their_value() {
    let session = Session::start().await;
    let order =
        "algoType=SECRET&symbol=BTCUSDT&side=BUY&type=STOP_MARKET&quantity=1&triggerPrice=70000";
    let response = session.signed("POST", "/fapi/v1/algoOrder", order).await;
    assert_eq!(response.outcome(), (400, -1130));
}

#[tokio::test]
async fn rejections_are_logged_and_passed_to_the_callback() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let session = Session::with(|builder| {
        builder.on_rejection(move |rejected| sender.send(rejected.to_string()).unwrap())
    })
    .await;
    session.get("/fapi/v1/depth?symbol=NOTHING").await;
    session.get("/fapi/v1/ping").await;
    let line = "GET /fapi/v1/depth: 400, -1121 Invalid symbol. (`NOTHING` is not listed)";
    assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [line]);
    let rejected = session.exchange.rejected_requests();
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0].to_string(), line);
}

#[tokio::test]
async fn rejected_items_of_a_batch_are_logged() {
    let session = Session::start().await;
    let batch = "batchOrders=%5B%7B%22symbol%22%3A%22NOPE%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22%3A%221%22%7D%5D";
    let response = session.signed("POST", "/fapi/v1/batchOrders", batch).await;
    assert_eq!(response.status, 200);
    let cancel = "symbol=BTCUSDT&orderIdList=%5B7%5D";
    session
        .signed("DELETE", "/fapi/v1/batchOrders", cancel)
        .await;
    let codes: Vec<_> = session
        .exchange
        .rejected_requests()
        .iter()
        .map(|rejected| rejected.code)
        .collect();
    assert_eq!(codes, [-1121, -2011]);
}

#[tokio::test]
async fn body_that_is_too_long_is_logged() {
    let session = Session::start().await;
    let body = "a".repeat(300_000);
    session.send("POST", "/fapi/v1/order", &[], &body).await;
    let rejected = session.exchange.rejected_requests();
    assert_eq!(
        rejected[0].to_string(),
        "POST /fapi/v1/order: 413 (the body is too long)"
    );
}

#[tokio::test]
async fn path_of_both_products_serves_the_product_of_the_contract() {
    let session = Session::start().await;
    for (pair, product) in [("BTCUSDT", "usdm"), ("BTCUSD", "coinm")] {
        let target = format!("/futures/data/basis?pair={pair}&contractType=PERPETUAL&period=5m");
        let response = session.get(&target).await;
        let operation = binance_futures::registry::operations()
            .find(|operation| (operation.product, operation.id) == (product, "basis"))
            .unwrap();
        let sample: serde_json::Value = serde_json::from_str(operation.sample).unwrap();
        assert_eq!(response.json()[0]["basis"], sample[0]["basis"], "{pair}");
    }
}

#[tokio::test]
async fn debug_output_contains_neither_keys_nor_secrets() {
    let session = Session::with(|builder| {
        let builder = builder.key("hidden-key", "hidden-secret");
        assert!(!format!("{builder:?}").contains("hidden"), "{builder:?}");
        builder
    })
    .await;
    let printed = format!("{:?}", session.exchange);
    assert!(!printed.contains("hidden"), "{printed}");
}
