//! Malformed requests get an error response and do not stop the exchange.

use binance_futures::dec;
use binance_futures::types::Decimal;

use crate::client::{Response, Session, send_bytes};

async fn send_raw(session: &Session, request: &[u8]) -> Response {
    Response::read(&send_bytes(session.exchange.address(), request).await)
}

#[tokio::test]
async fn malformed_requests_get_a_4xx_status() {
    let session = Session::start().await;
    let long = "a".repeat(600_000);
    for request in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(),
        b"\r\n\r\nnothing\r\n\r\n".to_vec(),
        b"GET /fapi/v1/depth?symbol=\xff\xfe HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n"
            .to_vec(),
        b"GET /fapi/v1/depth?symbol=BTC USDT HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n"
            .to_vec(),
        b"GET /fapi/v1/depth?symbol=%zz HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n"
            .to_vec(),
        b"POST /fapi/v1/order HTTP/1.1\r\nhost: mock\r\ncontent-length: lots\r\n\r\n".to_vec(),
        format!("GET /fapi/v1/ping HTTP/1.1\r\nhost: mock\r\nx-long: {long}\r\n\r\n").into_bytes(),
        format!("GET /fapi/v1/ping?{long} HTTP/1.1\r\nhost: mock\r\n\r\n").into_bytes(),
        format!(
            "GET /fapi/v1/ping HTTP/1.1\r\n{}\r\n",
            "x: y\r\n".repeat(500)
        )
        .into_bytes(),
    ] {
        let response = send_raw(&session, &request).await;
        let start = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        assert!(
            (400..500).contains(&response.status),
            "{start:?}: {}",
            response.status
        );
    }
    assert_eq!(session.get("/fapi/v1/ping").await.status, 200);
}

#[tokio::test]
async fn large_bodies_are_rejected_with_413() {
    let session = Session::start().await;
    let body = "x".repeat(1_000_000);
    let response = session.send("POST", "/fapi/v1/order", &[], &body).await;
    assert_eq!(response.status, 413);
}

#[tokio::test]
async fn malformed_forms_are_rejected_and_other_bodies_are_ignored() {
    let session = Session::start().await;
    for body in [
        "%zz",
        "\u{fffd}=%ff",
        "{\"symbol\": 1}",
        "=&=&&&==",
        "a=%E6%B5",
    ] {
        let headers = [("x-mbx-apikey", session.key.as_str())];
        let response = session.send("POST", "/fapi/v1/order", &headers, body).await;
        let (status, code) = response.outcome();
        assert_eq!(status, 400, "{body}");
        assert!([-1100, -1102].contains(&code), "{body}: {code}");
    }
    let json = "POST /fapi/v1/listenKey HTTP/1.1\r\nhost: mock\r\nconnection: close\r\ncontent-type: application/json\r\nx-mbx-apikey: KEY\r\ncontent-length: 3\r\n\r\n%zz";
    let response = send_raw(&session, json.replace("KEY", &session.key).as_bytes()).await;
    assert_eq!(response.status, 200);
}

#[tokio::test]
async fn extreme_numbers_are_accepted_or_rejected() {
    let session = Session::start().await;
    let numbers = [
        "79228162514264337593543950335",
        "0.0000000000000000000000000001",
        "-79228162514264337593543950335",
        "1e400",
        "999999999999999999999999999999999999999",
        ".",
        "1.",
        "+1",
        "NaN",
        "Infinity",
        "١",
    ];
    for price in numbers {
        for quantity in numbers {
            for side in ["BUY", "SELL"] {
                let number = |text: &str| text.replace('+', "%2B").replace('١', "%D9%A1");
                let (price, quantity) = (number(price), number(quantity));
                let order = format!(
                    "symbol=BTCUSDT&side={side}&type=LIMIT&timeInForce=GTC&price={price}&quantity={quantity}"
                );
                let response = session.signed("POST", "/fapi/v1/order", &order).await;
                assert!(
                    [200, 400].contains(&response.status),
                    "{order}: {response:?}"
                );
            }
        }
        session.clock.advance(60_000);
    }
    let open = session.signed("GET", "/fapi/v1/openOrders", "").await;
    assert_eq!(open.status, 200);
}

#[tokio::test]
async fn malformed_batches_are_rejected() {
    let session = Session::start().await;
    let deep = "[".repeat(10_000);
    for (batch, outcome) in [
        ("nothing", (400, -1102)),
        ("{}", (400, -1102)),
        ("[]", (400, -4082)),
        ("[1]", (400, -1102)),
        ("[[]]", (400, -1102)),
        ("[null]", (400, -1102)),
        ("[{},{},{},{},{},{}]", (400, -4082)),
        ("[{}]", (200, 0)),
        (r#"[{"symbol":[],"side":{},"type":null}]"#, (200, 0)),
        (r#"[{"symbol":"BTCUSDT","symbol":"BTCUSDT"}]"#, (200, 0)),
        (deep.as_str(), (400, -1102)),
    ] {
        let encoded: String = batch.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let query = format!("batchOrders={encoded}");
        let response = session.signed("POST", "/fapi/v1/batchOrders", &query).await;
        assert_eq!(response.outcome(), outcome, "{response:?}");
    }
}

#[tokio::test]
async fn batch_of_thousands_of_orders_is_rejected() {
    let session = Session::start().await;
    let item = r#"{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"1"}"#;
    // Items are shortened, so that the body is not too long.
    for items in [vec![item; 6], vec!["{}"; 5_000]] {
        let batch = format!("[{}]", items.join(","));
        let encoded: String = batch.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let body = session.sign(&format!("batchOrders={encoded}"));
        let headers = [("x-mbx-apikey", session.key.as_str())];
        let response = session
            .send("POST", "/fapi/v1/batchOrders", &headers, &body)
            .await;
        assert_eq!(response.outcome(), (400, -4082), "{} items", items.len());
    }
    let trades = session
        .signed("GET", "/fapi/v1/userTrades", "symbol=BTCUSDT")
        .await;
    assert_eq!(trades.body, "[]");
}

#[tokio::test]
async fn orders_of_64_tasks_at_once_have_different_ids() {
    let session = std::sync::Arc::new(Session::start().await);
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.001&price=60000&timeInForce=GTC";
    let tasks = (0..64).map(|number: i64| {
        let session = std::sync::Arc::clone(&session);
        tokio::spawn(async move {
            let price = dec!(60000) + Decimal::from(number % 8);
            session.exchange.set_price("BTCUSDT", price).unwrap();
            let placed = session.signed("POST", "/fapi/v1/order", order).await;
            session.signed("GET", "/fapi/v3/account", "").await;
            placed.json()["orderId"].to_string()
        })
    });
    let mut ids = std::collections::BTreeSet::new();
    for task in tasks.collect::<Vec<_>>() {
        ids.insert(task.await.unwrap());
    }
    assert_eq!(ids.len(), 64);
}
