//! What a connection receives.

use std::borrow::Cow;

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::super::commands::Commands;
use super::super::stats::{ConnectionStats, event_time};
use super::super::topics::Topics;
use super::{Incoming, MAX_KEPT, StreamConnection, closed, is_shutdown};
use crate::decode::DecodeFailure;
use crate::json::{self, Reason};
use crate::topic::{Subscribable, TopicName};
use crate::ws::connector::Target;
use crate::ws::event::{ConnectionId, Event, Malformed, Notice, Received, Update};
use crate::ws::message::{CombinedFrame, Frame, PrintedStream};

impl<T: Subscribable> StreamConnection<T> {
    /// Reads a message that was not read in place.
    #[inline(never)]
    pub(super) fn receive(
        &mut self,
        message: Message,
        out: &mut Option<Update<T::Event>>,
    ) -> Option<Incoming> {
        match message {
            Message::Text(text) => {
                let received = self.io.get_ref().received();
                self.inbox.read(text.as_str(), received, out)
            }
            Message::Binary(bytes) => {
                let received = self.io.get_ref().received();
                self.inbox.read_binary(&bytes, received, out)
            }
            // The library has queued the pong.
            Message::Ping(_) => {
                self.inbox.stats.pings += 1;
                self.pacer.count_pong(Instant::now());
                self.must_flush = true;
                None
            }
            Message::Pong(payload) => {
                self.heartbeat.ponged(&payload, Instant::now());
                None
            }
            Message::Close(frame) => {
                self.closing = Some(closed(frame, self.inbox.target.topic.as_ref()));
                // The confirmation is queued.
                self.must_flush = true;
                None
            }
            Message::Frame(_) => None,
        }
    }
}

/// What messages are read with: the topics, the commands without a reply, and the figures.
pub(super) struct Inbox<T: Subscribable> {
    pub(super) connection: ConnectionId,
    pub(super) target: Target,
    pub(super) topics: Topics<T>,
    /// One topic of each kind, for frames that do not name their stream.
    pub(super) kinds: Vec<T>,
    pub(super) commands: Commands,
    pub(super) stats: ConnectionStats,
}

/// Each method writes the event or notice that it returns to `out`.
impl<T: Subscribable> Inbox<T> {
    /// Reads a binary message, which the exchange does not send.
    fn read_binary(
        &mut self,
        bytes: &[u8],
        received: Received,
        out: &mut Option<Update<T::Event>>,
    ) -> Option<Incoming> {
        match str::from_utf8(bytes) {
            Ok(text) => self.read(text, received, out),
            Err(error) => {
                self.count(bytes.len());
                let reason = Reason::Other(format!("the message is not UTF-8: {error}"));
                let failure = json::Error::new(reason, error.valid_up_to());
                let text = String::from_utf8_lossy(bytes);
                Some(self.malformed(None, &text, DecodeFailure::new(failure, &text), out))
            }
        }
    }

    fn count(&mut self, length: usize) {
        self.stats.frames += 1;
        self.stats.bytes += u64::try_from(length).unwrap_or(u64::MAX);
    }

    #[inline]
    pub(super) fn read(
        &mut self,
        text: &str,
        received: Received,
        out: &mut Option<Update<T::Event>>,
    ) -> Option<Incoming> {
        self.count(text.len());
        let received = received.of_length(text.len());
        let Some(frame) = CombinedFrame::peek(text) else {
            return self.read_other(text, received, out);
        };
        let Some(entry) = self.topics.of_event(frame.stream()) else {
            if self.target.topic.is_some() {
                return self.read_other(text, received, out);
            }
            return self.unexpected(Some(frame.stream()), text, out);
        };
        let connection = self.connection;
        let decoded = frame.decode_then(
            |reader| entry.topic.decode(reader),
            |data| {
                *out = Some(Update::Event(Event {
                    data,
                    received,
                    connection,
                    may_repeat: false,
                }));
            },
        );
        let Err(failure) = decoded else {
            entry.last = received.instant.into();
            entry.has_delivered = true;
            let token = entry.token;
            let event_time = event_time(frame.event());
            self.stats
                .count_event(event_time.map(|time| received.lag_millis(time)));
            return Some(Incoming::Event(Some(token)));
        };
        // The rest of the frame may be malformed.
        *out = None;
        if is_shutdown(text) {
            return Some(Incoming::Shutdown);
        }
        let name = Some(entry.name.clone());
        Some(self.malformed(name, text, failure, out))
    }

