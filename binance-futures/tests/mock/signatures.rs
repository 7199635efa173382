//! API keys, signatures and timestamps.

use binance_futures::types::Timestamp;

use crate::client::{START, Session, hmac_sha256};

const KEY: &str = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";

async fn session_with_published_key() -> Session {
    Session::with(|builder| builder.key(KEY, SECRET)).await
}

const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943";
const SIGNATURE: &str = "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9";

#[tokio::test]
async fn published_request_is_accepted_in_query_and_body_and_with_uppercase_digits() {
    for (query, body) in [
        (format!("?{ORDER}&signature={SIGNATURE}"), String::new()),
        (String::new(), format!("{ORDER}&signature={SIGNATURE}")),
        (
            format!("?{ORDER}&signature={}", SIGNATURE.to_uppercase()),
            String::new(),
        ),
    ] {
        let session = session_with_published_key().await;
        let target = format!("/fapi/v1/order{query}");
        let response = session
            .send("POST", &target, &[("X-MBX-APIKEY", KEY)], &body)
            .await;
        assert_eq!(response.outcome(), (200, 0), "{response:?}");
    }
}

#[tokio::test]
async fn query_and_body_are_signed_without_a_separator() {
    let session = session_with_published_key().await;
    let query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC";
    let body = "quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943";
    let signature = "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4";
    let headers = [("X-MBX-APIKEY", KEY)];
    let signed = format!("{body}&signature={signature}");
    let target = format!("/fapi/v1/order?{query}");
    let response = session.send("POST", &target, &headers, &signed).await;
    assert_eq!(response.outcome(), (200, 0), "{response:?}");

    let signature = hmac_sha256(SECRET, &format!("{query}&{body}"));
    let signed = format!("{body}&signature={signature}");
    let response = session.send("POST", &target, &headers, &signed).await;
    assert_eq!(response.outcome(), (400, -1022));
}

#[tokio::test]
async fn percent_encoded_text_is_signed_as_sent() {
    let session = Session::with(|builder| {
        let price = "15.0".parse().unwrap();
        builder.key(KEY, SECRET).symbol("usdm", "测试USDT", price)
    })
    .await;
    let query =
        "symbol=%E6%B5%8B%E8%AF%95USDT&side=BUY&type=MARKET&quantity=1&timestamp=1591702613943";
    let signature = "221eaf10288183d886183225a23c799512ab6f0aa6bc7459433340b57ed7566a";
    let target = format!("/fapi/v1/order?{query}&signature={signature}");
    let response = session
        .send("POST", &target, &[("X-MBX-APIKEY", KEY)], "")
        .await;
    assert_eq!(response.outcome(), (200, 0), "{response:?}");
    assert_eq!(response.json()["symbol"], "测试USDT");
}

#[tokio::test]
async fn wrong_signature_is_rejected_and_the_log_has_the_expected_one() {
    let session = session_with_published_key().await;
    let changed = ORDER.replace("quantity=1", "quantity=2");
    for query in [
        format!("{changed}&signature={SIGNATURE}"),
        format!("{ORDER}&signature=ff"),
        format!("{ORDER}&signature=%zz").replace("%zz", "%C3%A4"),
        format!("signature={SIGNATURE}&{ORDER}"),
    ] {
        let target = format!("/fapi/v1/order?{query}");
        let response = session
            .send("POST", &target, &[("X-MBX-APIKEY", KEY)], "")
            .await;
        assert_eq!(response.outcome(), (400, -1022), "{query}");
    }
    let rejected = session.exchange.rejected_requests();
    assert_eq!(rejected.len(), 4);
    assert!(rejected[0].detail.contains(&changed), "{}", rejected[0]);
    assert!(
        rejected[0].detail.contains(&hmac_sha256(SECRET, &changed)),
        "{}",
        rejected[0]
    );
    assert!(rejected[3].detail.contains("last"), "{}", rejected[3]);
}

#[tokio::test]
async fn private_key_signature_is_percent_encoded_base64() {
    let pem = include_str!("../keys/pem/ed25519-public.pem");
    let session = Session::with(|builder| {
        let builder = builder.clock(Timestamp::from_millis(1_671_090_801_999));
        builder.public_key("ed25519", pem).unwrap()
    })
    .await;
    let query = "timestamp=1671090801999&recvWindow=9999999&symbol=BTCUSDT&side=SELL&type=MARKET&quantity=1.23";
    let signature =
        "qpPqj9/M2kbOIp+0Srtb9BAqCDuerbkDibsj/KiNydjCAqNTLC2OdUgCq/StcxWSXc2vDgmJ/hTEuBgJX+bwBw==";
    let encoded = signature
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let rest_encoded = signature.replace('+', "%2B");
    for (signature, outcome, detail) in [
        (encoded.as_str(), (200, 0), ""),
        // Only `+` has to be encoded: a form reads it as a space.
        (&rest_encoded, (200, 0), ""),
        (signature, (400, -1022), "percent-encoded"),
        (&encoded.to_lowercase(), (400, -1022), "Ed25519 key"),
        (
            &encoded.replace("qpPq", "qpPr"),
            (400, -1022),
            "Ed25519 key",
        ),
        ("00", (400, -1022), "base64"),
    ] {
        let target = format!("/fapi/v1/order?{query}&signature={signature}");
        let response = session
            .send("POST", &target, &[("x-mbx-apikey", "ed25519")], "")
            .await;
        assert_eq!(response.outcome(), outcome, "{signature}: {response:?}");
        let rejected = session.exchange.rejected_requests();
        let logged = rejected.last().map_or("", |rejected| &rejected.detail);
        assert!(logged.contains(detail), "{signature}: {logged}");
    }
}

