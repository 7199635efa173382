//! The loop of a session: carries out what the plan decides.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::link::{Finished, Link};
use super::options::SessionOptions;
use super::plan::{self, Failed, Handover, Reconnect, Replacement, Verdict};
use super::state::{SessionState, SessionStats};
use crate::client::random;
use crate::error::{Error, InvalidRequest};
use crate::topic::{Cadence, Subscribable, TopicName};
use crate::ws::connector::{Connection, Shared, Target};
use crate::ws::event::{Cause, ConnectionId, Event, Notice, Received, Stale, Update};
use crate::ws::merge::{Merge, Merged};
use crate::ws::socket::{Incoming, Line, later};

/// How often silence, rotation and handover are looked at.
const TICK: Duration = Duration::from_secs(1);

/// A session, as a state machine that is polled.
pub(super) struct Driver<T: Subscribable> {
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
    out: VecDeque<Update<T::Event>>,
    merged: Vec<Merged<T::Event, Origin>>,
    /// Subscriptions that were confirmed or failed, for those who wait for them.
    pub(super) finished: Vec<Finished>,
    now: Instant,
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
    merge: Merge<T, Origin>,
    /// With which others it was added, while no connection has confirmed it.
    unconfirmed: Option<u64>,
    /// After what silence the caller considers it stale.
    stale_after: Option<Duration>,
    cadence: Cadence,
    /// How often it was reported as stale since its last event.
    stale_reports: u32,
}

/// What became of an attempt to read.
enum Progress<E> {
    /// Nothing can be read.
    None,
    /// Something happened, and may have left updates.
    Some,
    /// An update that is returned at once.
    Update(Update<E>),
}

/// Where an event came from.
type Origin = (Received, ConnectionId);

type Opening = Pin<Box<dyn Future<Output = Result<Connection, Error>> + Send>>;

