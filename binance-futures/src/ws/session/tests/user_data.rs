//! Sessions over user data, which a listen key opens.

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tracing::Level;

use super::{millis, read_for, seconds, started, until_resumed};
use crate::error::Error;
use crate::topic::Subscribable;
use crate::usdm::events::UserEvent;
use crate::usdm::streams::UserData;
use crate::ws::event::Notice;
use crate::ws::tests::sim::{Control, Sim};
use crate::ws::{Session, SessionState};

const KEY: &str = "Tq0mXw7hBv3RkZc9LsYd2JfN8aGpUe5i";

fn topic() -> UserData {
    UserData::new(KEY).unwrap()
}

fn sample(text: &str, changes: &Value) -> Value {
    let mut event: Value = serde_json::from_str(text).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

/// A fill, with its number as the id of the trade.
fn fill(id: u64) -> Value {
    let text = include_str!("../../../generated/usdm/user_events/trade_lite.json");
    sample(text, &json!({ "t": id }))
}

fn expired() -> Value {
    let text = include_str!("../../../generated/usdm/user_events/listen_key_expired.json");
    sample(text, &json!({ "listenKey": KEY }))
}

/// The numbers of fills.
fn ids(events: &[UserEvent]) -> Vec<u64> {
    let id = |event: &UserEvent| match event {
        UserEvent::TradeLite(fill) => fill.trade_id,
        other => panic!("{other:?}"),
    };
    events.iter().map(id).collect()
}

/// Publishes fills, ten per second, and checks that each is delivered once and in order. Returns the number of the last one.
async fn deliver(sim: &Sim, session: &mut Session<UserData>, from: u64, count: u64) -> u64 {
    let mut last = from - 1;
    for id in from..from + count {
        sim.publish(KEY, &fill(id));
        let (events, notices) = read_for(session, millis(100)).await;
        assert!(notices.is_empty(), "{notices:?}");
        for id in ids(&events) {
            assert_eq!(id, last + 1);
            last = id;
        }
    }
    let (events, _) = read_for(session, seconds(1)).await;
    last + u64::try_from(events.len()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn url_subscribes_to_user_data_and_no_command_is_sent() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([topic()])).await;
    assert_eq!(session.state(), SessionState::Live);
    let names: Vec<_> = session.topics().map(ToString::to_string).collect();
    assert_eq!(names, [topic().wire_name().unwrap().as_str()]);
    assert_eq!(deliver(&sim, &mut session, 1, 20).await, 20);
    // Silence means nothing.
    let (events, notices) = read_for(&mut session, seconds(3_600)).await;
    assert!(events.is_empty() && notices.is_empty(), "{notices:?}");
    let connection = sim.connection(0);
    assert_eq!(connection.path, "/private/ws");
    let query = connection.query.unwrap();
    assert!(
        query.starts_with(&format!("listenKey={KEY}&events=")),
        "{query}"
    );
    assert!(connection.commands.is_empty(), "{:?}", connection.commands);
    assert_eq!(sim.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_event_is_delivered_once_over_rotations() {
    let sim = Sim::default();
    sim.latencies(&[0, 40, 5]);
    let session = sim.connector().session([topic()]);
    let mut session = started(session.rotate_after(seconds(20))).await;
    assert_eq!(deliver(&sim, &mut session, 1, 3_000).await, 3_000);
    let stats = session.stats();
    assert!(stats.rotated >= 9, "{stats:?}");
    assert!(stats.duplicates > 0, "{stats:?}");
    assert_eq!((stats.ended.total(), stats.gaps), (0, 0), "{stats:?}");
    assert!(sim.open().len() <= 2);
}

#[tokio::test(start_paused = true)]
async fn silent_connection_is_replaced_before_the_exchange_closes_it() {
    let sim = Sim::default();
    let session = sim.connector().session([topic()]);
    let mut session = started(session.rotate_after(seconds(60))).await;
    let (_, notices) = read_for(&mut session, seconds(90)).await;
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!((session.stats().rotated, sim.open().len()), (1, 1));
    assert_eq!(session.state(), SessionState::Live);
    assert_eq!(deliver(&sim, &mut session, 1, 10).await, 10);
}

#[tokio::test(start_paused = true)]
async fn loss_of_one_of_two_connections_is_not_noticed() {
    let sim = Sim::default();
    sim.latencies(&[0, 30]);
    let mut session = started(sim.connector().session([topic()]).connections(2)).await;
    assert_eq!(sim.open().len(), 2);
    let mut next = 1;
    for victim in [0, 1, 2] {
        sim.control(victim, Control::Drop);
        let last = deliver(&sim, &mut session, next, 100).await;
        assert_eq!(last, next + 99);
        next = last + 1;
        assert_eq!((session.state(), sim.open().len()), (SessionState::Live, 2));
    }
    assert_eq!(session.stats().gaps, 0);
    assert!(sim.open().iter().all(|(_, open)| open.commands.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn equal_events_of_one_connection_are_several_events() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([topic()]).connections(2)).await;
    sim.publish(KEY, &fill(7));
    sim.publish(KEY, &fill(7));
    let (events, _) = read_for(&mut session, seconds(1)).await;
    assert_eq!(ids(&events), [7, 7]);
}

#[tokio::test(start_paused = true)]
async fn lost_connection_is_opened_again_with_the_same_url() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([topic()])).await;
    assert_eq!(deliver(&sim, &mut session, 1, 5).await, 5);
    sim.control(0, Control::Drop);
    let (events, notices) = until_resumed(&mut session).await;
    assert!(events.is_empty());
    let kinds: Vec<_> = notices.iter().map(std::mem::discriminant).collect();
    assert!(
        matches!(
            &notices[..],
            [Notice::Reconnecting(_), Notice::Gap(_), Notice::Resumed]
        ),
        "{kinds:?} {notices:?}"
    );
    assert_eq!(sim.connection(0).query, sim.connection(1).query);
    assert_eq!(sim.connection(1).path, "/private/ws");
    assert_eq!(deliver(&sim, &mut session, 6, 5).await, 10);
}

#[tokio::test(start_paused = true)]
async fn unknown_and_malformed_events_do_not_end_the_session() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([topic()])).await;
    sim.publish(KEY, &json!({"e": "NEW_KIND", "E": 5, "x": 1}));
    let (events, notices) = read_for(&mut session, seconds(1)).await;
    assert!(notices.is_empty(), "{notices:?}");
    assert!(
        matches!(&events[..], [UserEvent::Unlisted(_)]),
        "{events:?}"
    );
    let mut wrong = fill(1);
    wrong["t"] = json!("one");
    for text in [
        wrong.to_string(),
        "not JSON".to_owned(),
        "[]".to_owned(),
        r#"{"E": 5}"#.to_owned(),
    ] {
        sim.control(0, Control::Send(Message::text(text.clone())));
        let (events, notices) = read_for(&mut session, seconds(1)).await;
        assert!(events.is_empty(), "{events:?}");
        let [Notice::Malformed(malformed)] = &notices[..] else {
            panic!("{text}: {notices:?}");
        };
        assert_eq!(malformed.text, text);
        let name = topic().wire_name().unwrap();
        assert!(malformed.topic.as_ref().is_none_or(|topic| *topic == name));
    }
    assert_eq!(deliver(&sim, &mut session, 1, 5).await, 5);
    assert_eq!(sim.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn frames_that_name_their_stream_are_accepted() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([topic()])).await;
    for frame in [
        format!(r#"{{"stream":"{KEY}","data":{}}}"#, fill(1)),
        format!(r#"{{"data":{},"stream":"{KEY}"}}"#, fill(2)),
        format!(r#"{{"stream":"another","data":{}}}"#, fill(3)),
    ] {
        sim.control(0, Control::Send(Message::text(frame)));
    }
    let (events, notices) = read_for(&mut session, seconds(1)).await;
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!(ids(&events), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn server_that_shuts_down_is_left() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([topic()])).await;
    let text = r#"{"e":"serverShutdown","E":5}"#;
    sim.control(0, Control::Send(Message::text(text)));
    let (events, notices) = read_for(&mut session, seconds(30)).await;
    assert!(events.is_empty() && notices.is_empty(), "{notices:?}");
    assert_eq!((sim.count(), sim.open().len()), (2, 1));
    assert_eq!(session.state(), SessionState::Live);
}

#[tokio::test(start_paused = true)]
async fn connection_carries_the_user_data_of_one_listen_key() {
    let sim = Sim::default();
    let connector = sim.connector();
    let other = || UserData::new("another").unwrap();
    let problem = |error: Error| error.to_string();
    let error = connector.session([topic(), other()]).build().map(|_| ());
    assert_eq!(
        problem(error.unwrap_err()),
        "user data needs a connection of its own"
    );
    let mut session = started(connector.session([topic()])).await;
    assert_eq!(
        problem(session.subscribe([other()]).await.unwrap_err()),
        "user data needs a connection of its own: no topic can be added to this one"
    );
    // Nothing changes.
    session.subscribe([topic()]).await.unwrap();
    session.unsubscribe([topic()]).unwrap();
    sim.publish(KEY, &fill(1));
    let (events, notices) = read_for(&mut session, seconds(1)).await;
    assert!(events.is_empty() && notices.is_empty(), "{notices:?}");
    session.subscribe([topic()]).await.unwrap();
    assert_eq!(deliver(&sim, &mut session, 2, 3).await, 4);

    let empty: [UserData; 0] = [];
    let mut empty = started(connector.session(empty).group("private")).await;
    assert_eq!(
        problem(empty.subscribe([topic()]).await.unwrap_err()),
        "user data is chosen when a connection is opened: it cannot be added to this one"
    );
    let mut socket = connector.socket([topic()]).await.unwrap();
    assert!(socket.subscribe([other()]).await.is_err());
    socket.subscribe([topic()]).await.unwrap();
    socket.unsubscribe([topic()]).await.unwrap();
    for (number, _) in sim.open() {
        assert!(sim.connection(number).commands.is_empty());
    }
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
async fn listen_key_is_neither_logged_nor_printed() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let sim = Sim::default();
    let session = sim.connector().session([topic()]).rotate_after(seconds(60));
    let mut printed = format!("{session:?} {:?} {:#?}", topic(), topic());
    let mut session = session.build().unwrap();
    // The exchange, or a proxy, repeats the URL.
    let location = format!("Location: /private/ws?listenKey={KEY}");
    sim.refuse(302, &[&location], &format!("moved to {KEY}"));
    let body = format!(r#"{{"code":-1125,"msg":"The listenKey {KEY} does not exist."}}"#);
    sim.refuse(400, &[], &body);
    while let Err(cause) = session.ready().await {
        printed += &format!("{cause} {cause:?}\n");
    }
    assert!(printed.contains("does not exist"), "{printed}");
    // An expired key, and messages that contain the key where it does not belong.
    sim.publish(KEY, &expired());
    let wrong = [
        json!({"e": "listenKeyExpired", "E": KEY, "listenKey": KEY}).to_string(),
        json!({"e": "listenKeyExpired", "E": KEY.repeat(5), "listenKey": KEY}).to_string(),
        json!({"e": "listenKeyExpired", "E": 1}).to_string(),
        format!(r#"{{"stream":"{KEY}","data":{{"e":"TRADE_LITE"}}}}"#),
        format!("{KEY}?"),
    ];
    for text in &wrong {
        sim.control_last(Control::Send(Message::text(text.clone())));
    }
    let (events, notices) = read_for(&mut session, seconds(120)).await;
    let UserEvent::ListenKeyExpired(event) = &events[0] else {
        panic!("{events:?}");
    };
    assert_eq!(event.listen_key.as_str(), KEY);
    let malformed = notices
        .iter()
        .filter(|notice| matches!(notice, Notice::Malformed(_)));
    assert_eq!(malformed.count(), wrong.len(), "{notices:?}");
    printed += &format!("{events:?} {notices:?} {session:?}");
    for notice in &notices {
        printed += &notice.to_string();
    }
    let reason: &'static str = Box::leak(format!("listenKey {KEY} expired").into_boxed_str());
    // A rotation may have begun.
    for (number, _) in sim.open() {
        sim.control(number, Control::Close(1008, reason));
    }
    let (_, notices) = until_resumed(&mut session).await;
    printed += &format!("{notices:?}");
    for notice in &notices {
        printed += &notice.to_string();
    }
    session.close().await;
    drop(session);
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for expected in [
        "/private/ws?listenKey=…",
        "cannot be decoded",
        "a connection ended",
    ] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    assert!(printed.contains("[redacted]"), "{printed}");
    for text in [log, printed] {
        let line = text.lines().find(|line| line.contains(&KEY[..8]));
        assert_eq!(line, None);
    }
}
