//! User data streams.

use binance_futures::dec;
use binance_futures::dynamic::Kind;
use binance_futures::registry;
use serde_json::Value;

use super::{Socket, advance};
use crate::client::Session;

const EVENTS: &str =
    "ORDER_TRADE_UPDATE/ACCOUNT_UPDATE/ACCOUNT_CONFIG_UPDATE/ALGO_UPDATE/TRADE_LITE";

async fn listen_key(session: &Session, api: &str) -> String {
    let headers = [("x-mbx-apikey", session.key.as_str())];
    let path = format!("/{api}/v1/listenKey");
    let response = session.send("POST", &path, &headers, "").await;
    response.json()["listenKey"].as_str().unwrap().to_owned()
}

async fn execute(session: &Session, method: &str, path: &str, query: &str) -> Value {
    let response = session.signed(method, path, query).await;
    assert_eq!(response.status, 200, "{path} {query}: {response:?}");
    response.json()
}

/// Checks that an event has the type of its name, and returns the name.
fn checked(product: &str, event: &Value) -> String {
    let name = event["e"].as_str().unwrap();
    let mut operations = registry::operations();
    let operation = operations
        .find(|operation| {
            let is_own = operation.product == product && operation.kind == Kind::UserEvent;
            is_own && operation.event == Some(name)
        })
        .unwrap();
    let again = (operation.reencode)(&event.to_string());
    let again: Value = serde_json::from_str(&again.unwrap()).unwrap();
    assert_eq!(again, *event);
    name.to_owned()
}

fn names(product: &str, events: &[Value]) -> Vec<String> {
    let events = events.iter();
    events.map(|event| checked(product, event)).collect()
}

#[tokio::test]
async fn orders_of_usdm_are_pushed() {
    let session = Session::start().await;
    let key = listen_key(&session, "fapi").await;
    let target = format!("/private/ws?listenKey={key}&events={EVENTS}");
    let mut socket = Socket::open(&session, &target).await;
    let order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5&newClientOrderId=entry-7";
    let placed = execute(&session, "POST", "/fapi/v1/order", order).await;
    let events = socket.frames(4).await;
    let expected = [
        "ORDER_TRADE_UPDATE",
        "TRADE_LITE",
        "ORDER_TRADE_UPDATE",
        "ACCOUNT_UPDATE",
    ];
    assert_eq!(names("usdm", &events), expected);
    let fill = &events[2]["o"];
    assert_eq!(
        (&fill["x"], &fill["X"]),
        (&"TRADE".into(), &"FILLED".into())
    );
    assert_eq!(
        (&fill["c"], &fill["i"]),
        (&"entry-7".into(), &placed["orderId"])
    );
    let position = &events[3]["a"]["P"][0];
    assert_eq!(
        (&position["s"], &position["pa"]),
        (&"BTCUSDT".into(), &"0.500".into())
    );
    let balances = execute(&session, "GET", "/fapi/v2/balance", "").await;
    let balance = balances
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["asset"] == "USDT");
    assert_eq!(events[3]["a"]["B"][0]["wb"], balance.unwrap()["balance"]);

    let limit = "symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=0.1&price=70000&timeInForce=GTC";
    let placed = execute(&session, "POST", "/fapi/v1/order", limit).await;
    let cancel = format!("symbol=BTCUSDT&orderId={}", placed["orderId"]);
    execute(&session, "DELETE", "/fapi/v1/order", &cancel).await;
    let events = socket.frames(2).await;
    assert_eq!(
        (&events[0]["o"]["x"], &events[1]["o"]["x"]),
        (&"NEW".into(), &"CANCELED".into())
    );
    execute(
        &session,
        "POST",
        "/fapi/v1/leverage",
        "symbol=BTCUSDT&leverage=7",
    )
    .await;
    let leverage = socket.json().await;
    assert_eq!(checked("usdm", &leverage), "ACCOUNT_CONFIG_UPDATE");
    assert_eq!(leverage["ac"]["l"], 7);
}

