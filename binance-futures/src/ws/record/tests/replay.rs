//! What a replay adds to a session: time, missing parts, and the choice of topics.

use std::fs;
use std::time::Duration;

use tokio::time::Instant;

use super::super::{Recording, RecordingError, Replay};
use super::{BEGIN, Folder, SECOND, TRADES, event_at, trade, trade_of};
use crate::coinm;
use crate::topic::Subscribable;
use crate::usdm::streams::{AggTrades, AnyEvent, AnyTopic, BookTickers};
use crate::ws::event::{Cause, Notice, Update};
use crate::ws::tests::events;
use crate::ws::{GapCause, Lost, RawTopic};

fn trades() -> [AggTrades; 1] {
    [AggTrades::new("BTCUSDT")]
}

fn replay<T: Subscribable>(folder: &Folder, topic: T) -> Vec<Update<T::Event>> {
    let recording = Recording::open(&folder.0).unwrap();
    let replay = Replay::new(recording, [topic]).unwrap();
    replay.map(Result::unwrap).collect()
}

/// Ids of events, and gaps as negative numbers of lost events (0 if unknown).
fn summary(folder: &Folder) -> Vec<i64> {
    let replay = replay(folder, AggTrades::new("BTCUSDT"));
    let summary = replay.into_iter().map(|update| match update {
        Update::Event(trade) => i64::try_from(trade.id.unwrap()).unwrap(),
        Update::Notice(Notice::Gap(gap)) => match gap.lost() {
            Lost::Exactly(lost) => -i64::try_from(lost).unwrap(),
            Lost::Unknown => 0,
        },
        Update::Notice(notice) => panic!("{notice}"),
    });
    summary.collect()
}

fn book_ticker(id: u64) -> super::Event<super::RawEvent> {
    let text = events::book_ticker("BTCUSDT", id).to_string();
    let nanos = SECOND * i64::try_from(id).unwrap();
    event_at(nanos, 1, "btcusdt@bookTicker", &text)
}

#[test]
fn times_are_the_recorded_ones_and_instants_never_decrease() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    for (id, seconds) in [(1, 100), (2, 103), (3, 50), (4, 104)] {
        let mut event = trade_of(9, id);
        event.received.unix_nanos = BEGIN + seconds * SECOND;
        recorder.write_event(&event).unwrap();
    }
    recorder.close().unwrap();
    let events: Vec<_> = replay(&folder, AggTrades::new("BTCUSDT"))
        .into_iter()
        .map(|update| update.event().unwrap())
        .collect();
    let unix: Vec<_> = events
        .iter()
        .map(|event| (event.received.unix_nanos - BEGIN) / SECOND)
        .collect();
    assert_eq!(unix, [100, 103, 50, 104]);
    let first = events[0].received.instant;
    let since: Vec<_> = events
        .iter()
        .map(|event| (event.received.instant - first).as_secs())
        .collect();
    assert_eq!(since, [0, 3, 3, 4]);
    assert!(events.iter().all(|event| event.connection.as_u64() == 9));
}

