//! Connections that the exchange ends in every possible way.

use super::{ids, millis, read_for, started, until_resumed};
use crate::usdm::streams::AggTrades;
use crate::ws::Session;
use crate::ws::event::{Cause, Notice};
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};

const NAME: &str = "btcusdt@aggTrade";

/// Ends the connection, and checks that the session is subscribed again and delivers. Returns why the connection ended.
async fn end(sim: &Sim, session: &mut Session<AggTrades>, control: Control, id: u64) -> Cause {
    sim.control_last(control);
    let (events, notices) = until_resumed(session).await;
    assert!(events.is_empty());
    let [Notice::Reconnecting(cause), Notice::Resumed] = &notices[..] else {
        panic!("{notices:?}");
    };
    let open = sim.open();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].1.topics.iter().collect::<Vec<_>>(), [NAME]);
    sim.publish(NAME, &trade("BTCUSDT", id));
    let (events, notices) = read_for(session, millis(10)).await;
    assert_eq!(ids(&events), [id]);
    assert!(notices.is_empty(), "{notices:?}");
    cause.clone()
}

#[tokio::test(start_paused = true)]
async fn session_is_subscribed_again_after_each_close_code() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    sim.publish(NAME, &trade("BTCUSDT", 0));
    let mut id = 0;
    read_for(&mut session, millis(10)).await;
    for code in (1000..=1015).chain(4000..=4999) {
        id += 1;
        let cause = end(&sim, &mut session, Control::CloseWithAnyCode(code), id).await;
        let Cause::Closed { code: seen, .. } = cause else {
            panic!("{code}: {cause:?}");
        };
        // The library reports codes that must not be sent as a violation of the protocol.
        assert!(
            seen == code || (code < 4000 && seen == 1002),
            "{code}: {seen}"
        );
        sim.forget_ended();
    }
    let stats = session.stats();
    assert_eq!((stats.ended.closed, stats.ended.total()), (1_016, 1_016));
    println!("1016 close codes: the session was subscribed again after each");
}

#[tokio::test(start_paused = true)]
async fn session_is_subscribed_again_after_a_broken_connection() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    sim.publish(NAME, &trade("BTCUSDT", 0));
    read_for(&mut session, millis(10)).await;
    let controls = [
        Control::Drop,
        Control::Bytes(vec![0xff; 64]),
        Control::Bytes(b"HTTP/1.1 502 Bad Gateway\r\n".repeat(10)),
        // A close frame with half a code.
        Control::Bytes(vec![0x88, 1, 3]),
        // A masked frame, which no server sends.
        Control::Bytes(vec![0x81, 0x81, 1, 2, 3, 4, 5]),
        // A continuation of no message.
        Control::Bytes(vec![0x80, 0]),
    ];
    let mut id = 0;
    for control in controls {
        id += 1;
        let cause = end(&sim, &mut session, control.clone(), id).await;
        assert!(matches!(cause, Cause::Broken(_)), "{control:?}: {cause:?}");
    }
    assert_eq!(session.stats().ended.broken, 6);
}
