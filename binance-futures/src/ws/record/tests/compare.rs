//! Replays of recorded sessions, compared with what sessions of typed topics deliver.
//!
//! The typed session and the recorded one have an exchange each, to which the same happens.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::super::{Recording, Replay};
use super::{BEGIN, Folder};
use crate::topic::Subscribable;
use crate::usdm::Usdm;
use crate::usdm::streams::{AggTrades, BookTickers, DiffDepth, Liquidations};
use crate::ws::event::{Notice, Update};
use crate::ws::tests::events;
use crate::ws::tests::sim::{Control, Sim};
use crate::ws::{Lost, OpenSession, RawTopic, Session, SessionState};

/// What happens at the exchange.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Events are published, the last one several times.
    Publish { count: u8, copies: u8 },
    /// An event is published to no connection.
    Lose,
    /// Nothing happens for a while.
    Pause(u16),
    /// All connections break, and events are published before there is another one.
    Disconnect(u8),
    /// One connection breaks: the oldest or the newest.
    Break { oldest: bool },
}

fn steps(connections: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (1..20_u8, prop_oneof![3 => Just(1_u8), 1 => 2..4_u8])
            .prop_map(|(count, copies)| Step::Publish { count, copies }),
        2 => Just(Step::Lose),
        3 => (100..3_000_u16).prop_map(Step::Pause),
        1 => if connections == 1 {
            (0..4_u8).prop_map(Step::Disconnect).boxed()
        } else {
            any::<bool>().prop_map(|oldest| Step::Break { oldest }).boxed()
        },
    ];
    proptest::collection::vec(step, 1..60)
}

/// A kind of topic, and its events.
struct Kind<T> {
    topic: fn() -> T,
    name: &'static str,
    event: fn(u64) -> Value,
}

impl<T> Clone for Kind<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kind<T> {}

const TRADES: Kind<AggTrades> = Kind {
    topic: || AggTrades::new("BTCUSDT"),
    name: "btcusdt@aggTrade",
    event: |id| events::trade("BTCUSDT", id),
};

const DEPTH: Kind<DiffDepth> = Kind {
    topic: || DiffDepth::new("BTCUSDT"),
    name: "btcusdt@depth",
    event: |id| events::depth("BTCUSDT", id * 10, id * 10 + 10),
};

const TICKERS: Kind<BookTickers> = Kind {
    topic: || BookTickers::new("BTCUSDT"),
    name: "btcusdt@bookTicker",
    event: |id| events::book_ticker("BTCUSDT", id),
};

const LIQUIDATIONS: Kind<Liquidations> = Kind {
    topic: || Liquidations::new("BTCUSDT"),
    name: "btcusdt@forceOrder",
    event: |id| events::liquidation("BTCUSDT", id),
};

/// A session, and what it delivered.
struct Run<T: Subscribable> {
    sim: Sim,
    session: Session<T>,
    updates: Vec<Update<T::Event>>,
}

impl<T: Subscribable> Run<T> {
    async fn new(connections: usize, open: impl FnOnce(&Sim) -> OpenSession<T>) -> Self {
        let sim = Sim::default();
        sim.latencies(&[20, 0, 10]);
        let session = open(&sim)
            .connections(connections)
            .rotate_after(Duration::from_secs(20));
        let mut session = session.build().unwrap();
        session.ready().await.unwrap();
        Self {
            sim,
            session,
            updates: Vec::new(),
        }
    }

    async fn read_for(&mut self, millis: u64) {
        let until = Instant::now() + Duration::from_millis(millis);
        while let Ok(update) = tokio::time::timeout_at(until, self.session.next()).await {
            self.updates.extend(update);
        }
    }

    async fn until_live(&mut self) {
        // The session notices that the connections broke.
        self.read_for(10).await;
        // A session that is replacing a connection delivers too.
        while !matches!(
            self.session.state(),
            SessionState::Live | SessionState::Replacing
        ) {
            self.read_for(100).await;
        }
        self.read_for(100).await;
    }

