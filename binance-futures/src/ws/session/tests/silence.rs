//! Topics that are silent although they should not be.

use std::time::Duration;

use tokio::time::Instant;

use super::{read_for, seconds, started};
use crate::topic::Subscribable;
use crate::usdm::streams::{AggTrades, AnyTopic, DiffDepth, Klines, MarkPrice};
use crate::ws::Session;
use crate::ws::event::Notice;
use crate::ws::tests::events::{TIME, mark_price, trade};
use crate::ws::tests::sim::Sim;

const MARK: &str = "btcusdt@markPrice";

/// Publishes mark prices every three seconds. Returns the number of events, and the notices with their times.
async fn publish_prices<T: Subscribable>(
    sim: &Sim,
    session: &mut Session<T>,
    time: Duration,
    clock: &mut u64,
) -> (usize, Vec<(Instant, Notice)>) {
    let until = Instant::now() + time;
    let (mut events, mut notices) = (0, Vec::new());
    while Instant::now() < until {
        *clock += 3_000;
        sim.publish(MARK, &mark_price("BTCUSDT", TIME + *clock));
        for _ in 0..30 {
            let (new, all) = read_for(session, Duration::from_millis(100)).await;
            events += new.len();
            notices.extend(all.into_iter().map(|notice| (Instant::now(), notice)));
        }
    }
    (events, notices)
}

#[tokio::test(start_paused = true)]
async fn silent_periodic_topic_is_reported_and_its_connection_is_replaced() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([MarkPrice::new("BTCUSDT")])).await;
    let mut clock = 0;
    let (events, notices) = publish_prices(&sim, &mut session, seconds(60), &mut clock).await;
    assert_eq!((events, notices.len()), (20, 0));
    let muted_at = Instant::now();
    sim.mute(0, MARK);
    let (events, notices) = publish_prices(&sim, &mut session, seconds(60), &mut clock).await;
    let [(at, Notice::Stale(stale))] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert_eq!(stale.topic.as_str(), MARK);
    // The bound is ten seconds. The last event was three seconds earlier.
    assert!(*at <= muted_at + seconds(11), "{:?}", *at - muted_at);
    assert!(events >= 16, "{events}");
    assert_eq!((sim.count(), sim.open().len()), (2, 1));
    let (events, notices) = publish_prices(&sim, &mut session, seconds(300), &mut clock).await;
    assert_eq!((events, notices.len(), sim.count()), (100, 0, 2));
    assert_eq!(session.stats().stale, 1);
}

#[tokio::test(start_paused = true)]
async fn topics_that_may_be_silent_are_never_stale() {
    let sim = Sim::default();
    let depth = started(sim.connector().session([DiffDepth::new("BTCUSDT")]));
    let klines = started(sim.connector().session([Klines::new("BTCUSDT", "1m")]));
    let (mut depth, mut klines) = tokio::join!(depth, klines);
    let hour = seconds(3_600);
    let (depth, klines) = tokio::join!(read_for(&mut depth, hour), read_for(&mut klines, hour));
    assert_eq!((depth.1.len(), klines.1.len(), sim.count()), (0, 0, 2));
}

#[tokio::test(start_paused = true)]
async fn caller_can_say_after_what_silence_a_topic_is_stale() {
    let sim = Sim::default();
    let canary = AnyTopic::from(AggTrades::new("BTCUSDT"));
    let topics = [canary.clone(), Klines::new("BTCUSDT", "1m").into()];
    let session = sim.connector().session(topics);
    let mut session = started(session.stale_after(canary, seconds(5))).await;
    for id in 1..=20 {
        sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", id));
        let (_, notices) = read_for(&mut session, seconds(1)).await;
        assert!(notices.is_empty(), "{notices:?}");
    }
    let (_, notices) = read_for(&mut session, seconds(5)).await;
    let [Notice::Stale(stale)] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert_eq!(stale.topic.as_str(), "btcusdt@aggTrade");
    assert_eq!(session.stats().stale, 1);
}