#[test]
fn only_the_topics_of_the_replay_are_delivered() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    for id in 1..=3 {
        recorder.write_event(&trade(id)).unwrap();
        recorder.write_event(&book_ticker(id)).unwrap();
        let other = event_at(0, 1, "btcusdt@newStream", "{}");
        recorder.write_event(&other).unwrap();
    }
    recorder.close().unwrap();
    let recording = Recording::open(&folder.0).unwrap();
    let mut some = Replay::new(recording, trades()).unwrap();
    assert_eq!(some.by_ref().count(), 3);
    assert_eq!((some.stats().events, some.stats().other_events), (3, 6));
    let recording = Recording::open(&folder.0).unwrap();
    let mut all = Replay::<AnyTopic>::of_all(recording);
    let mut kinds = Vec::new();
    for update in all.by_ref() {
        kinds.push(match update.unwrap().event().unwrap().data {
            AnyEvent::AggTrades(_) => "trade",
            AnyEvent::BookTickers(_) => "ticker",
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(kinds, ["trade", "ticker"].repeat(3));
    assert_eq!((all.stats().events, all.stats().other_events), (6, 3));
    // The text of topics that this version does not know.
    let raw = RawTopic::named("btcusdt@newStream".parse().unwrap(), None);
    let raw = replay::<RawTopic<crate::usdm::Usdm>>(&folder, raw);
    assert_eq!(raw.len(), 3);
}

#[test]
fn recording_of_another_product_is_an_error() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    recorder.write_event(&trade(1)).unwrap();
    recorder.close().unwrap();
    let recording = Recording::open(&folder.0).unwrap();
    let mut replay = Replay::<coinm::streams::AnyTopic>::of_all(recording);
    let error = replay.next().unwrap().unwrap_err();
    assert!(matches!(error, RecordingError::Product { .. }), "{error}");
}

#[test]
fn dropped_events_are_gaps() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    recorder.write_event(&trade(1)).unwrap();
    recorder.write_event(&book_ticker(1)).unwrap();
    recorder.write_lagged(None, "4 events").unwrap();
    recorder.write_event(&trade(4)).unwrap();
    recorder.write_event(&book_ticker(4)).unwrap();
    let name = TRADES.parse().unwrap();
    // Nothing was lost of this topic.
    recorder.write_lagged(Some(&name), "1 event").unwrap();
    recorder.write_event(&trade(5)).unwrap();
    recorder.write_event(&book_ticker(5)).unwrap();
    recorder.close().unwrap();
    assert_eq!(summary(&folder), [1, -2, 4, 5]);
    let mut texts = Vec::new();
    for update in replay(&folder, BookTickers::new("BTCUSDT")) {
        texts.push(match update {
            Update::Event(ticker) => ticker.last_update_id.to_string(),
            Update::Notice(notice) => notice.to_string(),
        });
    }
    let gap = "an unknown number of events lost of btcusdt@bookTicker: the recording does not contain them";
    assert_eq!(texts, ["1", gap, "4", "5"]);
}

#[test]
fn end_of_an_unfinished_file_and_a_missing_file_are_gaps() {
    let folder = Folder::new();
    let options = folder.options().max_file_time(Duration::from_secs(10));
    let options = options.flush_interval(Duration::ZERO);
    let mut recorder = super::open(options);
    for id in 0..30 {
        recorder.write_event(&trade(id)).unwrap();
    }
    recorder.close().unwrap();
    // Another recorder, whose connections have the same ids.
    let mut recorder = folder.recorder();
    recorder.write_event(&trade(30)).unwrap();
    recorder.write_event(&trade(33)).unwrap();
    recorder.close().unwrap();
    let files = folder.files();
    let all: Vec<_> = (0..=30).chain([-2, 33]).collect();
    assert_eq!(summary(&folder), all);
    let whole = fs::read(&files[0]).unwrap();
    fs::write(&files[0], &whole[..whole.len() - 20]).unwrap();
    let cut = summary(&folder);
    let gap = cut.iter().position(|id| *id < 0).unwrap();
    assert!((1..10).contains(&gap), "{cut:?}");
    assert_eq!(-cut[gap], 10 - i64::try_from(gap).unwrap());
    assert_eq!(cut[gap + 1..], all[10..]);
    fs::remove_file(&files[0]).unwrap();
    fs::remove_file(&files[1]).unwrap();
    assert_eq!(summary(&folder)[..2], [20, 21]);
    let cause = replay(&folder, AggTrades::new("BTCUSDT"))
        .into_iter()
        .find_map(|update| match update {
            Update::Notice(Notice::Gap(gap)) => Some(gap.cause()),
            _ => None,
        });
    assert_eq!(cause, Some(GapCause::Skipped));
}

#[test]
fn state_topic_reports_that_a_file_is_missing() {
    let folder = Folder::new();
    let options = folder.options().max_file_time(Duration::from_secs(10));
    let mut recorder = super::open(options);
    for id in 0..30 {
        recorder.write_event(&book_ticker(id)).unwrap();
    }
    recorder.close().unwrap();
    let gaps = || {
        let updates = replay(&folder, BookTickers::new("BTCUSDT"));
        updates
            .into_iter()
            .enumerate()
            .filter(|(_, update)| matches!(update, Update::Notice(_)))
            .map(|(index, _)| index)
            .collect::<Vec<_>>()
    };
    assert!(gaps().is_empty());
    fs::remove_file(&folder.files()[1]).unwrap();
    assert_eq!(gaps(), [10]);
}

