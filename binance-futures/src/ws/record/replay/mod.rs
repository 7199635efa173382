//! Replays recordings through the types that a session delivers.

mod paced;
mod topic;

use std::collections::HashMap;
use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use self::topic::ReplayTopic;
use super::error::RecordingError;
use super::line::{Header, Line, RecordedEvent, RecordedNotice};
use super::recording::Recording;
use crate::decode::DecodeFailure;
use crate::json::{self, Reason};
use crate::request::Product;
use crate::topic::{ParseTopicError, Subscribable, TopicName};
use crate::ws::GapCause;
use crate::ws::event::{Cause, Malformed, Notice, Received, Stale, Update};

pub use paced::PacedReplay;

/// What a session of typed topics would have delivered: an iterator over the updates of a recording.
///
/// Events are decoded and merged as in a [`Session`](crate::ws::Session): repeats are removed, and gaps are found by the sequence numbers.
/// Recorded notices are delivered where they were recorded. A part that is missing in the recording, such as the end of a file that was not
/// finished, is a [`Gap`](crate::ws::Gap) with [`GapCause::NotRecorded`].
///
/// It differs from a session in this:
///
/// - The causes in [`Notice::Reconnecting`] and [`Notice::Closed`] are [`Cause::Recorded`]. After `Closed`, updates of the next session
///   can follow.
/// - [`Received::unix_nanos`] is the recorded time. [`Received::instant`] is the time at which the replay was created, plus the recorded time
///   since the first line of the recording. It never decreases, even if the clock of the system was set back.
/// - An event of several connections that only the followed connection lost is a gap, because raw topics follow one connection.
///
/// Lines that cannot be read are errors. The replay goes on after them.
///
/// This is full speed. [`paced`](Self::paced) replays at the recorded speed.
pub struct Replay<T: Subscribable> {
    recording: Recording,
    /// The topics by their names. `None` for those that are not replayed.
    topics: HashMap<TopicName, Option<ReplayTopic<T>>>,
    /// Finds the topics of names that are not among these.
    parse: Option<fn(&TopicName) -> Option<T>>,
    clock: Clock,
    /// The last file.
    file: Option<Header>,
    /// Whether something may be missing before the next line.
    is_interrupted: bool,
    out: VecDeque<Update<T::Event>>,
    stats: ReplayStats,
}

/// Figures of a replay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayStats {
    /// The number of recorded events of the topics.
    pub events: u64,
    /// The number of recorded events of other topics, which are left out.
    pub other_events: u64,
    /// The number of files that end early.
    pub incomplete_files: u64,
}

impl<T: Subscribable> Replay<T> {
    /// Returns a replay of topics. The other events of the recording are left out.
    ///
    /// # Errors
    ///
    /// A topic has no name, because a value of it cannot be in a name, or is not documented.
    pub fn new(
        recording: Recording,
        topics: impl IntoIterator<Item = T>,
    ) -> Result<Self, ParseTopicError> {
        let mut by_name = HashMap::new();
        for topic in topics {
            let name = topic.wire_name()?;
            by_name.insert(name.clone(), Some(ReplayTopic::new(name, topic)));
        }
        Ok(Self::with(recording, by_name, None))
    }

    /// Returns a replay of all topics of a recording that are of the type `T`, such as [`AnyTopic`](crate::usdm::streams::AnyTopic) for all
    /// that this version of the crate knows.
    pub fn of_all(recording: Recording) -> Self
    where
        T: FromStr,
    {
        Self::with(
            recording,
            HashMap::new(),
            Some(|name| name.as_str().parse().ok()),
        )
    }

    fn with(
        recording: Recording,
        topics: HashMap<TopicName, Option<ReplayTopic<T>>>,
        parse: Option<fn(&TopicName) -> Option<T>>,
    ) -> Self {
        Self {
            recording,
            topics,
            parse,
            clock: Clock {
                origin: tokio::time::Instant::now().into_std(),
                first: None,
                elapsed: Duration::ZERO,
            },
            file: None,
            is_interrupted: false,
            out: VecDeque::new(),
            stats: ReplayStats::default(),
        }
    }

    /// Replays at the recorded speed times a factor: 2 is twice as fast. 0, negative numbers and NaN do not wait at all.
    ///
    /// # Panics
    ///
    /// Panics outside of a Tokio runtime with time enabled.
    pub fn paced(self, factor: f64) -> PacedReplay<T> {
        PacedReplay::new(self, factor)
    }

    /// Returns the figures.
    pub fn stats(&self) -> ReplayStats {
        self.stats
    }

    /// Returns the recorded time since the first line, up to the line that was read last.
    pub fn elapsed(&self) -> Duration {
        self.clock.elapsed
    }

    fn read(&mut self, line: Line) -> Result<(), RecordingError> {
        match line {
            Line::Header(header) => self.begin_file(header),
            Line::Event(event) => {
                self.event(event);
                Ok(())
            }
            Line::Notice(notice) => {
                self.notice(notice);
                Ok(())
            }
            Line::Incomplete { .. } => {
                self.stats.incomplete_files += 1;
                self.is_interrupted = true;
                Ok(())
            }
        }
    }

