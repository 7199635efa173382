//! One sequence of events from several connections that carry the same topic.
//!
//! A session carries a topic over one connection. There are two while it moves to a new connection, and several for the whole time if it is
//! redundant. [`Merge`] decides for each event that a connection delivers whether the subscriber receives it, and when. It does no I/O and
//! reads no clock.
//!
//! The rule follows from the continuity of the topic:
//!
//! | continuity | rule | file |
//! |---|---|---|
//! | contiguous, chained | the event that continues the sequence; later events are held for the other connections for a short time | `sequences` |
//! | state | the newest event of each key | `state` |
//! | copies | the first of several copies | `copies` |
//! | unnumbered | the events of the oldest connection | `standby` |

mod context;
mod copies;
mod keys;
mod links;
mod overlap;
mod recent;
mod renumbering;
mod sequence;
mod sequences;
mod standby;
mod state;
#[cfg(all(test, feature = "usdm"))]
mod tests;

use std::time::Duration;

use self::context::{Context, Offered};
use self::copies::Copies;
use self::links::Links;
use self::sequence::Numbering;
use self::sequences::Sequences;
use self::standby::Standby;
use self::state::State;
use super::{Gap, GapCause};
use crate::topic::{Continuity, Position, Subscribable};
use crate::ws::event::ConnectionId;

pub(crate) use self::links::LinkStats;

/// How long an event is held for the events before it, unless the session sets another time.
pub(crate) const DEFAULT_HOLD: Duration = Duration::from_secs(1);

/// What the subscriber receives, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Merged<E, R> {
    /// An event.
    Event {
        event: E,
        /// The connection that delivered it.
        link: ConnectionId,
        /// What came with the event, such as the time at which it was received.
        received: R,
        /// Whether it may be a copy of an event that was delivered before. Only events without sequence numbers can be.
        may_repeat: bool,
    },
    /// Events were lost before the next one.
    Gap(Gap),
}

/// What a merge has counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct MergeStats {
    /// Each open connection, the oldest first.
    pub(crate) links: Vec<LinkStats>,
    /// The number of events that began before the end of the last delivered event and ended after it. Not 0 if connections divide the
    /// updates of an order book into different events.
    pub(crate) other_borders: u64,
    /// How many of them were delivered. They repeat some updates of the event before.
    pub(crate) overlaps: u64,
    /// The number of events that are held.
    pub(crate) held: usize,
}

/// Merges the events of one topic.
///
/// All times are those since a fixed origin.
#[derive(Debug)]
pub(crate) struct Merge<T: Subscribable, R> {
    topic: T,
    links: Links,
    rule: Rule<T::Event, R>,
    /// For events without sequence numbers.
    standby: Standby<T::Event, R>,
}

#[derive(Debug)]
enum Rule<E, R> {
    Sequences(Sequences<E, R>),
    State(State),
    Copies(Copies),
    Unnumbered,
}

impl<T: Subscribable, R> Merge<T, R> {
    /// Returns a merge without connections. An event is held for at most the time `hold`.
    pub(crate) fn new(topic: T, hold: Duration) -> Self {
        let rule = match topic.continuity() {
            Continuity::Contiguous => Rule::Sequences(Sequences::new(Numbering::Contiguous, hold)),
            Continuity::Chained => Rule::Sequences(Sequences::new(Numbering::Chained, hold)),
            Continuity::State => Rule::State(State::default()),
            Continuity::Copies { within } => Rule::Copies(Copies::new(within)),
            Continuity::Unnumbered => Rule::Unnumbered,
        };
        Self {
            topic,
            links: Links::default(),
            rule,
            standby: Standby::default(),
        }
    }

    /// Adds a connection. Must be called before the connection is subscribed to the topic: then the other connections deliver their copies
    /// of its events after this call.
    ///
    /// Reports a gap if no connection was open and the topic has no sequence numbers that show one.
    pub(crate) fn add_link(
        &mut self,
        link: ConnectionId,
        now: Duration,
        out: &mut Vec<Merged<T::Event, R>>,
    ) {
        let had_outage = self.links.is_empty() && self.links.outages() > 0;
        if !self.links.add(link) {
            return;
        }
        match &mut self.rule {
            Rule::Sequences(_) => return,
            Rule::State(state) => state.link_added(&self.links, now),
            Rule::Copies(copies) => copies.link_added(&self.links, now),
            Rule::Unnumbered => {}
        }
        if had_outage {
            out.push(Merged::Gap(Gap::unknown(None, GapCause::Disconnected)));
        }
    }