#[test]
fn wrong_line_is_an_error_and_a_gap() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    for id in 1..=3 {
        recorder.write_event(&trade(id)).unwrap();
    }
    let path = recorder.path().unwrap().to_owned();
    recorder.close().unwrap();
    let text = super::uncompressed(&path);
    let wrong = text.replace(r#""a":2,"#, r#""a":2,,"#);
    let path = folder.0.join("plain.jsonl");
    fs::write(&path, wrong).unwrap();
    let replay = Replay::new(Recording::open(&path).unwrap(), trades()).unwrap();
    let updates: Vec<_> = replay.collect();
    assert!(matches!(updates[0], Ok(Update::Event(_))));
    let Err(error) = &updates[1] else {
        panic!("{updates:?}");
    };
    assert!(error.to_string().contains("plain.jsonl:3: "), "{error}");
    let Ok(Update::Notice(Notice::Gap(gap))) = &updates[2] else {
        panic!("{updates:?}");
    };
    assert_eq!(
        (gap.lost(), gap.cause()),
        (Lost::Exactly(1), GapCause::NotRecorded)
    );
    assert!(matches!(updates[3], Ok(Update::Event(_))));
}

#[test]
fn notices_are_replayed_in_order() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    let notices = [
        Notice::Reconnecting(Cause::NoPong),
        Notice::Resumed,
        Notice::Stale(crate::ws::Stale {
            topic: TRADES.parse().unwrap(),
            silent_for: Duration::from_millis(1_234),
        }),
        Notice::Closed(Cause::Caller),
    ];
    for (id, notice) in (1..).zip(&notices) {
        recorder.write_event(&trade(id)).unwrap();
        recorder.write_notice(notice).unwrap();
    }
    recorder.close().unwrap();
    let mut replayed = replay(&folder, AggTrades::new("BTCUSDT")).into_iter();
    for notice in notices {
        assert!(matches!(replayed.next(), Some(Update::Event(_))));
        let Some(Update::Notice(again)) = replayed.next() else {
            panic!("{notice}");
        };
        assert_eq!(again.to_string(), notice.to_string());
        assert_eq!(
            std::mem::discriminant(&again),
            std::mem::discriminant(&notice)
        );
    }
    assert!(replayed.next().is_none());
}

#[tokio::test(start_paused = true)]
async fn paced_replay_takes_the_recorded_time() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    for id in 1..=60 {
        recorder.write_event(&trade(id)).unwrap();
    }
    recorder.close().unwrap();
    for (factor, expected) in [
        (1.0, 59.0),
        (2.0, 29.5),
        (0.5, 118.0),
        (0.0, 0.0),
        (-1.0, 0.0),
        (f64::NAN, 0.0),
        (f64::INFINITY, 0.0),
    ] {
        let recording = Recording::open(&folder.0).unwrap();
        let mut replay = Replay::new(recording, trades()).unwrap().paced(factor);
        // The time before the first call does not count.
        tokio::time::sleep(Duration::from_secs(7)).await;
        let begun = Instant::now();
        let mut last = None;
        while let Some(update) = replay.next().await {
            let event = update.unwrap().event().unwrap();
            if factor == 1.0 {
                let recorded = event.received.unix_nanos - BEGIN - SECOND;
                let since = i64::try_from(begun.elapsed().as_nanos()).unwrap();
                // The timer has a resolution of one millisecond.
                assert!((0..=2_000_000).contains(&(since - recorded)), "{since}");
            }
            last = event.id;
        }
        let took = begun.elapsed().as_secs_f64();
        assert!((took - expected).abs() < 0.01, "{factor}: {took}");
        assert_eq!(last, Some(60));
        assert_eq!(replay.replay().stats().events, 60);
    }
}
