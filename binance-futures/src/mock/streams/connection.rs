//! One connection: what it sends next, its limits, its age, and its faults.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::delivery::Delivery;
use super::limits::Limits;
use super::publisher::FeedKey;
use super::subscriptions::Subscriptions;
use super::url::{StreamUrl, UserStream};
use super::variation::Variation;
use crate::mock::stream_fault::{StreamConnection, StreamFault};

/// Number of events that wait until they can be sent. When there are more, the oldest are lost.
const MAX_WAITING: usize = 10_000;

/// Close code of a connection that breaks a rule.
const POLICY_VIOLATION: u16 = 1008;

/// Close code of a connection whose time is over. It is not documented.
const GOING_AWAY: u16 = 1001;

/// Name of the event that comes whichever events are wanted.
const LISTEN_KEY_EXPIRED: &str = "listenKeyExpired";

/// What the task of a connection does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) enum Outgoing {
    /// Sends a text frame.
    Text(String),
    /// Sends a binary frame.
    Binary(String),
    /// Sends a ping.
    Ping(String),
    /// Closes the connection.
    Close {
        /// Close code.
        code: u16,
        /// Reason.
        reason: String,
    },
    /// Reads nothing for a time.
    PauseReading(Duration),
    /// Neither reads nor sends anything any more.
    Stall,
}

/// Wakes the task of a connection.
#[derive(Debug, Default)]
pub(in crate::mock) struct Signals {
    /// There is something to do.
    pub(in crate::mock) changed: Notify,
    /// The TCP connection is to be closed at once.
    pub(in crate::mock) aborted: Notify,
}

/// A stream connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) url: StreamUrl,
    pub(super) subscriptions: Subscriptions,
    pub(super) signals: Arc<Signals>,
    path: String,
    variation: Variation,
    limits: Limits,
    opened: i64,
    /// Each with whether it is an event.
    waiting: VecDeque<(Outgoing, bool)>,
    /// Times of the last frames that were received.
    received: VecDeque<i64>,
    next_ping: i64,
    ping: Ping,
    delivery: Delivery,
    is_next_binary: bool,
    reply_fault: Option<StreamFault>,
    is_closing: bool,
    is_released: bool,
    frames_sent: u64,
    pongs_received: u64,
}

/// The ping that the client has not responded to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ping {
    /// There is none.
    None,
    /// It waits until it can be sent.
    Waiting,
    /// It was sent at this time.
    Sent(i64),
}

impl Connection {
    pub(super) fn new(url: StreamUrl, path: String, variation: Variation, now: i64) -> Self {
        let limits = Limits::of(url.product);
        Self {
            subscriptions: Subscriptions::new(url.combined, &url.names, limits.topics),
            limits,
            url,
            signals: Arc::default(),
            path,
            variation,
            opened: now,
            waiting: VecDeque::new(),
            received: VecDeque::new(),
            next_ping: now.saturating_add(limits.ping_interval),
            ping: Ping::None,
            delivery: Delivery {
                max_elements: variation.max_elements(),
                ..Delivery::default()
            },
            is_next_binary: false,
            reply_fault: None,
            is_closing: false,
            is_released: false,
            frames_sent: 0,
            pongs_received: 0,
        }
    }

    /// Returns the key of the feed of a stream.
    pub(super) fn feed_key(&self, name: &str) -> FeedKey {
        FeedKey {
            product: self.url.product,
            group: self.url.group,
            variation: self.variation,
            name: name.to_owned(),
        }
    }

    /// Whether the events of a feed are those that the connection receives.
    pub(super) fn receives(&self, key: &FeedKey) -> bool {
        self.url.product == key.product
            && self.url.group == key.group
            && self.variation == key.variation
            && self.subscriptions.contains(&key.name)
    }

    /// Whether nothing more is sent.
    pub(super) fn is_closing(&self) -> bool {
        self.is_closing
    }

