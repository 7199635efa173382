//! What the API guarantees.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use tokio_tungstenite::tungstenite::Message;
use tracing::Level;

use super::{ids, millis, read_for, seconds, started, until_resumed};
use crate::usdm::streams::{AggTrades, AnyTopic};
use crate::ws::event::{Notice, Update};
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};
use crate::ws::{Connector, OpenSocket, Session, SessionState, Socket};

const NAME: &str = "btcusdt@aggTrade";

fn is_send<T: Send>(value: T) -> T {
    value
}

fn is_send_and_static<T: Send + 'static>() {}

/// Does not run: it compiles if the futures can be sent to another thread.
#[allow(dead_code, reason = "compiled, not run")]
fn futures_can_be_sent(
    session: &'static mut Session<AnyTopic>,
    socket: &'static mut Socket<AnyTopic>,
    connector: &Connector<crate::usdm::Usdm>,
    topic: AnyTopic,
) {
    fn check<F: Future + Send + 'static>(_: F) {}
    match session.state() {
        SessionState::Live => check(session.next()),
        SessionState::Waiting => check(session.ready()),
        SessionState::Closed => check(session.close()),
        _ => check(session.subscribe([topic.clone()])),
    }
    match socket.id().as_u64() {
        0 => check(socket.next()),
        1 => check(socket.subscribe([topic.clone()])),
        2 => check(socket.unsubscribe([topic.clone()])),
        3 => check(socket.subscriptions()),
        4 => check(socket.set_combined(true)),
        _ => check(socket.is_combined()),
    }
    check(connector.socket([topic]).into_future());
}

#[tokio::test(start_paused = true)]
async fn sessions_and_sockets_can_be_sent_to_another_thread() {
    is_send_and_static::<Session<AnyTopic>>();
    is_send_and_static::<Socket<AnyTopic>>();
    is_send_and_static::<Connector<crate::usdm::Usdm>>();
    is_send_and_static::<OpenSocket<AnyTopic>>();
    is_send_and_static::<Update<<AnyTopic as crate::topic::Subscribable>::Event>>();
    let sim = Sim::default();
    let task = async move {
        let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
        sim.publish(NAME, &trade("BTCUSDT", 1));
        session.next().await
    };
    let update = tokio::spawn(is_send(task)).await.unwrap();
    assert!(matches!(update, Some(Update::Event(_))), "{update:?}");
}

