//! Events without sequence numbers whose copies are equal.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::context::{Context, Offered};
use super::links::Links;
use super::overlap::Overlap;
use crate::topic::{PositionKey, Subscribable};
use crate::ws::event::ConnectionId;

/// The largest number of events that are remembered.
const MAX_SEEN: usize = 10_000;

/// Delivers the first of several copies that arrive within a time.
///
/// Equal elements of one connection are several events. So the second one of a connection is a copy of the second one that was delivered.
///
/// A single connection delivers everything, and nothing is remembered.
#[derive(Debug)]
pub(super) struct Copies {
    within: Duration,
    overlap: Overlap,
    seen: HashMap<PositionKey, Seen>,
    /// The delivered elements and their times, the oldest first.
    delivered: VecDeque<(Duration, PositionKey)>,
}

/// Equal elements.
#[derive(Debug)]
struct Seen {
    /// When the last one was delivered, and from which connection.
    at: Duration,
    link: ConnectionId,
    /// The number of delivered elements.
    delivered: u32,
    /// The number of elements from each connection.
    counts: Vec<(ConnectionId, u32)>,
}

impl Copies {
    pub(super) fn new(within: Duration) -> Self {
        Self {
            within,
            overlap: Overlap::new(within),
            seen: HashMap::new(),
            delivered: VecDeque::new(),
        }
    }

    pub(super) fn link_added(&mut self, links: &Links, now: Duration) {
        if self.overlap.link_added(links, now) {
            self.clear();
        }
    }

    /// Returns whether copies of an event can arrive.
    #[inline]
    pub(super) fn may_repeat(&self, links: &Links, now: Duration) -> bool {
        self.overlap.is_active(links, now) || !self.seen.is_empty()
    }

    pub(super) fn link_removed(&mut self, links: &Links, now: Duration) {
        self.overlap.link_removed(links, now);
    }

    pub(super) fn offer<T: Subscribable, R>(
        &mut self,
        topic: &T,
        mut offered: Offered<T::Event, R>,
        context: &mut Context<'_, T::Event, R>,
    ) {
        if !self.overlap.is_active(context.links, context.now) {
            self.clear();
            return context.deliver(offered);
        }
        self.forget_old(context.now);
        let link = offered.link;
        let is_left = topic.retain_positions(&mut offered.event, &mut |position| match position {
            Some(position) => self.is_first(position.key, link, context),
            None => context.links.leader() == Some(link),
        });
        if is_left {
            context.deliver(offered);
        }
    }

    /// Returns whether an element is not a copy, and remembers it then.
    fn is_first<E, R>(
        &mut self,
        key: PositionKey,
        link: ConnectionId,
        context: &mut Context<'_, E, R>,
    ) -> bool {
        let now = context.now;
        let seen = self.seen.entry(key.clone()).or_insert_with(|| Seen {
            at: now,
            link,
            delivered: 0,
            counts: Vec::new(),
        });
        if seen.count(link) <= seen.delivered {
            seen.count_copy(link, context);
            return false;
        }
        seen.delivered += 1;
        seen.at = now;
        seen.link = link;
        self.delivered.push_back((now, key));
        true
    }

    /// Forgets the elements whose copies would have arrived, and the oldest elements if there are too many.
    fn forget_old(&mut self, now: Duration) {
        while let Some((at, _)) = self.delivered.front()
            && (at.saturating_add(self.within) <= now || self.delivered.len() >= MAX_SEEN)
        {
            let Some((at, key)) = self.delivered.pop_front() else {
                return;
            };
            if self.seen.get(&key).is_some_and(|seen| seen.at == at) {
                self.seen.remove(&key);
            }
        }
    }

    fn clear(&mut self) {
        if !self.delivered.is_empty() {
            self.seen = HashMap::new();
            self.delivered = VecDeque::new();
        }
    }
}

impl Seen {
    /// Counts an element of a connection and returns its number, beginning with 1.
    fn count(&mut self, link: ConnectionId) -> u32 {
        match self.counts.iter_mut().find(|(counted, _)| *counted == link) {
            Some((_, count)) => {
                *count = count.saturating_add(1);
                *count
            }
            None => {
                self.counts.push((link, 1));
                1
            }
        }
    }

    fn count_copy<E, R>(&self, link: ConnectionId, context: &mut Context<'_, E, R>) {
        context.links.count_dropped(link);
        if link != self.link {
            context.links.set_proved(link);
            context.links.set_proved(self.link);
            let lead = context.now.saturating_sub(self.at);
            context.links.count_lead(self.link, lead);
        }
    }
}
