//! Answers that are no answers.

use binance_futures::error::{Action, Error, Outcome};
use binance_futures::rest::Raw;
use binance_futures::types::{Decimal, Side};
use binance_futures::usdm::{Depth, NewOrder, NewOrders};

use crate::server::{Server, answer, json};

const HTML: &str = "<!DOCTYPE html><html><title>502</title></html>";

async fn ask(answer: Vec<u8>) -> Error {
    let server = Server::answering(answer);
    let error = server
        .client()
        .send(Depth::new("BTCUSDT"))
        .await
        .unwrap_err();
    assert_eq!(server.received().len(), 1);
    error
}

async fn place(answer: Vec<u8>) -> Error {
    let server = Server::answering(answer);
    let order = NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE).client_order_id("a");
    let error = server.client().send(order).await.unwrap_err();
    assert_eq!(server.received().len(), 1);
    error
}

#[tokio::test]
async fn a_page_in_place_of_an_answer_is_told_and_kept() {
    let page = answer("200 OK", &["Content-Type: text/html"], HTML);
    let error = ask(page.clone()).await;
    assert_eq!(
        error.to_string(),
        "usdm::Depth: the answer is a page of HTML: expected value (line 1, column 1)"
    );
    let Error::Decode(decode) = error else {
        panic!()
    };
    assert_eq!(decode.body, HTML);
    assert_eq!(place(page).await.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn a_page_with_a_status_of_failure_is_told_by_its_status() {
    let page = |status| answer(status, &["Content-Type: text/html"], HTML);
    let error = ask(page("502 Bad Gateway")).await;
    assert_eq!(
        error.to_string(),
        "usdm::Depth failed with HTTP 502: the answer is a page of HTML"
    );
    assert!(matches!(error, Error::Server(_)));
    assert_eq!(
        place(page("502 Bad Gateway")).await.outcome(),
        Outcome::Unknown
    );
    assert!(matches!(place(page("403 Forbidden")).await, Error::Api(api) if api.body == HTML));
}

#[tokio::test]
async fn a_firewall_that_turns_a_request_away_is_told_with_what_to_do() {
    let page = answer("403 Forbidden", &["Content-Type: text/html"], HTML);
    for error in [ask(page.clone()).await, place(page).await] {
        assert_eq!((error.code(), error.outcome()), (None, Outcome::Rejected));
        let answer = error.answer().unwrap();
        assert_eq!(answer.known.unwrap().name, "FIREWALL");
        assert_eq!(answer.known.unwrap().action, Action::Wait);
        let told = "failed with HTTP 403: the answer is a page of HTML. Send less at once, and check the host, and that the exchange serves the place you send from.";
        assert!(error.to_string().ends_with(told), "{error}");
    }
    // A number says more than a status.
    let body = r#"{"code":-2015,"msg":"Invalid API-key."}"#;
    let error = place(json("403 Forbidden", body)).await;
    assert_eq!(error.answer().unwrap().known.unwrap().code, -2015);
}

#[tokio::test]
async fn half_a_body_is_an_answer_that_broke_off() {
    let half = || {
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{\"orderId\":1"
            .to_vec()
    };
    let error = ask(half()).await;
    assert!(
        error
            .to_string()
            .starts_with("the connection broke before the answer was whole (127.0.0.1:"),
        "{error}"
    );
    assert!(matches!(error, Error::Transport(_)));
    assert_eq!(place(half()).await.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn an_empty_body_is_told() {
    for empty in [json("200 OK", ""), json("204 No Content", "")] {
        let error = ask(empty.clone()).await;
        assert!(
            error
                .to_string()
                .starts_with("usdm::Depth: the answer is empty: "),
            "{error}"
        );
        assert!(matches!(error, Error::Decode(_)));
        assert_eq!(place(empty).await.outcome(), Outcome::Unknown);
    }
    let error = place(json("400 Bad Request", "")).await;
    assert_eq!(
        error.to_string(),
        "usdm::NewOrder failed with HTTP 400: the answer is empty"
    );
}

#[tokio::test]
async fn a_body_in_another_shape_is_told_by_its_place_and_the_order_was_done() {
    let error = place(json("200 OK", r#"{"orderId":"x","symbol":"BTCUSDT"}"#)).await;
    assert_eq!(error.outcome(), Outcome::Executed);
    let Error::Decode(decode) = error else {
        panic!()
    };
    assert_eq!(decode.failure.path(), "orderId");
    assert_eq!(decode.request, "usdm::NewOrder");
    let error = ask(json("200 OK", "[]")).await;
    assert!(matches!(error, Error::Decode(_)));
}

#[tokio::test]
async fn a_body_that_is_no_text_is_told() {
    let mut bytes = json("200 OK", "\"??\"");
    let length = bytes.len();
    bytes[length - 3..length - 1].copy_from_slice(&[0xff, 0xfe]);
    assert!(matches!(ask(bytes.clone()).await, Error::Decode(_)));
    assert_eq!(place(bytes).await.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn an_error_without_a_code_is_told_by_its_words() {
    let error = place(json("400 Bad Request", r#"{"msg":"No."}"#)).await;
    assert_eq!(
        error.to_string(),
        "usdm::NewOrder failed with HTTP 400: No."
    );
    assert_eq!((error.code(), error.outcome()), (None, Outcome::Rejected));
    for body in ["{}", "null", "[]", "\"x\"", "5", r#"{"code":"x","msg":5}"#] {
        let error = place(json("400 Bad Request", body)).await;
        assert_eq!(
            error.to_string(),
            "usdm::NewOrder failed with HTTP 400: no message"
        );
        assert_eq!(error.answer().unwrap().body, body);
    }
}

#[tokio::test]
async fn an_error_keyed_by_its_code_is_read() {
    for status in ["200 OK", "400 Bad Request"] {
        let error = place(json(
            status,
            r#"{"239999":"The system is under maintenance."}"#,
        ))
        .await;
        assert!(matches!(error, Error::Api(_)), "{error:?}");
        assert_eq!(error.code(), Some(239_999));
        assert_eq!(
            error.answer().unwrap().message,
            "The system is under maintenance."
        );
    }
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let elsewhere = Server::answering(json("200 OK", "{}"));
    let location = format!("Location: {}/else?signature=secret", elsewhere.url);
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let redirect = answer(status, &[&location], "");
        for error in [ask(redirect.clone()).await, place(redirect).await] {
            assert_eq!(error.outcome(), Outcome::Rejected);
            let end = format!(
                "redirected to `{}/else`, and redirects are not followed",
                elsewhere.url
            );
            assert!(error.to_string().ends_with(&end), "{error}");
        }
    }
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn a_batch_that_is_refused_as_a_whole_is_an_error() {
    let server = Server::answering(json(
        "200 OK",
        r#"{"code":-1102,"msg":"Mandatory parameter 'batchOrders'."}"#,
    ));
    let order = NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE);
    let error = server
        .client()
        .send(NewOrders::new([order]))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Api(_)));
    assert_eq!(error.code(), Some(-1102));
}

#[tokio::test]
async fn a_negative_code_is_an_error_whatever_the_status_and_a_positive_one_is_none() {
    let thing = || Raw::post("/fapi/v1/thing");
    for (body, code) in [
        (r#"{"code":-2011,"msg":"Unknown order sent."}"#, -2011),
        (
            r#" { "msg" : "Unknown order sent." , "code" : "-2011" }"#,
            -2011,
        ),
    ] {
        let server = Server::answering(json("200 OK", body));
        let error = server.client().send(thing()).await.unwrap_err();
        assert_eq!(error.code(), Some(code));
    }
    for body in [
        r#"{"code":200,"msg":"success"}"#,
        r#"{"code":"200","msg":"success"}"#,
        "{}",
    ] {
        let server = Server::answering(json("200 OK", body));
        assert!(server.client().send(thing()).await.is_ok());
    }
}

#[tokio::test]
async fn what_is_no_http_is_told() {
    for nonsense in [
        &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
        b"\0\0\0\0",
        b"HTTP/1.1 999999 X\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA\0B: c\r\n\r\n",
    ] {
        assert_eq!(ask(nonsense.to_vec()).await.outcome(), Outcome::NoEffect);
        assert_eq!(place(nonsense.to_vec()).await.outcome(), Outcome::Unknown);
    }
}