#[tokio::test(start_paused = true)]
async fn dropped_futures_of_next_lose_nothing() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    let (mut dropped, mut last) = (0, 0);
    let publisher = {
        let sim = sim.clone();
        tokio::spawn(async move {
            for id in 1..=1_000 {
                tokio::time::sleep(millis(3)).await;
                sim.publish(NAME, &trade("BTCUSDT", id));
            }
        })
    };
    while last < 1_000 {
        tokio::select! {
            update = session.next() => {
                let trade = update.unwrap().event().unwrap();
                assert_eq!(trade.id, Some(last + 1));
                last += 1;
            }
            () = tokio::time::sleep(millis(1)) => dropped += 1,
        }
    }
    assert!(dropped >= 1_000, "{dropped}");
    publisher.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn attempt_to_connect_goes_on_if_the_future_is_dropped() {
    let sim = Sim::default();
    sim.dial_time(seconds(5));
    let mut session = sim
        .connector()
        .session([AggTrades::new("BTCUSDT")])
        .build()
        .unwrap();
    let mut dropped = 0;
    while session.state() != SessionState::Live {
        tokio::select! {
            biased;
            () = tokio::time::sleep(millis(10)) => dropped += 1,
            _ = session.next() => {}
        }
        assert!(dropped < 600, "not live");
    }
    assert!(dropped >= 500, "{dropped}");
    assert_eq!(sim.dialed().len(), 1);
    sim.control(0, Control::Drop);
    let _ = tokio::time::timeout(seconds(2), session.next()).await;
    let _ = tokio::time::timeout(seconds(2), session.next()).await;
    // An attempt is in flight.
    assert_eq!(sim.dialed().len(), 2);
    drop(session);
    tokio::time::sleep(seconds(60)).await;
    assert_eq!((sim.dialed().len(), sim.open().len()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn events_that_arrive_during_a_dropped_future_are_kept() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    sim.ignore("SUBSCRIBE");
    let subscribing = session.subscribe([AggTrades::new("ETHUSDT")]);
    let publishing = async {
        for id in 1..=20 {
            sim.publish(NAME, &trade("BTCUSDT", id));
            tokio::time::sleep(millis(10)).await;
        }
    };
    tokio::select! {
        result = subscribing => panic!("{result:?}"),
        () = publishing => {}
    }
    // The session waits for the second topic.
    assert_eq!(session.state(), SessionState::Replacing);
    let publishing = async {
        for id in 21..=40 {
            sim.publish(NAME, &trade("BTCUSDT", id));
            tokio::time::sleep(millis(10)).await;
        }
    };
    tokio::select! {
        result = session.ready() => panic!("{result:?}"),
        () = publishing => {}
    }
    let (events, _) = read_for(&mut session, millis(10)).await;
    assert_eq!(ids(&events), (1..=40).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn receive_times_never_decrease_on_one_connection() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    let mut last = None;
    for id in 1..=1_000 {
        sim.publish(NAME, &trade("BTCUSDT", id));
        if id % 7 == 0 {
            tokio::time::sleep(millis(id % 5)).await;
        }
        if id % 10 > 0 {
            continue;
        }
        for _ in 0..10 {
            let event = session.next().await.unwrap().event().unwrap();
            assert!(last <= Some(event.received.instant));
            last = Some(event.received.instant);
            assert!(event.received.unix_nanos > 1_700_000_000_000_000_000);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn consumer_that_pauses_receives_everything_afterwards() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    for id in 1..=20_000 {
        sim.publish(NAME, &trade("BTCUSDT", id));
        if id % 1_000 == 0 {
            tokio::time::sleep(seconds(30)).await;
        }
    }
    // Most of them wait at the exchange, because the buffers of the connection are full.
    let (events, notices) = read_for(&mut session, seconds(1)).await;
    assert_eq!(ids(&events), (1..=20_000).collect::<Vec<_>>());
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!((sim.count(), session.state()), (1, SessionState::Live));
}

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn log_contains_no_header() {
    const SECRET: &str = "s3cr3theader";
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let mut headers = HeaderMap::new();
    headers.insert("x-proxy-key", HeaderValue::from_static(SECRET));
    let sim = Sim::default();
    let connector = sim.connector_with(None, headers, None);
    let mut printed = format!("{connector:?}");
    sim.fail(1);
    // The exchange, or a proxy, repeats what was sent.
    sim.refuse(403, &[&format!("X-Echo: {SECRET}")], "no");
    sim.refuse(429, &["Retry-After: 1", &format!("X-Echo: {SECRET}")], "{}");
    let session = connector.session([AggTrades::new("BTCUSDT")]);
    let mut session = session.rotate_after(seconds(60)).build().unwrap();
    while session.ready().await.is_err() {}
    sim.control_last(Control::Send(Message::text("not JSON")));
    sim.control_last(Control::Send(Message::text(r#"{"e":"serverShutdown"}"#)));
    read_for(&mut session, seconds(120)).await;
    while session.state() != SessionState::Live {
        read_for(&mut session, seconds(1)).await;
    }
    sim.control_last(Control::Close(1008, "Pong timeout"));
    let (_, notices) = until_resumed(&mut session).await;
    printed += &format!("{session:?} {notices:?}");
    for notice in &notices {
        printed += &notice.to_string();
    }
    session.close().await;
    while let Some(update) = session.next().await {
        printed += &format!("{update:?}");
    }
    drop(session);
    drop(guard);
    // The headers arrived.
    assert!(
        sim.handshakes()
            .iter()
            .all(|headers| headers.contains(SECRET))
    );
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for expected in [
        "no connection",
        "opened",
        "a connection ended",
        "shuts down",
        "cannot be decoded",
    ] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    for text in [log, printed] {
        let line = text.lines().find(|line| line.contains(SECRET));
        assert_eq!(line, None);
    }
}

#[tokio::test(start_paused = true)]
async fn session_is_closed_once() {
    let sim = Sim::default();
    let session = sim.connector().session([AggTrades::new("BTCUSDT")]);
    let mut session = started(session.connections(2)).await;
    sim.publish(NAME, &trade("BTCUSDT", 1));
    assert!(matches!(session.next().await, Some(Update::Event(_))));
    session.close().await;
    assert_eq!(session.state(), SessionState::Closed);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(sim.open().is_empty());
    let update = session.next().await;
    assert!(
        matches!(update, Some(Update::Notice(Notice::Closed(_)))),
        "{update:?}"
    );
    assert!(session.next().await.is_none());
    session.close().await;
    assert!(session.next().await.is_none());
    assert!(session.ready().await.is_err());
    assert!(
        session
            .subscribe([AggTrades::new("ETHUSDT")])
            .await
            .is_err()
    );
    assert_eq!(sim.count(), 2);
}
