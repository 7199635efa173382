//! Rotations: connections that are replaced before the exchange closes them.

use std::time::Duration;

use super::basics::trade;
use super::read_for;
use super::sim::Sim;
use super::started;
use crate::usdm::streams::AggTrades;

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
        for _ in 0..5 {
            sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", next));
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
