//! User data over streams.

use serde_json::json;

use super::{millis, read_for, seconds, streams};
use crate::usdm::events::UserEvent;
use crate::usdm::streams::UserData;
use crate::ws::event::Notice;
use crate::ws::tests::sim::{Control, Sim};

#[tokio::test(start_paused = true)]
async fn user_data_is_subscribed_to_like_any_topic() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let topic = |key: &str| UserData::new(key).unwrap();
    let mut first = streams.subscribe(topic("key-one")).await.unwrap();
    let mut same = streams.subscribe(topic("key-one")).await.unwrap();
    let mut second = streams.subscribe(topic("key-two")).await.unwrap();
    assert_eq!(sim.open().len(), 2, "one connection for each listen key");
    assert_eq!(sim.connection(0).commands.len(), 0);
    let expired = json!({"e": "listenKeyExpired", "E": 1, "listenKey": "key-one"});
    sim.control(0, Control::Send(expired.to_string().into()));
    for subscription in [&mut first, &mut same] {
        let (events, notices) = read_for(subscription, millis(10)).await;
        assert!(matches!(
            events.as_slice(),
            [UserEvent::ListenKeyExpired(_)]
        ));
        assert!(notices.is_empty());
    }
    assert!(read_for(&mut second, millis(10)).await.0.is_empty());
    assert!(!format!("{streams:?} {first:?} {:?}", streams.topics()).contains("key-one"));
}

#[tokio::test(start_paused = true)]
async fn user_data_resumes_after_its_connection_was_lost() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let mut events = streams
        .subscribe(UserData::new("key").unwrap())
        .await
        .unwrap();
    sim.control(0, Control::Drop);
    let (_, notices) = read_for(&mut events, seconds(10)).await;
    assert!(matches!(notices[0], Notice::Reconnecting(_)));
    assert!(notices.iter().any(|n| matches!(n, Notice::Resumed)));
    events.ready().await.unwrap();
    drop(events);
    // A session of another key cannot be used again.
    let _other = streams
        .subscribe(UserData::new("other").unwrap())
        .await
        .unwrap();
    assert_eq!(sim.count(), 3);
}
