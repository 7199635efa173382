//! User data over a listen key.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use binance_futures::auth::Credentials;
use binance_futures::dynamic::Kind;
use binance_futures::error::{Error, InvalidRequest};
use binance_futures::mock::Exchange;
use binance_futures::request::Product;
use binance_futures::topic::{InvalidListenKey, Subscribable};
use binance_futures::types::{ExecutionType, ListenKey, OrderStatus, Side, TimeInForce};
use binance_futures::ws::{Connector, Layout, Notice, Session, Update};
use binance_futures::{coinm, dec, registry, usdm};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

use crate::support::log::{capture, captured};
use crate::support::server::Server;
use crate::support::{PATIENCE, builder};

const KEY: &str = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1";

/// The types of all user events of a product.
fn event_types(product: &str) -> BTreeSet<&'static str> {
    registry::operations()
        .filter(|operation| operation.product == product && operation.kind == Kind::UserEvent)
        .map(|operation| operation.event.unwrap())
        .collect()
}

/// A server that pushes a fill if the listen key and events are in the query, as production does, and nothing else. Returns its URL and
/// the targets of the handshakes.
async fn strict_server() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let targets = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&targets);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                let mut is_served = false;
                #[expect(clippy::result_large_err, reason = "the library wants this type")]
                let callback = |request: &Request, response: Response| {
                    let query = request.uri().query().unwrap_or_default();
                    let value = |name: &str| {
                        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
                    };
                    is_served = request.uri().path() == "/private/ws"
                        && value("listenKey") == Some(KEY)
                        && value("events")
                            .is_some_and(|names| names.split('/').any(|name| name == "TRADE_LITE"));
                    seen.lock().unwrap().push(request.uri().to_string());
                    Ok::<_, ErrorResponse>(response)
                };
                let mut socket = accept_hdr_async(stream, callback).await.unwrap();
                if is_served {
                    let fill = include_str!("../../src/generated/usdm/user_events/trade_lite.json");
                    socket.send(Message::text(fill)).await.unwrap();
                }
                while let Some(Ok(message)) = socket.next().await {
                    assert!(!message.is_text(), "a command was sent: {message}");
                }
            });
        }
    });
    (url, targets)
}

#[tokio::test]
async fn production_pushes_because_the_url_has_the_key_and_all_events() {
    let (url, targets) = strict_server().await;
    let connector = builder(url).build_connector().unwrap();
    let topic = usdm::streams::UserData::new(KEY).unwrap();
    let mut session = connector.session([topic.clone()]).build().unwrap();
    session.ready().await.unwrap();
    let update = timeout(PATIENCE, session.next()).await.unwrap();
    let event = update.unwrap().event().unwrap().data;
    assert!(
        matches!(event, usdm::events::UserEvent::TradeLite(_)),
        "{event:?}"
    );
    for layout in [Layout::Combined, Layout::Raw] {
        let mut socket = connector
            .socket([topic.clone()])
            .layout(layout)
            .await
            .unwrap();
        let update = timeout(PATIENCE, socket.next()).await.unwrap();
        assert!(update.unwrap().event().is_some());
        socket.close().await;
    }
    let targets = targets.lock().unwrap().clone();
    assert_eq!(targets.len(), 3);
    for target in targets {
        let (_, events) = target.split_once("&events=").unwrap();
        let events: BTreeSet<&str> = events.split('/').collect();
        assert_eq!(events, event_types("usdm"));
        assert!(events.len() >= 10, "{events:?}");
    }
}

#[tokio::test]
async fn listen_key_of_coin_m_is_in_the_path() {
    let server = Server::new().await;
    let connector = coinm::Connector::builder()
        .streams_url(format!("{}/gateway/", server.url))
        .build_connector()
        .unwrap();
    let topic = coinm::streams::UserData::new(KEY).unwrap();
    let socket = connector.socket([topic]).await.unwrap();
    assert_eq!(
        server.only().target,
        format!("GET /gateway/ws/{KEY} HTTP/1.1")
    );
    socket.close().await;
}

#[test]
fn text_that_cannot_be_in_a_url_is_not_a_listen_key() {
    for (text, expected) in [
        ("", InvalidListenKey::Empty),
        ("abc def", InvalidListenKey::Character { offset: 3 }),
        ("ab&events=", InvalidListenKey::Character { offset: 2 }),
        ("a/b", InvalidListenKey::Character { offset: 1 }),
        ("äöü", InvalidListenKey::Character { offset: 0 }),
        ("a\r\nHost: b", InvalidListenKey::Character { offset: 1 }),
        ("..", InvalidListenKey::Character { offset: 0 }),
    ] {
        let error = usdm::streams::UserData::new(text).unwrap_err();
        assert_eq!(error, expected, "{text:?}");
        assert!(text.len() < 3 || !error.to_string().contains(text));
        let error = Error::from(error);
        assert!(
            matches!(error, Error::InvalidRequest(InvalidRequest::ListenKey(_))),
            "{error:?}"
        );
    }
    for text in ["a", "A-Z_a.z~0", KEY] {
        assert!(coinm::streams::UserData::new(text).is_ok());
    }
}

