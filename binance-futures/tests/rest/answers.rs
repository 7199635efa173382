//! Answers, and errors as the exchange documents them.

use std::time::Duration;

use binance_futures::error::{Action, Error, Outcome, UnknownCause};
use binance_futures::rest::{Raw, Sendable};
use binance_futures::types::{Decimal, Side};
use binance_futures::usdm::{Depth, NewOrder, ServerTime};

use crate::server::{KEY, NOW, Server, answer, json};

fn told(code: i64, message: &str) -> String {
    format!(r#"{{"code":{code},"msg":"{message}"}}"#)
}

/// How asking and placing end with this answer.
async fn ends(answer: Vec<u8>) -> (Error, Error) {
    let server = Server::answering(answer);
    let client = server.client();
    let order = NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE);
    let asked = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
    (asked, client.send(order).await.unwrap_err())
}

#[tokio::test]
async fn an_answer_comes_with_limits_headers_and_status() {
    let server = Server::answering(answer(
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
    assert_eq!(response.limits.weight_per_minute(), Some(41));
    assert_eq!(response.limits.order_count[0].per, Duration::from_secs(10));
    assert_eq!(
        (response.status.as_u16(), &response.headers["via"]),
        (200, &"edge".parse().unwrap())
    );
}

#[tokio::test]
async fn every_error_that_had_an_answer_has_its_status_headers_and_limits() {
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
        let (asked, placed) = ends(answer(status, headers, body)).await;
        for error in [asked, placed] {
            assert_eq!(error.status().unwrap().as_str(), &status[..3]);
            assert_eq!(error.headers().unwrap()["x-mbx-used-weight-1m"], "41");
            let limits = error.limits().unwrap();
            assert_eq!(limits.weight_per_minute(), Some(41));
            assert_eq!(limits.orders_per(Duration::from_secs(60)), Some(7));
        }
    }
    let (asked, placed) = ends(b"no HTTP".to_vec()).await;
    assert!(asked.headers().is_none() && placed.limits().is_none());
}

#[tokio::test]
async fn the_key_goes_with_what_needs_it_alone() {
    let server = Server::answering(json("200 OK", "{}"));
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
async fn raw_answers_are_json_or_text() {
    let server = Server::answering(json("200 OK", r#"{"a": [1.50]}"#));
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
async fn a_refusal_has_code_words_status_headers_and_body() {
    let body = told(-2010, "Account has insufficient balance.");
    let (_, error) = ends(answer(
        "400 Bad Request",
        &["X-MBX-USED-WEIGHT-1M: 7"],
        &body,
    ))
    .await;
    assert_eq!(
        error.to_string(),
        "usdm::NewOrder failed with HTTP 400: Account has insufficient balance. (-2010 NEW_ORDER_REJECTED). Act on the text."
    );
    assert_eq!(
        (error.outcome(), error.code()),
        (Outcome::Rejected, Some(-2010))
    );
    let Error::Api(api) = error else { panic!() };
    assert_eq!((api.status.as_u16(), &*api.body), (400, body.as_bytes()));
    assert_eq!(api.limits().weight_per_minute(), Some(7));
}

#[tokio::test]
async fn a_request_out_of_its_window_says_that_the_clock_is_to_be_set() {
    for (code, words) in [
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
        let (_, placed) = ends(json("400 Bad Request", &told(code, words))).await;
        let Error::Api(api) = &placed else {
            panic!("{placed:?}");
        };
        assert_eq!(api.known.unwrap().action, Action::ResyncClock, "{code}");
        assert_eq!(placed.outcome(), Outcome::Rejected);
    }
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn coin_m_answers_with_its_own_numbers_and_with_those_of_the_other_product() {
    use binance_futures::coinm;
    for (code, name) in [
        (-4188, "ME_INVALID_TIMESTAMP"),
        (-5028, "ME_RECVWINDOW_REJECT"),
        (-4087, "INVALID_PAIR"),
        (-5041, "BBO_ORDER_REJECT"),
    ] {
        let server = Server::answering(json("400 Bad Request", &told(code, "no")));
        let client: coinm::Client = server.client_of();
        let error = client.send(coinm::ServerTime::new()).await.unwrap_err();
        assert_eq!(error.answer().unwrap().known.unwrap().name, name);
    }
}

#[tokio::test]
async fn the_three_kinds_of_503_are_told_apart() {
    let unknown = told(
        -1000,
        "Unknown error, please check your request or try again later.",
    );
    let (asked, placed) = ends(json("503 Service Unavailable", &unknown)).await;
    assert!(matches!(asked, Error::Server(_)));
    assert_eq!(placed.outcome(), Outcome::Unknown);
    assert_eq!(placed.code(), Some(-1000));

    for words in [
        "Service Unavailable.",
        "Internal error; unable to process your request. Please try again.",
    ] {
        for body in [
            told(-1001, words),
            told(0, words),
            format!(r#"{{"msg":"{words}"}}"#),
        ] {
            let (asked, placed) = ends(json("503 Service Unavailable", &body)).await;
            assert!(
                matches!((&asked, &placed), (Error::Server(_), Error::Server(_))),
                "{placed:?}"
            );
            assert_eq!(placed.outcome(), Outcome::Rejected);
        }
    }

    let throttled = told(-1008, "Request throttled by system-level protection.");
    let (_, placed) = ends(json("503 Service Unavailable", &throttled)).await;
    assert!(matches!(placed, Error::Server(_)));
    assert_eq!(
        (placed.outcome(), placed.code()),
        (Outcome::Rejected, Some(-1008))
    );
}

#[tokio::test]
async fn what_the_exchange_does_not_know_is_unknown() {
    for (status, body) in [
        ("400 Bad Request", told(-1006, "Unexpected response.")),
        (
            "408 Request Timeout",
            told(-1007, "Timeout waiting for response from backend server."),
        ),
        (
            "200 OK",
            told(-1007, "Timeout waiting for response from backend server."),
        ),
        ("400 Bad Request", told(-1000, "An unknown error occurred.")),
        ("400 Bad Request", told(-1001, "Disconnected.")),
        ("408 Request Timeout", String::new()),
        ("500 Internal Server Error", String::from("{}")),
        ("502 Bad Gateway", String::from("<html>")),
        (
            "503 Service Unavailable",
            String::from("Service Unavailable"),
        ),
        ("504 Gateway Timeout", String::new()),
        ("599 What", told(-1, "x")),
        ("999 What", String::from("{}")),
    ] {
        let (asked, placed) = ends(json(status, &body)).await;
        assert!(
            matches!(asked, Error::Server(_)),
            "{status} {body}: {asked:?}"
        );
        let Error::UnknownOutcome(unknown) = &placed else {
            panic!("{status} {body}: {placed:?}");
        };
        let UnknownCause::Response(answer) = &unknown.cause else {
            panic!()
        };
        assert_eq!(answer.body, body);
        assert!(unknown.id().is_some());
    }
}

#[tokio::test]
async fn too_much_is_told_with_the_time_to_wait() {
    let wait = |error: &Error| error.retry_after().unwrap();
    let banned_until = format!(
        "Way too many requests; IP(1.2.3.4) banned until {}. Please use the websocket.",
        NOW + 90_000
    );
    let to_end_of_minute = Duration::from_millis((60_000 - NOW % 60_000) as u64);

    let header = answer(
        "429 Too Many Requests",
        &["Retry-After: 7"],
        &told(-1003, "Too many requests."),
    );
    let (asked, placed) = ends(header).await;
    assert_eq!(
        (wait(&asked), wait(&placed)),
        (Duration::from_secs(7), Duration::from_secs(7))
    );
    assert!(matches!(&placed, Error::RateLimited(limited) if !limited.is_banned()));
    assert_eq!(placed.outcome(), Outcome::Rejected);

    let (_, placed) = ends(json("418 I'm a teapot", &told(-1003, &banned_until))).await;
    assert_eq!(wait(&placed), Duration::from_secs(90));
    assert!(matches!(&placed, Error::RateLimited(limited) if limited.is_banned()));

    for body in [
        told(-1015, "Too many new orders."),
        String::from("<html>"),
        told(-1003, "banned until the cows come home"),
    ] {
        let (_, placed) = ends(json("429 Too Many Requests", &body)).await;
        assert_eq!(wait(&placed), to_end_of_minute);
    }
    let (_, placed) = ends(json(
        "400 Bad Request",
        &told(-1015, "Too many new orders."),
    ))
    .await;
    assert!(matches!(placed, Error::RateLimited(_)));
    let past = told(-1003, "banned until 1000000000000.");
    let (_, placed) = ends(json("418 I'm a teapot", &past)).await;
    assert_eq!(wait(&placed), Duration::ZERO);
}

#[tokio::test]
async fn a_limit_is_told_even_when_its_words_break_off() {
    let cut = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 100\r\n\r\n{"
        .to_vec();
    let (_, placed) = ends(cut).await;
    assert!(
        matches!(&placed, Error::RateLimited(limited) if limited.retry_after == Duration::from_secs(3))
    );
}

#[tokio::test]
async fn calls_can_be_spawned_and_clients_shared() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let server = Server::answering(json("200 OK", r#"{"serverTime":1}"#));
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