#[tokio::test(start_paused = true)]
async fn time_between_reports_doubles_until_an_event_arrives() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([MarkPrice::new("BTCUSDT")])).await;
    let mut reports = Vec::new();
    let mut most = 0;
    for _ in 0..3_000 {
        let (_, notices) = read_for(&mut session, seconds(1)).await;
        reports.extend(notices.iter().map(|notice| {
            assert!(matches!(notice, Notice::Stale(_)), "{notice:?}");
            Instant::now()
        }));
        most = most.max(sim.open().len());
    }
    let waits: Vec<_> = reports
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs())
        .collect();
    assert!(waits.len() >= 5, "{waits:?}");
    for (index, wait) in waits.iter().enumerate() {
        let bound = 10 * 2_u64.pow(u32::try_from(index).unwrap() + 1);
        assert!((bound..bound + 4).contains(wait), "{waits:?}");
    }
    assert_eq!(most, 2);
    sim.publish(MARK, &mark_price("BTCUSDT", TIME));
    let (events, _) = read_for(&mut session, seconds(9)).await;
    assert_eq!(events.len(), 1);
    let (_, notices) = read_for(&mut session, seconds(2)).await;
    assert!(matches!(notices[..], [Notice::Stale(_)]), "{notices:?}");
}

#[tokio::test(start_paused = true)]
async fn connection_that_mutes_a_topic_is_replaced_without_a_report_if_another_one_delivers() {
    let sim = Sim::default();
    let session = sim.connector().session([MarkPrice::new("BTCUSDT")]);
    let mut session = started(session.connections(2)).await;
    let mut clock = 0;
    publish_prices(&sim, &mut session, seconds(30), &mut clock).await;
    sim.mute(1, MARK);
    let (events, notices) = publish_prices(&sim, &mut session, seconds(60), &mut clock).await;
    assert_eq!((events, notices.len()), (20, 0), "{notices:?}");
    let open: Vec<_> = sim.open().iter().map(|(number, _)| *number).collect();
    assert_eq!(open, [0, 2]);
    assert_eq!(session.stats().stale, 0);
}

#[tokio::test(start_paused = true)]
async fn pause_of_the_consumer_is_no_silence_of_the_exchange() {
    let sim = Sim::default();
    let topics = ["BTCUSDT", "ETHUSDT"].map(MarkPrice::new);
    let mut session = started(sim.connector().session(topics)).await;
    let mut clock = 0;
    for _ in 0..20 {
        for _ in 0..20 {
            clock += 3_000;
            sim.publish(MARK, &mark_price("BTCUSDT", TIME + clock));
            sim.publish("ethusdt@markPrice", &mark_price("ETHUSDT", TIME + clock));
            // Nothing is polled.
            tokio::time::sleep(seconds(3)).await;
        }
        let (events, notices) = read_for(&mut session, Duration::from_millis(10)).await;
        assert_eq!((events.len(), notices.len()), (40, 0), "{notices:?}");
    }
    assert_eq!(sim.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn consumer_that_is_slower_than_the_exchange_finds_no_silence() {
    let sim = Sim::default();
    let topics = ["BTCUSDT", "ETHUSDT"].map(MarkPrice::new);
    let mut session = started(sim.connector().session(topics)).await;
    // Many prices of one symbol are waiting before the next price of the other one.
    for clock in 0..300 {
        sim.publish(MARK, &mark_price("BTCUSDT", TIME + clock));
    }
    tokio::time::sleep(seconds(1)).await;
    let mut read = 0;
    while read < 301 {
        tokio::select! {
            update = session.next() => match update.unwrap() {
                crate::ws::Update::Event(_) => read += 1,
                crate::ws::Update::Notice(notice) => panic!("{notice:?}"),
            },
            () = tokio::time::sleep(seconds(5)) => panic!("{read}"),
        }
        if read == 299 {
            sim.publish("ethusdt@markPrice", &mark_price("ETHUSDT", TIME));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
