//! What is refused before it reaches an order book.

use crate::client::Session;

#[tokio::test]
async fn paths_and_methods_that_are_not_there_are_refused() {
    let session = Session::start().await;
    for (method, target, outcome) in [
        ("GET", "/", (404, -5000)),
        ("GET", "/fapi/v1/nothing", (404, -5000)),
        ("GET", "/fapi/v1/depth/", (404, -5000)),
        ("GET", "/FAPI/v1/depth", (404, -5000)),
        ("POST", "/fapi/v1/depth", (405, -5000)),
        ("PATCH", "/fapi/v1/order", (405, -5000)),
    ] {
        let answer = session.send(method, target, &[], "").await;
        assert_eq!(answer.outcome(), outcome, "{method} {target}");
    }
}

#[tokio::test]
async fn public_parameters_must_be_what_the_description_says() {
    let session = Session::start().await;
    for (target, outcome, says) in [
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
        let answer = session.get(target).await;
        assert_eq!(answer.outcome(), outcome, "{target}");
        assert!(answer.body.contains(says), "{target}: {answer:?}");
    }
}

#[tokio::test]
async fn what_is_unknown_or_repeated_is_ignored_and_names_may_have_other_capitals() {
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
async fn orders_must_be_what_the_description_says() {
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
        let answer = session.signed("POST", "/fapi/v1/order", &query).await;
        assert_eq!(answer.outcome(), (400, code), "{query}: {answer:?}");
    }
    let open = session.signed("GET", "/fapi/v1/openOrders", "").await;
    assert_eq!(open.body, "[]", "nothing that was refused is kept");
}

#[tokio::test]
async fn constants_must_be_what_they_are() {
    let session = Session::start().await;
    let order =
        "algoType=SECRET&symbol=BTCUSDT&side=BUY&type=STOP_MARKET&quantity=1&triggerPrice=70000";
    let answer = session.signed("POST", "/fapi/v1/algoOrder", order).await;
    assert_eq!(answer.outcome(), (400, -1130));
}

#[tokio::test]
async fn every_refusal_is_remembered_and_told() {
    let (told, hears) = std::sync::mpsc::channel();
    let session = Session::with(|builder| {
        builder.on_refusal(move |refused| told.send(refused.to_string()).unwrap())
    })
    .await;
    session.get("/fapi/v1/depth?symbol=NOTHING").await;
    session.get("/fapi/v1/ping").await;
    let line = "GET /fapi/v1/depth: 400, -1121 Invalid symbol. (`NOTHING` is not listed)";
    assert_eq!(hears.try_iter().collect::<Vec<_>>(), [line]);
    let refused = session.exchange.refused();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].to_string(), line);
}

#[tokio::test]
async fn what_is_refused_of_a_batch_is_told_too() {
    let session = Session::start().await;
    let batch = "batchOrders=%5B%7B%22symbol%22%3A%22NOPE%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22%3A%221%22%7D%5D";
    let answer = session.signed("POST", "/fapi/v1/batchOrders", batch).await;
    assert_eq!(answer.status, 200);
    let cancel = "symbol=BTCUSDT&orderIdList=%5B7%5D";
    session
        .signed("DELETE", "/fapi/v1/batchOrders", cancel)
        .await;
    let codes: Vec<_> = session
        .exchange
        .refused()
        .iter()
        .map(|refused| refused.code)
        .collect();
    assert_eq!(codes, [-1121, -2011]);
}

#[tokio::test]
async fn a_body_too_long_is_told() {
    let session = Session::start().await;
    let body = "a".repeat(300_000);
    session.send("POST", "/fapi/v1/order", &[], &body).await;
    let refused = session.exchange.refused();
    assert_eq!(
        refused[0].to_string(),
        "POST /fapi/v1/order: 413 (the body is too long)"
    );
}

#[tokio::test]
async fn a_path_of_both_products_is_that_of_the_contract_asked_for() {
    let session = Session::start().await;
    for (pair, product) in [("BTCUSDT", "usdm"), ("BTCUSD", "coinm")] {
        let target = format!("/futures/data/basis?pair={pair}&contractType=PERPETUAL&period=5m");
        let answer = session.get(&target).await;
        let operation = binance_futures::registry::operations()
            .find(|operation| (operation.product, operation.id) == (product, "basis"))
            .unwrap();
        let sample: serde_json::Value = serde_json::from_str(operation.sample).unwrap();
        assert_eq!(answer.json()[0]["basis"], sample[0]["basis"], "{pair}");
    }
}

#[tokio::test]
async fn neither_keys_nor_secrets_are_printed() {
    let session = Session::with(|builder| {
        let builder = builder.key("hush-key", "hush-hush");
        assert!(!format!("{builder:?}").contains("hush"), "{builder:?}");
        builder
    })
    .await;
    let printed = format!("{:?}", session.exchange);
    assert!(!printed.contains("hush"), "{printed}");
}
