//! A connection below its public forms: reads frames, sends commands, and keeps the connection alive.

mod reading;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, Stream, StreamExt};
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message};

use self::reading::Inbox;
use super::commands::{self, CommandResult, Commands};
use super::heartbeat::{Beat, Heartbeat, HeartbeatState};
use super::pacing::Pacer;
use super::stats::ConnectionStats;
use super::topics::{self, Topics};
use crate::error::{ApiError, Error, InvalidRequest, TransportError, TransportErrorKind};
use crate::request::{Product, StreamConnectionLimits};
use crate::topic::{Subscribable, TopicName, TopicUrl};
use crate::ws::connector::{Connection, Frames, Layout, Target};
use crate::ws::event::{Cause, ConnectionId, Update};
use crate::ws::message::Command;

/// The most bytes of a malformed message that are kept.
const MAX_KEPT: usize = 1024 * 1024;

/// Options of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SocketOptions {
    pub(crate) layout: Layout,
    /// The most topics.
    pub(crate) max_topics: usize,
    /// The largest command that subscribes to topics, in bytes.
    pub(crate) max_command_size: usize,
    /// The time in which the exchange must reply to a command.
    pub(crate) command_timeout: Duration,
    pub(crate) heartbeat: Heartbeat,
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self {
            layout: Layout::Combined,
            max_topics: 200,
            max_command_size: 4_096,
            command_timeout: Duration::from_secs(10),
            heartbeat: Heartbeat::default(),
        }
    }
}

/// A connection.
pub(crate) struct StreamConnection<T: Subscribable> {
    id: ConnectionId,
    io: WebSocketStream<Frames>,
    options: SocketOptions,
    inbox: Inbox<T>,
    pacer: Pacer,
    heartbeat: HeartbeatState,
    timer: Pin<Box<Sleep>>,
    must_flush: bool,
    /// When there was last nothing to read.
    drained_at: Instant,
    /// The close frame of the exchange.
    closing: Option<Cause>,
    ended: Option<Cause>,
}

/// What a connection received.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// An event, with the token of its topic. Frames that do not name their stream have none.
    Event(Option<usize>),
    Notice,
    Reply(CommandResult),
    /// The exchange announced that the server shuts down.
    Shutdown,
    /// The connection ended. All further calls return this as well.
    Ended(Cause),
}

/// The commands that were added.
#[derive(Debug)]
pub(crate) struct Added {
    pub(crate) commands: Vec<u64>,
    pub(crate) names: Vec<TopicName>,
}

impl<T: Subscribable> StreamConnection<T> {
    pub(crate) fn new(connection: Connection, target: Target, options: SocketOptions) -> Self {
        let limits: StreamConnectionLimits = <T::Product as Product>::STREAM_CONNECTIONS;
        let now = Instant::now();
        Self {
            id: connection.id,
            io: connection.io,
            options,
            inbox: Inbox {
                connection: connection.id,
                target,
                topics: Topics::new(),
                kinds: Vec::new(),
                commands: Commands::new(options.command_timeout),
                stats: ConnectionStats::default(),
            },
            pacer: Pacer::new(limits.frames_per_second),
            heartbeat: HeartbeatState::new(options.heartbeat, now),
            timer: Box::pin(sleep_until(now)),
            must_flush: false,
            drained_at: now,
            closing: None,
            ended: None,
        }
    }

    pub(crate) fn id(&self) -> ConnectionId {
        self.id
    }

    pub(crate) fn topics(&self) -> &Topics<T> {
        &self.inbox.topics
    }

    pub(crate) fn stats(&self) -> ConnectionStats {
        ConnectionStats {
            round_trip: self.heartbeat.round_trip(),
            ..self.inbox.stats
        }
    }

    /// Returns when there was last nothing to read: until then, what is silent was silent.
    pub(crate) fn drained_at(&self) -> Instant {
        self.drained_at
    }

    /// Returns whether commands wait to be sent.
    pub(crate) fn has_waiting_commands(&self) -> bool {
        self.inbox.commands.is_waiting()
    }

    pub(crate) fn set_next_command_id(&mut self, id: u64) {
        self.inbox.commands.set_next_id(id);
    }

    pub(crate) fn queue_command(&mut self, command: &Command) -> u64 {
        self.inbox.commands.push(command)
    }