    /// Reads a message of any other form than the usual one of an event.
    #[cold]
    fn read_other(
        &mut self,
        text: &str,
        received: Received,
        out: &mut Option<Update<T::Event>>,
    ) -> Option<Incoming> {
        match Frame::parse(text) {
            Ok(Frame::Reply(reply)) => match self.commands.reply(reply) {
                Some(result) => Some(Incoming::Reply(result)),
                None => {
                    tracing::debug!(connection = %self.connection, "a reply belongs to no command");
                    None
                }
            },
            Ok(Frame::Event { data, .. }) if self.target.topic.is_some() => {
                self.read_only_topic(data, received, out)
            }
            Ok(Frame::Event {
                stream: Some(stream),
                data,
            }) => {
                let Some(entry) = self.topics.of_event(&stream) else {
                    return self.unexpected(Some(&stream), text, out);
                };
                let (token, name) = (entry.token, entry.name.clone());
                entry.last = received.instant.into();
                entry.has_delivered = true;
                let decoded = json::whole(data, |reader| entry.topic.decode(reader));
                self.decoded(Some(token), Some(name), data, received, decoded, out)
            }
            Ok(Frame::Event { stream: None, data }) => self.read_raw(data, received, out),
            Err(invalid) => {
                let failure = json::Error::new(Reason::Other(invalid.to_string()), 0);
                Some(self.malformed(None, text, DecodeFailure::new(failure, text), out))
            }
        }
    }

    /// Reads an event of a connection whose URL subscribes to its only topic.
    fn read_only_topic(
        &mut self,
        text: &str,
        received: Received,
        out: &mut Option<Update<T::Event>>,
    ) -> Option<Incoming> {
        // It was unsubscribed from.
        let entry = self.topics.first_mut()?;
        entry.last = received.instant.into();
        entry.has_delivered = true;
        let (token, name) = (entry.token, entry.name.clone());
        // Event types that are not known are decoded, too.
        if memchr::memmem::find(text.as_bytes(), br#""e":"serverShutdown""#).is_some() {
            return Some(Incoming::Shutdown);
        }
        let decoded = json::whole(text, |reader| entry.topic.decode(reader));
        self.decoded(Some(token), Some(name), text, received, decoded, out)
    }

    /// Reads an event that does not name its stream.
    fn read_raw(
        &mut self,
        text: &str,
        received: Received,
        out: &mut Option<Update<T::Event>>,
    ) -> Option<Incoming> {
        let mut first_failure = None;
        for kind in &self.kinds {
            match json::whole(text, |reader| kind.decode(reader)) {
                Ok(data) => return self.decoded(None, None, text, received, Ok(data), out),
                Err(error) => first_failure = first_failure.or(Some(error)),
            }
        }
        match first_failure {
            Some(error) => self.decoded(None, None, text, received, Err(error), out),
            None => self.unexpected(None, text, out),
        }
    }

    fn decoded(
        &mut self,
        token: Option<usize>,
        name: Option<TopicName>,
        text: &str,
        received: Received,
        decoded: Result<T::Event, json::Error>,
        out: &mut Option<Update<T::Event>>,
    ) -> Option<Incoming> {
        match decoded {
            Ok(data) => {
                let event_time = event_time(text);
                self.stats
                    .count_event(event_time.map(|time| received.lag_millis(time)));
                *out = Some(Update::Event(Event {
                    data,
                    received,
                    connection: self.connection,
                    may_repeat: false,
                }));
                Some(Incoming::Event(token))
            }
            Err(_) if is_shutdown(text) => Some(Incoming::Shutdown),
            Err(error) => Some(self.malformed(name, text, DecodeFailure::new(error, text), out)),
        }
    }

    /// An event of a topic that is not subscribed to. Events of former topics are left out.
    #[cold]
    fn unexpected(
        &mut self,
        stream: Option<&str>,
        text: &str,
        out: &mut Option<Update<T::Event>>,
    ) -> Option<Incoming> {
        if is_shutdown(text) {
            return Some(Incoming::Shutdown);
        }
        if stream.is_some_and(|stream| self.topics.is_former(stream)) {
            return None;
        }
        let reason = match stream {
            Some(stream) => format!("{:?} is not subscribed to", PrintedStream(stream)),
            None => String::from("it is neither a reply nor an event of a topic"),
        };
        let failure = json::Error::new(Reason::Other(reason), 0);
        Some(self.malformed(None, text, DecodeFailure::new(failure, text), out))
    }

    #[cold]
    fn malformed(
        &mut self,
        topic: Option<TopicName>,
        text: &str,
        mut failure: DecodeFailure,
        out: &mut Option<Update<T::Event>>,
    ) -> Incoming {
        self.stats.malformed += 1;
        let mut text = Cow::Borrowed(text);
        if let Some(url) = &self.target.topic {
            text = Cow::Owned(url.redact(&text));
            if url.is_in(&failure.to_string()) {
                let reason = String::from("the reason contains the listen key");
                failure = DecodeFailure::new(json::Error::new(Reason::Other(reason), 0), "");
            }
        }
        tracing::warn!(connection = %self.connection, topic = topic.as_ref().map(TopicName::as_str), %failure, "a message cannot be decoded");
        let mut end = text.len().min(MAX_KEPT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        *out = Some(Update::Notice(Notice::Malformed(Malformed {
            topic,
            text: text.get(..end).unwrap_or_default().to_owned(),
            failure,
        })));
        Incoming::Notice
    }
}
