//! Writing files.

use std::fs;
use std::time::Duration;

use super::super::{Line, RecordError};
use super::{BEGIN, Folder, event_at, lines, open, texts, trade, uncompressed};
use crate::ws::event::{Cause, Notice, Stale};

#[test]
fn lines_have_the_documented_form() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    let mut event = event_at(7, 3, "btcusdt@aggTrade", r#"{ "p":1.50,"x":"\u00e9é" }"#);
    recorder.write_event(&event).unwrap();
    event.may_repeat = true;
    event.data.text = String::from("{\n\"a\":1}");
    recorder.write_event(&event).unwrap();
    let stale = Stale {
        topic: event.data.topic.clone(),
        silent_for: Duration::from_millis(12_500),
    };
    recorder.write_notice(&Notice::Stale(stale)).unwrap();
    let cause = Cause::Closed {
        code: 1008,
        reason: String::from("\"no\"\n"),
    };
    recorder.write_notice(&Notice::Reconnecting(cause)).unwrap();
    recorder
        .write_lagged(Some(&event.data.topic), "5 events")
        .unwrap();
    let path = recorder.path().unwrap().to_owned();
    let stats = recorder.close().unwrap();
    let text = uncompressed(&path);
    let written: Vec<_> = text.lines().collect();
    let (header, rest) = written[0].split_once(",\"run\":").unwrap();
    assert_eq!(
        header,
        r#"{"format":"binance-futures-recording","version":1,"product":"usdm","environment":"testnet""#
    );
    assert!(rest.ends_with(r#","file":1}"#), "{rest}");
    let received = BEGIN + 7;
    assert_eq!(
        written[1],
        format!(
            r#"{{"received":{received},"connection":3,"stream":"btcusdt@aggTrade","data":{{ "p":1.50,"x":"\u00e9é" }}}}"#
        )
    );
    assert_eq!(
        written[2],
        format!(
            r#"{{"received":{received},"connection":3,"stream":"btcusdt@aggTrade","may_repeat":true,"data":{{ "a":1}}}}"#
        )
    );
    for (line, end) in [
        (
            3,
            r#","notice":"stale","stream":"btcusdt@aggTrade","text":"btcusdt@aggTrade is silent for 12.5s","silent_millis":12500}"#,
        ),
        (
            4,
            r#","notice":"reconnecting","text":"the exchange closed the connection with code 1008: \"no\"\n"}"#,
        ),
        (
            5,
            r#","notice":"lagged","stream":"btcusdt@aggTrade","text":"5 events"}"#,
        ),
    ] {
        assert!(written[line].ends_with(end), "{}", written[line]);
    }
    assert_eq!(written.len(), 6);
    assert_eq!((stats.events, stats.notices, stats.files), (2, 3, 1));
    assert_eq!(stats.file_bytes, fs::metadata(&path).unwrap().len());
    let lines_size = text.len() - written[0].len() - 1;
    assert_eq!(stats.line_bytes, lines_size as u64);
    assert_eq!(lines(&path).len(), 6);
}

#[test]
fn files_are_rotated_by_time_and_keep_their_order() {
    let folder = Folder::new();
    let options = folder.options().prefix("a.b_c-1");
    let mut recorder = open(options.max_file_time(Duration::from_secs(10)));
    for id in 0..35 {
        recorder.write_event(&trade(id)).unwrap();
    }
    let stats = recorder.close().unwrap();
    let files = folder.files();
    assert_eq!((files.len(), stats.files), (4, 4));
    let mut all = Vec::new();
    let mut first = None;
    for (index, file) in files.iter().enumerate() {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("a.b_c-1-usdm-20"), "{name}");
        let read = lines(file);
        let Line::Header(header) = &read[0] else {
            panic!("{read:?}");
        };
        assert_eq!(header.file, index as u64 + 1);
        assert_eq!(*first.get_or_insert(header.run), header.run);
        assert_eq!(texts(&read).len(), if index < 3 { 10 } else { 5 });
        all.extend(read);
    }
    let sizes: u64 = files
        .iter()
        .map(|file| fs::metadata(file).unwrap().len())
        .sum();
    assert_eq!(stats.file_bytes, sizes);
    let expected: Vec<_> = (0..35).map(|id| trade(id).data.text).collect();
    assert_eq!(texts(&all), expected);
    assert_eq!(lines(&folder.0), all);
}

#[test]
fn files_are_rotated_by_size() {
    let folder = Folder::new();
    let options = folder.options().flush_interval(Duration::ZERO);
    let mut recorder = open(options.max_file_size(1_000));
    for id in 0..200 {
        recorder.write_event(&trade(id)).unwrap();
    }
    let stats = recorder.close().unwrap();
    assert!(stats.files > 3, "{stats:?}");
    for file in folder.files() {
        let size = fs::metadata(&file).unwrap().len();
        assert!(size < 1_200, "{size}");
    }
    assert_eq!(texts(&lines(&folder.0)).len(), 200);
}

#[test]
fn existing_files_are_never_overwritten() {
    let folder = Folder::new();
    // All of them within few milliseconds.
    let recorders: Vec<_> = (0..50).map(|_| folder.recorder()).collect();
    assert_eq!(folder.files().len(), 50);
    for (index, mut recorder) in recorders.into_iter().enumerate() {
        recorder.write_event(&trade(index as u64)).unwrap();
        recorder.close().unwrap();
    }
    assert_eq!(texts(&lines(&folder.0)).len(), 50);
}

#[test]
fn dropped_recorder_finishes_its_file() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    recorder.write_event(&trade(1)).unwrap();
    drop(recorder);
    let read = lines(&folder.0);
    assert_eq!(read.len(), 2);
    assert!(!matches!(read[1], Line::Incomplete { .. }));
}

