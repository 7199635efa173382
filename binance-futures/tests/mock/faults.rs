//! Answers that go wrong on request.

use std::time::{Duration, Instant};

use binance_futures::mock::Fault;

use crate::client::{Answer, Session, exchange_bytes};

const PING: &[u8] = b"GET /fapi/v1/time HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn each_fault_meets_one_request() {
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
        session.exchange.next(fault.clone());
        let answer = session.get("/fapi/v1/ping").await;
        assert_eq!(answer.status, status, "{fault:?}");
        assert!(answer.body.contains(body), "{fault:?}: {answer:?}");
        assert_eq!(
            answer.body.is_empty(),
            body.is_empty(),
            "{fault:?}: {answer:?}"
        );
        assert_eq!(session.get("/fapi/v1/ping").await.body, "{}");
    }
}

#[tokio::test]
async fn faults_wait_for_their_turns() {
    let session = Session::start().await;
    session.exchange.next(Fault::empty(500));
    session.exchange.next(Fault::empty(501));
    assert_eq!(session.get("/fapi/v1/ping").await.status, 500);
    assert_eq!(session.get("/fapi/v1/ping").await.status, 501);
    assert_eq!(session.get("/fapi/v1/ping").await.status, 200);
}

#[tokio::test]
async fn a_cut_body_ends_early() {
    let session = Session::start().await;
    let whole = r#"{"serverTime":1591702613943}"#;
    for (at, kept) in [(0, 0), (5, 5), (1000, whole.len() - 1)] {
        session.exchange.next(Fault::CutBody { at });
        let answer = Answer::read(&exchange_bytes(session.exchange.address(), PING).await);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.number("content-length"), Some(28));
        assert_eq!(Some(answer.body.as_str()), whole.get(..kept));
    }
}

#[tokio::test]
async fn a_broken_connection_leaves_the_order_in_the_book() {
    let session = Session::start().await;
    session.exchange.next(Fault::Disconnect);
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&newClientOrderId=lost";
    let answer = session.signed("POST", "/fapi/v1/order", order).await;
    assert_eq!(answer.status, 0, "nothing came back");
    let query = "symbol=BTCUSDT&origClientOrderId=lost";
    let found = session.signed("GET", "/fapi/v1/order", query).await;
    assert_eq!(found.json()["status"], "NEW");
}

#[tokio::test]
async fn a_delay_takes_its_time() {
    let session = Session::start().await;
    session
        .exchange
        .next(Fault::Delay(Duration::from_millis(50)));
    let start = Instant::now();
    assert_eq!(session.get("/fapi/v1/ping").await.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_request_that_is_lost_leaves_no_order() {
    let session = Session::start().await;
    session.exchange.next(Fault::DropRequest);
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&newClientOrderId=lost";
    let answer = session.signed("POST", "/fapi/v1/order", order).await;
    assert_eq!(answer.status, 0, "nothing came back");
    let query = "symbol=BTCUSDT&origClientOrderId=lost";
    let found = session.signed("GET", "/fapi/v1/order", query).await;
    assert_eq!(found.json()["code"], -2013);
}
