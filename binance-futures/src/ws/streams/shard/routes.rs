//! Who receives the events of a session.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;
use tokio::time::Instant;

use super::super::products::Products;
use super::super::queue::Buffer;
use crate::topic::{Subscribable, TopicName};
use crate::ws::event::{Cause, Event, Notice, Stale};

/// A subscription, as a session knows it.
pub(in crate::ws::streams) struct Member<T: Subscribable> {
    pub(in crate::ws::streams) id: u64,
    pub(in crate::ws::streams) buffer: Arc<Buffer<T>>,
    pub(in crate::ws::streams) products: Products,
    /// How long each topic may take until its first event.
    pub(in crate::ws::streams) first_within: Option<Duration>,
}

impl<T: Subscribable> Clone for Member<T> {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            buffer: Arc::clone(&self.buffer),
            products: self.products,
            first_within: self.first_within,
        }
    }
}

/// The topics of a session, and who receives their events.
pub(super) struct Routes<T: Subscribable> {
    by_name: HashMap<TopicName, usize>,
    routes: Vec<Option<Route<T>>>,
    /// The route of each token of the session.
    by_token: Vec<Option<usize>>,
    members: HashMap<u64, Connected<T>>,
}

struct Connected<T: Subscribable> {
    member: Member<T>,
    /// Whether it was notified that the session has no connection.
    is_interrupted: bool,
}

struct Route<T: Subscribable> {
    name: TopicName,
    topic: T,
    receivers: SmallVec<[Receiver<T>; 1]>,
    /// Whether the exchange rejected it.
    is_rejected: bool,
}

struct Receiver<T: Subscribable> {
    member: Member<T>,
    has_received: bool,
    /// Until when the first event must arrive.
    first_until: Option<Instant>,
}

impl<T: Subscribable> Default for Routes<T> {
    fn default() -> Self {
        Self {
            by_name: HashMap::new(),
            routes: Vec::new(),
            by_token: Vec::new(),
            members: HashMap::new(),
        }
    }
}

impl<T: Subscribable> Routes<T> {
    pub(super) fn join(&mut self, member: &Member<T>, topics: Vec<(TopicName, T)>) {
        self.members.entry(member.id).or_insert_with(|| Connected {
            member: member.clone(),
            is_interrupted: false,
        });
        for (name, topic) in topics {
            let receiver = Receiver {
                member: member.clone(),
                has_received: false,
                first_until: None,
            };
            let index = match self.by_name.get(&name) {
                Some(index) => *index,
                None => self.insert(name, topic),
            };
            if let Some(Some(route)) = self.routes.get_mut(index) {
                route.is_rejected = false;
                route.receivers.push(receiver);
            }
        }
    }

    fn insert(&mut self, name: TopicName, topic: T) -> usize {
        let free = self.routes.iter().position(Option::is_none);
        let index = free.unwrap_or(self.routes.len());
        let route = Some(Route {
            name: name.clone(),
            topic,
            receivers: SmallVec::new(),
            is_rejected: false,
        });
        match self.routes.get_mut(index) {
            Some(slot) => *slot = route,
            None => self.routes.push(route),
        }
        self.by_name.insert(name, index);
        index
    }

    /// Removes a subscription. Its topics stay until [`remove_unused`](Self::remove_unused).
    pub(super) fn leave(&mut self, id: u64) {
        self.members.remove(&id);
        for route in self.routes.iter_mut().flatten() {
            route.receivers.retain(|receiver| receiver.member.id != id);
        }
    }

    /// Removes the topics without a receiver, and returns their names.
    pub(super) fn remove_unused(&mut self) -> Vec<TopicName> {
        let mut removed = Vec::new();
        for slot in &mut self.routes {
            if let Some(route) = slot.take_if(|route| route.receivers.is_empty()) {
                self.by_name.remove(&route.name);
                removed.push(route.name);
            }
        }
        removed
    }

    /// Returns the topics that fulfill a condition.
    pub(super) fn wanted(&self, is_missing: impl Fn(&TopicName) -> bool) -> Vec<(TopicName, T)> {
        let routes = self.routes.iter().flatten();
        routes
            .filter(|route| !route.is_rejected && is_missing(&route.name))
            .map(|route| (route.name.clone(), route.topic.clone()))
            .collect()
    }

    pub(super) fn topic(&self, name: &TopicName) -> Option<T> {
        Some(self.route(name)?.topic.clone())
    }

    fn route(&self, name: &TopicName) -> Option<&Route<T>> {
        self.routes.get(*self.by_name.get(name)?)?.as_ref()
    }

    /// Sets the token of a topic.
    pub(super) fn bind(&mut self, name: &TopicName, token: usize) {
        if self.by_token.len() <= token {
            self.by_token.resize(token + 1, None);
        }
        if let Some(slot) = self.by_token.get_mut(token) {
            *slot = self.by_name.get(name).copied();
        }
    }

    /// Returns the name of the topic with a token.
    pub(super) fn name_of(&self, token: usize) -> Option<TopicName> {
        let index = self.by_token.get(token).copied().flatten()?;
        Some(self.routes.get(index)?.as_ref()?.name.clone())
    }

