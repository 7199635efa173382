//! The loop of a session: carries out what the plan decides.

mod connections;
mod topics;

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::link::{Finished, Link};
use super::options::SessionOptions;
use super::plan::{self, Reconnect};
use super::state::{Lead, SessionState, SessionStats};
use crate::error::Error;
use crate::topic::{Cadence, Subscribable, TopicName};
use crate::ws::connector::{Connection, Shared, Target};
use crate::ws::event::{Cause, Event, Notice, Received, Update};
use crate::ws::merge::{Merge, Merged};
use crate::ws::socket::Incoming;
use crate::ws::time::later;

/// How often silence, rotation and handover are looked at.
const TICK: Duration = Duration::from_secs(1);

/// How often a session checks what is due while its only connection is being opened. That can take long if the exchange limits connections.
const WITHOUT_CONNECTIONS: Duration = Duration::from_secs(60);

/// A session, as a state machine that is polled.
pub(in crate::ws) struct Driver<T: Subscribable> {
    shared: Arc<Shared>,
    options: SessionOptions,
    target: Target,
    /// After what silence the caller considers topics stale.
    stale_after: HashMap<TopicName, Duration>,
    origin: Instant,
    /// Topics by their tokens.
    topics: Vec<Option<SessionTopic<T>>>,
    by_name: HashMap<TopicName, usize>,
    links: Vec<Link<T>>,
    /// The link that is polled first.
    turn: usize,
    opening: Option<Opening>,
    reconnect: Reconnect,
    /// When the next attempt to connect is made, if a connection is missing.
    attempt_at: Instant,
    attempts: usize,
    out: VecDeque<Routed<T::Event>>,
    merged: Vec<Merged<T::Event, Received>>,
    /// Subscriptions that were confirmed or failed, for those who wait for them.
    pub(in crate::ws) finished: Vec<Finished>,
    now: Instant,
    /// When the last event was received, and the same since the origin. All events of one read have the same time.
    received: (Instant, Duration),
    next_tick: Instant,
    next_due: Instant,
    /// Since when it is polled without a break.
    attentive_since: Instant,
    /// The number of times that topics were added.
    additions: u64,
    timer: Pin<Box<Sleep>>,
    /// Whether the subscriber was told that there is no connection.
    is_interrupted: bool,
    is_closed: bool,
    stats: SessionStats,
}

/// A topic of a session.
struct SessionTopic<T: Subscribable> {
    topic: T,
    name: TopicName,
    merge: Merge<T, Received>,
    /// With which others it was added, while no connection has confirmed it.
    unconfirmed: Option<u64>,
    /// After what silence the caller considers it stale.
    stale_after: Option<Duration>,
    cadence: Cadence,
    /// How often it was reported as stale since its last event.
    stale_reports: u32,
}

/// An update, and the token of the topic that it belongs to. `None` if it belongs to all topics.
struct Routed<E> {
    token: Option<usize>,
    update: Update<E>,
}

impl<E> Routed<E> {
    fn notice(token: Option<usize>, notice: Notice) -> Self {
        Self {
            token,
            update: Update::Notice(notice),
        }
    }
}

/// What became of an attempt to read.
enum Progress {
    /// Nothing can be read.
    None,
    /// Something happened, and may have left updates.
    Some,
    /// An event of the topic with this token. It is returned at once.
    Event(usize),
}

type Opening = Pin<Box<dyn Future<Output = Result<Connection, Error>> + Send>>;

impl<T: Subscribable> Driver<T> {
    pub(in crate::ws) fn new(
        shared: Arc<Shared>,
        target: Target,
        options: SessionOptions,
        stale_after: HashMap<TopicName, Duration>,
    ) -> Self {
        let now = Instant::now();
        Self {
            shared,
            options,
            target,
            stale_after,
            origin: now,
            topics: Vec::new(),
            by_name: HashMap::new(),
            links: Vec::new(),
            turn: 0,
            opening: None,
            reconnect: Reconnect::default(),
            attempt_at: now,
            attempts: 0,
            out: VecDeque::new(),
            merged: Vec::new(),
            finished: Vec::new(),
            now,
            received: (now, Duration::ZERO),
            next_tick: now + TICK,
            next_due: now,
            attentive_since: now,
            additions: 0,
            timer: Box::pin(sleep_until(now)),
            is_interrupted: false,
            is_closed: false,
            stats: SessionStats::default(),
        }
    }

