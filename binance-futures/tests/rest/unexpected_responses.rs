//! Responses that the exchange does not document: pages of intermediaries, empty and incomplete bodies, other shapes.

use binance_futures::error::{Action, Error, Outcome};
use binance_futures::rest::Raw;
use binance_futures::usdm::{Depth, NewOrders};

use crate::support::server::{Server, json_response, response};
use crate::support::{builder, market_order};

const HTML: &str = "<!DOCTYPE html><html><title>502</title></html>";

/// Returns the error of a read-only request with this response.
async fn read(response: Vec<u8>) -> Error {
    let server = Server::responding(response);
    let error = server
        .client()
        .send(Depth::new("BTCUSDT"))
        .await
        .unwrap_err();
    assert_eq!(server.received().len(), 1);
    error
}

/// Returns the error of an order with this response.
async fn place(response: Vec<u8>) -> Error {
    let server = Server::responding(response);
    let order = market_order().client_order_id("a");
    let error = server.client().send(order).await.unwrap_err();
    assert_eq!(server.received().len(), 1);
    error
}

#[tokio::test]
async fn html_page_with_status_200_is_reported_and_kept() {
    let page = response("200 OK", &["Content-Type: text/html"], HTML);
    let error = read(page.clone()).await;
    assert_eq!(
        error.to_string(),
        "usdm::Depth: the response is an HTML page: expected a value (line 1, column 1)"
    );
    let Error::Decode(decode) = error else {
        panic!()
    };
    assert_eq!(decode.body, HTML);
    assert_eq!(place(page).await.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn html_page_with_an_error_status_is_classified_by_the_status() {
    let page = |status| response(status, &["Content-Type: text/html"], HTML);
    let error = read(page("502 Bad Gateway")).await;
    assert_eq!(
        error.to_string(),
        "usdm::Depth failed with HTTP 502: the response is an HTML page"
    );
    assert!(matches!(error, Error::Server(_)));
    assert_eq!(
        place(page("502 Bad Gateway")).await.outcome(),
        Outcome::Unknown
    );
    assert!(matches!(place(page("403 Forbidden")).await, Error::Api(api) if api.body == HTML));
}

#[tokio::test]
async fn path_that_is_repeated_in_the_base_url_is_named() {
    let page = response("404 Not Found", &["Content-Type: text/html"], HTML);
    let json = json_response("404 Not Found", r#"{"code":-5000,"msg":"Path is invalid"}"#);
    let spec = "; the endpoint may have been removed";
    for (path, repeated) in [
        ("/fapi", Some("/fapi")),
        ("/fapi/", Some("/fapi")),
        ("/fapi/v1", Some("/fapi/v1")),
        ("/gateway/fapi", Some("/fapi")),
        ("/myfapi", None),
        ("/fapi/v2", None),
        ("", None),
    ] {
        for (body, known) in [(&page, "NO_SUCH_PATH"), (&json, "INVALID_PATH")] {
            let server = Server::responding(body.clone());
            let client = builder().base_url(format!("{}{path}", server.url));
            let client = client.build().unwrap();
            let error = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
            let text = error.to_string();
            let hint = error.response().unwrap().hint.clone();
            assert_eq!(error.response().unwrap().known.unwrap().name, known);
            match repeated {
                Some(repeated) => {
                    let expected = format!(
                        "The base URL ends with `{repeated}`, and the path of the request begins with it: remove it from the base URL."
                    );
                    assert_eq!(hint.as_deref(), Some(&*expected));
                    assert!(text.ends_with(&expected), "{text}");
                }
                None => {
                    assert_eq!(hint, None);
                    assert_eq!(text.contains(spec), known == "NO_SUCH_PATH", "{text}");
                }
            }
        }
    }
}

#[tokio::test]
async fn rejection_by_the_firewall_has_a_remedy() {
    let page = response("403 Forbidden", &["Content-Type: text/html"], HTML);
    for error in [read(page.clone()).await, place(page).await] {
        assert_eq!((error.code(), error.outcome()), (None, Outcome::Rejected));
        let response = error.response().unwrap();
        assert_eq!(response.known.unwrap().name, "FIREWALL");
        assert_eq!(response.known.unwrap().action, Action::Wait);
        let message = "failed with HTTP 403: the response is an HTML page. Reduce the request rate, check the host, and check that the exchange serves your location.";
        assert!(error.to_string().ends_with(message), "{error}");
    }
    // An error code is more specific than the status.
    let body = r#"{"code":-2015,"msg":"Invalid API-key."}"#;
    let error = place(json_response("403 Forbidden", body)).await;
    assert_eq!(error.response().unwrap().known.unwrap().code, -2015);
}

#[tokio::test]
async fn incomplete_body_is_a_broken_connection() {
    let incomplete = || {
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{\"orderId\":1"
            .to_vec()
    };
    let error = read(incomplete()).await;
    assert!(
        error
            .to_string()
            .starts_with("the connection broke before the response was complete (127.0.0.1:"),
        "{error}"
    );
    assert!(matches!(error, Error::Transport(_)));
    assert_eq!(place(incomplete()).await.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn empty_body_is_reported() {
    for empty in [
        json_response("200 OK", ""),
        json_response("204 No Content", ""),
    ] {
        let error = read(empty.clone()).await;
        assert!(
            error
                .to_string()
                .starts_with("usdm::Depth: the response is empty: "),
            "{error}"
        );
        assert!(matches!(error, Error::Decode(_)));
        assert_eq!(place(empty).await.outcome(), Outcome::Unknown);
    }
    let error = place(json_response("400 Bad Request", "")).await;
    assert_eq!(
        error.to_string(),
        "usdm::NewOrder failed with HTTP 400: the response is empty"
    );
}

#[tokio::test]
async fn undecodable_json_is_reported_with_its_path_and_the_order_was_executed() {
    let error = place(json_response(
        "200 OK",
        r#"{"orderId":"x","symbol":"BTCUSDT"}"#,
    ))
    .await;
    assert_eq!(error.outcome(), Outcome::Executed);
    let Error::Decode(decode) = error else {
        panic!()
    };
    assert_eq!(decode.failure.path(), "orderId");
    assert_eq!(decode.request, "usdm::NewOrder");
    let error = read(json_response("200 OK", "[]")).await;
    assert!(matches!(error, Error::Decode(_)));
}

#[tokio::test]
async fn body_that_is_not_utf_8_is_reported() {
    let mut bytes = json_response("200 OK", "\"??\"");
    let length = bytes.len();
    bytes[length - 3..length - 1].copy_from_slice(&[0xff, 0xfe]);
    assert!(matches!(read(bytes.clone()).await, Error::Decode(_)));
    assert_eq!(place(bytes).await.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn error_without_a_code_has_the_message() {
    let error = place(json_response("400 Bad Request", r#"{"msg":"No."}"#)).await;
    assert_eq!(
        error.to_string(),
        "usdm::NewOrder failed with HTTP 400: No."
    );
    assert_eq!((error.code(), error.outcome()), (None, Outcome::Rejected));
    for body in ["{}", "null", "[]", "\"x\"", "5", r#"{"code":"x","msg":5}"#] {
        let error = place(json_response("400 Bad Request", body)).await;
        assert_eq!(
            error.to_string(),
            "usdm::NewOrder failed with HTTP 400: no message"
        );
        assert_eq!(error.response().unwrap().body, body);
    }
}

#[tokio::test]
async fn error_keyed_by_its_code_is_read() {
    for status in ["200 OK", "400 Bad Request"] {
        let error = place(json_response(
            status,
            r#"{"239999":"The system is under maintenance."}"#,
        ))
        .await;
        assert!(matches!(error, Error::Api(_)), "{error:?}");
        assert_eq!(error.code(), Some(239_999));
        assert_eq!(
            error.response().unwrap().message,
            "The system is under maintenance."
        );
    }
}

#[tokio::test]
async fn redirect_is_reported_and_not_followed() {
    let target = Server::responding(json_response("200 OK", "{}"));
    let location = format!("Location: {}/other?signature=secret", target.url);
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let redirect = response(status, &[&location], "");
        for error in [read(redirect.clone()).await, place(redirect).await] {
            assert_eq!(error.outcome(), Outcome::Rejected);
            let end = format!(
                "redirected to `{}/other`, and redirects are not followed",
                target.url
            );
            assert!(error.to_string().ends_with(&end), "{error}");
        }
    }
    assert!(target.received().is_empty());
}

#[tokio::test]
async fn rejection_of_a_whole_batch_is_an_error() {
    let server = Server::responding(json_response(
        "200 OK",
        r#"{"code":-1102,"msg":"Mandatory parameter 'batchOrders'."}"#,
    ));
    let error = server
        .client()
        .send(NewOrders::new([market_order()]))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Api(_)));
    assert_eq!(error.code(), Some(-1102));
}

#[tokio::test]
async fn negative_code_is_an_error_with_any_status_and_code_200_is_not() {
    let thing = || Raw::post("/fapi/v1/thing");
    for (body, code) in [
        (r#"{"code":-2011,"msg":"Unknown order sent."}"#, -2011),
        (
            r#" { "msg" : "Unknown order sent." , "code" : "-2011" }"#,
            -2011,
        ),
    ] {
        let server = Server::responding(json_response("200 OK", body));
        let error = server.client().send(thing()).await.unwrap_err();
        assert_eq!(error.code(), Some(code));
    }
    for body in [
        r#"{"code":200,"msg":"success"}"#,
        r#"{"code":"200","msg":"success"}"#,
        "{}",
    ] {
        let server = Server::responding(json_response("200 OK", body));
        assert!(server.client().send(thing()).await.is_ok());
    }
}

#[tokio::test]
async fn response_that_is_not_http_is_reported() {
    for bytes in [
        &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
        b"\0\0\0\0",
        b"HTTP/1.1 999999 X\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA\0B: c\r\n\r\n",
    ] {
        assert_eq!(read(bytes.to_vec()).await.outcome(), Outcome::NoEffect);
        assert_eq!(place(bytes.to_vec()).await.outcome(), Outcome::Unknown);
    }
}
