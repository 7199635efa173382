//! The sessions of one type of topics, and which of them carries which topic.

use std::any::{Any, TypeId};
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::queue::Buffer;
use super::session_key::SessionKey;
use super::shard::{Command, Member, Shard};
use crate::error::{Error, InvalidRequest};
use crate::topic::{Subscribable, TopicName, TopicUrl};
use crate::ws::connector::{self, Layout, Target};
use crate::ws::event::Cause;
use crate::ws::session::{Driver, SessionOptions, SessionStats};

/// The sessions of one type of topics.
pub(super) struct Hub<T: Subscribable> {
    connector: Arc<connector::Shared>,
    options: SessionOptions,
    state: Mutex<State<T>>,
}

struct State<T: Subscribable> {
    sessions: HashMap<SessionKey, Vec<SessionHandle<T>>>,
    /// The queues of the subscriptions.
    buffers: HashMap<u64, Arc<Buffer<T>>>,
    next_id: u64,
    is_closed: bool,
}

/// A session, and the topics that it carries.
struct SessionHandle<T: Subscribable> {
    id: u64,
    commands: UnboundedSender<Command<T>>,
    /// The number of subscriptions of each topic.
    topics: HashMap<TopicName, usize>,
}

/// A topic of a subscription: with its group and its name.
pub(super) type Named<T> = (Option<&'static str>, TopicName, T);

/// The topics of a subscription that a session carries: with the key and the id of the session.
type Assigned<T> = (SessionKey, u64, Vec<(TopicName, T)>);

/// The sessions that carry a subscription.
pub(super) struct Membership<T: Subscribable> {
    id: u64,
    parts: Vec<Part<T>>,
}

/// The part of a subscription that a session carries.
struct Part<T: Subscribable> {
    key: SessionKey,
    id: u64,
    commands: UnboundedSender<Command<T>>,
    names: Vec<TopicName>,
}

/// How a subscription is placement.
pub(super) struct Placement {
    pub(super) connections: usize,
    pub(super) topics_per_connection: usize,
    pub(super) stale_after: Option<Duration>,
}

impl<T: Subscribable> Hub<T> {
    pub(super) fn new(connector: Arc<connector::Shared>, options: SessionOptions) -> Self {
        Self {
            connector,
            options,
            state: Mutex::new(State {
                sessions: HashMap::new(),
                buffers: HashMap::new(),
                next_id: 0,
                is_closed: false,
            }),
        }
    }

    /// Adds a subscription to the sessions that carry its topics. Opens sessions for the topics that none has room for.
    pub(super) fn join(
        self: &Arc<Self>,
        topics: Vec<Named<T>>,
        placement: &Placement,
        member: impl FnOnce(u64) -> Member<T>,
    ) -> Result<Membership<T>, Error> {
        let mut state = self.state();
        if state.is_closed {
            return Err(closed().into());
        }
        let member = member(state.take_id());
        state.buffers.insert(member.id, Arc::clone(&member.buffer));
        let mut assigned: Vec<Assigned<T>> = Vec::new();
        for (group, name, topic) in topics {
            let url = topic.opening_url();
            let key = SessionKey {
                group,
                connections: placement.connections,
                topics: placement.topics_per_connection,
                only: url.is_some().then(|| name.clone()),
            };
            let shard = match state.find(&key, &name) {
                Some(shard) => shard,
                None => self.open(&mut state, &key, url),
            };
            state.count(&key, shard, &name);
            match assigned.iter_mut().find(|(_, id, _)| *id == shard) {
                Some((_, _, topics)) => topics.push((name, topic)),
                None => assigned.push((key, shard, vec![(name, topic)])),
            }
        }
        let mut membership = Membership {
            id: member.id,
            parts: Vec::with_capacity(assigned.len()),
        };
        for (key, id, topics) in assigned {
            let Some(handle) = state.handle(&key, id) else {
                continue;
            };
            member.buffer.session_added();
            membership.parts.push(Part {
                key,
                id,
                commands: handle.commands.clone(),
                names: topics.iter().map(|(name, _)| name.clone()).collect(),
            });
            let join = Command::Join {
                member: member.clone(),
                topics,
                stale_after: placement.stale_after,
            };
            if handle.commands.send(join).is_err() {
                // Its runtime was shut down.
                member.buffer.session_ended(Cause::Stopped);
            }
        }
        Ok(membership)
    }

    /// Removes a subscription.
    pub(super) fn leave(&self, membership: &Membership<T>) {
        let mut state = self.state();
        state.buffers.remove(&membership.id);
        for part in &membership.parts {
            if let Some(handle) = state.handle(&part.key, part.id) {
                for name in &part.names {
                    if let Some(count) = handle.topics.get_mut(name) {
                        *count -= 1;
                        if *count == 0 {
                            handle.topics.remove(name);
                        }
                    }
                }
            }
            // A session that has ended needs no command.
            let _ = part.commands.send(Command::Leave(membership.id));
        }
    }

    /// Opens a session, and returns its id.
    fn open(
        self: &Arc<Self>,
        state: &mut State<T>,
        key: &SessionKey,
        url: Option<TopicUrl>,
    ) -> u64 {
        let mut options = self.options;
        options.connections = key.connections;
        options.socket.max_topics = key.topics;
        let target = Target {
            group: key.group,
            layout: Layout::Combined,
            topic: url,
        };
        let connector = Arc::clone(&self.connector);
        let driver = Driver::new(connector, target, options, HashMap::new());
        let id = state.take_id();
        let (commands, receiver) = unbounded_channel();
        let (hub, own) = (Arc::downgrade(self), key.clone());
        // Without the hub nobody can join.
        let is_unused = move || hub.upgrade().is_none_or(|hub| hub.remove_unused(&own, id));
        let shard = Shard::new(
            key.connections,
            Box::new(is_unused),
            Box::new(driver),
            receiver,
        );
        tokio::spawn(shard.run());
        state
            .sessions
            .entry(key.clone())
            .or_default()
            .push(SessionHandle {
                id,
                commands,
                topics: HashMap::new(),
            });
        id
    }

    /// Removes a session if it carries no topics. Returns whether it was removed.
    pub(super) fn remove_unused(&self, key: &SessionKey, id: u64) -> bool {
        let mut state = self.state();
        let Some(handles) = state.sessions.get_mut(key) else {
            return true;
        };
        match handles.iter().position(|handle| handle.id == id) {
            Some(index) if handles.get(index).is_some_and(|h| h.topics.is_empty()) => {
                handles.remove(index);
                true
            }
            Some(_) => false,
            None => true,
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Subscribable> State<T> {
    fn take_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Returns the session that carries a topic, or one that has room for it.
    fn find(&self, key: &SessionKey, name: &TopicName) -> Option<u64> {
        let handles = self.sessions.get(key)?;
        let carrier = handles
            .iter()
            .find(|handle| handle.topics.contains_key(name));
        let with_room = || {
            handles
                .iter()
                .find(|handle| handle.topics.len() < key.topics)
        };
        Some(carrier.or_else(with_room)?.id)
    }

    fn handle(&mut self, key: &SessionKey, id: u64) -> Option<&mut SessionHandle<T>> {
        let handles = self.sessions.get_mut(key)?;
        handles.iter_mut().find(|handle| handle.id == id)
    }

    fn count(&mut self, key: &SessionKey, id: u64, name: &TopicName) {
        if let Some(handle) = self.handle(key, id) {
            *handle.topics.entry(name.clone()).or_default() += 1;
        }
    }
}

impl<T: Subscribable> Membership<T> {
    /// Returns the number of sessions that carry it.
    pub(super) fn sessions(&self) -> usize {
        self.parts.len()
    }

    /// Returns the names of the topics.
    pub(super) fn names(&self) -> impl Iterator<Item = &TopicName> {
        self.parts.iter().flat_map(|part| &part.names)
    }

    /// Waits until all topics are subscribed to, on one or on all connections of each session.
    pub(super) async fn ready(&self, on_all: bool) -> Result<(), Error> {
        let waiting: Vec<_> = self
            .parts
            .iter()
            .map(|part| {
                let (waiter, ready) = oneshot::channel();
                let ready_command = Command::Ready {
                    member: self.id,
                    on_all,
                    waiter,
                };
                // A session that has ended drops the waiter.
                let _ = part.commands.send(ready_command);
                ready
            })
            .collect();
        for ready in waiting {
            match ready.await {
                Ok(result) => result?,
                Err(_) => return Err(Cause::Stopped.into()),
            }
        }
        Ok(())
    }

    /// Returns the figures of the sessions.
    pub(super) async fn stats(&self) -> Vec<SessionStats> {
        let asked = self.parts.iter().map(|part| {
            let (waiter, stats) = oneshot::channel();
            // A session that has ended drops the waiter.
            let _ = part.commands.send(Command::Stats(waiter));
            stats
        });
        let mut all = Vec::new();
        for stats in asked.collect::<Vec<_>>() {
            all.extend(stats.await);
        }
        all
    }
}

/// The hubs of a product, by the types of their topics.
#[derive(Default)]
pub(super) struct Hubs {
    by_type: HashMap<TypeId, Arc<dyn AnyHub>>,
    pub(super) is_closed: bool,
}

/// A hub of any type of topics.
pub(super) trait AnyHub: Any + Send + Sync {
    /// Ends all sessions. Returns futures that finish when the connections are closed and the subscribers have read what was received.
    fn close(&self) -> Vec<Pin<Box<dyn Future<Output = ()> + Send>>>;

    /// Returns the names of the wanted topics.
    fn wanted(&self) -> BTreeSet<TopicName>;

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<T: Subscribable> AnyHub for Hub<T> {
    fn close(&self) -> Vec<Pin<Box<dyn Future<Output = ()> + Send>>> {
        let mut state = self.state();
        state.is_closed = true;
        let handles = state.sessions.values().flatten();
        let ended = handles.map(|handle| {
            let (waiter, ended) = oneshot::channel();
            // A session that has ended drops the waiter at once.
            let _ = handle.commands.send(Command::Close(waiter));
            let ended = async move {
                // Nothing is sent: it is dropped at the end.
                let _ = ended.await;
            };
            Box::pin(ended) as Pin<Box<_>>
        });
        let buffers = state.buffers.values().cloned();
        let drained =
            buffers.map(|buffer| Box::pin(async move { buffer.drained().await }) as Pin<Box<_>>);
        ended.chain(drained).collect()
    }

    fn wanted(&self) -> BTreeSet<TopicName> {
        let state = self.state();
        let handles = state.sessions.values().flatten();
        handles
            .flat_map(|handle| handle.topics.keys().cloned())
            .collect()
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

impl Hubs {
    /// Returns the hub of a type of topics.
    pub(super) fn of<T: Subscribable>(
        &mut self,
        create: impl FnOnce() -> Hub<T>,
    ) -> Option<Arc<Hub<T>>> {
        let hub = self
            .by_type
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(create()));
        Arc::clone(hub).into_any().downcast().ok()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<dyn AnyHub>> {
        self.by_type.values()
    }
}

/// The streams were closed, so nothing can be subscribed to.
pub(super) fn closed() -> InvalidRequest {
    let problem = String::from("the streams are closed");
    InvalidRequest::Topics { problem }
}
