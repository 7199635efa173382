//! The recorder in a task.

use std::time::Duration;

use super::super::{Line, RecordError};
use super::{Folder, lines, open, texts, trade};
use crate::ws::event::{Notice, Update};

#[tokio::test]
async fn everything_that_was_sent_is_written_in_order() {
    let folder = Folder::new();
    let recorder = folder.recorder().spawn(7);
    let sender = recorder.sender();
    let other = tokio::spawn(async move {
        for id in 0..500 {
            sender.write(Update::Event(trade(id))).await.unwrap();
        }
        sender
            .write_lagged(None, String::from("queue full"))
            .await
            .unwrap();
    });
    recorder
        .write(Update::Notice(Notice::Resumed))
        .await
        .unwrap();
    other.await.unwrap();
    let sender = recorder.sender();
    let stats = recorder.close().await.unwrap();
    assert_eq!((stats.events, stats.notices), (500, 2));
    let read = lines(&folder.0);
    let expected: Vec<_> = (0..500).map(|id| trade(id).data.text).collect();
    assert_eq!(texts(&read), expected);
    assert!(sender.is_stopped());
    let error = sender.write(Update::Event(trade(1))).await.unwrap_err();
    assert!(matches!(error, RecordError::Stopped));
}

#[tokio::test]
async fn lines_are_flushed_although_nothing_follows() {
    let folder = Folder::new();
    let recorder = open(folder.options().flush_interval(Duration::from_millis(20))).spawn(10);
    recorder.write(Update::Event(trade(1))).await.unwrap();
    let path = folder.files().pop().unwrap();
    for _ in 0..500 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if !texts(&lines(&path)).is_empty() {
            break;
        }
    }
    let read = lines(&path);
    assert_eq!(texts(&read), [trade(1).data.text]);
    assert!(matches!(read.last(), Some(Line::Incomplete { .. })));
    recorder.close().await.unwrap();
}

#[tokio::test]
async fn error_stops_the_task_and_is_returned_by_close() {
    let folder = Folder::new();
    let mut recorder = open(folder.options().flush_interval(Duration::ZERO));
    recorder.fill_disk_at(0);
    let recorder = recorder.spawn(1);
    let mut stopped = false;
    for id in 0..100 {
        if let Err(error) = recorder.write(Update::Event(trade(id))).await {
            assert!(matches!(error, RecordError::Stopped));
            stopped = true;
            break;
        }
    }
    assert!(stopped);
    let error = recorder.close().await.unwrap_err();
    assert!(matches!(error, RecordError::Write { .. }), "{error}");
}

#[test]
fn runtime_that_shuts_down_leaves_a_finished_file() {
    let folder = Folder::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let recorder = folder.recorder().spawn(10);
        recorder.write(Update::Event(trade(1))).await.unwrap();
        while has_waiting(&recorder) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Neither closed nor waited for.
    });
    drop(runtime);
    let read = lines(&folder.0);
    assert_eq!(texts(&read).len(), 1);
    assert!(!matches!(read.last(), Some(Line::Incomplete { .. })));
}

/// Returns whether an event waits for the task.
fn has_waiting(recorder: &super::super::BackgroundRecorder) -> bool {
    format!("{:?}", recorder.sender()) != "RecordSender { capacity: 10, .. }"
}
