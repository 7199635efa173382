//! Messages that cannot be decoded.

use tokio_tungstenite::tungstenite::Message;

use super::{ids, millis, read_for, started, until_resumed};
use crate::error::{Error, TransportErrorKind};
use crate::usdm::streams::AggTrades;
use crate::ws::event::{Cause, Notice};
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};

const NAME: &str = "btcusdt@aggTrade";

fn frame(event: &str) -> String {
    format!(r#"{{"stream":"{NAME}","data":{event}}}"#)
}

/// Texts, whether their topic is known, and the path to what is wrong.
fn malformed() -> Vec<(String, bool, &'static str)> {
    let good = trade("BTCUSDT", 1).to_string();
    let wrong = |from: &str, to: &str| {
        assert!(good.contains(from), "{good}");
        frame(&good.replace(from, to))
    };
    let truncated = frame(&good);
    let truncated = truncated[..truncated.len() - 20].to_owned();
    vec![
        ("hello".into(), false, ""),
        (String::new(), false, ""),
        ("<html>502</html>".into(), false, ""),
        ("{".into(), false, ""),
        ("null".into(), false, ""),
        ("{}".into(), false, ""),
        (truncated, true, ""),
        (frame(&good) + "}", true, ""),
        (frame("null"), true, ""),
        (frame("[]"), true, ""),
        (frame("{}"), true, ""),
        (frame(&frame(&good)), true, ""),
        (frame(&format!("[{good}]")), true, ""),
        (frame(&"[".repeat(10_000)), true, ""),
        (r#"{"e":"newEvent","E":5,"s":"BTCUSDT"}"#.into(), false, ""),
        (
            r#"{"stream":"ethusdt@aggTrade","data":{"e":"aggTrade"}}"#.into(),
            false,
            "",
        ),
        (r#"{"stream":5,"data":{}}"#.into(), false, ""),
        (r#"{"stream":"btcusdt@aggTrade"}"#.into(), false, ""),
        (r#"[[[]]]"#.into(), false, ""),
        (wrong(r#""p":"1""#, r#""p":{}"#), true, "p"),
        (wrong(r#""p":"1""#, r#""p":"one""#), true, "p"),
        (wrong(r#""m":true"#, r#""m":"yes""#), true, "m"),
        (wrong(r#""a":1"#, r#""a":-1"#), true, "a"),
        (wrong(r#""f":1"#, r#""f":1e400"#), true, "f"),
    ]
}

#[tokio::test(start_paused = true)]
async fn message_that_cannot_be_decoded_is_reported_and_the_session_goes_on() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    let mut id = 0;
    for (text, is_known, path) in malformed() {
        sim.control(0, Control::Send(Message::text(text.clone())));
        id += 1;
        sim.publish(NAME, &trade("BTCUSDT", id));
        let (events, notices) = read_for(&mut session, millis(10)).await;
        let [Notice::Malformed(malformed)] = &notices[..] else {
            panic!("{text}: {notices:?}");
        };
        assert_eq!(malformed.text, text);
        assert_eq!(malformed.topic.is_some(), is_known, "{text}");
        let found = malformed.failure.path();
        assert!(found.ends_with(path), "{text}: {found}");
        assert!(!malformed.to_string().is_empty());
        assert_eq!(ids(&events), [id], "{text}");
    }
    let stats = session.stats();
    assert_eq!(stats.connections[0].1.malformed, id);
    assert_eq!((sim.count(), stats.ended.total(), stats.gaps), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn binary_messages_are_read_as_text() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    let good = frame(&trade("BTCUSDT", 1).to_string());
    sim.control(0, Control::Send(Message::binary(good.into_bytes())));
    sim.control(0, Control::Send(Message::binary(vec![b'{', 0xff, 0xfe])));
    let (events, notices) = read_for(&mut session, millis(10)).await;
    assert_eq!(ids(&events), [1]);
    let [Notice::Malformed(malformed)] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert_eq!(malformed.text, "{\u{fffd}\u{fffd}");
    assert_eq!(malformed.failure.column(), 2);
    assert_eq!(sim.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn text_that_is_not_utf8_ends_the_connection_as_the_protocol_requires() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([AggTrades::new("BTCUSDT")])).await;
    sim.control(0, Control::Bytes(vec![0x81, 2, 0xff, 0xfe]));
    let (_, notices) = until_resumed(&mut session).await;
    let [Notice::Reconnecting(Cause::Broken(error)), Notice::Resumed] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert!(error.to_string().contains("UTF-8"), "{error}");
    assert_eq!(sim.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn message_that_is_too_large_ends_the_connection() {
    let sim = Sim::default();
    let connector = sim.connector_with(None, http::HeaderMap::new(), Some(1_000));
    let mut session = started(connector.session([AggTrades::new("BTCUSDT")])).await;
    let texts = [
        Control::Send(Message::text("x".repeat(1_001))),
        // A message in two frames.
        Control::Bytes(
            [
                &[0x01, 126, 2, 0][..],
                &[b'x'; 512],
                &[0x80, 126, 2, 0],
                &[b'x'; 512],
            ]
            .concat(),
        ),
        // A frame that would be 4 GiB long.
        Control::Bytes(vec![0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0]),
    ];
    for text in texts {
        sim.control_last(text);
        let (_, notices) = until_resumed(&mut session).await;
        let [Notice::Reconnecting(Cause::Broken(error)), Notice::Resumed] = &notices[..] else {
            panic!("{notices:?}");
        };
        let Error::Transport(error) = &**error else {
            panic!("{error:?}");
        };
        assert_eq!(error.kind(), TransportErrorKind::TooLarge);
    }
    sim.control_last(Control::Send(Message::text("x".repeat(1_000))));
    let (_, notices) = read_for(&mut session, millis(10)).await;
    assert!(matches!(notices[..], [Notice::Malformed(_)]), "{notices:?}");
}
