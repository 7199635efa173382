//! Subscribing to topics and unsubscribing while a session is open.

use super::{ids, millis, read_for, seconds, started, until_resumed};
use crate::error::{Error, TransportErrorKind};
use crate::usdm::streams::{AggTrades, AnyTopic, BookTickers};
use crate::ws::event::{Notice, Update};
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};
use crate::ws::{Session, SessionState};

const BTC: &str = "btcusdt@aggTrade";
const ETH: &str = "ethusdt@aggTrade";

fn btc() -> AggTrades {
    AggTrades::new("BTCUSDT")
}

fn eth() -> AggTrades {
    AggTrades::new("ETHUSDT")
}

/// Checks that each open connection was subscribed to each topic exactly once.
fn check_subscribed_once(sim: &Sim, topics: &[&str]) {
    let open = sim.open();
    assert!(!open.is_empty());
    for (number, connection) in open {
        let mut names: Vec<_> = connection
            .commands
            .iter()
            .filter(|command| command["method"] == "SUBSCRIBE")
            .flat_map(|command| command["params"].as_array().unwrap())
            .map(|name| name.as_str().unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(names, topics, "connection {number}");
    }
}

async fn check_delivers(sim: &Sim, session: &mut Session<AggTrades>, names: &[(&str, &str)]) {
    for (name, symbol) in names {
        sim.publish(name, &trade(symbol, 1));
    }
    let (events, _) = read_for(session, millis(50)).await;
    let symbols: Vec<_> = events
        .iter()
        .map(|event| event.symbol.to_string())
        .collect();
    let expected: Vec<_> = names
        .iter()
        .map(|(_, symbol)| (*symbol).to_owned())
        .collect();
    assert_eq!(symbols, expected);
}

#[tokio::test(start_paused = true)]
async fn topics_are_added_to_a_live_session() {
    for connections in 1..=3 {
        let sim = Sim::default();
        let session = sim.connector().session([btc()]).connections(connections);
        let mut session = started(session).await;
        session.subscribe([eth(), btc(), eth()]).await.unwrap();
        // It waits for one connection.
        session.ready().await.unwrap();
        check_subscribed_once(&sim, &[BTC, ETH]);
        session.subscribe([eth()]).await.unwrap();
        check_subscribed_once(&sim, &[BTC, ETH]);
        assert_eq!(sim.open().len(), connections);
        check_delivers(&sim, &mut session, &[(BTC, "BTCUSDT"), (ETH, "ETHUSDT")]).await;
        sim.control(0, Control::Drop);
        read_for(&mut session, seconds(2)).await;
        check_subscribed_once(&sim, &[BTC, ETH]);
    }
}

#[tokio::test(start_paused = true)]
async fn topics_are_added_while_reconnecting() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([btc()])).await;
    sim.fail(3);
    sim.control(0, Control::Drop);
    let update = session.next().await;
    assert!(matches!(
        update,
        Some(Update::Notice(Notice::Reconnecting(_)))
    ));
    session.subscribe([eth()]).await.unwrap();
    assert_eq!(session.state(), SessionState::Live);
    check_subscribed_once(&sim, &[BTC, ETH]);
    let (_, notices) = read_for(&mut session, millis(10)).await;
    assert!(
        matches!(notices.last(), Some(Notice::Resumed)),
        "{notices:?}"
    );
    assert_eq!(notices.len(), 4, "{notices:?}");
    check_delivers(&sim, &mut session, &[(BTC, "BTCUSDT"), (ETH, "ETHUSDT")]).await;
}

#[tokio::test(start_paused = true)]
async fn topics_are_added_while_rotating() {
    let sim = Sim::default();
    let session = sim.connector().session([btc()]);
    let mut session = started(session.rotate_after(seconds(60))).await;
    while sim.open().len() < 2 {
        read_for(&mut session, millis(100)).await;
    }
    assert_eq!(session.state(), SessionState::Replacing);
    session.subscribe([eth()]).await.unwrap();
    read_for(&mut session, seconds(1)).await;
    assert_eq!(sim.open().len(), 2);
    check_subscribed_once(&sim, &[BTC, ETH]);
    // Delivered once, although both connections carry it.
    check_delivers(&sim, &mut session, &[(BTC, "BTCUSDT"), (ETH, "ETHUSDT")]).await;
    read_for(&mut session, seconds(20)).await;
    assert_eq!(sim.open().len(), 1);
    check_subscribed_once(&sim, &[BTC, ETH]);
}