    /// Returns the names of the topics of a subscription that are not rejected.
    pub(super) fn names_of(&self, id: u64) -> impl Iterator<Item = &TopicName> {
        let routes = self.routes.iter().flatten();
        routes
            .filter(move |route| {
                let mut receivers = route.receivers.iter();
                !route.is_rejected && receivers.any(|receiver| receiver.member.id == id)
            })
            .map(|route| &route.name)
    }

    pub(super) fn members(&self) -> impl Iterator<Item = &Member<T>> {
        self.members.values().map(|connected| &connected.member)
    }

    /// Delivers an event. Without a token it belongs to all topics.
    #[inline]
    pub(super) fn event(&mut self, token: Option<usize>, event: Event<T::Event>) {
        let Some(token) = token else {
            for route in self.routes.iter_mut().flatten() {
                route.deliver(event.clone());
            }
            return;
        };
        if let Some(Some(index)) = self.by_token.get(token)
            && let Some(Some(route)) = self.routes.get_mut(*index)
        {
            route.deliver(event);
        }
    }

    /// Delivers a notice to the subscriptions with a topic, or to all.
    pub(super) fn notice(&self, token: Option<usize>, notice: &Notice) {
        match token {
            Some(token) => {
                let index = self.by_token.get(token).copied().flatten();
                let route = index.and_then(|index| self.routes.get(index)?.as_ref());
                for receiver in route.into_iter().flat_map(|route| &route.receivers) {
                    receiver.member.buffer.notice(notice.clone());
                }
            }
            None => {
                for member in self.members() {
                    member.buffer.notice(notice.clone());
                }
            }
        }
    }

    /// The session has no connection.
    pub(super) fn interrupted(&mut self, cause: &Cause) {
        for connected in self.members.values_mut() {
            if connected.is_interrupted {
                let notice = Notice::Reconnecting(cause.clone());
                connected.member.buffer.notice(notice);
            } else {
                connected.is_interrupted = true;
                connected.member.buffer.interrupted(cause.clone());
            }
        }
    }

    /// The session has a connection again.
    pub(super) fn resumed(&mut self) {
        for connected in self.members.values_mut() {
            if std::mem::take(&mut connected.is_interrupted) {
                connected.member.buffer.resumed();
            }
        }
    }

    /// The exchange rejected a topic.
    pub(super) fn rejected(&mut self, name: &TopicName, notice: &Notice) {
        let index = self.by_name.get(name).copied();
        if let Some(Some(route)) = index.and_then(|index| self.routes.get_mut(index)) {
            route.is_rejected = true;
            for receiver in &route.receivers {
                receiver.member.buffer.notice(notice.clone());
            }
        }
    }

    /// Begins to wait for the first events of the topics that are subscribed to. Returns whether some are not yet.
    pub(super) fn expect_first(
        &mut self,
        now: Instant,
        is_ready: impl Fn(&TopicName) -> bool,
    ) -> bool {
        let mut is_any_missing = false;
        for route in self.routes.iter_mut().flatten() {
            for receiver in &mut route.receivers {
                if let Some(within) = receiver.member.first_within
                    && !receiver.has_received
                    && receiver.first_until.is_none()
                    && !route.is_rejected
                {
                    if is_ready(&route.name) {
                        receiver.first_until = Some(now + within);
                    } else {
                        is_any_missing = true;
                    }
                }
            }
        }
        is_any_missing
    }

    /// Reports topics whose first event did not arrive in time. Returns when to look again.
    pub(super) fn report_silent(&mut self, now: Instant) -> Option<Instant> {
        let mut next = None;
        for route in self.routes.iter_mut().flatten() {
            for receiver in &mut route.receivers {
                let (Some(until), false) = (receiver.first_until, receiver.has_received) else {
                    continue;
                };
                if until > now {
                    next = next.into_iter().chain([until]).min();
                    continue;
                }
                // Once is enough.
                receiver.has_received = true;
                let stale = Notice::Stale(Stale {
                    topic: route.name.clone(),
                    silent_for: receiver.member.first_within.unwrap_or_default(),
                });
                receiver.member.buffer.notice(stale);
            }
        }
        next
    }
}

impl<T: Subscribable> Route<T> {
    #[inline]
    fn deliver(&mut self, event: Event<T::Event>) {
        let Some((last, others)) = self.receivers.split_last_mut() else {
            return;
        };
        for receiver in others {
            receiver.deliver(&self.topic, event.clone());
        }
        last.deliver(&self.topic, event);
    }
}

impl<T: Subscribable> Receiver<T> {
    #[inline]
    fn deliver(&mut self, topic: &T, mut event: Event<T::Event>) {
        self.has_received = true;
        if self.member.products == Products::Own {
            let retained = topic.retain_own_product(&mut event.data);
            if retained.removed > 0 {
                self.member.buffer.left_out(retained.removed);
                if !retained.is_any_left {
                    return;
                }
            }
        }
        self.member.buffer.event(topic, event);
    }
}