#[tokio::test]
async fn conditional_orders_are_pushed_when_they_trigger() {
    let session = Session::start().await;
    let key = listen_key(&session, "fapi").await;
    let target = format!("/private/stream?listenKey={key}&events=ALGO_UPDATE");
    let mut socket = Socket::open(&session, &target).await;
    let order = "algoType=CONDITIONAL&symbol=BTCUSDT&side=BUY&type=STOP_MARKET&quantity=0.1&triggerPrice=62000";
    execute(&session, "POST", "/fapi/v1/algoOrder", order).await;
    session.exchange.set_price("BTCUSDT", dec!(62100)).unwrap();
    let frames = socket.all().await;
    assert!(frames.iter().all(|frame| frame["stream"] == key.as_str()));
    let events: Vec<Value> = frames.iter().map(|frame| frame["data"].clone()).collect();
    assert!(
        names("usdm", &events)
            .iter()
            .all(|name| name == "ALGO_UPDATE")
    );
    let states: Vec<&str> = events
        .iter()
        .map(|event| event["o"]["X"].as_str().unwrap())
        .collect();
    assert_eq!(states.first(), Some(&"NEW"));
    assert!(
        states.contains(&"TRIGGERED") && states.last() == Some(&"FINISHED"),
        "{states:?}"
    );
}

#[tokio::test]
async fn orders_of_coinm_are_pushed() {
    let session = Session::start().await;
    let key = listen_key(&session, "dapi").await;
    let mut raw = Socket::open(&session, &format!("/ws/{key}")).await;
    let mut combined = Socket::open(&session, &format!("/stream?streams={key}")).await;
    let order = "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=3";
    execute(&session, "POST", "/dapi/v1/order", order).await;
    let events = raw.frames(3).await;
    let expected = ["ORDER_TRADE_UPDATE", "ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE"];
    assert_eq!(names("coinm", &events), expected);
    assert_eq!(events[1]["o"]["ma"], "BTC");
    let frames = combined.frames(3).await;
    assert_eq!(frames[0]["stream"], key.as_str());
    assert_eq!(frames[2]["data"], events[2]);
    // The other product has its own stream.
    let order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1";
    execute(&session, "POST", "/fapi/v1/order", order).await;
    assert!(raw.is_silent().await);
}

#[tokio::test]
async fn streams_without_events_or_with_unknown_keys_are_silent() {
    let session = Session::start().await;
    let key = listen_key(&session, "fapi").await;
    let coinm_key = listen_key(&session, "dapi").await;
    let targets = [
        format!("/private/ws?listenKey={key}"),
        format!("/private/ws/{key}"),
        format!("/private/ws?listenKey=unknown&events={EVENTS}"),
        format!("/private/ws?listenKey={coinm_key}&events={EVENTS}"),
        format!("/public/ws?listenKey={key}&events={EVENTS}"),
        format!("/private/ws?listenKey={key}&events=ALGO_UPDATE"),
        format!("/ws/{key}"),
    ];
    let mut sockets = Vec::new();
    for target in &targets {
        sockets.push((target, Socket::open(&session, target).await));
    }
    let order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1";
    execute(&session, "POST", "/fapi/v1/order", order).await;
    for (target, mut socket) in sockets {
        assert!(socket.is_silent().await, "{target}");
    }
}

#[tokio::test]
async fn listen_keys_expire_and_are_closed() {
    let session = Session::start().await;
    let key = listen_key(&session, "fapi").await;
    let target = format!("/private/ws?listenKey={key}&events={EVENTS}");
    let mut socket = Socket::open(&session, &target).await;
    advance(&session, 3_599);
    assert!(socket.is_silent().await);
    advance(&session, 1);
    let event = socket.json().await;
    assert_eq!(checked("usdm", &event), "listenKeyExpired");
    assert_eq!(event["listenKey"], key.as_str());

    let new = listen_key(&session, "fapi").await;
    assert_ne!(new, key);
    let target = format!("/private/ws?listenKey={new}&events={EVENTS}");
    let mut socket = Socket::open(&session, &target).await;
    let headers = [("x-mbx-apikey", session.key.as_str())];
    let closed = session
        .send("DELETE", "/fapi/v1/listenKey", &headers, "")
        .await;
    assert_eq!(closed.status, 200);
    assert!(socket.closed().await.is_some());
}
