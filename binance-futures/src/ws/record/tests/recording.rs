//! Reading files.

use std::fs;

use super::super::{Line, Recording, RecordingError};
use super::{Folder, texts, trade};

const HEADER: &str = r#"{"format":"binance-futures-recording","version":1,"product":"usdm","environment":"testnet","run":5,"file":1}"#;

/// An event of this text.
fn event(text: &str) -> String {
    format!(r#"{{"received":7,"connection":1,"stream":"btcusdt@trade","data":{text}}}"#)
}

fn read(text: &str, max: usize) -> Vec<Result<Line, RecordingError>> {
    let folder = Folder::new();
    let path = folder.0.join("plain.jsonl");
    fs::write(&path, text).unwrap();
    Recording::open(path).unwrap().max_line(max).collect()
}

#[test]
fn fields_may_be_in_any_order_and_new_ones_are_skipped() {
    let line = r#" {"data": {"a" : 1} ,"new":[{}],"stream":"a\u0062c", "connection":2,"may_repeat":true,"received":-3} "#;
    let read = read(&format!("{HEADER}\n{line}\r\n"), 1_000);
    let Ok(Line::Event(event)) = &read[1] else {
        panic!("{read:?}");
    };
    assert_eq!(event.text, r#"{"a" : 1}"#);
    assert_eq!((event.received, event.connection.as_u64()), (-3, 2));
    assert_eq!((event.topic.as_str(), event.may_repeat), ("abc", true));
}

#[test]
fn wrong_lines_are_errors_with_their_numbers_and_the_next_ones_are_read() {
    let wrong = [
        "",
        "5",
        "{",
        r#"{"received":7}"#,
        r#"{"received":7,"connection":1,"stream":"a b","data":{}}"#,
        r#"{"received":7.5,"connection":1,"stream":"a","data":{}}"#,
        r#"{"received":7,"connection":1,"stream":"a","data":{]}"#,
        r#"{"received":7,"connection":1,"stream":"a","data":{}} 5"#,
        r#"{"received":7,"notice":"gap"}"#,
        r#"{"format":"another","version":1}"#,
    ];
    for line in wrong {
        let read = read(&format!("{HEADER}\n{line}\n{}\n", event("{}")), 1_000);
        let Err(error) = &read[1] else {
            panic!("{line}: {read:?}");
        };
        assert!(matches!(error, RecordingError::Line { line: 2, .. }));
        let text = error.to_string();
        assert!(text.contains("plain.jsonl:2: "), "{text}");
        assert!(matches!(read[2], Ok(Line::Event(_))), "{line}: {read:?}");
    }
}

#[test]
fn lines_are_bounded() {
    let long = event(&format!("\"{}\"", "x".repeat(1_000)));
    let exact = event("{}");
    let text = format!("{exact}\n{long}\n{exact}\n{long}");
    let found = read(&text, exact.len());
    assert!(matches!(found[0], Ok(Line::Event(_))), "{found:?}");
    let Err(error) = &found[1] else {
        panic!("{found:?}");
    };
    let max = exact.len();
    assert!(
        error.to_string().ends_with(&format!(
            "plain.jsonl:2: the line is longer than {max} bytes"
        )),
        "{error}"
    );
    assert!(matches!(found[2], Ok(Line::Event(_))), "{found:?}");
    assert!(matches!(
        found[3],
        Err(RecordingError::TooLong { line: 4, .. })
    ));
    assert_eq!(found.len(), 4);
}

#[test]
fn several_files_are_read_in_order() {
    let folder = Folder::new();
    let mut paths = Vec::new();
    for file in 0..3 {
        let mut recorder = folder.recorder();
        paths.push(recorder.path().unwrap().to_owned());
        recorder.write_event(&trade(file)).unwrap();
        recorder.close().unwrap();
    }
    // Frames one after another are one file.
    let both = [&paths[0], &paths[1]].map(|path| fs::read(path).unwrap());
    let joined = folder.0.join("joined");
    fs::write(&joined, both.concat()).unwrap();
    let recording = Recording::open_files([&paths[2], &joined]).unwrap();
    let all: Vec<_> = recording.map(Result::unwrap).collect();
    let expected: Vec<_> = [2, 0, 1]
        .into_iter()
        .map(|id| trade(id).data.text)
        .collect();
    assert_eq!(texts(&all), expected);
    assert_eq!(all.len(), 6);
    // A folder: what is not a recording is left out.
    let all: Vec<_> = Recording::open(&folder.0).unwrap().flatten().collect();
    let expected: Vec<_> = (0..3).map(|id| trade(id).data.text).collect();
    assert_eq!(texts(&all), expected);
}

#[test]
fn files_that_cannot_be_opened_are_errors() {
    let folder = Folder::new();
    let missing = folder.0.join("missing");
    let error = Recording::open(&missing).unwrap_err();
    assert!(matches!(error, RecordingError::Open { .. }), "{error}");
    let mut recorder = folder.recorder();
    let path = recorder.path().unwrap().to_owned();
    recorder.write_event(&trade(1)).unwrap();
    recorder.close().unwrap();
    let files = [path.clone(), missing, path];
    let read: Vec<_> = Recording::open_files(files).unwrap().collect();
    assert!(matches!(read[2], Err(RecordingError::Open { .. })));
    assert_eq!(read.iter().flatten().count(), 4);
}

#[test]
fn file_of_a_newer_version_is_not_read() {
    let newer = HEADER.replace("\"version\":1", "\"version\":2");
    let read = read(&format!("{newer}\n{}\n", event("{}")), 1_000);
    let Err(error) = &read[0] else {
        panic!("{read:?}");
    };
    let text = error.to_string();
    assert!(
        text.ends_with("the format has version 2, and this version of the crate reads up to 1"),
        "{text}"
    );
    assert!(matches!(&read[1..], [Ok(Line::Incomplete { .. })]));
}
