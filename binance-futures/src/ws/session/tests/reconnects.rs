//! Many reconnects, and attempts that fail.

use std::time::Duration;

use allocation_counter::measure;
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use super::{ids, millis, read_for, seconds, started, until_resumed};
use crate::usdm::streams::AggTrades;
use crate::ws::event::{Cause, Notice};
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};
use crate::ws::{Lost, Session, SessionState};

const NAME: &str = "btcusdt@aggTrade";

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap()
}

/// Ends the connection a number of times, and checks each time that the topics are subscribed to once.
async fn reconnect(sim: &Sim, session: &mut Session<AggTrades>, times: usize) {
    for number in 0..times {
        sim.control_last(if number % 2 == 0 {
            Control::Drop
        } else {
            Control::Close(1001, "going away")
        });
        let (_, notices) = until_resumed(session).await;
        assert_eq!(notices.len(), 2, "{notices:?}");
        let connection = sim.connection(sim.count() - 1);
        let subscribed = &connection.commands[0]["params"];
        assert_eq!(subscribed.as_array().map(Vec::len), Some(3));
        assert_eq!((connection.commands.len(), connection.topics.len()), (2, 3));
        sim.forget_ended();
    }
}

#[test]
fn memory_stays_flat_over_4000_reconnects() {
    check_memory(1_000, 3_000);
}

/// Takes ten seconds.
#[test]
#[ignore = "takes ten seconds"]
fn memory_stays_flat_over_10000_reconnects() {
    check_memory(1_000, 9_000);
}

/// Compares the memory after the first reconnects with that after the next ones.
fn check_memory(first: usize, next: usize) {
    let runtime = runtime();
    let sim = Sim::default();
    let mut session = None;
    let before = measure(|| {
        session = Some(runtime.block_on(async {
            let topics = ["BTCUSDT", "ETHUSDT", "SOLUSDT"].map(AggTrades::new);
            let mut session = started(sim.connector().session(topics)).await;
            reconnect(&sim, &mut session, first).await;
            session
        }));
    });
    let mut session = session.unwrap();
    let during = measure(|| runtime.block_on(reconnect(&sim, &mut session, next)));
    let growth = during.bytes_current as f64 / before.bytes_current as f64;
    println!(
        "{} reconnects: {} bytes after {first}, {:+} bytes in the next {next} ({:+.1} %), {} allocations in use more",
        first + next,
        before.bytes_current,
        during.bytes_current,
        growth * 100.0,
        during.count_current
    );
    assert!(growth.abs() < 0.05, "{growth}");
    assert!(during.count_current.abs() < 20, "{}", during.count_current);
    let open = sim.open();
    assert_eq!((open.len(), sim.count()), (1, first + next + 1));
    assert_eq!(session.stats().ended.total(), (first + next) as u64);
    let alive = runtime.metrics().num_alive_tasks();
    assert_eq!(alive, 1, "tasks of the simulated exchange");
}

#[tokio::test(start_paused = true)]
async fn waits_between_attempts_follow_the_backoff() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    let longest = [
        250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ];
    let mut waits = Vec::new();
    for longest in longest {
        let ended = Instant::now();
        sim.control_last(Control::Drop);
        until_resumed(&mut session).await;
        let wait = *sim.dialed().last().unwrap() - ended;
        let range = millis(longest / 2)..=millis(longest + 2);
        assert!(range.contains(&wait), "{wait:?} of {longest} ms");
        waits.push(wait.as_secs_f64() / millis(longest).as_secs_f64());
    }
    // They are random.
    waits.sort_by(f64::total_cmp);
    waits.dedup();
    assert!(waits.len() > 5);
}

/// Report S04.
#[tokio::test(start_paused = true)]
async fn connection_that_is_lost_every_minute_costs_one_subscription_each_time() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    let mut id = 1;
    sim.publish(NAME, &trade("BTCUSDT", id));
    read_for(&mut session, seconds(60)).await;
    for _ in 0..50 {
        let lost_at = Instant::now();
        sim.control_last(Control::Drop);
        until_resumed(&mut session).await;
        assert!(lost_at.elapsed() <= millis(251), "{:?}", lost_at.elapsed());
        // Two trades are lost.
        id += 3;
        sim.publish(NAME, &trade("BTCUSDT", id));
        let (events, notices) = read_for(&mut session, seconds(60)).await;
        let [Notice::Gap(gap)] = &notices[..] else {
            panic!("{notices:?}");
        };
        assert_eq!((ids(&events), gap.lost()), (vec![id], Lost::Exactly(2)));
        let connection = sim.connection(sim.count() - 1);
        assert_eq!(connection.commands.len(), 2);
    }
    let stats = session.stats();
    assert_eq!((stats.gaps, stats.opened, sim.count()), (50, 51, 51));
}

#[tokio::test(start_paused = true)]
async fn failed_attempts_are_reported_with_their_cause_until_one_succeeds() {
    let sim = Sim::default();
    sim.fail(9);
    let mut session = sim
        .connector()
        .session([AggTrades::new("BTCUSDT")])
        .build()
        .unwrap();
    assert_eq!(session.state(), SessionState::Connecting);
    let (_, notices) = until_resumed(&mut session).await;
    let causes = notices.iter().filter(|notice| {
        matches!(notice, Notice::Reconnecting(Cause::NotOpened(error)) if error.to_string().contains("connect"))
    });
    assert_eq!((causes.count(), notices.len()), (9, 10), "{notices:?}");
    assert_eq!(session.state(), SessionState::Live);
    let dialed = sim.dialed();
    let waits: Vec<_> = dialed.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (wait, longest) in waits
        .iter()
        .zip([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000])
    {
        let range = millis(longest / 2)..=millis(longest + 2);
        assert!(range.contains(wait), "{wait:?} of {longest} ms");
    }
    let stats = session.stats();
    assert_eq!((stats.failed, stats.opened, stats.ended.total()), (9, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn ready_can_be_called_again_after_a_failed_attempt() {
    let sim = Sim::default();
    sim.fail(3);
    let mut session = sim
        .connector()
        .session([AggTrades::new("BTCUSDT")])
        .build()
        .unwrap();
    for _ in 0..3 {
        let cause = session.ready().await.unwrap_err();
        assert!(matches!(cause, Cause::NotOpened(_)), "{cause:?}");
        assert_eq!(session.state(), SessionState::Waiting);
    }
    session.ready().await.unwrap();
    // What happened meanwhile is still returned.
    let (_, notices) = read_for(&mut session, millis(10)).await;
    assert!(matches!(notices[3], Notice::Resumed), "{notices:?}");
    assert_eq!((notices.len(), sim.dialed().len()), (4, 4));
}

#[tokio::test(start_paused = true)]
async fn reconnects_cause_no_further_rotations() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    for _ in 0..10 {
        sim.control_last(Control::Drop);
        until_resumed(&mut session).await;
    }
    let (_, notices) = read_for(&mut session, Duration::from_secs(48 * 3_600)).await;
    assert!(notices.is_empty(), "{notices:?}");
    let stats = session.stats();
    assert!((2..=3).contains(&stats.rotated), "{}", stats.rotated);
    assert_eq!((stats.ended.total(), sim.open().len()), (10, 1));
}