    fn begin_file(&mut self, header: Header) -> Result<(), RecordingError> {
        if header.product != T::Product::ID {
            return Err(RecordingError::Product {
                path: self.recording.path().to_owned(),
                found: header.product,
                expected: T::Product::ID,
            });
        }
        if let Some(before) = &self.file {
            let is_next = before.run == header.run && before.file + 1 == header.file;
            self.is_interrupted |= !is_next;
        }
        self.file = Some(header);
        Ok(())
    }

    fn event(&mut self, event: RecordedEvent) {
        let received = self.clock.at(event.received, event.text.len());
        self.report_interruption();
        if !self.topics.contains_key(&event.topic) {
            let topic = self.parse.and_then(|parse| parse(&event.topic));
            let topic = topic.map(|topic| ReplayTopic::new(event.topic.clone(), topic));
            self.topics.insert(event.topic.clone(), topic);
        }
        match self.topics.get_mut(&event.topic) {
            Some(Some(topic)) => {
                self.stats.events += 1;
                topic.event(event, received, self.clock.elapsed, &mut self.out);
            }
            _ => self.stats.other_events += 1,
        }
    }

    fn notice(&mut self, notice: RecordedNotice) {
        self.clock.at(notice.received, 0);
        self.report_interruption();
        match notice.kind.as_str() {
            "gap" => self.interrupt(notice.topic.as_ref(), GapCause::Disconnected),
            "lagged" => self.interrupt(notice.topic.as_ref(), GapCause::NotRecorded),
            "reconnecting" => self.deliver(Notice::Reconnecting(Cause::Recorded(notice.text))),
            "resumed" => self.deliver(Notice::Resumed),
            "closed" => self.deliver(Notice::Closed(Cause::Recorded(notice.text))),
            "stale" => {
                if let Some(topic) = notice.topic.filter(|topic| self.is_replayed(topic)) {
                    let millis = notice.silent_millis.unwrap_or_default();
                    let silent_for = Duration::from_millis(millis);
                    self.deliver(Notice::Stale(Stale { topic, silent_for }));
                }
            }
            "malformed" => self.malformed(notice),
            // The topic has no events.
            "rejected" => {}
            kind => tracing::debug!(kind, "a notice of an unknown kind"),
        }
    }

    fn malformed(&mut self, notice: RecordedNotice) {
        let message = notice.message.unwrap_or_default();
        let malformed = match &notice.topic {
            Some(name) => match self.topics.get(name) {
                Some(Some(topic)) => topic.malformed(message, notice.text),
                _ => return,
            },
            None => malformed(None, message, notice.text),
        };
        self.deliver(Notice::Malformed(malformed));
    }

    fn deliver(&mut self, notice: Notice) {
        self.out.push_back(Update::Notice(notice));
    }

    fn is_replayed(&self, name: &TopicName) -> bool {
        matches!(self.topics.get(name), Some(Some(_)))
    }

    /// Events may be missing in one topic, or in all of them.
    fn interrupt(&mut self, name: Option<&TopicName>, cause: GapCause) {
        let now = self.clock.elapsed;
        match name {
            Some(name) => {
                if let Some(Some(topic)) = self.topics.get_mut(name) {
                    topic.interrupt(cause, now, &mut self.out);
                }
            }
            None => {
                let mut topics: Vec<_> = self.topics.values_mut().flatten().collect();
                topics.sort_by(|a, b| a.name().cmp(b.name()));
                for topic in topics.into_iter().filter(|topic| topic.has_begun()) {
                    topic.interrupt(cause, now, &mut self.out);
                }
            }
        }
    }

    /// Reports that lines may be missing before this one.
    fn report_interruption(&mut self) {
        if std::mem::take(&mut self.is_interrupted) {
            self.interrupt(None, GapCause::NotRecorded);
        }
    }
}

impl<T: Subscribable> Iterator for Replay<T> {
    type Item = Result<Update<T::Event>, RecordingError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(update) = self.out.pop_front() {
                return Some(Ok(update));
            }
            let read = self.recording.next()?.and_then(|line| self.read(line));
            if let Err(error) = read {
                self.is_interrupted = true;
                return Some(Err(error));
            }
        }
    }
}

impl<T: Subscribable> fmt::Debug for Replay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("recording", &self.recording)
            .field("elapsed", &self.elapsed())
            .field("stats", &self.stats)
            .finish_non_exhaustive()
    }
}

/// The recorded time.
struct Clock {
    /// The instant of the first line.
    origin: Instant,
    first: Option<i64>,
    /// The time since then. It never decreases.
    elapsed: Duration,
}

impl Clock {
    /// Moves to the time of a line.
    fn at(&mut self, unix_nanos: i64, length: usize) -> Received {
        let first = *self.first.get_or_insert(unix_nanos);
        let nanos = u64::try_from(unix_nanos.saturating_sub(first)).unwrap_or(0);
        self.elapsed = self.elapsed.max(Duration::from_nanos(nanos));
        Received {
            unix_nanos,
            // A duration of 64-bit nanoseconds is too short to overflow.
            instant: self.origin.checked_add(self.elapsed).unwrap_or(self.origin),
            length,
        }
    }
}

/// Returns the notice of a message whose failure is only known in words.
fn malformed(topic: Option<TopicName>, message: String, text: String) -> Malformed {
    let error = json::Error::new(Reason::Other(text), 0);
    Malformed {
        topic,
        failure: DecodeFailure::new(error, &message),
        text: message,
    }
}
