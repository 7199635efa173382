//! Replays at the recorded speed.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::super::error::RecordingError;
use super::Replay;
use crate::topic::Subscribable;
use crate::ws::event::Update;
use crate::ws::time::later;

/// A [`Replay`] at the recorded speed times a factor. Created by [`Replay::paced`].
///
/// It begins with the first call. An update that is late, because the reader is slow, is returned at once. Files are read on the thread that
/// polls it.
pub struct PacedReplay<T: Subscribable> {
    replay: Replay<T>,
    factor: f64,
    begun: Option<Instant>,
    next: Option<Result<Update<T::Event>, RecordingError>>,
    timer: Pin<Box<Sleep>>,
}

impl<T: Subscribable> PacedReplay<T> {
    pub(super) fn new(replay: Replay<T>, factor: f64) -> Self {
        Self {
            replay,
            factor,
            begun: None,
            next: None,
            timer: Box::pin(sleep_until(Instant::now())),
        }
    }

    /// Returns the next update, or an error of reading, when its time has come. Returns `None` at the end.
    ///
    /// Cancel safe: nothing is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Result<Update<T::Event>, RecordingError>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Returns the replay, for its figures.
    pub fn replay(&self) -> &Replay<T> {
        &self.replay
    }

    /// Returns how long after the beginning something is due.
    fn wait(&self) -> Duration {
        if self.factor > 0.0 {
            let seconds = self.replay.elapsed().as_secs_f64() / self.factor;
            Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
        } else {
            Duration::ZERO
        }
    }
}

impl<T: Subscribable> Stream for PacedReplay<T> {
    type Item = Result<Update<T::Event>, RecordingError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let begun = *this.begun.get_or_insert_with(Instant::now);
        if this.next.is_none() {
            this.next = this.replay.next();
            // Full speed needs no timer.
            if this.next.is_some() && this.factor > 0.0 {
                let due = later(begun, this.wait());
                if this.timer.deadline() != due {
                    this.timer.as_mut().reset(due);
                }
            }
        }
        if this.next.is_some()
            && this.factor > 0.0
            && this.timer.as_mut().poll(context).is_pending()
        {
            return Poll::Pending;
        }
        Poll::Ready(this.next.take())
    }
}

impl<T: Subscribable> Unpin for PacedReplay<T> {}

impl<T: Subscribable> fmt::Debug for PacedReplay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PacedReplay")
            .field("replay", &self.replay)
            .field("factor", &self.factor)
            .finish_non_exhaustive()
    }
}