#[tokio::test(start_paused = true)]
async fn rejected_topic_fails_with_the_code_and_disturbs_no_other() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([btc()])).await;
    let rejected = AggTrades::new("REJECTED");
    for attempt in 0..3 {
        let error = session.subscribe([rejected.clone()]).await.unwrap_err();
        assert!(matches!(error, Error::Api(_)), "{error:?}");
        assert_eq!(error.code(), Some(2));
        let names: Vec<_> = session.topics().map(ToString::to_string).collect();
        assert_eq!(names, [BTC], "attempt {attempt}");
    }
    assert_eq!((session.state(), sim.count()), (SessionState::Live, 1));
    check_delivers(&sim, &mut session, &[(BTC, "BTCUSDT")]).await;
    session.subscribe([eth()]).await.unwrap();
    check_delivers(&sim, &mut session, &[(ETH, "ETHUSDT")]).await;
    // The same without a connection.
    sim.control(0, Control::Drop);
    let update = session.next().await;
    assert!(matches!(
        update,
        Some(Update::Notice(Notice::Reconnecting(_)))
    ));
    let error = session.subscribe([rejected]).await.unwrap_err();
    assert_eq!(error.code(), Some(2));
    let (_, notices) = read_for(&mut session, seconds(5)).await;
    assert!(matches!(notices[..], [Notice::Resumed]), "{notices:?}");
    assert_eq!((sim.count(), session.stats().ended.total()), (2, 1));
    check_subscribed_once(&sim, &[BTC, ETH, "rejected@aggTrade"]);
    assert_eq!(sim.open()[0].1.topics.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn topic_that_is_not_listed_fails_and_is_unsubscribed() {
    let sim = Sim::default();
    sim.unknown(ETH);
    let mut session = started(sim.connector().session([btc()])).await;
    let error = session.subscribe([eth()]).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error:?}");
    assert!(error.to_string().contains("does not list"), "{error}");
    read_for(&mut session, seconds(1)).await;
    assert!(!sim.connection(0).topics.contains(ETH));
    assert_eq!((sim.count(), session.state()), (1, SessionState::Live));
}

#[tokio::test(start_paused = true)]
async fn topic_without_a_reply_fails_and_disturbs_no_other() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([btc()])).await;
    sim.ignore("SUBSCRIBE");
    let error = session.subscribe([eth()]).await.unwrap_err();
    let Error::Transport(error) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    check_delivers(&sim, &mut session, &[(BTC, "BTCUSDT")]).await;
    assert_eq!((sim.count(), session.topics().count()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn topics_that_cannot_be_on_the_connection_are_refused() {
    let sim = Sim::default();
    let session = sim.connector().session([AnyTopic::from(btc())]);
    let mut session = started(session.max_topics(2)).await;
    let book = BookTickers::new("BTCUSDT").into();
    let error = session.subscribe([book]).await.unwrap_err();
    assert!(error.to_string().contains("`public`"), "{error}");
    let many = ["A", "B"].map(|symbol| AnyTopic::from(AggTrades::new(symbol)));
    let error = session.subscribe(many).await.unwrap_err();
    assert!(
        error.to_string().contains("3 topics are more than the 2"),
        "{error}"
    );
    assert_eq!(session.topics().count(), 1);
    assert_eq!(sim.connection(0).commands.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn unsubscribed_topics_are_not_delivered_and_not_subscribed_again() {
    let sim = Sim::default();
    sim.latencies(&[50]);
    let mut session = started(sim.connector().session([btc(), eth()])).await;
    // These are on their way.
    sim.publish(ETH, &trade("ETHUSDT", 1));
    sim.publish(BTC, &trade("BTCUSDT", 1));
    session
        .unsubscribe([eth(), AggTrades::new("NONE")])
        .unwrap();
    let (events, notices) = read_for(&mut session, seconds(1)).await;
    assert_eq!((ids(&events), notices.len()), (vec![1], 0), "{notices:?}");
    assert!(!sim.connection(0).topics.contains(ETH));
    sim.control(0, Control::Drop);
    until_resumed(&mut session).await;
    check_subscribed_once(&sim, &[BTC]);
    // Subscribed to again, it begins anew.
    session.subscribe([eth()]).await.unwrap();
    check_subscribed_once(&sim, &[BTC, ETH]);
    sim.publish(ETH, &trade("ETHUSDT", 9));
    let (events, notices) = read_for(&mut session, seconds(1)).await;
    assert_eq!((ids(&events), notices.len()), (vec![9], 0), "{notices:?}");
}

#[tokio::test(start_paused = true)]
async fn session_without_topics_connects_and_takes_topics_later() {
    let sim = Sim::default();
    let error = sim
        .connector()
        .session::<AggTrades>([])
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("needs a URL group"), "{error}");
    let session = sim.connector().session([]).group("market");
    let mut session = started(session).await;
    session.subscribe([btc()]).await.unwrap();
    check_delivers(&sim, &mut session, &[(BTC, "BTCUSDT")]).await;
    sim.control(0, Control::Drop);
    let (_, notices) = until_resumed(&mut session).await;
    assert_eq!(notices.len(), 2, "{notices:?}");
    check_subscribed_once(&sim, &[BTC]);
    session.unsubscribe([btc()]).unwrap();
    sim.control_last(Control::Drop);
    until_resumed(&mut session).await;
    assert!(sim.open()[0].1.commands.is_empty());
}

#[tokio::test(start_paused = true)]
async fn many_topics_are_unsubscribed_with_few_commands() {
    let sim = Sim::default();
    let topics = (0..200).map(|index| AggTrades::new(format!("S{index}USDT")));
    let topics: Vec<_> = topics.collect();
    let mut session = started(sim.connector().session(topics.clone())).await;
    session.unsubscribe(topics).unwrap();
    read_for(&mut session, seconds(2)).await;
    let connection = sim.connection(0);
    assert!(connection.topics.is_empty());
    assert!(
        connection.commands.len() < 8,
        "{}",
        connection.commands.len()
    );
}
