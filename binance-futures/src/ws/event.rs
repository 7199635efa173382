//! What a connection delivers: events, and notices about the connection.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::gap::Gap;
use crate::decode::DecodeFailure;
use crate::error::{Error, TransportError, TransportErrorKind};
use crate::topic::TopicName;

/// What a connection delivers, in the order in which it happened.
#[derive(Debug, Clone)]
pub enum Update<T> {
    /// An event.
    Event(Event<T>),
    /// Something that happened to the connection or to the sequence of events.
    Notice(Notice),
}

impl<T> Update<T> {
    /// Returns the event. Returns `None` for a notice.
    pub fn event(self) -> Option<Event<T>> {
        match self {
            Self::Event(event) => Some(event),
            Self::Notice(_) => None,
        }
    }
}

/// An event, with the time at which it was received. Dereferences to the event.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Event<T> {
    /// The event.
    pub data: T,
    /// When it was received.
    pub received: Received,
    /// The connection that it was received from.
    pub connection: ConnectionId,
    /// Whether it may repeat an earlier event. Only events without sequence numbers can, after their connection was replaced.
    pub may_repeat: bool,
}

impl<T> Deref for Event<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

impl<T> DerefMut for Event<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.data
    }
}

/// When a message was received, and how long it is. The times are read once when it leaves the socket, before it is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// Nanoseconds since 1970-01-01 by the clock of the system, which can be set back and forth.
    pub unix_nanos: i64,
    /// The time by a clock that never goes back, to measure durations.
    pub instant: Instant,
    /// The length of the message, in bytes.
    pub length: usize,
}

impl Received {
    #[expect(
        clippy::disallowed_methods,
        reason = "the receive time is that of the system, whatever the clock of the client is"
    )]
    pub(crate) fn now() -> Self {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let nanos = since_1970.unwrap_or_default().as_nanos();
        Self {
            unix_nanos: i64::try_from(nanos).unwrap_or(i64::MAX),
            instant: tokio::time::Instant::now().into_std(),
            length: 0,
        }
    }

    /// Returns the same times, of a message of this length.
    pub(crate) fn of_length(self, length: usize) -> Self {
        Self { length, ..self }
    }

    /// Returns the time since an event, in milliseconds.
    pub(crate) fn lag_millis(&self, event_time: i64) -> i64 {
        (self.unix_nanos / 1_000_000).saturating_sub(event_time)
    }
}

/// Identifies a connection among those of one connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(u64);

impl ConnectionId {
    pub(crate) const fn new(id: u64) -> Self {
        Self(id)
    }

    /// Returns the id as a number. Later connections have larger ones.
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Something that happened to a connection or to a sequence of events.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Notice {
    /// Events are missing.
    Gap(Gap),
    /// A message could not be decoded. It is left out, and the connection goes on.
    Malformed(Malformed),
    /// A topic is silent for longer than its bound.
    Stale(Stale),
    /// There is no connection, and another one is being opened. Events can be missing until [`Resumed`](Self::Resumed).
    Reconnecting(Cause),
    /// All topics are subscribed to again. What was missed is not repeated: read states, such as order books, again.
    Resumed,
    /// The subscriber read too slowly: so many updates before the next one were removed from its queue. Only subscriptions of
    /// [`Streams`](super::Streams) have a queue.
    Lagged(u64),
    /// The exchange rejected a topic, or acknowledged it and does not list it. The other topics of a subscription go on. Only subscriptions
    /// of [`Streams`](super::Streams) report it.
    Rejected(Rejected),
    /// There are no further updates.
    Closed(Cause),
}

/// A message that could not be decoded.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Malformed {
    /// The topic. `None` if the message does not name one that is subscribed to.
    pub topic: Option<TopicName>,
    /// The message, as received. Bytes that are not UTF-8 are replaced.
    pub text: String,
    /// Where decoding failed, and what was expected there.
    pub failure: DecodeFailure,
}

/// A topic that could not be subscribed to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rejected {
    /// The topic.
    pub topic: TopicName,
    /// Why.
    pub error: Arc<Error>,
}

/// A topic that is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stale {
    /// The topic.
    pub topic: TopicName,
    /// How long it is silent.
    pub silent_for: Duration,
}

/// Why a connection ended, or could not be opened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Cause {
    /// The exchange closed it with this code.
    Closed {
        /// The close code of the websocket protocol. 1005 if the exchange sent none.
        code: u16,
        /// The reason, as sent.
        reason: String,
    },
    /// The connection broke: the network failed, the exchange closed it without a close frame, or sent what is not the websocket protocol.
    Broken(Arc<Error>),
    /// A ping was not answered in time.
    NoPong,
    /// The topic was silent for longer than its bound.
    Stale(TopicName),
    /// The exchange announced that its server shuts down.
    ServerShutdown,
    /// No connection could be opened.
    NotOpened(Arc<Error>),
    /// The topics could not be subscribed to.
    NotSubscribed(Arc<Error>),
    /// The subscriber read too slowly, and its queue is to [fail](super::Queue::fail) then.
    QueueFull,
    /// The Tokio runtime on which the streams run was shut down.
    Stopped,
    /// The caller closed it.
    Caller,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap(gap) => gap.fmt(f),
            Self::Malformed(malformed) => malformed.fmt(f),
            Self::Stale(stale) => stale.fmt(f),
            Self::Reconnecting(cause) => write!(f, "reconnecting: {cause}"),
            Self::Resumed => f.write_str("all topics are subscribed to again"),
            Self::Lagged(1) => f.write_str("1 update was not read in time"),
            Self::Lagged(count) => write!(f, "{count} updates were not read in time"),
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::Closed(cause) => write!(f, "closed: {cause}"),
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.topic {
            Some(topic) => write!(f, "an event of {topic} cannot be decoded: ")?,
            None => f.write_str("a message cannot be decoded: ")?,
        }
        self.failure.fmt(f)
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be subscribed to: {}", self.topic, self.error)
    }
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is silent for {:?}", self.topic, self.silent_for)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { code, reason } if reason.is_empty() => {
                write!(f, "the exchange closed the connection with code {code}")
            }
            Self::Closed { code, reason } => {
                write!(
                    f,
                    "the exchange closed the connection with code {code}: {reason}"
                )
            }
            Self::Broken(error) | Self::NotOpened(error) | Self::NotSubscribed(error) => {
                error.fmt(f)
            }
            Self::NoPong => f.write_str("a ping was not answered in time"),
            Self::Stale(topic) => write!(f, "{topic} was silent for too long"),
            Self::ServerShutdown => {
                f.write_str("the exchange announced that its server shuts down")
            }
            Self::QueueFull => f.write_str("the queue of the subscription is full"),
            Self::Stopped => f.write_str("the Tokio runtime was shut down"),
            Self::Caller => f.write_str("closed by the caller"),
        }
    }
}

/// The error of the connection, if there is one; otherwise an [`Error::Transport`] that says why it ended.
impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Broken(error) | Cause::NotOpened(error) | Cause::NotSubscribed(error) => {
                Arc::unwrap_or_clone(error)
            }
            cause => {
                let kind = TransportErrorKind::Broken;
                TransportError::new(kind, cause.to_string(), None).into()
            }
        }
    }
}
