//! Who may do what.

use binance_futures::types::Timestamp;

use crate::client::{Clock, NOON, Session, hmac};

const KEY: &str = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";

async fn published() -> Session {
    Session::with(|builder| builder.key(KEY, SECRET)).await
}

const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943";
const SIGNATURE: &str = "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9";

#[tokio::test]
async fn the_published_request_is_accepted_in_the_query_in_the_body_and_in_capitals() {
    for (query, body) in [
        (format!("?{ORDER}&signature={SIGNATURE}"), String::new()),
        (String::new(), format!("{ORDER}&signature={SIGNATURE}")),
        (
            format!("?{ORDER}&signature={}", SIGNATURE.to_uppercase()),
            String::new(),
        ),
    ] {
        let session = published().await;
        let target = format!("/fapi/v1/order{query}");
        let answer = session
            .send("POST", &target, &[("X-MBX-APIKEY", KEY)], &body)
            .await;
        assert_eq!(answer.outcome(), (200, 0), "{answer:?}");
    }
}

#[tokio::test]
async fn query_and_body_are_signed_without_anything_between_them() {
    let session = published().await;
    let query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC";
    let body = "quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943";
    let signature = "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4";
    let headers = [("X-MBX-APIKEY", KEY)];
    let signed = format!("{body}&signature={signature}");
    let target = format!("/fapi/v1/order?{query}");
    let answer = session.send("POST", &target, &headers, &signed).await;
    assert_eq!(answer.outcome(), (200, 0), "{answer:?}");

    let signature = hmac(SECRET, &format!("{query}&{body}"));
    let signed = format!("{body}&signature={signature}");
    let answer = session.send("POST", &target, &headers, &signed).await;
    assert_eq!(answer.outcome(), (400, -1022));
}

#[tokio::test]
async fn encoded_text_is_signed_as_it_is_sent() {
    let session = Session::with(|builder| {
        let price = "1.5".parse().unwrap();
        builder.key(KEY, SECRET).symbol("usdm", "测试USDT", price)
    })
    .await;
    let query =
        "symbol=%E6%B5%8B%E8%AF%95USDT&side=BUY&type=MARKET&quantity=1&timestamp=1591702613943";
    let signature = "221eaf10288183d886183225a23c799512ab6f0aa6bc7459433340b57ed7566a";
    let target = format!("/fapi/v1/order?{query}&signature={signature}");
    let answer = session
        .send("POST", &target, &[("X-MBX-APIKEY", KEY)], "")
        .await;
    assert_eq!(answer.outcome(), (200, 0), "{answer:?}");
    assert_eq!(answer.json()["symbol"], "测试USDT");
}

#[tokio::test]
async fn a_signature_of_anything_else_is_refused_and_the_log_says_what_was_expected() {
    let session = published().await;
    let changed = ORDER.replace("quantity=1", "quantity=2");
    for query in [
        format!("{changed}&signature={SIGNATURE}"),
        format!("{ORDER}&signature=ff"),
        format!("{ORDER}&signature=%zz").replace("%zz", "%C3%A4"),
        format!("signature={SIGNATURE}&{ORDER}"),
    ] {
        let target = format!("/fapi/v1/order?{query}");
        let answer = session
            .send("POST", &target, &[("X-MBX-APIKEY", KEY)], "")
            .await;
        assert_eq!(answer.outcome(), (400, -1022), "{query}");
    }
    let refused = session.exchange.refused();
    assert_eq!(refused.len(), 4);
    assert!(refused[0].why.contains(&changed), "{}", refused[0]);
    assert!(
        refused[0].why.contains(&hmac(SECRET, &changed)),
        "{}",
        refused[0]
    );
    assert!(refused[3].why.contains("last"), "{}", refused[3]);
}

#[tokio::test]
async fn the_signature_of_a_private_key_is_base64_and_percent_encoded() {
    let pem = include_str!("../keys/pem/ed25519-public.pem");
    let session = Session::with(|builder| {
        let builder = builder.clock(|| Timestamp::from_millis(1_671_090_801_999));
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
    for (given, outcome, why) in [
        (encoded.as_str(), (200, 0), ""),
        // Only what a form reads as something else has to be encoded.
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
        let target = format!("/fapi/v1/order?{query}&signature={given}");
        let answer = session
            .send("POST", &target, &[("x-mbx-apikey", "ed25519")], "")
            .await;
        assert_eq!(answer.outcome(), outcome, "{given}: {answer:?}");
        let refused = session.exchange.refused();
        let said = refused.last().map_or("", |refused| &refused.why);
        assert!(said.contains(why), "{given}: {said}");
    }
}

#[tokio::test]
async fn keys_are_asked_for_where_the_description_says_so() {
    let session = published().await;
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
async fn timestamp_and_signature_must_be_there() {
    let session = Session::start().await;
    let headers = [("x-mbx-apikey", session.key.as_str())];
    for (query, missing) in [
        (String::new(), "'timestamp'"),
        ("signature=00".to_owned(), "'timestamp'"),
        ("timestamp=&signature=00".to_owned(), "'timestamp'"),
        ("timestamp=noon&signature=00".to_owned(), "'timestamp'"),
        (format!("timestamp={NOON}"), "'signature'"),
        (format!("timestamp={NOON}&signature="), "'signature'"),
    ] {
        let answer = session
            .send("GET", &format!("/fapi/v3/account?{query}"), &headers, "")
            .await;
        assert_eq!(answer.outcome(), (400, -1102), "{query}");
        assert!(answer.body.contains(missing), "{query}: {answer:?}");
    }
}

#[tokio::test]
async fn timestamps_are_good_for_a_window_before_and_less_than_a_second_after() {
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
        (i64::MIN + NOON + 1, "", (400, -1021)),
    ] {
        let query = format!("timestamp={}{window}", NOON - age);
        let query = format!("{query}&signature={}", hmac(&session.secret, &query));
        let headers = [("x-mbx-apikey", session.key.as_str())];
        let answer = session
            .send("GET", &format!("/fapi/v3/account?{query}"), &headers, "")
            .await;
        assert_eq!(answer.outcome(), outcome, "{query}");
    }
}

#[tokio::test]
async fn exchanges_share_nothing() {
    let clock = Clock::new();
    let one = Session::with(|builder| builder.key("one", "secret-1")).await;
    let two = Session::with(|builder| builder.key("two", "secret-2")).await;
    clock.forward(1);
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
    let answer = stranger.signed("GET", "/fapi/v1/openOrders", "").await;
    assert_eq!(answer.outcome(), (401, -2015));
}

#[tokio::test]
async fn accounts_of_one_exchange_see_their_own_orders_only() {
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
async fn a_dropped_exchange_is_gone() {
    let session = Session::start().await;
    let address = session.exchange.address();
    drop(session);
    tokio::task::yield_now().await;
    assert!(std::net::TcpStream::connect(address).is_err());
}
