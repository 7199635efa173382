//! Subscribing, reading and reconnecting.

use std::time::Duration;

use super::{read_for, started};
use crate::usdm::streams::AggTrades;
use crate::ws::event::{Cause, Notice};
use crate::ws::session::SessionState;
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};

#[tokio::test(start_paused = true)]
async fn events_arrive_in_order_after_the_exchange_confirmed_the_subscription() {
    let sim = Sim::default();
    let topics = ["BTCUSDT", "ETHUSDT"].map(AggTrades::new);
    let mut session = started(sim.connector().session(topics)).await;
    assert_eq!(session.state(), SessionState::Live);
    let methods: Vec<_> = sim
        .connection(0)
        .commands
        .iter()
        .map(|command| command["method"].clone())
        .collect();
    assert_eq!(methods, ["SUBSCRIBE", "LIST_SUBSCRIPTIONS"]);
    for id in 1..=100 {
        sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", id));
        sim.publish("ethusdt@aggTrade", &trade("ETHUSDT", 7 * id));
    }
    let (events, notices) = read_for(&mut session, Duration::from_secs(1)).await;
    let of = |symbol: &str| -> Vec<_> {
        let events = events
            .iter()
            .filter(|event| event.symbol.as_str() == symbol);
        events.map(|event| event.id.unwrap()).collect()
    };
    assert_eq!(of("BTCUSDT"), (1..=100).collect::<Vec<_>>());
    assert_eq!(of("ETHUSDT").len(), 100);
    // The ids of the second symbol have gaps.
    let gaps: Vec<_> = notices
        .iter()
        .filter(|notice| matches!(notice, Notice::Gap(_)))
        .collect();
    assert_eq!((gaps.len(), notices.len()), (99, 99));
    assert_eq!(session.stats().gaps, 99);
}

#[tokio::test(start_paused = true)]
async fn lost_connection_is_replaced_and_the_loss_is_counted() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    tokio::time::sleep(Duration::from_millis(10)).await;
    sim.control(0, Control::Close(1008, "Pong timeout"));
    let (events, notices) = read_for(&mut session, Duration::from_secs(5)).await;
    assert_eq!(events.len(), 1);
    let [
        Notice::Reconnecting(Cause::Closed { code: 1008, reason }),
        Notice::Resumed,
    ] = &notices[..]
    else {
        panic!("{notices:?}");
    };
    assert_eq!(reason, "Pong timeout");
    assert_eq!((sim.count(), sim.open().len()), (2, 1));
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 6));
    let (events, notices) = read_for(&mut session, Duration::from_secs(1)).await;
    assert_eq!(events[0].id, Some(6));
    let [Notice::Gap(gap)] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert_eq!(gap.lost(), crate::ws::Lost::Exactly(4));
}
