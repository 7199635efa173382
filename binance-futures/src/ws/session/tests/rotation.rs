//! Rotations: connections that are replaced before the exchange closes them.

use std::time::Duration;

use tokio::time::Instant;

use super::{ids, millis, read_for, seconds, started};
use crate::usdm::streams::{AggTrades, MarkPrice};
use crate::ws::tests::events::{TIME, mark_price, trade};
use crate::ws::tests::sim::Sim;

const NAME: &str = "btcusdt@aggTrade";

#[tokio::test(start_paused = true)]
async fn aggregate_trades_are_complete_over_1000_rotations() {
    let sim = Sim::default();
    sim.latencies(&[0, 40, 5]);
    let session = sim
        .connector()
        .session([AggTrades::new("BTCUSDT")])
        .rotate_after(Duration::from_secs(5));
    let mut session = started(session).await;
    let mut next = 1;
    let mut last = 0;
    while session.stats().rotated < 1_000 {
        for _ in 0..3 {
            sim.publish(NAME, &trade("BTCUSDT", next));
            next += 1;
            tokio::time::sleep(Duration::from_millis(157)).await;
        }
        let (events, notices) = read_for(&mut session, Duration::from_secs(1)).await;
        for event in events {
            assert_eq!(event.id, Some(last + 1));
            last += 1;
        }
        assert!(notices.is_empty(), "{notices:?}");
    }
    let (events, _) = read_for(&mut session, Duration::from_secs(20)).await;
    assert_eq!(last + events.len() as u64, next - 1);
    let stats = session.stats();
    println!(
        "1000 rotations: {last} trades, 0 lost, 0 duplicated, {} copies dropped",
        stats.duplicates
    );
    assert!(stats.duplicates > 0);
    assert_eq!(stats.ended.total(), 0);
    // The next rotation may have begun.
    assert!(sim.open().len() <= 2);
}

#[tokio::test(start_paused = true)]
async fn old_connection_is_closed_after_the_new_one_has_proved_itself() {
    let sim = Sim::default();
    sim.latencies(&[30, 0]);
    let session = sim.connector().session([AggTrades::new("BTCUSDT")]);
    let mut session = started(session.rotate_after(seconds(60))).await;
    let (mut id, mut all) = (0, Vec::new());
    let mut closed_at = None;
    while closed_at.is_none() {
        id += 1;
        sim.publish(NAME, &trade("BTCUSDT", id));
        let (events, notices) = read_for(&mut session, millis(20)).await;
        assert!(notices.is_empty(), "{notices:?}");
        all.extend(ids(&events));
        if !sim.connection(0).is_open {
            let new = sim.connection(1);
            let methods: Vec<_> = new
                .commands
                .iter()
                .map(|command| &command["method"])
                .collect();
            assert_eq!(methods, ["SUBSCRIBE", "LIST_SUBSCRIPTIONS"]);
            closed_at = Some(Instant::now());
        }
        assert!(id < 4_000, "not rotated");
    }
    assert_eq!(sim.open().len(), 1);
    let (events, _) = read_for(&mut session, seconds(1)).await;
    all.extend(ids(&events));
    assert_eq!(all, (1..=id).collect::<Vec<_>>());
    // It delivered copies while the old one was open.
    let stats = session.stats();
    assert!(stats.duplicates > 0);
    assert_eq!((stats.rotated, stats.ended.total(), sim.count()), (1, 0, 2));
}

#[tokio::test(start_paused = true)]
async fn silent_topic_moves_after_the_drain_time() {
    let sim = Sim::default();
    let session = sim.connector().session([AggTrades::new("BTCUSDT")]);
    let mut session = started(session.rotate_after(seconds(60)).drain(seconds(7))).await;
    while sim.open().len() < 2 {
        read_for(&mut session, millis(100)).await;
    }
    let opened = Instant::now();
    while sim.open().len() == 2 {
        read_for(&mut session, millis(100)).await;
    }
    let took = opened.elapsed();
    assert!(
        took >= seconds(7) - millis(100) && took <= millis(8_500),
        "{took:?}"
    );
    assert_eq!(sim.open()[0].0, 1);
}