    /// Removes a connection that will not deliver any more, and returns what it has counted. Delivers the events that were held for it.
    pub(crate) fn remove_link(
        &mut self,
        link: ConnectionId,
        now: Duration,
        out: &mut Vec<Merged<T::Event, R>>,
    ) -> Option<LinkStats> {
        let leader = self.links.leader();
        let stats = self.links.remove(link)?;
        let mut context = Context {
            links: &mut self.links,
            now,
            out,
        };
        match &mut self.rule {
            Rule::Sequences(sequences) => sequences.link_removed(link, &mut context),
            Rule::State(state) => state.link_removed(context.links, now),
            Rule::Copies(copies) => copies.link_removed(context.links, now),
            Rule::Unnumbered => {}
        }
        self.standby
            .link_removed(link, leader == Some(link), &mut context);
        if self.links.is_empty() {
            self.links.begin_outage();
        }
        Some(stats)
    }

    /// Returns whether an event of a connection is delivered as it is: there is one connection, and a lost event cannot be detected. Otherwise
    /// the event must be offered.
    #[inline]
    pub(crate) fn passes(&self, link: ConnectionId, now: Duration) -> bool {
        let is_alone = match &self.rule {
            Rule::State(state) => !state.may_repeat(&self.links, now),
            Rule::Copies(copies) => !copies.may_repeat(&self.links, now),
            Rule::Sequences(_) | Rule::Unnumbered => false,
        };
        is_alone && self.links.contains(link)
    }

    /// Takes an event that a connection delivered, and delivers what is due. A connection that was not added is added.
    pub(crate) fn offer(
        &mut self,
        link: ConnectionId,
        event: T::Event,
        received: R,
        now: Duration,
        out: &mut Vec<Merged<T::Event, R>>,
    ) {
        if !self.links.contains(link) {
            self.add_link(link, now, out);
        }
        let mut context = Context {
            links: &mut self.links,
            now,
            out,
        };
        let offered = Offered {
            link,
            event,
            received,
        };
        match &mut self.rule {
            Rule::Sequences(sequences) => match position(&self.topic, &offered.event) {
                Some(position) => sequences.offer(position, offered, &mut context),
                None => {
                    self.standby.report_outage(&mut context);
                    self.standby.offer(offered, &mut context);
                }
            },
            Rule::State(state) => state.offer(&self.topic, offered, &mut context),
            Rule::Copies(copies) => copies.offer(&self.topic, offered, &mut context),
            Rule::Unnumbered => self.standby.offer(offered, &mut context),
        }
    }

    /// Returns when [`expire`](Self::expire) must be called. Returns `None` if no event is held.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        match &self.rule {
            Rule::Sequences(sequences) => sequences.deadline(),
            _ => None,
        }
    }

    /// Delivers the events that were held long enough.
    pub(crate) fn expire(&mut self, now: Duration, out: &mut Vec<Merged<T::Event, R>>) {
        if let Rule::Sequences(sequences) = &mut self.rule {
            sequences.expire(&mut Context {
                links: &mut self.links,
                now,
                out,
            });
        }
    }

    /// Returns whether a connection continues what was delivered: it delivered an event that another connection delivered too, or the direct
    /// successor of the last event. Then no event is lost if only this connection remains.
    ///
    /// Always `false` for events without sequence numbers and keys.
    pub(crate) fn has_proved(&self, link: ConnectionId) -> bool {
        self.links.has_proved(link)
    }

    /// Returns what was counted since the connections were added.
    pub(crate) fn stats(&self) -> MergeStats {
        MergeStats {
            links: self.links.stats().cloned().collect(),
            other_borders: self.links.other_borders,
            overlaps: self.links.overlaps,
            held: match &self.rule {
                Rule::Sequences(sequences) => sequences.held(),
                _ => 0,
            },
        }
    }
}

/// Returns the position of an event. If it is a list, the position covers the numbers of all elements.
fn position<T: Subscribable>(topic: &T, event: &T::Event) -> Option<Position> {
    let mut whole: Option<Position> = None;
    topic.visit_positions(event, &mut |position| {
        let Some(position) = position else { return };
        match &mut whole {
            None => whole = Some(position),
            Some(whole) => {
                whole.first = whole.first.min(position.first);
                whole.last = whole.last.max(position.last);
            }
        }
    });
    whole
}
