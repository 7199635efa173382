//! Whatever arrives, the exchange stays up and says no.

use crate::client::{Answer, Session, exchange_bytes};

async fn raw(session: &Session, request: &[u8]) -> Answer {
    Answer::read(&exchange_bytes(session.exchange.address(), request).await)
}

#[tokio::test]
async fn what_is_no_request_gets_a_four_hundred() {
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
        let answer = raw(&session, &request).await;
        let start = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        assert!(
            (400..500).contains(&answer.status),
            "{start:?}: {}",
            answer.status
        );
    }
    assert_eq!(session.get("/fapi/v1/ping").await.status, 200);
}

#[tokio::test]
async fn large_bodies_are_not_read_to_the_end() {
    let session = Session::start().await;
    let body = "x".repeat(1_000_000);
    let answer = session.send("POST", "/fapi/v1/order", &[], &body).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn bodies_that_are_no_forms_hold_no_parameters() {
    let session = Session::start().await;
    for body in [
        "%zz",
        "\u{fffd}=%ff",
        "{\"symbol\": 1}",
        "=&=&&&==",
        "a=%E6%B5",
    ] {
        let headers = [("x-mbx-apikey", session.key.as_str())];
        let answer = session.send("POST", "/fapi/v1/order", &headers, body).await;
        let (status, code) = answer.outcome();
        assert_eq!(status, 400, "{body}");
        assert!([-1100, -1102].contains(&code), "{body}: {code}");
    }
    let json = "POST /fapi/v1/listenKey HTTP/1.1\r\nhost: mock\r\nconnection: close\r\ncontent-type: application/json\r\nx-mbx-apikey: KEY\r\ncontent-length: 3\r\n\r\n%zz";
    let answer = raw(&session, json.replace("KEY", &session.key).as_bytes()).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn numbers_without_measure_are_refused_or_kept_but_never_fatal() {
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
                let answer = session.signed("POST", "/fapi/v1/order", &order).await;
                assert!(
                    [200, 400, 429].contains(&answer.status),
                    "{order}: {answer:?}"
                );
            }
        }
        session.clock.forward(60_000);
    }
    let open = session.signed("GET", "/fapi/v1/openOrders", "").await;
    assert_eq!(open.status, 200);
}

#[tokio::test]
async fn batches_of_anything_are_refused_or_answered() {
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
        let answer = session.signed("POST", "/fapi/v1/batchOrders", &query).await;
        assert_eq!(answer.outcome(), outcome, "{answer:?}");
    }
}