    /// Adds topics with their tokens, and the commands that subscribe to them. Topics that are there already are left out. A topic that the URL
    /// of the connection subscribes to needs no command.
    pub(crate) fn queue_subscribe(
        &mut self,
        topics: impl Iterator<Item = (T, usize)>,
    ) -> Result<Added, InvalidRequest> {
        let (topics, tokens): (Vec<T>, Vec<usize>) = topics.unzip();
        let (group, names) = topics::check(&topics)?;
        topics::check_url(self.inbox.target.topic.as_ref(), &topics)?;
        if group != self.inbox.target.group && !topics.is_empty() {
            return Err(InvalidRequest::Topics {
                problem: format!(
                    "the topics are in the URL group `{}`, and the connection in `{}`",
                    group.unwrap_or_default(),
                    self.inbox.target.group.unwrap_or_default()
                ),
            });
        }
        topics::check_layout(&self.inbox.topics, self.options.layout, &names, &topics)?;
        let is_new = |name: &&TopicName| !self.inbox.topics.contains(name.as_str());
        topics::check_count(
            self.inbox.topics.len() + names.iter().filter(is_new).count(),
            self.options.max_topics,
        )?;
        let now = Instant::now();
        let mut added = Vec::new();
        for ((topic, name), token) in topics.into_iter().zip(names).zip(tokens) {
            if !self
                .inbox
                .kinds
                .iter()
                .any(|kind| kind.is_same_kind(&topic))
            {
                self.inbox.kinds.push(topic.clone());
            }
            if self.inbox.topics.insert(name.clone(), topic, token, now) {
                added.push(name);
            }
        }
        let to_send = if self.inbox.target.topic.is_some() {
            &[]
        } else {
            added.as_slice()
        };
        let lists = commands::split(to_send, self.options.max_command_size);
        let commands = lists.into_iter().map(Command::Subscribe);
        Ok(Added {
            commands: commands
                .map(|command| self.inbox.commands.push(&command))
                .collect(),
            names: added,
        })
    }

    /// Removes topics, and adds the commands that unsubscribe from them.
    pub(crate) fn queue_unsubscribe(&mut self, names: &[TopicName]) -> Vec<u64> {
        let removed = names.iter().filter(|name| self.inbox.topics.remove(name));
        let removed: Vec<TopicName> = removed.cloned().collect();
        if self.inbox.target.topic.is_some() {
            return Vec::new();
        }
        let lists = commands::split(&removed, self.options.max_command_size);
        let commands = lists.into_iter().map(Command::Unsubscribe);
        commands
            .map(|command| self.inbox.commands.push(&command))
            .collect()
    }

    /// Returns an error if the exchange does not list these topics although it acknowledged the subscription.
    pub(crate) fn unlisted(&self, listed: &[String], names: &[TopicName]) -> Option<Error> {
        let is_listed = |name: &TopicName| listed.iter().any(|listed| listed == name.as_str());
        let missing: Vec<_> = names.iter().filter(|name| !is_listed(name)).collect();
        let first = missing.first()?;
        let message = format!(
            "the exchange acknowledged the subscription, but does not list {} of {} topics, such as `{first}`",
            missing.len(),
            names.len()
        );
        let error = ApiError::of_command("SUBSCRIBE", None, message);
        Some(Error::Server(Box::new(error)))
    }

    /// Returns what arrives next. An event or a notice is written to `out`, so that it is not moved again and again.
    #[inline]
    pub(crate) fn poll_incoming(
        &mut self,
        context: &mut Context<'_>,
        out: &mut Option<Update<T::Event>>,
    ) -> Poll<Incoming> {
        loop {
            if let Some(cause) = &self.ended {
                return Poll::Ready(Incoming::Ended(cause.clone()));
            }
            // The owner may not have polled for a long time: so what is overdue is decided after everything was read.
            if (self.must_flush || self.inbox.commands.is_waiting())
                && let Err(cause) = self.send(context, Instant::now())
            {
                self.ended = Some(cause);
                continue;
            }
            match self.io.get_mut().poll_text(context) {
                Poll::Ready(Some((text, received))) => {
                    if let Some(incoming) = self.inbox.read(text, received, out) {
                        return Poll::Ready(incoming);
                    }
                    continue;
                }
                Poll::Ready(None) => {}
                Poll::Pending => return self.poll_timer(context),
            }
            match Pin::new(&mut self.io).poll_next(context) {
                Poll::Ready(Some(Ok(message))) => {
                    if let Some(incoming) = self.receive(message, out) {
                        return Poll::Ready(incoming);
                    }
                }
                Poll::Ready(Some(Err(error))) => self.ended = Some(self.cause(error)),
                Poll::Ready(None) => {
                    self.ended = Some(self.cause(tungstenite::Error::ConnectionClosed));
                }
                Poll::Pending => return self.poll_timer(context),
            }
        }
    }

