//! Pings in both directions, and connections that look open and are not.

use futures_util::FutureExt;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::{ids, millis, read_for, seconds, started, until_resumed};
use crate::usdm::streams::AggTrades;
use crate::ws::event::{Cause, Notice};
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};

const NAME: &str = "btcusdt@aggTrade";

#[tokio::test(start_paused = true)]
async fn half_open_connection_is_found_by_a_ping_and_replaced() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    sim.publish(NAME, &trade("BTCUSDT", 0));
    assert!(session.next().await.is_some());
    let start = Instant::now();
    sim.control_last(Control::Stall);
    let (events, notices) = until_resumed(&mut session).await;
    assert!(events.is_empty());
    let [Notice::Reconnecting(Cause::NoPong), Notice::Resumed] = &notices[..] else {
        panic!("{notices:?}");
    };
    // Interval and timeout of the ping, and the wait before the next attempt.
    assert!(
        start.elapsed() <= seconds(30) + millis(500),
        "{:?}",
        start.elapsed()
    );
    assert_eq!((sim.count(), sim.open().len()), (2, 1));
    sim.publish(NAME, &trade("BTCUSDT", 1));
    let (events, notices) = read_for(&mut session, seconds(600)).await;
    assert_eq!((ids(&events), notices.len()), (vec![1], 0));
    assert_eq!((sim.count(), session.stats().ended.no_pong), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn client_pings_every_20_seconds() {
    let sim = Sim::default();
    let start = Instant::now();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    read_for(&mut session, seconds(101)).await;
    let frames = sim.connection(0).frames;
    let pings = frames.iter().filter(|(_, kind)| kind == "ping");
    let times: Vec<_> = pings.map(|(at, _)| (*at - start).as_secs()).collect();
    assert_eq!(times, [20, 40, 60, 80, 100]);
    let (_, stats) = session.stats().connections[0];
    assert!(stats.round_trip.is_some());
}

#[tokio::test(start_paused = true)]
async fn pings_of_the_exchange_are_answered_with_their_payload_after_a_pause() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    let payloads: [&[u8]; 3] = [b"1790000000000", b"", &[0xff; 125]];
    for payload in payloads {
        sim.control(0, Control::Send(Message::Ping(payload.into())));
    }
    // Nothing is polled, so nothing is answered.
    tokio::time::sleep(seconds(90)).await;
    assert!(sim.connection(0).pongs.is_empty());
    let (_, notices) = read_for(&mut session, millis(10)).await;
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!(sim.connection(0).pongs, payloads);
    assert_eq!(sim.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn pings_are_answered_at_once_while_commands_wait() {
    let sim = Sim::default();
    let topics = (0..30).map(|index| AggTrades::new(format!("S{index}USDT")));
    let topics: Vec<_> = topics.collect();
    let mut session = started(sim.connector().session(topics.clone())).await;
    for topic in topics {
        session.unsubscribe([topic]).unwrap();
    }
    for number in 0..5_u8 {
        sim.control(0, Control::Send(Message::Ping(vec![number].into())));
        read_for(&mut session, millis(400)).await;
        let connection = sim.connection(0);
        assert_eq!(connection.pongs.len(), usize::from(number) + 1);
        assert!(connection.commands.len() < 32, "no command waits");
    }
    read_for(&mut session, seconds(20)).await;
    assert_eq!(sim.connection(0).commands.len(), 32);
}

#[tokio::test(start_paused = true)]
async fn connection_whose_pong_waits_to_be_read_is_alive() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    // The ping is sent, and then nothing is polled.
    read_for(&mut session, seconds(19)).await;
    tokio::time::sleep(seconds(1)).await;
    assert!(session.next().now_or_never().is_none());
    tokio::time::sleep(millis(1)).await;
    assert!(
        sim.connection(0)
            .frames
            .iter()
            .any(|(_, kind)| kind == "ping")
    );
    tokio::time::sleep(seconds(60)).await;
    sim.publish(NAME, &trade("BTCUSDT", 1));
    // A command is waiting to be sent.
    session
        .subscribe([AggTrades::new("ETHUSDT")])
        .await
        .unwrap();
    let (events, notices) = read_for(&mut session, seconds(60)).await;
    assert_eq!((ids(&events), notices.len()), (vec![1], 0), "{notices:?}");
    assert_eq!(sim.count(), 1);
}