#[tokio::test]
async fn api_key_is_required_where_the_spec_says_so() {
    let session = session_with_published_key().await;
    let signed = session.sign("");
    for (key, outcome) in [
        (&[][..], (401, -2014)),
        (&[("x-mbx-apikey", "")], (401, -2014)),
        (&[("x-mbx-apikey", "not a key")], (401, -2014)),
        (&[("x-mbx-apikey", "schlüssel")], (401, -2014)),
        (&[("x-mbx-apikey", "unknown")], (401, -2015)),
        (&[("x-mbx-apikey", KEY)], (200, 0)),
    ] {
        let account = session
            .send("GET", &format!("/fapi/v3/account?{signed}"), key, "")
            .await;
        assert_eq!(account.outcome(), outcome, "{key:?}");
        let stream = session.send("POST", "/fapi/v1/listenKey", key, "").await;
        assert_eq!(stream.outcome(), outcome, "{key:?}");
        let public = session.send("GET", "/fapi/v1/ping", key, "").await;
        assert_eq!(public.status, 200);
    }
}

#[tokio::test]
async fn timestamp_and_signature_are_required() {
    let session = Session::start().await;
    let headers = [("x-mbx-apikey", session.key.as_str())];
    for (query, missing) in [
        (String::new(), "'timestamp'"),
        ("signature=00".to_owned(), "'timestamp'"),
        ("timestamp=&signature=00".to_owned(), "'timestamp'"),
        ("timestamp=noon&signature=00".to_owned(), "'timestamp'"),
        (format!("timestamp={START}"), "'signature'"),
        (format!("timestamp={START}&signature="), "'signature'"),
    ] {
        let response = session
            .send("GET", &format!("/fapi/v3/account?{query}"), &headers, "")
            .await;
        assert_eq!(response.outcome(), (400, -1102), "{query}");
        assert!(response.body.contains(missing), "{query}: {response:?}");
    }
}

#[tokio::test]
async fn timestamp_may_be_as_old_as_the_window_and_less_than_a_second_ahead() {
    let session = Session::start().await;
    for (age, window, outcome) in [
        (0, "", (200, 0)),
        (-999, "", (200, 0)),
        (-1000, "", (400, -1021)),
        (5000, "", (200, 0)),
        (5001, "", (400, -1021)),
        (5001, "&recvWindow=5001", (200, 0)),
        (100, "&recvWindow=99", (400, -1021)),
        (0, "&recvWindow=soon", (400, -1130)),
        (i64::MAX, "", (400, -1021)),
        (i64::MIN + START + 1, "", (400, -1021)),
    ] {
        let query = format!("timestamp={}{window}", START - age);
        let query = format!("{query}&signature={}", hmac_sha256(&session.secret, &query));
        let headers = [("x-mbx-apikey", session.key.as_str())];
        let response = session
            .send("GET", &format!("/fapi/v3/account?{query}"), &headers, "")
            .await;
        assert_eq!(response.outcome(), outcome, "{query}");
    }
}

#[tokio::test]
async fn exchanges_are_independent() {
    let one = Session::with(|builder| builder.key("one", "secret-1")).await;
    let two = Session::with(|builder| builder.key("two", "secret-2")).await;
    assert_ne!(one.exchange.url(), two.exchange.url());
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&newClientOrderId=same";
    for session in [&one, &two] {
        let placed = session.signed("POST", "/fapi/v1/order", order).await;
        assert_eq!(placed.outcome(), (200, 0));
        assert_eq!(placed.number("x-mbx-order-count-1m"), Some(1));
    }
    let stranger = Session {
        exchange: two.exchange,
        ..one
    };
    let response = stranger.signed("GET", "/fapi/v1/openOrders", "").await;
    assert_eq!(response.outcome(), (401, -2015));
}

#[tokio::test]
async fn accounts_see_only_their_own_orders() {
    let session =
        Session::with(|builder| builder.key("one", "secret-1").key("two", "secret-2")).await;
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&newClientOrderId=same";
    assert_eq!(
        session.signed("POST", "/fapi/v1/order", order).await.status,
        200
    );
    let other = Session {
        key: "two".to_owned(),
        secret: "secret-2".to_owned(),
        ..session
    };
    let open = other.signed("GET", "/fapi/v1/openOrders", "").await;
    assert_eq!(open.body, "[]");
    assert_eq!(
        other
            .signed("POST", "/fapi/v1/order", order)
            .await
            .outcome(),
        (200, 0)
    );
}

#[tokio::test]
async fn dropped_exchange_stops_listening() {
    let session = Session::start().await;
    let address = session.exchange.address();
    drop(session);
    tokio::task::yield_now().await;
    assert!(std::net::TcpStream::connect(address).is_err());
}