    /// Does what is due, and waits for what is due next.
    fn poll_timer(&mut self, context: &mut Context<'_>) -> Poll<Incoming> {
        self.drained_at = Instant::now();
        loop {
            let now = Instant::now();
            if let Some(result) = self.inbox.commands.expire(now) {
                return Poll::Ready(Incoming::Reply(result));
            }
            if let Err(cause) = self.send(context, now) {
                self.ended = Some(cause.clone());
                return Poll::Ready(Incoming::Ended(cause));
            }
            let beat = match self.heartbeat.next(now) {
                Beat::Wait(until) => until,
                Beat::Overdue => match self.heartbeat.overdue(now) {
                    Some(until) => until,
                    None => {
                        self.ended = Some(Cause::NoPong);
                        return Poll::Ready(Incoming::Ended(Cause::NoPong));
                    }
                },
                // It waits until a frame may be sent.
                Beat::Ping(_) => self
                    .pacer
                    .next(now)
                    .unwrap_or(now + Duration::from_millis(10)),
            };
            let command = self
                .inbox
                .commands
                .is_waiting()
                .then(|| self.pacer.next(now))
                .flatten();
            let due = [Some(beat), command, self.inbox.commands.deadline()];
            let Some(due) = due.into_iter().flatten().min() else {
                return Poll::Pending;
            };
            if self.timer.deadline() != due {
                self.timer.as_mut().reset(due);
            }
            ready!(self.timer.as_mut().poll(context));
        }
    }

    /// Sends the pings and commands that may be sent now.
    fn send(&mut self, context: &mut Context<'_>, now: Instant) -> Result<(), Cause> {
        // The library writes a queued pong after the next message, unless it is flushed first.
        self.flush(context)?;
        while let Some(message) = self.next_message(context, now)? {
            Pin::new(&mut self.io)
                .start_send(message)
                .map_err(|error| self.cause(error))?;
            self.pacer.count(now);
            self.must_flush = true;
        }
        self.flush(context)
    }

    fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Cause> {
        if self.must_flush {
            match Pin::new(&mut self.io).poll_flush(context) {
                Poll::Ready(Ok(())) => self.must_flush = false,
                Poll::Ready(Err(error)) => return Err(self.cause(error)),
                Poll::Pending => {}
            }
        }
        Ok(())
    }

    /// Returns the next ping or command, if it can be written now.
    fn next_message(
        &mut self,
        context: &mut Context<'_>,
        now: Instant,
    ) -> Result<Option<Message>, Cause> {
        let beat = self.heartbeat.next(now);
        let must_ping = matches!(beat, Beat::Ping(_));
        if !(must_ping || self.inbox.commands.is_waiting()) || self.pacer.next(now).is_some() {
            return Ok(None);
        }
        match Pin::new(&mut self.io).poll_ready(context) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => return Err(self.cause(error)),
            Poll::Pending => {
                if must_ping {
                    self.heartbeat.blocked(now);
                }
                return Ok(None);
            }
        }
        if let Beat::Ping(number) = beat {
            self.heartbeat.pinged(now);
            let payload = Bytes::copy_from_slice(&number.to_be_bytes());
            return Ok(Some(Message::Ping(payload)));
        }
        Ok(self.inbox.commands.take(now).map(Message::text))
    }

    /// Why the connection ended.
    fn cause(&mut self, error: tungstenite::Error) -> Cause {
        if let Some(cause) = self.closing.take() {
            return cause;
        }
        let kind = match &error {
            tungstenite::Error::Capacity(_) => TransportErrorKind::TooLarge,
            _ => TransportErrorKind::Broken,
        };
        let message = match &error {
            tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => {
                String::from("the connection ended without a close frame")
            }
            error => format!("the connection broke: {error}"),
        };
        let error = TransportError::new(kind, message, Some(Box::new(error)));
        Cause::Broken(Arc::new(error.into()))
    }

    /// Sends a close frame if that is possible at once, and drops the connection.
    pub(crate) fn abandon(mut self) {
        let mut context = Context::from_waker(Waker::noop());
        let mut io = Pin::new(&mut self.io);
        if io.as_mut().poll_ready(&mut context).is_ready()
            && io.as_mut().start_send(Message::Close(None)).is_ok()
        {
            let _ = io.poll_flush(&mut context);
        }
    }

    /// Sends a close frame, and waits for the exchange to confirm it, for at most a second.
    pub(crate) async fn close(&mut self) {
        let closing = async {
            self.io.close(None).await?;
            while let Some(message) = self.io.next().await {
                message?;
            }
            Ok::<_, tungstenite::Error>(())
        };
        let result = tokio::time::timeout(Duration::from_secs(1), closing).await;
        tracing::debug!(connection = %self.id, is_confirmed = matches!(result, Ok(Ok(()))), "closed");
    }
}

fn closed(frame: Option<CloseFrame>, topic: Option<&TopicUrl>) -> Cause {
    match frame {
        Some(frame) => Cause::Closed {
            code: frame.code.into(),
            reason: match topic {
                Some(topic) => topic.redact(frame.reason.as_str()),
                None => frame.reason.as_str().to_owned(),
            },
        },
        None => Cause::Closed {
            code: 1005,
            reason: String::new(),
        },
    }
}

/// Returns whether a message announces that the server shuts down. Its form is not documented for futures.
fn is_shutdown(text: &str) -> bool {
    const SEARCHED: usize = 256;
    let head = text.as_bytes().get(..SEARCHED).unwrap_or(text.as_bytes());
    memchr::memmem::find(head, b"\"serverShutdown\"").is_some()
}
