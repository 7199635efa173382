//! The topics of a session.

use std::sync::Arc;
use std::time::Duration;

use super::super::link::{Finished, Link};
use super::super::plan::{self, Failed};
use super::{Driver, SessionTopic};
use crate::error::{Error, InvalidRequest};
use crate::topic::{Subscribable, TopicName};
use crate::ws::event::Cause;
use crate::ws::merge::Merge;
use crate::ws::socket::check_url;

impl<T: Subscribable> Driver<T> {
    /// Adds the topics that the session is built with.
    pub(in crate::ws) fn require(&mut self, topics: Vec<(TopicName, T)>) {
        self.insert(topics, None);
    }

    /// Adds topics and subscribes to them on all connections. Topics that are there already are left out. Returns the tokens of those that no
    /// connection has confirmed.
    pub(in crate::ws) fn add(&mut self, topics: Vec<(TopicName, T)>) -> Result<Vec<usize>, Error> {
        self.additions += 1;
        let names: Vec<_> = topics.iter().map(|(name, _)| name.clone()).collect();
        // There is nothing to confirm if the URL subscribes to the topic.
        let unconfirmed = self.target.topic.is_none().then_some(self.additions);
        let added = self.insert(topics, unconfirmed);
        for index in 0..self.links.len() {
            self.subscribe_link(index, &added, false)?;
        }
        let tokens = names.iter().filter_map(|name| self.by_name.get(name));
        Ok(tokens
            .copied()
            .filter(|token| !self.is_confirmed(*token))
            .collect())
    }

    /// Returns on how many connections the exchange lists a topic.
    pub(in crate::ws) fn carriers(&self, token: usize) -> usize {
        let lists = |link: &&Link<T>| link.listed_at(token).is_some();
        self.links.iter().filter(lists).count()
    }

    /// Returns whether updates wait to be returned.
    pub(in crate::ws) fn has_updates(&self) -> bool {
        !self.out.is_empty()
    }

    /// Returns whether commands wait to be sent.
    pub(in crate::ws) fn has_waiting_commands(&self) -> bool {
        self.links
            .iter()
            .any(|link| link.connection.has_waiting_commands())
    }

    /// Returns the token of a topic.
    pub(in crate::ws) fn token(&self, name: &TopicName) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub(super) fn is_confirmed(&self, token: usize) -> bool {
        let topic = self.topics.get(token).and_then(Option::as_ref);
        topic.is_some_and(|topic| topic.unconfirmed.is_none())
    }

    /// Inserts topics. Returns the tokens of the new ones.
    pub(super) fn insert(
        &mut self,
        topics: Vec<(TopicName, T)>,
        unconfirmed: Option<u64>,
    ) -> Vec<usize> {
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

    /// Sets after what silence topics are stale.
    pub(in crate::ws) fn set_stale_after(
        &mut self,
        names: impl Iterator<Item = TopicName>,
        silence: Duration,
    ) {
        for name in names {
            let token = self.by_name.get(&name);
            let topic = token.and_then(|token| self.topics.get_mut(*token)?.as_mut());
            if let Some(topic) = topic {
                topic.stale_after = Some(silence);
            }
            self.stale_after.insert(name, silence);
        }
        self.next_due = self.now;
    }

    /// Removes topics and unsubscribes from them.
    pub(in crate::ws) fn remove(&mut self, names: &[TopicName]) {
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

    pub(in crate::ws) fn topic_names(&self) -> impl Iterator<Item = &TopicName> {
        self.topics.iter().flatten().map(|topic| &topic.name)
    }

    /// Subscribes a connection to topics. `is_first` if the connection was opened for them.
    pub(super) fn subscribe_link(
        &mut self,
        index: usize,
        tokens: &[usize],
        is_first: bool,
    ) -> Result<(), Error> {
        let now = self.since_origin();
        let Some(id) = self.links.get(index).map(Link::id) else {
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

    /// A subscription on a connection was confirmed, or failed.
    pub(super) fn subscribed(&mut self, index: usize, finished: Finished) {
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

    pub(in crate::ws) fn max_topics(&self) -> usize {
        self.options.socket.max_topics
    }

    pub(in crate::ws) fn contains(&self, name: &TopicName) -> bool {
        self.by_name.contains_key(name)
    }

    /// Checks that topics are in the URL group of the session, and that its URL allows further ones.
    pub(in crate::ws) fn check_group(
        &self,
        group: Option<&'static str>,
        names: &[TopicName],
        topics: &[T],
    ) -> Result<(), InvalidRequest> {
        check_url(self.target.topic.as_ref(), topics)?;
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
}
