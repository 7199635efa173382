//! The announcement that a server shuts down.

use tokio_tungstenite::tungstenite::Message;

use super::{ids, millis, read_for, seconds, started};
use crate::usdm::streams::AggTrades;
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};

const NAME: &str = "btcusdt@aggTrade";

const FORMS: [&str; 5] = [
    r#"{"event":{"e":"serverShutdown","E":1790000000000}}"#,
    r#"{"e":"serverShutdown","E":1790000000000}"#,
    r#"{"stream":"btcusdt@aggTrade","data":{"e":"serverShutdown","E":1790000000000}}"#,
    r#"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1790000000000}}"#,
    r#"{"data":{"e":"serverShutdown","E":1790000000000},"stream":"btcusdt@aggTrade"}"#,
];

#[tokio::test(start_paused = true)]
async fn connection_is_replaced_before_the_server_closes_it() {
    for form in FORMS {
        let sim = Sim::default();
        sim.latencies(&[20, 0]);
        let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
        let mut all = Vec::new();
        for id in 1..=200 {
            sim.publish(NAME, &trade("BTCUSDT", id));
            match id {
                50 => sim.control(0, Control::Send(Message::text(form))),
                // It was replaced at once, and is not closed before its successor has proved itself.
                60 => assert_eq!(sim.count(), 2, "{form}"),
                150 => sim.control(0, Control::Close(1001, "shutdown")),
                _ => {}
            }
            let (events, notices) = read_for(&mut session, millis(20)).await;
            assert!(notices.is_empty(), "{form}: {notices:?}");
            all.extend(ids(&events));
            assert!(!sim.open().is_empty());
        }
        let (events, notices) = read_for(&mut session, seconds(60)).await;
        all.extend(ids(&events));
        assert_eq!(all, (1..=200).collect::<Vec<_>>(), "{form}");
        assert!(notices.is_empty(), "{form}: {notices:?}");
        assert_eq!(
            session.stats().ended.total(),
            0,
            "closed by the client first"
        );
        assert_eq!((sim.count(), sim.open()[0].0), (2, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn servers_that_all_shut_down_are_not_asked_all_the_time() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    let mut id = 0;
    let mut delivered = 0;
    for _ in 0..120 {
        id += 1;
        sim.publish_on(0, NAME, &trade("BTCUSDT", id));
        sim.control_last(Control::Send(Message::text(FORMS[0])));
        let (events, notices) = read_for(&mut session, seconds(1)).await;
        assert!(notices.is_empty(), "{notices:?}");
        delivered += events.len();
        assert!(sim.open().len() <= 2);
    }
    assert_eq!(delivered, 120);
    assert!(sim.count() < 20, "{}", sim.count());
}
