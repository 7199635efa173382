//! The connections of a session: how they begin, end and replace each other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::super::link::Link;
use super::super::plan::{self, Handover, Replacement, Verdict};
use super::{Driver, Routed};
use crate::client::random;
use crate::error::Error;
use crate::topic::{Subscribable, TopicName};
use crate::ws::connector::Connection;
use crate::ws::event::{Cause, Notice, Stale};
use crate::ws::socket::StreamConnection;
use crate::ws::time::later;

impl<T: Subscribable> Driver<T> {
    /// Tells the subscriber that a connection delivers again.
    pub(super) fn resume(&mut self, index: usize) {
        let is_established = self.links.get(index).is_some_and(Link::is_established);
        if is_established && self.is_interrupted {
            self.is_interrupted = false;
            self.out.push_back(Routed::notice(None, Notice::Resumed));
        }
    }

    pub(super) fn opened(&mut self, connection: Connection) {
        let rotate_at = plan::rotate_at(self.now, &self.options, random());
        let connection =
            StreamConnection::new(connection, self.target.clone(), self.options.socket);
        let link = Link::new(connection, self.now, rotate_at);
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

    pub(super) fn not_opened(&mut self, error: Error) {
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
    pub(super) fn ended(&mut self, index: usize, cause: Cause) {
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
    pub(super) fn leave(&mut self, link: &Link<T>) {
        let now = self.since_origin();
        for token in 0..self.topics.len() {
            let Some(Some(topic)) = self.topics.get_mut(token) else {
                continue;
            };
            let stats = topic.merge.remove_link(link.id(), now, &mut self.merged);
            self.stats.duplicates += stats.map_or(0, |stats| stats.dropped);
            self.deliver(token);
        }
    }

    /// Tells the subscriber that there is no connection.
    pub(super) fn interrupt(&mut self, cause: Cause) {
        self.is_interrupted = true;
        let reconnecting = Notice::Reconnecting(cause);
        self.out.push_back(Routed::notice(None, reconnecting));
    }

    /// Replaces a connection.
    pub(super) fn replace(&mut self, index: usize, cause: Cause) {
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
    pub(super) fn retire(&mut self, index: usize) {
        if let Some(link) = self.links.get_mut(index)
            && !link.is_retiring()
        {
            link.retiring_since = Some(self.now);
            self.next_due = self.now;
        }
    }

    pub(super) fn is_missing_connection(&self) -> bool {
        let wanted = self.links.iter().filter(|link| !link.is_retiring());
        self.opening.is_none() && wanted.count() < self.options.connections
    }

    pub(super) fn open(&mut self) {
        let shared = Arc::clone(&self.shared);
        self.opening = Some(Box::pin(shared.open(self.target.clone(), self.attempts)));
        self.attempts = self.attempts.wrapping_add(1);
    }

    pub(super) fn live(&self) -> impl Iterator<Item = &Link<T>> {
        self.links.iter().filter(|link| link.is_established())
    }

    /// Replaces a connection that the exchange would close soon.
    pub(super) fn rotate(&mut self) {
        let is_one_replaced = self.links.iter().any(Link::is_retiring);
        let must_rotate =
            |link: &Link<T>| plan::must_rotate(link.rotate_at, self.now, is_one_replaced);
        if let Some(index) = self.links.iter().position(must_rotate) {
            self.stats.rotated += 1;
            self.retire(index);
        }
    }

    /// Reports topics that are silent for too long, and replaces connections on which a topic is silent.
    pub(super) fn look_for_silence(&mut self) {
        let mut silent = Vec::new();
        for (token, topic) in self.topics.iter_mut().enumerate() {
            let Some(topic) = topic else { continue };
            let bound = plan::stale_after(topic.stale_after, topic.cadence, topic.stale_reports);
            let Some(bound) = bound else { continue };
            let mut shortest = None;
            for link in &self.links {
                let (Some(listed), Some(entry)) = (
                    link.listed_at(token),
                    link.connection.topics().get(&topic.name),
                ) else {
                    continue;
                };
                let (last, drained_at) = (entry.last.max(listed), link.connection.drained_at());
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
                self.out
                    .push_back(Routed::notice(Some(token), Notice::Stale(stale)));
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
    pub(super) fn hand_over(&mut self) {
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
            link.connection.abandon();
        }
    }

    /// Returns whether all topics of the connections that are being replaced can move to a successor, or the topic that it does not deliver.
    pub(super) fn carries_all(&self, successor: usize) -> Result<bool, TopicName> {
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
                let entry = link.connection.topics().get(&topic.name);
                entry.is_some_and(|entry| entry.has_delivered && entry.last > listed)
            };
            let mut old = self.links.iter().filter(|link| link.is_retiring());
            let handover = Handover {
                has_proved: topic.merge.has_proved(new.id()),
                listed_for: self.now.saturating_duration_since(listed),
                old_delivers: old.any(is_newer),
                new_delivers: new
                    .connection
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
}