    /// Returns the keys of all feeds of the connection, at the first call.
    pub(super) fn release(&mut self) -> Vec<FeedKey> {
        if std::mem::replace(&mut self.is_released, true) {
            return Vec::new();
        }
        let names = self.subscriptions.names().into_iter();
        names.map(|name| self.feed_key(&name)).collect()
    }

    /// Whether the connection follows a user data stream.
    pub(super) fn follows(&self, product: &str, listen_key: &str) -> bool {
        let is_of_url = |user: &UserStream| user.listen_key == listen_key;
        self.url.product == product
            && if self.url.group.is_some() {
                self.url.users.iter().any(is_of_url)
            } else {
                self.subscriptions.contains(listen_key)
            }
    }

    /// Whether the connection receives an event of a user data stream. On USDⓈ-M, the URL names the wanted events.
    pub(super) fn wants(&self, product: &str, listen_key: &str, event: &str) -> bool {
        if self.url.group.is_none() {
            return self.follows(product, listen_key);
        }
        let mut users = self.url.users.iter();
        self.url.product == product
            && self.url.group == Some("private")
            && users.any(|user| {
                let is_wanted = user.events.contains(event) || event == LISTEN_KEY_EXPIRED;
                user.listen_key == listen_key && !user.events.is_empty() && is_wanted
            })
    }

