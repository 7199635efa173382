//! Responses, and errors as the exchange documents them.

use std::time::Duration;

use binance_futures::client::WithOptions;
use binance_futures::error::{Action, Error, Outcome, UnknownCause};
use binance_futures::rest::Raw;
use binance_futures::types::Side;
use binance_futures::usdm::{Depth, NewOrder, ServerTime};

use crate::support::server::{Server, json_response, response};
use crate::support::{KEY, NOW, market_order};

/// An error of the exchange.
fn error_body(code: i64, message: &str) -> String {
    format!(r#"{{"code":{code},"msg":"{message}"}}"#)
}

/// Returns the errors of a read-only request and of an order with this response.
async fn errors(response: Vec<u8>) -> (Error, Error) {
    let server = Server::responding(response);
    let client = server.client();
    let read_error = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
    (read_error, client.send(market_order()).await.unwrap_err())
}

#[tokio::test]
async fn send_full_returns_usage_headers_and_status() {
    let server = Server::responding(response(
        "200 OK",
        &[
            "X-MBX-USED-WEIGHT-1M: 41",
            "X-MBX-ORDER-COUNT-10S: 3",
            "Via: edge",
        ],
        r#"{"serverTime":1591702613943}"#,
    ));
    let response = server.client().send_full(ServerTime::new()).await.unwrap();
    assert_eq!(response.data.server_time.as_millis(), NOW);
    assert_eq!(response.usage.weight_per_minute(), Some(41));
    assert_eq!(response.usage.orders[0].interval, Duration::from_secs(10));
    assert_eq!(
        (response.status.as_u16(), &response.headers["via"]),
        (200, &"edge".parse().unwrap())
    );
}

#[tokio::test]
async fn send_full_returns_the_body_with_unknown_fields() {
    let body = r#"{"serverTime":1591702613943,"newName":1}"#;
    let server = Server::responding(json_response("200 OK", body));
    let response = server.client().send_full(ServerTime::new()).await.unwrap();
    assert_eq!(response.data.server_time.as_millis(), NOW);
    assert_eq!(response.body, body);
    let printed = format!("{response:?}");
    assert!(!printed.contains("newName"), "{printed}");
    assert!(printed.contains("status: 200"), "{printed}");
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Levels {
    bids: Vec<(String, String)>,
}

#[tokio::test]
async fn response_is_decoded_into_a_type_of_the_caller() {
    let server = Server::responding(json_response(
        "200 OK",
        r#"{"bids":[["59808.0","1.5"]],"new":{}}"#,
    ));
    let call = Depth::new("BTCUSDT").with().decode_as::<Levels>();
    let levels = server.client().send(call.clone()).await.unwrap();
    assert_eq!(levels.bids, [("59808.0".to_owned(), "1.5".to_owned())]);
    let levels = server.client().read_only().send(call).await.unwrap();
    assert_eq!(levels.bids.len(), 1);
}

#[tokio::test]
async fn error_of_a_type_of_the_caller_has_the_path() {
    let server = Server::responding(json_response("200 OK", r#"{"bids":[["1","2"],["1",2]]}"#));
    let call = Depth::new("BTCUSDT").with().decode_as::<Levels>();
    let error = server.client().send(call).await.unwrap_err();
    assert!(error.to_string().contains("bids[1][1]"), "{error}");
}

#[tokio::test]
async fn order_decoded_into_a_type_of_the_caller_is_classified_as_usual() {
    let server = Server::responding(response("400 Bad Request", &[], &error_body(-2010, "No.")));
    let call = market_order().with().decode_as::<Levels>();
    let error = server.client().send(call).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error}");
    let server = Server::responding(json_response("200 OK", "{}"));
    let call = market_order().with().decode_as::<Levels>();
    let error = server.client().send(call).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Executed);
}

#[tokio::test]
async fn order_decoded_into_a_type_of_the_caller_has_a_client_order_id() {
    let server = Server::responding(response("503 Service Unavailable", &[], "{}"));
    let order = NewOrder::market("BTCUSDT", Side::Buy, 1);
    let call = order.with().decode_as::<Levels>();
    let Err(Error::UnknownOutcome(unknown)) = server.client().send(call).await else {
        panic!("the outcome is known");
    };
    let id = unknown.client_order_id().unwrap();
    let sent = format!("newClientOrderId={id}&");
    assert!(
        server
            .received()
            .iter()
            .any(|request| request.target.contains(&sent))
    );
}

#[test]
fn raw_request_is_printed_without_values_of_parameters() {
    let raw = Raw::get("/fapi/v1/thing").keyed().param("a", "secret");
    assert_eq!(
        format!("{raw:?}"),
        r#"Raw { method: Get, path: "/fapi/v1/thing", security: MarketData, parameters: ["a"], .. }"#
    );
}

#[tokio::test]
async fn every_error_with_a_response_has_its_status_headers_and_usage() {
    let headers = &["X-MBX-USED-WEIGHT-1M: 41", "X-MBX-ORDER-COUNT-1M: 7"];
    for (status, body) in [
        ("200 OK", "<html>"),
        ("200 OK", r#"{"unlike":"anything"}"#),
        (
            "400 Bad Request",
            r#"{"code":-1121,"msg":"Invalid symbol."}"#,
        ),
        ("408 Request Timeout", ""),
        ("418 I'm a teapot", "{}"),
        ("429 Too Many Requests", "{}"),
        ("502 Bad Gateway", "<html>"),
        (
            "503 Service Unavailable",
            r#"{"msg":"Service Unavailable."}"#,
        ),
    ] {
        let (read_error, order_error) = errors(response(status, headers, body)).await;
        for error in [read_error, order_error] {
            assert_eq!(error.status().unwrap().as_str(), &status[..3]);
            assert_eq!(error.headers().unwrap()["x-mbx-used-weight-1m"], "41");
            let usage = error.usage().unwrap();
            assert_eq!(usage.weight_per_minute(), Some(41));
            assert_eq!(usage.orders_per(Duration::from_secs(60)), Some(7));
        }
    }
    let (read_error, order_error) = errors(b"no HTTP".to_vec()).await;
    assert!(read_error.headers().is_none() && order_error.usage().is_none());
}

#[tokio::test]
async fn api_key_is_sent_only_where_it_is_needed() {
    let server = Server::responding(json_response("200 OK", "{}"));
    let client = server.client();
    let _ = client.send(ServerTime::new()).await;
    client
        .send(Raw::get("/fapi/v1/thing").keyed())
        .await
        .unwrap();
    client.send(Raw::get("/fapi/v1/thing")).await.unwrap();
    let keys: Vec<_> = server
        .received()
        .iter()
        .map(|received| received.header("x-mbx-apikey").map(str::to_owned))
        .collect();
    assert_eq!(keys, [None, Some(KEY.to_owned()), Some(KEY.to_owned())]);
}

#[tokio::test]
async fn raw_response_is_json_or_text() {
    let server = Server::responding(json_response("200 OK", r#"{"a": [1.50]}"#));
    let client = server.client();
    let thing = || Raw::get("/fapi/v1/thing");
    assert_eq!(client.send(thing()).await.unwrap()["a"][0], 1.5);
    assert_eq!(
        client.send(thing().as_text()).await.unwrap(),
        r#"{"a": [1.50]}"#
    );
    assert_eq!(
        client.send(thing().as_text().with()).await.unwrap(),
        r#"{"a": [1.50]}"#
    );
}

#[tokio::test]
async fn rejection_has_code_message_status_headers_and_body() {
    let body = error_body(-2010, "Account has insufficient balance.");
    let (_, error) = errors(response(
        "400 Bad Request",
        &["X-MBX-USED-WEIGHT-1M: 7"],
        &body,
    ))
    .await;
    assert_eq!(
        error.to_string(),
        "usdm::NewOrder failed with HTTP 400: Account has insufficient balance. (-2010 NEW_ORDER_REJECTED). Correct the problem that the message describes."
    );
    assert_eq!(
        (error.outcome(), error.code()),
        (Outcome::Rejected, Some(-2010))
    );
    let Error::Api(api) = error else { panic!() };
    assert_eq!(api.status().unwrap().as_u16(), 400);
    assert_eq!(&*api.body, body.as_bytes());
    assert_eq!(api.usage.weight_per_minute(), Some(7));
    assert_eq!(api.headers().unwrap()["x-mbx-used-weight-1m"], "7");
}

#[tokio::test]
async fn rejected_timestamp_asks_for_a_clock_sync() {
    for (code, message) in [
        (
            -1021,
            "Timestamp for this request was 1000ms ahead of the server's time.",
        ),
        (
            -1021,
            "Timestamp for this request is outside of the recvWindow.",
        ),
        (
            -5028,
            "Timestamp for this request is outside of the ME recvWindow.",
        ),
    ] {
        let (_, order_error) =
            errors(json_response("400 Bad Request", &error_body(code, message))).await;
        let Error::Api(api) = &order_error else {
            panic!("{order_error:?}");
        };
        assert_eq!(api.known.unwrap().action, Action::ResyncClock, "{code}");
        assert_eq!(order_error.outcome(), Outcome::Rejected);
    }
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn coin_m_has_its_own_error_codes_and_those_of_usd_m() {
    use binance_futures::coinm;
    for (code, name) in [
        (-4188, "ME_INVALID_TIMESTAMP"),
        (-5028, "ME_RECVWINDOW_REJECT"),
        (-4087, "INVALID_PAIR"),
        (-5041, "BBO_ORDER_REJECT"),
    ] {
        let server = Server::responding(json_response("400 Bad Request", &error_body(code, "no")));
        let client: coinm::Client = server.client_of();
        let error = client.send(coinm::ServerTime::new()).await.unwrap_err();
        assert_eq!(error.response().unwrap().known.unwrap().name, name);
    }
}

#[tokio::test]
async fn status_503_has_three_meanings() {
    let unknown = error_body(
        -1000,
        "Unknown error, please check your request or try again later.",
    );
    let (read_error, order_error) =
        errors(json_response("503 Service Unavailable", &unknown)).await;
    assert!(matches!(read_error, Error::Server(_)));
    assert_eq!(order_error.outcome(), Outcome::Unknown);
    assert_eq!(order_error.code(), Some(-1000));

    for message in [
        "Service Unavailable.",
        "Internal error; unable to process your request. Please try again.",
    ] {
        for body in [
            error_body(-1001, message),
            error_body(0, message),
            format!(r#"{{"msg":"{message}"}}"#),
        ] {
            let (read_error, order_error) =
                errors(json_response("503 Service Unavailable", &body)).await;
            assert!(
                matches!(
                    (&read_error, &order_error),
                    (Error::Server(_), Error::Server(_))
                ),
                "{order_error:?}"
            );
            assert_eq!(order_error.outcome(), Outcome::Rejected);
        }
    }

    let throttled = error_body(-1008, "Request throttled by system-level protection.");
    let (_, order_error) = errors(json_response("503 Service Unavailable", &throttled)).await;
    assert!(matches!(order_error, Error::Server(_)));
    assert_eq!(
        (order_error.outcome(), order_error.code()),
        (Outcome::Rejected, Some(-1008))
    );
}

#[tokio::test]
async fn outcome_that_the_exchange_does_not_know_is_unknown() {
    for (status, body) in [
        ("400 Bad Request", error_body(-1006, "Unexpected response.")),
        (
            "408 Request Timeout",
            error_body(-1007, "Timeout waiting for response from backend server."),
        ),
        (
            "200 OK",
            error_body(-1007, "Timeout waiting for response from backend server."),
        ),
        (
            "400 Bad Request",
            error_body(-1000, "An unknown error occurred."),
        ),
        ("400 Bad Request", error_body(-1001, "Disconnected.")),
        ("408 Request Timeout", String::new()),
        ("500 Internal Server Error", String::from("{}")),
        ("502 Bad Gateway", String::from("<html>")),
        (
            "503 Service Unavailable",
            String::from("Service Unavailable"),
        ),
        ("504 Gateway Timeout", String::new()),
        ("599 What", error_body(-1, "x")),
        ("999 What", String::from("{}")),
    ] {
        let (read_error, order_error) = errors(json_response(status, &body)).await;
        assert!(
            matches!(read_error, Error::Server(_)),
            "{status} {body}: {read_error:?}"
        );
        let Error::UnknownOutcome(unknown) = &order_error else {
            panic!("{status} {body}: {order_error:?}");
        };
        let UnknownCause::Response(response) = &unknown.cause else {
            panic!()
        };
        assert_eq!(response.body, body);
        assert!(unknown.client_order_id().is_some());
    }
}

#[tokio::test]
async fn rate_limit_error_says_how_long_to_wait() {
    let wait = |error: &Error| error.retry_after().unwrap();
    let banned_until = format!(
        "Way too many requests; IP(1.2.3.4) banned until {}. Please use the websocket.",
        NOW + 90_000
    );
    let until_end_of_minute = Duration::from_millis((60_000 - NOW % 60_000) as u64);

    let header = response(
        "429 Too Many Requests",
        &["Retry-After: 7"],
        &error_body(-1003, "Too many requests."),
    );
    let (read_error, order_error) = errors(header).await;
    assert_eq!(
        (wait(&read_error), wait(&order_error)),
        (Duration::from_secs(7), Duration::from_secs(7))
    );
    assert!(matches!(&order_error, Error::RateLimited(limited) if !limited.is_banned));
    assert_eq!(order_error.outcome(), Outcome::Rejected);

    let (_, order_error) = errors(json_response(
        "418 I'm a teapot",
        &error_body(-1003, &banned_until),
    ))
    .await;
    assert_eq!(wait(&order_error), Duration::from_secs(90));
    assert!(matches!(&order_error, Error::RateLimited(limited) if limited.is_banned));

    for body in [
        error_body(-1015, "Too many new orders."),
        String::from("<html>"),
        error_body(-1003, "banned until the cows come home"),
    ] {
        let (_, order_error) = errors(json_response("429 Too Many Requests", &body)).await;
        assert_eq!(wait(&order_error), until_end_of_minute);
    }
    let (_, order_error) = errors(json_response(
        "400 Bad Request",
        &error_body(-1015, "Too many new orders."),
    ))
    .await;
    assert!(matches!(order_error, Error::RateLimited(_)));
    let past = error_body(-1003, "banned until 1000000000000.");
    let (_, order_error) = errors(json_response("418 I'm a teapot", &past)).await;
    assert_eq!(wait(&order_error), Duration::ZERO);
}

#[tokio::test]
async fn incomplete_response_with_status_429_is_a_rate_limit_error() {
    let incomplete =
        b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 100\r\n\r\n{"
            .to_vec();
    let (_, order_error) = errors(incomplete).await;
    assert!(
        matches!(&order_error, Error::RateLimited(limited) if limited.retry_after == Duration::from_secs(3))
    );
}

#[tokio::test]
async fn calls_can_be_spawned_and_clients_shared() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let server = Server::responding(json_response("200 OK", r#"{"serverTime":1}"#));
    let client = server.client();
    let calls = (0..8).map(|_| {
        let client = client.clone();
        tokio::spawn(is_send(async move {
            client.send(ServerTime::new()).await.unwrap()
        }))
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().server_time.as_millis(), 1);
    }
}