#[tokio::test(start_paused = true)]
async fn new_connection_that_does_not_deliver_is_given_up() {
    let sim = Sim::default();
    let session = sim.connector().session([AggTrades::new("BTCUSDT")]);
    let mut session = started(session.rotate_after(seconds(60))).await;
    sim.mute_next(2, NAME);
    let (mut id, mut all) = (0, Vec::new());
    while sim.connection(0).is_open {
        id += 1;
        sim.publish(NAME, &trade("BTCUSDT", id));
        let (events, notices) = read_for(&mut session, millis(100)).await;
        assert!(notices.is_empty(), "{notices:?}");
        all.extend(ids(&events));
        assert!(sim.open().len() <= 2);
        assert!(id < 3_000, "not rotated");
    }
    let (events, _) = read_for(&mut session, seconds(1)).await;
    all.extend(ids(&events));
    assert_eq!(all, (1..=id).collect::<Vec<_>>());
    let stats = session.stats();
    assert_eq!((stats.rotated, stats.ended.stale, stats.stale), (1, 2, 0));
    assert_eq!((sim.count(), sim.open()[0].0), (4, 3));
}

#[tokio::test(start_paused = true)]
async fn new_connections_that_are_silent_do_not_pile_up() {
    let sim = Sim::default();
    let session = sim.connector().session([MarkPrice::new("BTCUSDT")]);
    let mut session = started(session.rotate_after(seconds(60))).await;
    sim.mute_next(1_000, "btcusdt@markPrice");
    let (mut events, mut most) = (0, 0);
    for second in 0..600 {
        sim.publish("btcusdt@markPrice", &mark_price("BTCUSDT", TIME + second));
        let (new, notices) = read_for(&mut session, seconds(1)).await;
        assert!(notices.is_empty(), "{notices:?}");
        events += new.len();
        most = most.max(sim.open().len());
    }
    assert_eq!((events, most), (600, 2));
    assert!(sim.connection(0).is_open);
    assert!(session.stats().ended.stale > 5);
}

#[tokio::test(start_paused = true)]
async fn rotations_that_take_longer_than_their_interval_do_not_pile_up() {
    let sim = Sim::default();
    let session = sim.connector().session([AggTrades::new("BTCUSDT")]);
    let mut session = started(session.rotate_after(seconds(5))).await;
    for _ in 0..300 {
        read_for(&mut session, seconds(1)).await;
        assert!(sim.open().len() <= 2);
    }
    assert!(session.stats().rotated >= 15, "{:?}", session.stats());
}

#[tokio::test(start_paused = true)]
async fn longest_times_are_accepted() {
    let sim = Sim::default();
    let heartbeat = crate::ws::Heartbeat::new(Duration::MAX, Duration::MAX);
    let session = sim
        .connector()
        .session([AggTrades::new("BTCUSDT")])
        .rotate_after(Duration::MAX)
        .drain(Duration::MAX)
        .hold(Duration::MAX)
        .command_timeout(Duration::MAX)
        .stale_after(AggTrades::new("BTCUSDT"), Duration::MAX)
        .heartbeat(heartbeat)
        .connections(2);
    let mut session = started(session).await;
    for id in [1, 3] {
        sim.publish_on(0, NAME, &trade("BTCUSDT", id));
    }
    let (events, _) = read_for(&mut session, seconds(60)).await;
    assert_eq!(ids(&events), [1]);
    sim.publish_on(1, NAME, &trade("BTCUSDT", 2));
    let (events, _) = read_for(&mut session, seconds(60)).await;
    assert_eq!(ids(&events), [2, 3]);
}

#[tokio::test(start_paused = true)]
async fn new_connection_is_opened_although_there_is_always_something_to_read() {
    let sim = Sim::default();
    let session = sim.connector().session([AggTrades::new("BTCUSDT")]);
    let mut session = started(session.rotate_after(seconds(60))).await;
    tokio::time::sleep(seconds(61)).await;
    let (mut id, mut last) = (0, 0);
    for _ in 0..300 {
        for _ in 0..3 {
            id += 1;
            sim.publish_on(0, NAME, &trade("BTCUSDT", id));
        }
        tokio::task::yield_now().await;
        let event = session.next().await.unwrap().event().unwrap();
        assert_eq!(event.id, Some(last + 1));
        last += 1;
    }
    assert_eq!(sim.open().len(), 2);
    assert_eq!(sim.connection(1).topics.len(), 1);
}
