//! Injected faults.

use std::time::{Duration, Instant};

use binance_futures::mock::Fault;

use crate::client::{Response, Session, send_bytes};

const PING: &[u8] = b"GET /fapi/v1/time HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn fault_applies_to_one_request() {
    let session = Session::start().await;
    let html = "<html>";
    for (fault, status, body) in [
        (
            Fault::status(503, r#"{"code":-1008,"msg":"Try again."}"#),
            503,
            "-1008",
        ),
        (Fault::html(502), 502, html),
        (Fault::empty(200), 200, ""),
        (Fault::redirect("https://example.com/"), 302, ""),
    ] {
        session.exchange.inject_fault(fault.clone());
        let response = session.get("/fapi/v1/ping").await;
        assert_eq!(response.status, status, "{fault:?}");
        assert!(response.body.contains(body), "{fault:?}: {response:?}");
        assert_eq!(
            response.body.is_empty(),
            body.is_empty(),
            "{fault:?}: {response:?}"
        );
        assert_eq!(session.get("/fapi/v1/ping").await.body, "{}");
    }
}

#[tokio::test]
async fn faults_apply_in_the_order_of_injection() {
    let session = Session::start().await;
    session.exchange.inject_fault(Fault::empty(500));
    session.exchange.inject_fault(Fault::empty(501));
    assert_eq!(session.get("/fapi/v1/ping").await.status, 500);
    assert_eq!(session.get("/fapi/v1/ping").await.status, 501);
    assert_eq!(session.get("/fapi/v1/ping").await.status, 200);
}

#[tokio::test]
async fn cut_body_ends_early() {
    let session = Session::start().await;
    let whole = r#"{"serverTime":1591702613943}"#;
    for (at, kept) in [(0, 0), (5, 5), (1000, whole.len() - 1)] {
        session.exchange.inject_fault(Fault::CutBody { at });
        let response = Response::read(&send_bytes(session.exchange.address(), PING).await);
        assert_eq!(response.status, 200);
        assert_eq!(response.number("content-length"), Some(28));
        assert_eq!(Some(response.body.as_str()), whole.get(..kept));
    }
}

#[tokio::test]
async fn order_is_executed_when_the_response_is_lost() {
    let session = Session::start().await;
    session.exchange.inject_fault(Fault::Disconnect);
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&newClientOrderId=lost";
    let response = session.signed("POST", "/fapi/v1/order", order).await;
    assert_eq!(response.status, 0, "there is a response");
    let query = "symbol=BTCUSDT&origClientOrderId=lost";
    let found = session.signed("GET", "/fapi/v1/order", query).await;
    assert_eq!(found.json()["status"], "NEW");
}

#[tokio::test]
async fn delayed_response_arrives_after_the_delay() {
    let session = Session::start().await;
    session
        .exchange
        .inject_fault(Fault::Delay(Duration::from_millis(50)));
    let start = Instant::now();
    assert_eq!(session.get("/fapi/v1/ping").await.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn dropped_request_is_not_executed() {
    let session = Session::start().await;
    session.exchange.inject_fault(Fault::DropRequest);
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&newClientOrderId=lost";
    let response = session.signed("POST", "/fapi/v1/order", order).await;
    assert_eq!(response.status, 0, "there is a response");
    let query = "symbol=BTCUSDT&origClientOrderId=lost";
    let found = session.signed("GET", "/fapi/v1/order", query).await;
    assert_eq!(found.json()["code"], -2013);
}
