//! Events that replace the ones before.

use std::time::Duration;

use super::context::{Context, Offered};
use super::keys::Keys;
use super::links::Links;
use super::overlap::Overlap;
use super::recent::Recent;
use super::renumbering::Renumbering;
use super::{Gap, GapCause};
use crate::topic::{Position, Subscribable};
use crate::ws::event::ConnectionId;

/// For how long the positions are remembered when only one connection is left.
const DRAIN: Duration = Duration::from_secs(60);

/// Delivers the elements that are newer than the last delivered element of their key.
///
/// A connection may deliver several elements with an equal position. All of them are delivered if they are from the connection that delivered
/// the first one. The closed candlestick is delivered once, and nothing older after it.
///
/// A single connection delivers everything, and nothing is remembered.
#[derive(Debug)]
pub(super) struct State {
    overlap: Overlap,
    keys: Keys<Newest>,
}

/// The newest element of a key.
#[derive(Debug)]
struct Newest {
    age: Age,
    link: ConnectionId,
    recent: Recent<Age>,
    renumbering: Renumbering,
}

/// What decides which of two elements is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Age {
    /// When the period of a candlestick begins.
    start: Option<i64>,
    is_closed: bool,
    last: i64,
}

impl Age {
    fn new(position: &Position) -> Self {
        Self {
            start: position.period.map(|period| period.start),
            is_closed: position.period.is_some_and(|period| period.is_closed),
            last: position.last,
        }
    }

    /// Returns whether both are the closed candlestick of one period.
    fn is_same_closed(self, other: Self) -> bool {
        self.is_closed && other.is_closed && self.start == other.start
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            overlap: Overlap::new(DRAIN),
            keys: Keys::default(),
        }
    }
}

impl State {
    pub(super) fn link_added(&mut self, links: &Links, now: Duration) {
        if self.overlap.link_added(links, now) {
            self.keys.clear();
        }
    }

    /// Returns whether copies of an event can arrive.
    #[inline]
    pub(super) fn may_repeat(&self, links: &Links, now: Duration) -> bool {
        self.overlap.is_active(links, now) || !self.keys.is_empty()
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
            self.keys.clear();
            return context.deliver(offered);
        }
        let link = offered.link;
        let is_left = topic.retain_positions(&mut offered.event, &mut |position| match position {
            Some(position) => self.is_newest(position, link, context),
            None => context.links.leader() == Some(link),
        });
        if is_left {
            context.deliver(offered);
        }
    }

    /// Returns whether an element is newer than the last one of its key, and remembers it then.
    fn is_newest<E, R>(
        &mut self,
        position: Position,
        link: ConnectionId,
        context: &mut Context<'_, E, R>,
    ) -> bool {
        let age = Age::new(&position);
        let Some(newest) = self.keys.get_mut(&position.key) else {
            let mut newest = Newest {
                age,
                link,
                recent: Recent::default(),
                renumbering: Renumbering::default(),
            };
            newest.delivered(context);
            self.keys.insert(position.key, newest, |_| false);
            return true;
        };
        if newest.is_replaced_by(age, link) {
            newest.replace(age, link, context);
            return true;
        }
        let distance = newest.age.last.saturating_sub(age.last);
        if newest
            .renumbering
            .old_position(link, distance, context.links, context.now)
        {
            newest.recent.clear();
            newest.replace(age, link, context);
            context.gap(Gap::unknown(Some(position.key), GapCause::Renumbered));
            return true;
        }
        newest.count_old(age, link, context);
        false
    }
}

impl Newest {
    fn replace<E, R>(&mut self, age: Age, link: ConnectionId, context: &Context<'_, E, R>) {
        // One connection may deliver several elements with an equal position.
        let is_another = age != self.age;
        self.age = age;
        self.link = link;
        self.renumbering.reset();
        if is_another {
            self.delivered(context);
        }
    }

    fn delivered<E, R>(&mut self, context: &Context<'_, E, R>) {
        self.recent
            .delivered(self.age, self.link, context.links, context.now);
    }

    fn is_replaced_by(&self, age: Age, link: ConnectionId) -> bool {
        if age.is_same_closed(self.age) {
            return false;
        }
        age > self.age || (age == self.age && link == self.link)
    }

    /// Counts an element that is not newer.
    fn count_old<E, R>(&mut self, age: Age, link: ConnectionId, context: &mut Context<'_, E, R>) {
        context.links.count_dropped(link);
        if link == self.link {
            return;
        }
        context.links.set_proved(link);
        self.recent.copied(age, link, context.links, context.now);
        if age == self.age {
            context.links.set_proved(self.link);
        }
    }
}