    /// Queues an event of a stream.
    pub(super) fn deliver(&mut self, stream: &str, event: &str) {
        for event in self.delivery.deliver(stream, event) {
            let text = if self.subscriptions.combined {
                let stream = serde_json::Value::from(stream);
                format!(r#"{{"stream":{stream},"data":{event}}}"#)
            } else {
                event
            };
            let is_binary = std::mem::take(&mut self.is_next_binary);
            let frame = if is_binary {
                Outgoing::Binary(text)
            } else {
                Outgoing::Text(text)
            };
            self.queue(frame, true);
        }
    }

    fn queue(&mut self, item: Outgoing, is_event: bool) {
        if self.is_closing {
            return;
        }
        if is_event
            && self.waiting.len() >= MAX_WAITING
            && let Some(oldest) = self.waiting.iter().position(|(_, is_event)| *is_event)
        {
            self.waiting.remove(oldest);
        }
        self.waiting.push_back((item, is_event));
        self.signals.changed.notify_one();
    }

    fn close(&mut self, code: u16, reason: &str) {
        let reason = reason.to_owned();
        self.queue(Outgoing::Close { code, reason }, false);
        self.is_closing = true;
    }

    /// Takes what the task of the connection does next.
    pub(super) fn take(&mut self, now: i64) -> Vec<Outgoing> {
        let taken = std::mem::take(&mut self.waiting).into_iter();
        let taken: Vec<Outgoing> = taken.map(|(item, _)| item).collect();
        for item in &taken {
            match item {
                Outgoing::Text(_) | Outgoing::Binary(_) => self.frames_sent += 1,
                Outgoing::Ping(_) => {
                    self.ping = Ping::Sent(now);
                    self.next_ping = now.saturating_add(self.limits.ping_interval);
                }
                _ => {}
            }
        }
        taken
    }

    /// Counts a received frame, and closes the connection if there were too many.
    pub(super) fn count_frame(&mut self, now: i64) {
        self.received.push_back(now);
        let start = now.saturating_sub(1000);
        while self.received.front().is_some_and(|time| *time <= start) {
            self.received.pop_front();
        }
        if self.received.len() > self.limits.frames_per_second {
            self.close(POLICY_VIOLATION, "Too many requests");
        }
    }

    /// Notes a pong.
    pub(super) fn note_pong(&mut self) {
        self.pongs_received += 1;
        self.ping = Ping::None;
    }

    /// Queues a reply.
    pub(super) fn reply(&mut self, mut reply: String) {
        match self.reply_fault.take() {
            Some(StreamFault::DropReply) => return,
            Some(StreamFault::CutReply { at }) => {
                // Replies are ASCII, apart from names that the client sent.
                let mut end = at.min(reply.len().saturating_sub(1));
                while !reply.is_char_boundary(end) {
                    end -= 1;
                }
                reply.truncate(end);
            }
            _ => {}
        }
        self.queue(Outgoing::Text(reply), false);
    }

    /// Closes the connection if it has too many streams.
    pub(super) fn check_streams(&mut self) {
        if self.subscriptions.is_over_limit() {
            self.close(POLICY_VIOLATION, "Too many streams");
        }
    }

    /// Closes the connection because its user data stream was closed.
    pub(super) fn close_user_stream(&mut self) {
        self.close(1000, "The user data stream was closed");
    }

    /// Returns the time at which the connection has to do something, in milliseconds.
    pub(super) fn due(&self) -> Option<i64> {
        if self.is_closing {
            return None;
        }
        let due = match self.ping {
            Ping::None => self.next_ping,
            Ping::Waiting => i64::MAX,
            Ping::Sent(time) => time.saturating_add(self.limits.pong_timeout),
        };
        Some(due.min(self.opened.saturating_add(self.limits.lifetime)))
    }

    /// Does what is due at a time.
    pub(super) fn tick(&mut self, now: i64) {
        if self.due().is_none_or(|due| due > now) {
            return;
        }
        if self.opened.saturating_add(self.limits.lifetime) <= now {
            self.close(GOING_AWAY, "The connection is 24 hours old");
        } else if self.ping == Ping::None {
            self.queue(Outgoing::Ping(now.to_string()), false);
            self.ping = Ping::Waiting;
        } else {
            self.close(POLICY_VIOLATION, "Pong timeout");
        }
    }

    /// Injects a fault.
    pub(super) fn inject(&mut self, fault: StreamFault, now: i64) {
        match fault {
            StreamFault::Disconnect => {
                self.is_closing = true;
                self.signals.aborted.notify_one();
            }
            StreamFault::Close { code, reason } => match code {
                1006 | 1015 => self.inject(StreamFault::Disconnect, now),
                _ => self.close(code, &reason),
            },
            StreamFault::Stall => self.queue(Outgoing::Stall, false),
            StreamFault::Mute { stream } => {
                self.delivery.muted.insert(stream);
            }
            StreamFault::Garbage => self.queue(Outgoing::Text("}garbage{".to_owned()), false),
            StreamFault::Binary => self.is_next_binary = true,
            StreamFault::Oversize { bytes } => {
                let (start, end) = (r#"{"e":"oversize","x":""#, r#""}"#);
                let filling = bytes.saturating_sub(start.len() + end.len());
                let text = format!("{start}{}{end}", "x".repeat(filling));
                self.queue(Outgoing::Text(text), false);
            }
            StreamFault::SplitArray => self.delivery.split = true,
            StreamFault::SlowReads(time) => self.queue(Outgoing::PauseReading(time), false),
            StreamFault::Expire => self.close(GOING_AWAY, "The connection is 24 hours old"),
            StreamFault::ServerShutdown => {
                let event = format!(r#"{{"event":{{"e":"serverShutdown","E":{now}}}}}"#);
                self.queue(Outgoing::Text(event), false);
            }
            StreamFault::Duplicate { stream } => {
                self.delivery.duplicated.insert(stream);
            }
            StreamFault::Reorder { stream } => {
                self.delivery.reordered.insert(stream, None);
            }
            StreamFault::DropEvents { stream, count } => {
                self.delivery.dropped.insert(stream, count);
            }
            StreamFault::DropReply | StreamFault::CutReply { .. } => {
                self.reply_fault = Some(fault);
            }
            // Not a fault of a connection.
            StreamFault::RefuseConnections { .. } => {}
        }
    }

    /// Returns what a test can see.
    pub(super) fn describe(&self, now: i64) -> StreamConnection {
        let age = now.saturating_sub(self.opened).max(0);
        StreamConnection {
            age: Duration::from_millis(age.unsigned_abs()),
            path: self.path.clone(),
            subscriptions: self.subscriptions.names(),
            frames_sent: self.frames_sent,
            pongs_received: self.pongs_received,
        }
    }
}
