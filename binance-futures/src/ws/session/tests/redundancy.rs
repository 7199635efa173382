//! Several connections that carry the same topics.

use super::{ids, millis, read_for, seconds, started};
use crate::usdm::streams::AggTrades;
use crate::ws::SessionState;
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};

const NAME: &str = "btcusdt@aggTrade";

/// Random numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Lets random connections fail, one at a time, and checks that nothing is noticed.
async fn survive(connections: usize, failures: usize) {
    let sim = Sim::default();
    sim.latencies(&[0, 30, 10]);
    let session = sim
        .connector()
        .session([AggTrades::new("BTCUSDT")])
        .connections(connections)
        .stale_after(AggTrades::new("BTCUSDT"), seconds(5));
    let mut session = started(session).await;
    assert_eq!(sim.open().len(), connections);
    let mut random = Random(7);
    let (mut id, mut last) = (0, 0);
    for failure in 0..failures {
        let open = sim.open();
        let (victim, _) = open[random.below(open.len())];
        match random.below(4) {
            0 => sim.control(victim, Control::Drop),
            1 => sim.control(victim, Control::Close(1001, "")),
            2 => sim.control(victim, Control::Stall),
            _ => sim.mute(victim, NAME),
        }
        // All failures are found and repaired.
        let mut repaired = 0;
        for _ in 0..3_000 {
            id += 1;
            sim.publish(NAME, &trade("BTCUSDT", id));
            let (events, notices) = read_for(&mut session, millis(40)).await;
            assert!(notices.is_empty(), "failure {failure}: {notices:?}");
            for id in ids(&events) {
                assert_eq!(id, last + 1, "failure {failure}");
                last = id;
            }
            let is_whole = session.state() == SessionState::Live
                && sim.open().len() == connections
                && !session
                    .stats()
                    .connections
                    .iter()
                    .any(|(id, _)| id.as_u64() == victim as u64 + 1);
            repaired = if is_whole { repaired + 1 } else { 0 };
            if repaired == 50 {
                break;
            }
        }
        assert_eq!(repaired, 50, "failure {failure} was not repaired");
        sim.forget_ended();
    }
    read_for(&mut session, seconds(1)).await;
    println!("{connections} connections, {failures} failures: {last} trades, 0 lost, 0 duplicated");
    assert_eq!(session.stats().gaps, 0);
}

#[tokio::test(start_paused = true)]
async fn failures_of_one_of_two_connections_are_not_noticed() {
    survive(2, 30).await;
}

#[tokio::test(start_paused = true)]
async fn failures_of_one_of_three_connections_are_not_noticed() {
    survive(3, 30).await;
}
