//! Topics whose events are not decoded.

use tokio_tungstenite::tungstenite::Message;

use super::{millis, read_for, seconds, started};
use crate::topic::Cadence;
use crate::usdm::Usdm;
use crate::usdm::streams::{AggTrades, AnyTopic, MarkPrice};
use crate::ws::event::{Notice, Update};
use crate::ws::tests::events::{TIME, mark_price, trade};
use crate::ws::tests::sim::{Control, Sim};
use crate::ws::{RawEvent, RawTopic};

const NAME: &str = "btcusdt@aggTrade";

fn raw() -> RawTopic<Usdm> {
    RawTopic::of(&AggTrades::new("BTCUSDT")).unwrap()
}

/// The id in the text of a trade.
fn id(event: &RawEvent) -> u64 {
    serde_json::from_str::<serde_json::Value>(&event.text).unwrap()["a"]
        .as_u64()
        .unwrap()
}

#[test]
fn raw_topic_keeps_name_group_and_cadence() {
    use crate::topic::Subscribable;

    let mark = MarkPrice::new("BTCUSDT");
    let topic = RawTopic::of(&mark).unwrap();
    assert_eq!(topic.name().as_str(), "btcusdt@markPrice");
    assert_eq!(topic.url_group(), Some("market"));
    assert!(matches!(topic.event_cadence(), Cadence::Periodic(_)));
    assert_eq!(topic, RawTopic::of(&AnyTopic::from(mark)).unwrap());
    assert!(RawTopic::of(&AggTrades::new("")).is_err());
    let newer = RawTopic::<Usdm>::named("btcusdt@newStream".parse().unwrap(), Some("market"));
    assert_eq!(newer.event_cadence(), Cadence::OnEvent);
    assert_eq!(format!("{newer:?}"), r#"RawTopic("btcusdt@newStream")"#);
}

#[tokio::test(start_paused = true)]
async fn text_of_raw_events_is_byte_identical() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([raw()])).await;
    let texts = [
        r#"{"e":"aggTrade","p":"0.10","new":[1.00,{}]}"#,
        r#"{ "p" : 1e5,"é":"\u00e9\n" }"#,
        "[]",
        "17",
        r#""text""#,
    ];
    for text in texts {
        let frame = format!(r#"{{"stream":"{NAME}","data":{text}}}"#);
        sim.control(0, Control::Send(Message::text(frame)));
    }
    // Another order of the fields, and white space around the event.
    let frame = format!(r#"{{"data": {{"a": 1}} ,"stream":"{NAME}"}}"#);
    sim.control(0, Control::Send(Message::text(frame)));
    let (events, notices) = read_for(&mut session, millis(10)).await;
    assert!(notices.is_empty(), "{notices:?}");
    let expected: Vec<_> = texts.into_iter().chain([r#"{"a": 1}"#]).collect();
    let received: Vec<_> = events.iter().map(|event| event.text.as_str()).collect();
    assert_eq!(received, expected);
    assert!(events.iter().all(|event| event.topic.as_str() == NAME));
}

#[tokio::test(start_paused = true)]
async fn raw_event_that_is_not_json_is_malformed() {
    let sim = Sim::default();
    let mut session = started(sim.connector().session([raw()])).await;
    let frame = format!(r#"{{"stream":"{NAME}","data":{{"a":}}}}"#);
    sim.control(0, Control::Send(Message::text(frame)));
    let (events, notices) = read_for(&mut session, millis(10)).await;
    assert!(events.is_empty());
    let [Notice::Malformed(malformed)] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert_eq!(malformed.topic.as_ref(), Some(raw().name()));
}

#[tokio::test(start_paused = true)]
async fn one_rotation_of_a_raw_topic_loses_nothing_and_marks_repeats() {
    let sim = Sim::default();
    sim.latencies(&[40, 0]);
    let session = sim.connector().session([raw()]).rotate_after(seconds(60));
    let mut session = started(session).await;
    let (mut published, mut last, mut repeated) = (0, 0, 0);
    let mut spare = 300;
    while spare > 0 {
        published += 1;
        sim.publish(NAME, &trade("BTCUSDT", published));
        let until = tokio::time::Instant::now() + millis(50);
        while let Ok(update) = tokio::time::timeout_at(until, session.next()).await {
            let Some(Update::Event(event)) = update else {
                panic!("{update:?}");
            };
            let id = id(&event);
            if id <= last {
                assert!(event.may_repeat, "{id} after {last}");
                repeated += 1;
            } else {
                assert_eq!(id, last + 1, "lost");
                last = id;
            }
        }
        assert!(published < 4_000, "not rotated");
        // Goes on for some time after the rotation.
        spare -= i32::from(!sim.connection(0).is_open);
    }
    assert_eq!((last, session.stats().rotated), (published, 1));
    // The new connection repeats its events of two seconds.
    assert!((20..=60).contains(&repeated), "{repeated}");
}

#[tokio::test(start_paused = true)]
async fn silent_raw_topic_is_stale_by_the_cadence_of_its_topic() {
    let sim = Sim::default();
    let topic = RawTopic::of(&MarkPrice::new("BTCUSDT")).unwrap();
    let mut session = started(sim.connector().session([topic])).await;
    sim.publish("btcusdt@markPrice", &mark_price("BTCUSDT", TIME));
    let (events, notices) = read_for(&mut session, seconds(5)).await;
    assert_eq!((events.len(), notices.len()), (1, 0));
    let (_, notices) = read_for(&mut session, seconds(15)).await;
    assert!(
        notices
            .iter()
            .any(|notice| matches!(notice, Notice::Stale(_))),
        "{notices:?}"
    );
}