impl<T: Subscribable> Driver<T> {
    pub(super) fn new(
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

    /// Adds the topics that the session is built with.
    pub(super) fn require(&mut self, topics: Vec<(TopicName, T)>) {
        self.insert(topics, None);
    }

    /// Adds topics and subscribes to them on all connections. Topics that are there already are left out. Returns the tokens of those that no
    /// connection has confirmed.
    pub(super) fn add(&mut self, topics: Vec<(TopicName, T)>) -> Result<Vec<usize>, Error> {
        self.additions += 1;
        let names: Vec<_> = topics.iter().map(|(name, _)| name.clone()).collect();
        let added = self.insert(topics, Some(self.additions));
        for index in 0..self.links.len() {
            self.subscribe_link(index, &added, false)?;
        }
        let tokens = names.iter().filter_map(|name| self.by_name.get(name));
        Ok(tokens
            .copied()
            .filter(|token| !self.is_confirmed(*token))
            .collect())
    }

    fn is_confirmed(&self, token: usize) -> bool {
        let topic = self.topics.get(token).and_then(Option::as_ref);
        topic.is_some_and(|topic| topic.unconfirmed.is_none())
    }

    /// Inserts topics. Returns the tokens of the new ones.
    fn insert(&mut self, topics: Vec<(TopicName, T)>, unconfirmed: Option<u64>) -> Vec<usize> {
        let mut tokens = Vec::new();
        for (name, topic) in topics {
            if self.by_name.contains_key(&name) {
                continue;
            }
            let free = self.topics.iter().position(Option::is_none);
            let token = free.unwrap_or(self.topics.len());
            let added = Some(SessionTopic {
                merge: Merge::new(topic.clone(), self.options.hold),
                unconfirmed,
                stale_after: self.stale_after.get(&name).copied(),
                cadence: topic.event_cadence(),
                topic,
                name: name.clone(),
                stale_reports: 0,
            });
            match self.topics.get_mut(token) {
                Some(slot) => *slot = added,
                None => self.topics.push(added),
            }
            self.by_name.insert(name, token);
            tokens.push(token);
        }
        tokens
    }

    /// Removes topics and unsubscribes from them.
    pub(super) fn remove(&mut self, names: &[TopicName]) {
        let mut removed = Vec::with_capacity(names.len());
        for name in names {
            if let Some(token) = self.by_name.remove(name) {
                removed.push((token, name.clone()));
                if let Some(slot) = self.topics.get_mut(token) {
                    *slot = None;
                }
            }
        }
        for link in &mut self.links {
            link.unsubscribe(&removed);
        }
    }

    pub(super) fn topic_names(&self) -> impl Iterator<Item = &TopicName> {
        self.topics.iter().flatten().map(|topic| &topic.name)
    }

    /// Subscribes a connection to topics. `is_first` if the connection was opened for them.
    fn subscribe_link(
        &mut self,
        index: usize,
        tokens: &[usize],
        is_first: bool,
    ) -> Result<(), Error> {
        let now = self.since_origin();
        let Some(id) = self.links.get(index).map(Link::link_id) else {
            return Ok(());
        };
        let mut subscribed = Vec::with_capacity(tokens.len());
        for token in tokens {
            if let Some(Some(topic)) = self.topics.get_mut(*token) {
                topic.merge.add_link(id, now, &mut self.merged);
                subscribed.push((*token, topic.name.clone(), topic.topic.clone()));
                self.deliver(*token);
            }
        }
        match self.links.get_mut(index) {
            Some(link) => link.subscribe(subscribed, is_first),
            None => Ok(()),
        }
    }

    /// Returns the next update. Returns `None` when the session was closed.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Update<T::Event>>> {
        loop {
            if let Some(update) = self.out.pop_front() {
                return Poll::Ready(Some(update));
            }
            if self.is_closed {
                return Poll::Ready(None);
            }
            match self.poll_io(context) {
                Progress::Update(update) => return Poll::Ready(Some(update)),
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

    /// Reads until something happens, or nothing more can be read.
    #[inline]
    fn poll_io(&mut self, context: &mut Context<'_>) -> Progress<T::Event> {
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
            match link.line.poll_incoming(context) {
                Poll::Ready(incoming) => {
                    if self.links.len() > 1 {
                        self.turn = self.turn.wrapping_add(1);
                    }
                    return self.receive(index, incoming);
                }
                Poll::Pending => self.turn = self.turn.wrapping_add(1),
            }
        }
        Progress::None
    }

    #[inline]
    fn receive(&mut self, index: usize, incoming: Incoming<T::Event>) -> Progress<T::Event> {
        match incoming {
            Incoming::Event(Some(token), event) => return self.offer(index, token, event),
            // Frames that do not name their stream, after a property was set. They are not merged.
            Incoming::Event(None, event) => self.out.push_back(Update::Event(event)),
            Incoming::Notice(notice) => self.out.push_back(Update::Notice(notice)),
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
    fn offer(&mut self, index: usize, token: usize, event: Event<T::Event>) -> Progress<T::Event> {
        self.now = event.received.instant.into();
        let now = self.since_origin();
        let (Some(link), Some(Some(topic))) = (self.links.get(index), self.topics.get_mut(token))
        else {
            return Progress::Some;
        };
        topic.stale_reports = 0;
        if self.now < self.next_due && topic.merge.passes(link.link_id(), now) {
            return Progress::Update(Update::Event(event));
        }
        let origin = (event.received, event.connection);
        topic
            .merge
            .offer(link.link_id(), event.data, origin, now, &mut self.merged);
        if let Some(deadline) = topic.merge.deadline() {
            self.next_due = self.next_due.min(later(self.origin, deadline));
        }
        self.deliver(token);
        Progress::Some
    }

    /// Moves what the merge of a topic delivered to the updates.
    fn deliver(&mut self, token: usize) {
        for merged in self.merged.drain(..) {
            self.out.push_back(match merged {
                Merged::Event {
                    event,
                    received: (received, connection),
                    may_repeat,
                    ..
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
            });
        }
    }

    /// A subscription on a connection was confirmed, or failed.
    fn subscribed(&mut self, index: usize, finished: Finished) {
        self.next_due = self.now;
        let Err(error) = &finished.result else {
            for token in &finished.tokens {
                if let Some(Some(topic)) = self.topics.get_mut(*token) {
                    topic.unconfirmed = None;
                }
            }
            self.finished.push(finished);
            return self.resume(index);
        };
        let was_confirmed = finished
            .tokens
            .iter()
            .any(|token| self.is_confirmed(*token));
        match plan::failed_subscription(finished.is_first, was_confirmed) {
            Failed::Remove => {
                tracing::warn!(%error, "topics cannot be subscribed to");
                let topics = finished
                    .tokens
                    .iter()
                    .filter_map(|token| self.topics.get(*token));
                let names: Vec<_> = topics.flatten().map(|topic| topic.name.clone()).collect();
                self.remove(&names);
                self.finished.push(finished);
            }
            Failed::Reconnect => {
                if let Err(error) = finished.result {
                    self.ended(index, Cause::NotSubscribed(Arc::new(error)));
                }
            }
        }
    }

    /// Tells the subscriber that a connection delivers again.
    fn resume(&mut self, index: usize) {
        let is_established = self.links.get(index).is_some_and(Link::is_established);
        if is_established && self.is_interrupted {
            self.is_interrupted = false;
            self.out.push_back(Update::Notice(Notice::Resumed));
        }
    }

    fn opened(&mut self, connection: Connection) {
        let rotate_at = plan::rotate_at(self.now, &self.options, random());
        let line = Line::new(connection, self.target.group, self.options.socket);
        let link = Link::new(line, self.now, rotate_at);
        tracing::debug!(connection = %link.id(), "opened");
        self.stats.opened += 1;
        self.links.push(link);
        let index = self.links.len() - 1;
        // Topics that were never confirmed may be rejected. They are not in one command with the others.
        let mut tokens = BTreeMap::from([(None, Vec::new())]);
        for (token, topic) in self.topics.iter().enumerate() {
            if let Some(topic) = topic {
                tokens.entry(topic.unconfirmed).or_default().push(token);
            }
        }
        for (unconfirmed, tokens) in tokens {
            if let Err(error) = self.subscribe_link(index, &tokens, unconfirmed.is_none()) {
                return self.ended(index, Cause::NotSubscribed(Arc::new(error)));
            }
        }
        self.resume(index);
    }

    fn not_opened(&mut self, error: Error) {
        let wait = self.reconnect.wait_after(None, random());
        let wait = plan::wait_after_error(wait, &error);
        tracing::warn!(%error, ?wait, "no connection");
        self.stats.failed += 1;
        self.attempt_at = later(self.now, wait);
        if self.live().next().is_none() {
            self.interrupt(Cause::NotOpened(Arc::new(error)));
        }
    }

    /// A connection ended.
    fn ended(&mut self, index: usize, cause: Cause) {
        if index >= self.links.len() {
            return;
        }
        let link = self.links.remove(index);
        let lived = self.now.saturating_duration_since(link.opened);
        tracing::info!(connection = %link.id(), ?lived, %cause, "a connection ended");
        match &cause {
            Cause::Closed { .. } => self.stats.ended.closed += 1,
            Cause::NoPong => self.stats.ended.no_pong += 1,
            Cause::Stale(_) => self.stats.ended.stale += 1,
            Cause::NotSubscribed(_) => self.stats.ended.not_subscribed += 1,
            _ => self.stats.ended.broken += 1,
        }
        let wait = self.reconnect.wait_after(Some(lived), random());
        self.attempt_at = self.attempt_at.max(self.now + wait);
        self.next_due = self.now;
        self.leave(&link);
        if self.live().next().is_none() {
            self.interrupt(cause);
        }
    }

    /// Removes a connection from all topics.
    fn leave(&mut self, link: &Link<T>) {
        let now = self.since_origin();
        for token in 0..self.topics.len() {
            let Some(Some(topic)) = self.topics.get_mut(token) else {
                continue;
            };
            let stats = topic
                .merge
                .remove_link(link.link_id(), now, &mut self.merged);
            self.stats.duplicates += stats.map_or(0, |stats| stats.dropped);
            self.deliver(token);
        }
    }

    /// Tells the subscriber that there is no connection.
    fn interrupt(&mut self, cause: Cause) {
        self.is_interrupted = true;
        self.out
            .push_back(Update::Notice(Notice::Reconnecting(cause)));
    }

    /// Replaces a connection.
    fn replace(&mut self, index: usize, cause: Cause) {
        let Some(link) = self.links.get(index) else {
            return;
        };
        let opened = link.opened;
        let retiring = self.links.iter().enumerate();
        let retiring =
            retiring.filter_map(|(other, link)| (other != index).then_some(link.retiring_since?));
        match plan::replacement(opened, retiring) {
            Replacement::MakeBeforeBreak => self.retire(index),
            Replacement::GiveUp => self.ended(index, cause),
        }
    }

    /// Replaces a connection: it is closed when others carry all topics.
    fn retire(&mut self, index: usize) {
        if let Some(link) = self.links.get_mut(index)
            && !link.is_retiring()
        {
            link.retiring_since = Some(self.now);
            self.next_due = self.now;
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
            .unwrap_or(self.next_tick);
    }

    /// Returns when silence, rotation and handover are looked at next: rarely if no topic has a bound and no connection is being replaced.
    fn next_look(&self) -> Option<Instant> {
        let mut topics = self.topics.iter().flatten();
        let has_bound =
            topics.any(|topic| plan::stale_after(topic.stale_after, topic.cadence, 0).is_some());
        if has_bound || self.links.iter().any(Link::is_retiring) {
            return Some(self.next_tick);
        }
        let oldest = self.links.iter().map(|link| link.rotate_at).min()?;
        Some(oldest.max(self.next_tick))
    }

    fn is_missing_connection(&self) -> bool {
        let wanted = self.links.iter().filter(|link| !link.is_retiring());
        self.opening.is_none() && wanted.count() < self.options.connections
    }

    fn open(&mut self) {
        let shared = Arc::clone(&self.shared);
        self.opening = Some(Box::pin(shared.open(self.target.clone(), self.attempts)));
        self.attempts = self.attempts.wrapping_add(1);
    }

    fn live(&self) -> impl Iterator<Item = &Link<T>> {
        self.links.iter().filter(|link| link.is_established())
    }

    /// Replaces a connection that the exchange would close soon.
    fn rotate(&mut self) {
        let is_one_replaced = self.links.iter().any(Link::is_retiring);
        let must_rotate =
            |link: &Link<T>| plan::must_rotate(link.rotate_at, self.now, is_one_replaced);
        if let Some(index) = self.links.iter().position(must_rotate) {
            self.stats.rotated += 1;
            self.retire(index);
        }
    }

    /// Reports topics that are silent for too long, and replaces connections on which a topic is silent.
    fn look_for_silence(&mut self) {
        let mut silent = Vec::new();
        for (token, topic) in self.topics.iter_mut().enumerate() {
            let Some(topic) = topic else { continue };
            let bound = plan::stale_after(topic.stale_after, topic.cadence, topic.stale_reports);
            let Some(bound) = bound else { continue };
            let mut shortest = None;
            for link in &self.links {
                let (Some(listed), Some(entry)) =
                    (link.listed_at(token), link.line.topics().get(&topic.name))
                else {
                    continue;
                };
                let (last, drained_at) = (entry.last.max(listed), link.line.drained_at());
                let silence = plan::silence(last, drained_at, self.attentive_since);
                if silence >= bound {
                    silent.push((link.id(), topic.name.clone()));
                }
                shortest = Some(shortest.map_or(silence, |other: Duration| other.min(silence)));
            }
            if let Some(silent_for) = shortest.filter(|silence| *silence >= bound) {
                topic.stale_reports += 1;
                self.stats.stale += 1;
                let topic = topic.name.clone();
                tracing::warn!(%topic, ?silent_for, "a topic is silent");
                let stale = Stale { topic, silent_for };
                self.out.push_back(Update::Notice(Notice::Stale(stale)));
            }
        }
        for (id, topic) in silent {
            let index = self.links.iter().position(|link| link.id() == id);
            if let Some(index) = index {
                self.replace(index, Cause::Stale(topic));
            }
        }
    }

    /// Closes connections that are being replaced, once others carry all their topics.
    fn hand_over(&mut self) {
        if !self.links.iter().any(Link::is_retiring) {
            return;
        }
        let successors: Vec<_> = self
            .links
            .iter()
            .enumerate()
            .filter(|(_, link)| !link.is_retiring() && link.is_established())
            .map(|(index, _)| index)
            .collect();
        if successors.len() < self.options.connections {
            return;
        }
        let mut can_move = false;
        for successor in successors {
            match self.carries_all(successor) {
                Ok(carries_all) => can_move |= carries_all,
                Err(topic) => {
                    self.ended(successor, Cause::Stale(topic));
                    return;
                }
            }
        }
        if !can_move {
            return;
        }
        while let Some(index) = self.links.iter().position(Link::is_retiring) {
            let link = self.links.remove(index);
            tracing::debug!(connection = %link.id(), "replaced");
            self.leave(&link);
            link.line.abandon();
        }
    }

    /// Returns whether all topics of the connections that are being replaced can move to a successor, or the topic that it does not deliver.
    fn carries_all(&self, successor: usize) -> Result<bool, TopicName> {
        let Some(new) = self.links.get(successor) else {
            return Ok(false);
        };
        let mut all_move = true;
        for (token, topic) in self.topics.iter().enumerate() {
            let Some(topic) = topic else { continue };
            let Some(listed) = new.listed_at(token) else {
                all_move = false;
                continue;
            };
            let is_newer = |link: &Link<T>| {
                let entry = link.line.topics().get(&topic.name);
                entry.is_some_and(|entry| entry.has_delivered && entry.last > listed)
            };
            let mut old = self.links.iter().filter(|link| link.is_retiring());
            let handover = Handover {
                has_proved: topic.merge.has_proved(new.link_id()),
                listed_for: self.now.saturating_duration_since(listed),
                old_delivers: old.any(is_newer),
                new_delivers: new
                    .line
                    .topics()
                    .get(&topic.name)
                    .is_some_and(|entry| entry.has_delivered),
            };
            match plan::handover(handover, &self.options) {
                Verdict::Moves => {}
                Verdict::Waits => all_move = false,
                Verdict::Fails => return Err(topic.name.clone()),
            }
        }
        Ok(all_move)
    }

    pub(super) fn state(&self) -> SessionState {
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

    pub(super) fn stats(&self) -> SessionStats {
        let open = self
            .topics
            .iter()
            .flatten()
            .flat_map(|topic| topic.merge.stats().links);
        SessionStats {
            connections: self
                .links
                .iter()
                .map(|link| (link.id(), link.line.stats()))
                .collect(),
            duplicates: self.stats.duplicates + open.map(|link| link.dropped).sum::<u64>(),
            ..self.stats.clone()
        }
    }

    /// Closes all connections. Events that were received before are still returned.
    pub(super) async fn close(&mut self) {
        self.opening = None;
        for mut link in std::mem::take(&mut self.links) {
            link.line.close().await;
            self.leave(&link);
        }
        if !self.is_closed {
            self.is_closed = true;
            let closed = Update::Notice(Notice::Closed(Cause::Caller));
            self.out.push_back(closed);
        }
    }

    pub(super) fn contains(&self, name: &TopicName) -> bool {
        self.by_name.contains_key(name)
    }

    /// Checks that topics are in the URL group of the session.
    pub(super) fn check_group(
        &self,
        group: Option<&'static str>,
        names: &[TopicName],
    ) -> Result<(), InvalidRequest> {
        match names.first() {
            Some(name) if group != self.target.group => Err(InvalidRequest::Topics {
                problem: format!(
                    "`{name}` is in the URL group `{}`, and the session in `{}`",
                    group.unwrap_or_default(),
                    self.target.group.unwrap_or_default()
                ),
            }),
            _ => Ok(()),
        }
    }

    fn since_origin(&self) -> Duration {
        self.now.saturating_duration_since(self.origin)
    }
}