#[test]
fn two_listen_keys_have_two_names_that_do_not_contain_them() {
    let topic = |text: &str| usdm::streams::UserData::new(text).unwrap();
    let name = |text: &str| topic(text).wire_name().unwrap().to_string();
    assert_ne!(name(KEY), name("another"));
    assert_ne!(topic(KEY), topic("another"));
    assert_eq!(topic(KEY), topic(KEY));
    let digits = name(KEY).strip_prefix("userData@").unwrap().to_owned();
    assert_eq!(digits.len(), 8);
    assert!(digits.chars().all(|digit| digit.is_ascii_hexdigit()));
    assert!(
        name(KEY)
            .parse::<binance_futures::topic::TopicName>()
            .is_ok()
    );
    assert_eq!(
        format!("{:?}", topic(KEY)),
        format!("UserData({:?})", name(KEY))
    );
}

/// Reads until an event is the one that is looked for.
async fn read_until<T: Subscribable, R>(
    session: &mut Session<T>,
    mut find: impl FnMut(&T::Event) -> Option<R>,
) -> R
where
    T::Event: Debug,
{
    loop {
        match timeout(PATIENCE, session.next()).await.unwrap().unwrap() {
            Update::Event(event) => {
                if let Some(found) = find(&event) {
                    return found;
                }
            }
            Update::Notice(notice @ Notice::Malformed(_)) => panic!("{notice}"),
            Update::Notice(_) => {}
        }
    }
}

fn credentials(exchange: &Exchange) -> Credentials {
    let (key, secret) = exchange.credentials();
    let credentials = Credentials::hmac(key, secret).unwrap();
    credentials.for_environment(exchange.environment())
}

/// Opens a session with redundancy, so that copies are merged.
async fn open<T: Subscribable>(connector: &Connector<T::Product>, topic: T) -> Session<T>
where
    T::Product: Product,
{
    let mut session = connector.session([topic]).connections(2).build().unwrap();
    session.ready().await.unwrap();
    session
}

#[tokio::test]
async fn order_of_usdm_is_followed_from_its_placement_to_its_fill() {
    capture();
    let exchange = Exchange::start().await.unwrap();
    let client = usdm::Client::builder()
        .credentials(credentials(&exchange))
        .build()
        .unwrap();
    let response = client.send(usdm::NewListenKey::new()).await.unwrap();
    let key = ListenKey::from(&response);
    let topic = usdm::streams::UserData::new(response).unwrap();
    let mut session = open(&client.connector().unwrap(), topic).await;

    let order = usdm::NewOrder::limit(
        "BTCUSDT",
        Side::Buy,
        dec!(0.01),
        dec!(50000),
        TimeInForce::Gtc,
    )
    .client_order_id("entry-7");
    let placed = client.send(order).await.unwrap();
    let mut seen = Vec::new();
    let mut update = |event: &usdm::events::UserEvent| match event {
        usdm::events::UserEvent::OrderTradeUpdate(update) => {
            seen.push(update.order.execution_type.clone());
            Some(update.order.clone())
        }
        _ => None,
    };
    let order = read_until(&mut session, &mut update).await;
    assert_eq!(order.order_id, placed.order_id);
    assert_eq!(order.client_order_id, "entry-7");
    assert_eq!(order.status, OrderStatus::New);
    exchange.set_price("BTCUSDT", dec!(49000)).unwrap();
    let order = read_until(&mut session, &mut update).await;
    assert_eq!(order.status, OrderStatus::Filled);
    assert_eq!(order.executed_quantity, dec!(0.01));
    assert_eq!(seen, [ExecutionType::New, ExecutionType::Trade]);

    // The connection stays open after the key expired, and the event says so.
    exchange.advance(Duration::from_secs(3_700));
    let expired = read_until(&mut session, |event| match event {
        usdm::events::UserEvent::ListenKeyExpired(expired) => Some(expired.clone()),
        _ => None,
    });
    assert_eq!(expired.await.listen_key, key);
    session.close().await;
    check_log(&key);
}

#[tokio::test]
async fn order_of_coin_m_is_followed_from_its_placement_to_its_fill() {
    capture();
    let exchange = Exchange::start().await.unwrap();
    let client = coinm::Client::builder()
        .credentials(credentials(&exchange))
        .build()
        .unwrap();
    let response = client.send(coinm::NewListenKey::new()).await.unwrap();
    let key = ListenKey::from(&response);
    let topic = coinm::streams::UserData::new(response).unwrap();
    let mut session = open(&client.connector().unwrap(), topic).await;

    let order =
        coinm::NewOrder::market("BTCUSD_PERP", Side::Buy, dec!(3)).client_order_id("entry-8");
    client.send(order).await.unwrap();
    let order = read_until(&mut session, |event| match event {
        coinm::events::UserEvent::OrderTradeUpdate(update)
            if update.order.status == OrderStatus::Filled =>
        {
            Some(update.order.clone())
        }
        _ => None,
    });
    let order = order.await;
    assert_eq!(order.client_order_id, "entry-8");
    assert_eq!(order.executed_quantity, dec!(3));
    session.close().await;
    check_log(&key);
}

/// Checks that no log contains a listen key. The websocket library logs each message at `TRACE`, and so the event of an expired key.
fn check_log(key: &ListenKey) {
    let log = captured();
    assert!(log.contains("/ws"), "{log}");
    let is_of_library =
        |line: &str| line.starts_with("tungstenite") && line.contains("listenKeyExpired");
    let line = log
        .lines()
        .find(|line| line.contains(key.as_str()) && !is_of_library(line));
    assert_eq!(line, None);
}