#[test]
fn wrong_folders_and_prefixes_are_errors() {
    let folder = Folder::new();
    let file = folder.0.join("file");
    fs::write(&file, "").unwrap();
    let open = |options: super::RecorderOptions| {
        let opened = options.open::<crate::usdm::Usdm>(&crate::environment::Environment::Demo);
        opened.unwrap_err()
    };
    let error = open(super::RecorderOptions::new(file.join("folder")));
    assert!(matches!(error, RecordError::Create { .. }));
    let text = error.to_string();
    assert!(text.contains(&*file.to_string_lossy()), "{text}");
    assert!(text.ends_with("; check the path of the folder"), "{text}");
    for prefix in ["", "a/b", "..\\a", "a b", &"a".repeat(101)] {
        let error = open(folder.options().prefix(prefix));
        assert!(matches!(error, RecordError::Prefix { .. }), "{error}");
    }
    assert_eq!(folder.files(), [file]);
}

#[test]
fn full_disk_stops_the_recorder_and_loses_nothing_that_was_flushed() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    for id in 0..10 {
        recorder.write_event(&trade(id)).unwrap();
    }
    recorder.flush().unwrap();
    let size = recorder.stats().file_bytes;
    recorder.fill_disk_at(size);
    recorder.write_event(&trade(10)).unwrap();
    let error = recorder.flush().unwrap_err();
    let path = folder.files().pop().unwrap();
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("cannot write to {}: ", path.display())),
        "{text}"
    );
    assert!(
        text.ends_with("; free some space, then call `resume`"),
        "{text}"
    );
    for result in [
        recorder.write_event(&trade(11)),
        recorder.write_notice(&Notice::Resumed),
        recorder.flush(),
    ] {
        assert!(matches!(result, Err(RecordError::Stopped)), "{result:?}");
    }
    assert_eq!(recorder.path(), None);
    let read = lines(&path);
    assert_eq!(texts(&read).len(), 10);
    assert!(matches!(
        read.last(),
        Some(Line::Incomplete { lines: 11, .. })
    ));
    recorder.resume().unwrap();
    recorder.write_event(&trade(12)).unwrap();
    let stats = recorder.close().unwrap();
    assert_eq!(stats.files, 2);
    let read = lines(&folder.files()[1]);
    assert!(matches!(&read[0], Line::Header(header) if header.file == 2));
    assert_eq!(texts(&read), [trade(12).data.text]);
}

#[test]
fn deleted_file_is_noticed_at_the_next_flush() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    recorder.write_event(&trade(1)).unwrap();
    let path = recorder.path().unwrap().to_owned();
    fs::remove_file(&path).unwrap();
    let error = recorder.flush().unwrap_err();
    assert!(matches!(&error, RecordError::Gone { path: gone } if *gone == path));
    assert!(matches!(
        recorder.write_event(&trade(2)),
        Err(RecordError::Stopped)
    ));
    fs::remove_dir_all(&folder.0).unwrap();
    let error = recorder.resume().unwrap_err();
    assert!(matches!(error, RecordError::Create { .. }), "{error}");
    assert!(matches!(recorder.close(), Err(RecordError::Stopped)));
}

#[tokio::test(start_paused = true)]
async fn lines_are_flushed_after_the_interval() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    let path = recorder.path().unwrap().to_owned();
    let size = || fs::metadata(&path).unwrap().len();
    let first = size();
    recorder.write_event(&trade(1)).unwrap();
    assert_eq!(size(), first);
    tokio::time::advance(Duration::from_millis(1_001)).await;
    recorder.write_event(&trade(2)).unwrap();
    assert!(size() > first);
    assert_eq!(texts(&lines(&path)).len(), 2);
}
