//! A recorder in a task.

use std::fmt;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout_at;

use super::error::RecordError;
use super::recorder::{Recorder, RecorderStats};
use crate::topic::TopicName;
use crate::ws::event::Update;
use crate::ws::raw::RawEvent;

/// The most updates that are written at once.
const BATCH: usize = 1_024;

/// What is sent to the task.
enum Item {
    Update(Update<RawEvent>),
    Lagged(Option<TopicName>, String),
    Close,
}

/// A [`Recorder`] in a task. Created by [`Recorder::spawn`].
///
/// The task writes on threads for blocking operations, and flushes when it is due, even if nothing arrives. It ends after an error, when
/// [`close`](Self::close) is called, or when all senders are dropped.
#[derive(Debug)]
pub struct BackgroundRecorder {
    sender: RecordSender,
    task: JoinHandle<Result<RecorderStats, RecordError>>,
}

/// Sends updates to a [`BackgroundRecorder`]. Cloning is cheap: several tasks can write to one recorder.
#[derive(Clone)]
pub struct RecordSender(Sender<Item>);

impl Recorder {
    /// Runs the recorder in a task, which writes on threads for blocking operations. Up to `capacity` updates wait for it.
    ///
    /// # Panics
    ///
    /// Panics outside of a Tokio runtime with time enabled.
    pub fn spawn(self, capacity: usize) -> BackgroundRecorder {
        let (sender, receiver) = channel(capacity.clamp(1, tokio::sync::Semaphore::MAX_PERMITS));
        BackgroundRecorder {
            sender: RecordSender(sender),
            task: tokio::spawn(run(self, receiver)),
        }
    }
}

impl BackgroundRecorder {
    /// Returns a sender of updates.
    pub fn sender(&self) -> RecordSender {
        self.sender.clone()
    }

    /// Writes an event or a notice: see [`RecordSender::write`].
    ///
    /// # Errors
    ///
    /// [`RecordError::Stopped`] if the recorder stopped after an error, which [`close`](Self::close) returns.
    pub async fn write(&self, update: Update<RawEvent>) -> Result<(), RecordError> {
        self.sender.write(update).await
    }

    /// Writes what was sent before, and finishes the file.
    ///
    /// # Errors
    ///
    /// The error that stopped the recorder, now or before.
    pub async fn close(self) -> Result<RecorderStats, RecordError> {
        // Fails only if the task has ended.
        let _ = self.sender.0.send(Item::Close).await;
        match self.task.await {
            Ok(result) => result,
            // The runtime shuts down.
            Err(_) => Err(RecordError::Stopped),
        }
    }
}

impl RecordSender {
    /// Sends an event or a notice to the recorder. Waits while the queue is full, which holds the connection back: if the disk is too slow
    /// for long, the exchange closes the connection, and the session reports it.
    ///
    /// Cancel safe: if the future is dropped, the update is not written.
    ///
    /// # Errors
    ///
    /// [`RecordError::Stopped`] if the recorder was closed or stopped after an error, which [`BackgroundRecorder::close`] returns.
    pub async fn write(&self, update: Update<RawEvent>) -> Result<(), RecordError> {
        self.send(Item::Update(update)).await
    }

    /// Writes that events were dropped before they reached the recorder: see [`Recorder::write_lagged`].
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub async fn write_lagged(
        &self,
        topic: Option<TopicName>,
        text: String,
    ) -> Result<(), RecordError> {
        self.send(Item::Lagged(topic, text)).await
    }

    /// Returns whether the recorder was closed or stopped after an error.
    pub fn is_stopped(&self) -> bool {
        self.0.is_closed()
    }

    async fn send(&self, item: Item) -> Result<(), RecordError> {
        self.0.send(item).await.map_err(|_| RecordError::Stopped)
    }
}

impl fmt::Debug for RecordSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordSender")
            .field("capacity", &self.0.capacity())
            .finish_non_exhaustive()
    }
}

async fn run(
    mut recorder: Recorder,
    mut receiver: Receiver<Item>,
) -> Result<RecorderStats, RecordError> {
    let mut items = Vec::with_capacity(BATCH);
    loop {
        let receive = receiver.recv_many(&mut items, BATCH);
        let received = match recorder.flush_due() {
            Some(due) => timeout_at(due, receive).await.ok(),
            None => Some(receive.await),
        };
        if received == Some(0) {
            let closed = spawn_blocking(move || recorder.close()).await;
            return closed.unwrap_or(Err(RecordError::Stopped));
        }
        if items.iter().any(|item| matches!(item, Item::Close)) {
            // What is in the queue is still written.
            receiver.close();
        }
        let written = spawn_blocking(move || {
            let result = write_all(&mut recorder, &mut items);
            (recorder, items, result)
        });
        // Fails only if the runtime shuts down.
        let (next_recorder, next_items, result) =
            written.await.map_err(|_| RecordError::Stopped)?;
        result?;
        (recorder, items) = (next_recorder, next_items);
    }
}

/// Writes items, and flushes if it is due.
fn write_all(recorder: &mut Recorder, items: &mut Vec<Item>) -> Result<(), RecordError> {
    for item in items.drain(..) {
        match item {
            Item::Update(update) => recorder.write(&update)?,
            Item::Lagged(topic, text) => recorder.write_lagged(topic.as_ref(), &text)?,
            Item::Close => {}
        }
    }
    recorder.flush_if_due()
}