    /// Writes the next update to `out`, and returns the token of its topic. Writes nothing when the session was closed.
    #[inline]
    pub(in crate::ws) fn poll_update(
        &mut self,
        context: &mut Context<'_>,
        out: &mut Option<Update<T::Event>>,
    ) -> Poll<Option<usize>> {
        loop {
            if let Some(routed) = self.out.pop_front() {
                *out = Some(routed.update);
                return Poll::Ready(routed.token);
            }
            if self.is_closed {
                return Poll::Ready(None);
            }
            match self.poll_io(context, out) {
                Progress::Event(token) => return Poll::Ready(Some(token)),
                Progress::Some if self.now < self.next_due => continue,
                Progress::Some => {}
                Progress::None => self.now = Instant::now(),
            }
            if self.now >= self.next_due {
                self.work();
                continue;
            }
            if self.timer.deadline() != self.next_due {
                self.timer.as_mut().reset(self.next_due);
            }
            if self.timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Reads until something happens, or nothing more can be read. Writes an event that is returned at once to `out`.
    #[inline]
    fn poll_io(
        &mut self,
        context: &mut Context<'_>,
        out: &mut Option<Update<T::Event>>,
    ) -> Progress {
        // A connection that is being opened comes first: the others may always have something to read.
        if let Some(opening) = &mut self.opening
            && let Poll::Ready(opened) = opening.as_mut().poll(context)
        {
            self.opening = None;
            self.now = Instant::now();
            self.next_due = self.now;
            match opened {
                Ok(connection) => self.opened(connection),
                Err(error) => self.not_opened(error),
            }
            return Progress::Some;
        }
        for _ in 0..self.links.len() {
            let index = self.turn.checked_rem(self.links.len()).unwrap_or(0);
            let Some(link) = self.links.get_mut(index) else {
                break;
            };
            match link.connection.poll_incoming(context, out) {
                Poll::Ready(incoming) => {
                    if self.links.len() > 1 {
                        self.turn = self.turn.wrapping_add(1);
                    }
                    return self.receive(index, incoming, out);
                }
                Poll::Pending => self.turn = self.turn.wrapping_add(1),
            }
        }
        Progress::None
    }

    /// Takes what a connection received. Leaves in `out` only an event that is returned at once.
    #[inline]
    fn receive(
        &mut self,
        index: usize,
        incoming: Incoming,
        out: &mut Option<Update<T::Event>>,
    ) -> Progress {
        match incoming {
            Incoming::Event(Some(token)) => return self.offer(index, token, out),
            // Frames that do not name their stream, after a property was set, are not merged.
            Incoming::Event(None) | Incoming::Notice => {
                if let Some(update) = out.take() {
                    let topic = match &update {
                        Update::Notice(Notice::Malformed(malformed)) => malformed.topic.as_ref(),
                        _ => None,
                    };
                    let token = topic.and_then(|topic| self.by_name.get(topic)).copied();
                    self.out.push_back(Routed { token, update });
                }
            }
            Incoming::Reply((id, result)) => {
                self.now = Instant::now();
                let Some(link) = self.links.get_mut(index) else {
                    return Progress::Some;
                };
                if let Some(finished) = link.reply(id, result, self.now) {
                    self.subscribed(index, finished);
                }
            }
            Incoming::Shutdown => {
                tracing::info!("the exchange announced that its server shuts down");
                self.now = Instant::now();
                self.replace(index, Cause::ServerShutdown);
            }
            Incoming::Ended(cause) => {
                self.now = Instant::now();
                self.ended(index, cause);
            }
        }
        Progress::Some
    }

    #[inline]
    fn offer(
        &mut self,
        index: usize,
        token: usize,
        out: &mut Option<Update<T::Event>>,
    ) -> Progress {
        let Some(Update::Event(event)) = out else {
            return Progress::Some;
        };
        self.now = event.received.instant.into();
        if self.now != self.received.0 {
            self.received = (self.now, self.since_origin());
        }
        let (_, now) = self.received;
        let (Some(link), Some(Some(topic))) = (self.links.get(index), self.topics.get_mut(token))
        else {
            *out = None;
            return Progress::Some;
        };
        topic.stale_reports = 0;
        if self.now < self.next_due && topic.merge.passes(link.id(), now) {
            return Progress::Event(token);
        }
        let Some(Update::Event(event)) = out.take() else {
            return Progress::Some;
        };
        topic
            .merge
            .offer(link.id(), event.data, event.received, now, &mut self.merged);
        if let Some(deadline) = topic.merge.deadline() {
            self.next_due = self.next_due.min(later(self.origin, deadline));
        }
        self.deliver(token);
        Progress::Some
    }

    /// Moves what the merge of a topic delivered to the updates.
    fn deliver(&mut self, token: usize) {
        for merged in self.merged.drain(..) {
            let update = match merged {
                Merged::Event {
                    event,
                    link: connection,
                    received,
                    may_repeat,
                } => Update::Event(Event {
                    data: event,
                    received,
                    connection,
                    may_repeat,
                }),
                Merged::Gap(gap) => {
                    self.stats.gaps += 1;
                    let topic = self.topics.get(token).and_then(Option::as_ref);
                    let gap = match topic {
                        Some(topic) => gap.of_topic(topic.name.clone()),
                        None => gap,
                    };
                    Update::Notice(Notice::Gap(gap))
                }
            };
            self.out.push_back(Routed {
                token: Some(token),
                update,
            });
        }
    }

    /// Does what is due, and sets when to look again.
    fn work(&mut self) {
        let now = self.now;
        let since_origin = self.since_origin();
        let mut next = None;
        for token in 0..self.topics.len() {
            let Some(Some(topic)) = self.topics.get_mut(token) else {
                continue;
            };
            if let Some(deadline) = topic.merge.deadline() {
                if deadline <= since_origin {
                    topic.merge.expire(since_origin, &mut self.merged);
                }
                let deadline = topic.merge.deadline();
                next = next.into_iter().chain(deadline).min();
                self.deliver(token);
            }
        }
        if self.next_tick <= now {
            let late = now.saturating_duration_since(self.next_tick);
            if plan::was_inattentive(late, TICK) {
                self.attentive_since = now;
            }
            self.next_tick = now + TICK;
            self.look_for_silence();
            self.rotate();
        }
        self.hand_over();
        if self.is_missing_connection() {
            if self.attempt_at <= now {
                self.open();
            } else {
                next = next
                    .into_iter()
                    .chain([self.attempt_at.saturating_duration_since(self.origin)])
                    .min();
            }
        }
        let next = next.map(|next| later(self.origin, next));
        self.next_due = next
            .into_iter()
            .chain(self.next_look())
            .min()
            .unwrap_or(now + WITHOUT_CONNECTIONS);
    }

    /// Returns when silence, rotation and handover are looked at next: rarely if no topic has a bound and no connection is being replaced, and
    /// never without connections.
    fn next_look(&self) -> Option<Instant> {
        let oldest = self.links.iter().map(|link| link.rotate_at).min()?;
        let mut topics = self.topics.iter().flatten();
        let has_bound =
            topics.any(|topic| plan::stale_after(topic.stale_after, topic.cadence, 0).is_some());
        if has_bound || self.links.iter().any(Link::is_retiring) {
            return Some(self.next_tick);
        }
        Some(oldest.max(self.next_tick))
    }

    pub(in crate::ws) fn state(&self) -> SessionState {
        if self.is_closed {
            return SessionState::Closed;
        }
        let live = self.live().count();
        if live == 0 {
            let is_waiting = self.opening.is_none() && self.links.is_empty() && self.attempts > 0;
            return if is_waiting {
                SessionState::Waiting
            } else {
                SessionState::Connecting
            };
        }
        let is_complete = live == self.options.connections
            && self.links.len() == live
            && self
                .links
                .iter()
                .all(|link| link.is_complete() && !link.is_retiring());
        if is_complete {
            SessionState::Live
        } else {
            SessionState::Replacing
        }
    }

    pub(in crate::ws) fn stats(&self) -> SessionStats {
        let topics = self.topics.iter().flatten();
        let open: Vec<_> = topics.flat_map(|topic| topic.merge.stats().links).collect();
        let lead = |id| {
            let mut lead = Lead::default();
            for link in open.iter().filter(|link| link.link == id) {
                lead.add(link);
            }
            (id, lead)
        };
        SessionStats {
            connections: self
                .links
                .iter()
                .map(|link| (link.id(), link.connection.stats()))
                .collect(),
            duplicates: self.stats.duplicates + open.iter().map(|link| link.dropped).sum::<u64>(),
            leads: self.links.iter().map(|link| lead(link.id())).collect(),
            ..self.stats.clone()
        }
    }

    /// Closes all connections. Events that were received before are still returned.
    pub(in crate::ws) async fn close(&mut self) {
        self.opening = None;
        for mut link in std::mem::take(&mut self.links) {
            link.connection.close().await;
            self.leave(&link);
        }
        if !self.is_closed {
            self.is_closed = true;
            let closed = Notice::Closed(Cause::Caller);
            self.out.push_back(Routed::notice(None, closed));
        }
    }

    fn since_origin(&self) -> Duration {
        self.now.saturating_duration_since(self.origin)
    }
}