    async fn play(&mut self, steps: &[Step], name: &str, event: impl Fn(u64) -> Value) {
        let mut id = 0;
        for step in steps {
            match *step {
                Step::Publish { count, copies } => {
                    for _ in 1..count {
                        id += 1;
                        self.sim.publish(name, &event(id));
                    }
                    id += 1;
                    for _ in 0..copies {
                        self.sim.publish(name, &event(id));
                    }
                }
                Step::Lose => id += 1,
                Step::Pause(millis) => self.read_for(millis.into()).await,
                Step::Disconnect(lost) => {
                    self.read_for(50).await;
                    for (connection, _) in self.sim.open() {
                        self.sim.control(connection, Control::Drop);
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    for _ in 0..lost {
                        id += 1;
                        self.sim.publish(name, &event(id));
                    }
                    self.until_live().await;
                }
                Step::Break { oldest } => {
                    self.read_for(50).await;
                    // Another one carries the topic, so nothing is lost, whatever the session is doing.
                    let mut open = self.sim.open();
                    open.retain(|(_, connection)| connection.topics.contains(name));
                    let broken = if oldest { open.first() } else { open.last() };
                    if open.len() > 1 {
                        self.sim.control(broken.unwrap().0, Control::Drop);
                    }
                    self.read_for(4_000).await;
                }
            }
            self.read_for(40).await;
        }
        self.read_for(3_000).await;
    }
}

/// The updates as texts.
fn texts<E: std::fmt::Debug>(updates: &[Update<E>]) -> Vec<String> {
    let texts = updates.iter().map(|update| match update {
        Update::Event(event) => format!("{:?} {}", event.data, event.may_repeat),
        Update::Notice(notice) => notice.to_string(),
    });
    texts.collect()
}

/// Records what a raw session delivers while this happens, and replays it.
async fn replayed<T: Subscribable<Product = Usdm>>(
    kind: Kind<T>,
    connections: usize,
    play: impl AsyncFnOnce(&mut Run<RawTopic<Usdm>>),
) -> Vec<Update<T::Event>> {
    let topic = RawTopic::of(&(kind.topic)()).unwrap();
    let begun = Instant::now();
    let mut run = Run::new(connections, |sim| sim.connector().session([topic])).await;
    play(&mut run).await;
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    for update in &mut run.updates {
        if let Update::Event(event) = update {
            // The time of the simulation instead of that of the system.
            let since = Instant::from_std(event.received.instant) - begun;
            event.received.unix_nanos = BEGIN + i64::try_from(since.as_nanos()).unwrap();
        }
        recorder.write(update).unwrap();
    }
    recorder.close().unwrap();
    let recording = Recording::open(&folder.0).unwrap();
    let replay = Replay::new(recording, [(kind.topic)()]).unwrap();
    replay.map(Result::unwrap).collect()
}

/// Returns what a typed session delivers, and the replay of a recorded one.
async fn both<T: Subscribable<Product = Usdm>>(
    kind: Kind<T>,
    connections: usize,
    steps: &[Step],
) -> (Vec<String>, Vec<String>) {
    let topic = (kind.topic)();
    let mut live = Run::new(connections, |sim| sim.connector().session([topic])).await;
    live.play(steps, kind.name, kind.event).await;
    let replayed = replayed(kind, connections, async |run: &mut Run<_>| {
        run.play(steps, kind.name, kind.event).await;
    });
    let replayed = replayed.await;
    (texts(&live.updates), texts(&replayed))
}

fn compare<T: Subscribable<Product = Usdm>>(kind: Kind<T>, connections: usize, steps: &[Step]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let (live, replayed) = runtime.block_on(both(kind, connections, steps));
    assert_eq!(live, replayed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn contiguous_topic_is_replayed_as_a_session_delivers_it(steps in steps(1)) {
        compare(TRADES, 1, &steps);
    }

    #[test]
    fn chained_topic_is_replayed_as_a_session_delivers_it(steps in steps(1)) {
        compare(DEPTH, 1, &steps);
    }

    #[test]
    fn state_topic_is_replayed_as_a_session_delivers_it(steps in steps(1)) {
        compare(TICKERS, 1, &steps);
    }

    #[test]
    fn topic_of_copies_is_replayed_as_a_session_delivers_it(steps in steps(1)) {
        compare(LIQUIDATIONS, 1, &steps);
    }

    #[test]
    fn contiguous_topic_of_two_connections_is_replayed_as_a_session_delivers_it(steps in steps(2)) {
        compare(TRADES, 2, &steps);
    }

    #[test]
    fn chained_topic_of_two_connections_is_replayed_as_a_session_delivers_it(steps in steps(2)) {
        compare(DEPTH, 2, &steps);
    }

    #[test]
    fn state_topic_of_two_connections_is_replayed_as_a_session_delivers_it(steps in steps(2)) {
        compare(TICKERS, 2, &steps);
    }
}

#[test]
fn events_that_only_the_followed_connection_lost_are_reported() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let replayed = replayed(TRADES, 2, async |run: &mut Run<_>| {
        for id in 1..=100 {
            // Each connection loses another event.
            for connection in 0..2 {
                if id % 10 != 3 + 2 * connection {
                    let event = events::trade("BTCUSDT", id);
                    let connection = usize::try_from(connection).unwrap();
                    run.sim.publish_on(connection, TRADES.name, &event);
                }
            }
            run.read_for(100).await;
        }
    });
    let replayed = runtime.block_on(replayed);
    let mut next = 1;
    let mut lost = 0;
    for update in replayed {
        match update {
            Update::Event(trade) => {
                assert_eq!(trade.id, Some(next));
                next += 1;
            }
            Update::Notice(Notice::Gap(gap)) => {
                assert_eq!(gap.lost(), Lost::Exactly(1));
                next += 1;
                lost += 1;
            }
            Update::Notice(notice) => panic!("{notice}"),
        }
    }
    assert_eq!((next, lost), (101, 10));
}

#[test]
fn malformed_events_are_replayed_as_a_session_reports_them() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let name = TRADES.name;
    let frames = [
        // Not the expected event, and not JSON.
        format!(r#"{{"stream":"{name}","data":{{"e":"aggTrade","p":true}}}}"#),
        format!(r#"{{"stream":"{name}","data":{{"e":"aggTrade",}}}}"#),
        format!(r#"{{"stream":"{name}","data":{{"e":"#),
    ];
    async fn play<T: Subscribable>(run: &mut Run<T>, frames: &[String]) {
        for (id, frame) in (1..).zip(frames) {
            run.sim.publish(TRADES.name, &events::trade("BTCUSDT", id));
            run.sim
                .control(0, Control::Send(Message::text(frame.as_str())));
            run.read_for(100).await;
        }
    }
    let (live, replayed) = runtime.block_on(async {
        let open = |sim: &Sim| sim.connector().session([(TRADES.topic)()]);
        let mut live = Run::new(1, open).await;
        play(&mut live, &frames).await;
        let replayed = replayed(TRADES, 1, async |run: &mut Run<_>| play(run, &frames).await);
        (live.updates, replayed.await)
    });
    assert_eq!(texts(&live), texts(&replayed));
    let malformed = |updates: &[Update<_>]| -> Vec<_> {
        let malformed = updates.iter().filter_map(|update| match update {
            Update::Notice(Notice::Malformed(malformed)) => Some((
                malformed.topic.clone(),
                malformed.text.clone(),
                malformed.failure.clone(),
            )),
            _ => None,
        });
        malformed.collect()
    };
    let expected = malformed(&live);
    assert_eq!(expected.len(), 3);
    assert_eq!(malformed(&replayed), expected);
}
