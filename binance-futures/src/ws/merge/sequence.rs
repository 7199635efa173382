//! One sequence with contiguous or chained numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use super::context::{Context, Offered};
use super::links::Links;
use super::recent::Recent;
use super::renumbering::Renumbering;
use super::{Gap, GapCause};
use crate::topic::{Position, PositionKey};
use crate::ws::Lost;
use crate::ws::event::ConnectionId;

/// How the numbers of a sequence are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbering {
    /// Each number belongs to an event.
    Contiguous,
    /// An event contains the last number of the event before. Numbers between are skipped.
    Chained,
}

/// The numbers that an event covers: those above `previous`, up to `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    previous: i64,
    last: i64,
}

impl Span {
    pub(super) fn new(position: &Position, numbering: Numbering) -> Self {
        let before_first = position.first.saturating_sub(1);
        Self {
            previous: match numbering {
                Numbering::Contiguous => before_first,
                Numbering::Chained => position.previous.unwrap_or(before_first),
            },
            last: position.last,
        }
    }
}

/// A sequence after its first event.
#[derive(Debug)]
pub(super) struct Sequence<E, R> {
    numbering: Numbering,
    /// The last number that was delivered.
    last: i64,
    /// The connection that delivered it.
    leader: ConnectionId,
    recent: Recent<i64>,
    /// The number of outages at that time.
    outages: u64,
    held: BTreeMap<Span, Held<E, R>>,
    /// When the oldest of the held events arrived.
    waits_since: Option<Duration>,
    /// The last number of each connection that delivered later events.
    reached: Vec<(ConnectionId, i64)>,
    renumbering: Renumbering,
}

#[derive(Debug)]
struct Held<E, R> {
    offered: Offered<E, R>,
    at: Duration,
}

impl<E, R> Sequence<E, R> {
    /// Delivers the first event of a sequence.
    pub(super) fn begin(
        numbering: Numbering,
        span: Span,
        offered: Offered<E, R>,
        context: &mut Context<'_, E, R>,
    ) -> Self {
        let mut recent = Recent::default();
        recent.delivered(span.last, offered.link, context.links, context.now);
        let sequence = Self {
            numbering,
            last: span.last,
            leader: offered.link,
            recent,
            outages: context.links.outages(),
            held: BTreeMap::new(),
            waits_since: None,
            reached: Vec::new(),
            renumbering: Renumbering::default(),
        };
        context.deliver(offered);
        sequence
    }

    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    pub(super) fn waits_since(&self) -> Option<Duration> {
        self.waits_since
    }

    /// Returns whether an event is the direct successor of the last one, and no other event is held.
    #[inline]
    pub(super) fn continues(&self, span: Span) -> bool {
        span.previous == self.last && span.last > self.last && self.held.is_empty()
    }

    /// Delivers an event that begins where the last one ended, or before. That proves its connection, if another one delivered the last event.
    #[inline]
    pub(super) fn proceed(
        &mut self,
        span: Span,
        offered: Offered<E, R>,
        context: &mut Context<'_, E, R>,
    ) {
        self.proceed_with(span, offered, context.now, context);
    }

    /// Delivers such an event that arrived at a time.
    #[inline]
    fn proceed_with(
        &mut self,
        span: Span,
        offered: Offered<E, R>,
        at: Duration,
        context: &mut Context<'_, E, R>,
    ) {
        if offered.link != self.leader {
            context.links.set_proved(offered.link);
        }
        self.deliver(span, offered, at, context);
    }

    /// Takes an event that is old, later, or has other borders.
    pub(super) fn offer(
        &mut self,
        key: &PositionKey,
        span: Span,
        offered: Offered<E, R>,
        context: &mut Context<'_, E, R>,
    ) {
        if span.last <= self.last {
            return self.offer_old(key, span, offered, context);
        }
        if span.previous < self.last && offered.link != self.leader {
            context.links.other_borders += 1;
        }
        self.hold(span, offered, context);
        self.release(key, context);
    }

    /// Drops an event that was delivered before, unless the numbers have started anew.
    fn offer_old(
        &mut self,
        key: &PositionKey,
        span: Span,
        offered: Offered<E, R>,
        context: &mut Context<'_, E, R>,
    ) {
        let link = offered.link;
        let distance = self.last.saturating_sub(span.last);
        let is_renumbered =
            self.renumbering
                .old_position(link, distance, context.links, context.now);
        if is_renumbered {
            return self.restart(key, span, offered, context);
        }
        self.drop_copy(link, context);
        self.recent
            .copied(span.last, link, context.links, context.now);
        if distance == 0 && link != self.leader {
            context.links.set_proved(self.leader);
        }
    }

    /// Drops an event that was delivered before. That proves its connection, if another one delivered the last event.
    fn drop_copy(&self, link: ConnectionId, context: &mut Context<'_, E, R>) {
        context.links.count_dropped(link);
        if link != self.leader {
            context.links.set_proved(link);
        }
    }

    fn restart(
        &mut self,
        key: &PositionKey,
        span: Span,
        offered: Offered<E, R>,
        context: &mut Context<'_, E, R>,
    ) {
        while !self.held.is_empty() {
            self.force(key, context);
        }
        self.reached.clear();
        self.recent.clear();
        context.gap(Gap::unknown(Some(key.clone()), GapCause::Renumbered));
        self.deliver(span, offered, context.now, context);
    }

    fn hold(&mut self, span: Span, offered: Offered<E, R>, context: &mut Context<'_, E, R>) {
        let link = offered.link;
        match self
            .reached
            .iter_mut()
            .find(|(reached, _)| *reached == link)
        {
            Some((_, last)) => *last = span.last,
            None => self.reached.push((link, span.last)),
        }
        if let Some(first) = self.held.get(&span) {
            context.links.count_dropped(link);
            if first.offered.link != link {
                let lead = context.now.saturating_sub(first.at);
                context.links.count_lead(first.offered.link, lead);
            }
            return;
        }
        let at = context.now;
        self.held.insert(span, Held { offered, at });
        self.waits_since.get_or_insert(at);
    }

    /// Delivers the held events that need not wait.
    fn release(&mut self, key: &PositionKey, context: &mut Context<'_, E, R>) {
        while self.deliver_next(key, false, context) {}
    }

    /// Delivers the next held event, and those that need not wait then.
    pub(super) fn force(&mut self, key: &PositionKey, context: &mut Context<'_, E, R>) {
        self.deliver_next(key, true, context);
        self.release(key, context);
    }

    pub(super) fn link_removed(
        &mut self,
        key: &PositionKey,
        link: ConnectionId,
        context: &mut Context<'_, E, R>,
    ) {
        self.reached.retain(|(reached, _)| *reached != link);
        self.release(key, context);
    }

    /// Delivers a held event if it need not wait, or if it must not wait any longer.
    fn deliver_next(
        &mut self,
        key: &PositionKey,
        is_due: bool,
        context: &mut Context<'_, E, R>,
    ) -> bool {
        self.drop_old(context);
        let next = self.next(is_due, context.links);
        let Some((span, held)) = next.and_then(|span| self.held.remove_entry(&span)) else {
            return false;
        };
        if span.previous > self.last {
            context.gap(self.gap(key, span, context.links));
            self.deliver(span, held.offered, held.at, context);
        } else {
            context.links.overlaps += u64::from(span.previous < self.last);
            self.proceed_with(span, held.offered, held.at, context);
        }
        self.drop_old(context);
        self.waits_since = self.held.values().map(|held| held.at).min();
        true
    }

    /// Drops the first held events if they are old by now.
    fn drop_old(&mut self, context: &mut Context<'_, E, R>) {
        while let Some(first) = self.held.first_entry()
            && first.key().last <= self.last
        {
            let link = first.remove().offered.link;
            self.drop_copy(link, context);
        }
    }

    /// Returns the held event that is delivered next, if it need not wait.
    fn next(&self, is_due: bool, links: &Links) -> Option<Span> {
        let nothing_missing = Span {
            previous: self.last,
            last: i64::MAX,
        };
        let mut continuing = self.held.range(..=nothing_missing).rev();
        if let Some((span, _)) = continuing.find(|(span, _)| span.last > self.last) {
            let may_continue = links.contains(self.leader) && !self.has_passed(self.leader);
            let is_next = span.previous == self.last || is_due || !may_continue;
            return is_next.then_some(*span);
        }
        let (span, _) = self.held.first_key_value()?;
        (is_due || links.ids().all(|link| self.has_passed(link))).then_some(*span)
    }

    /// Returns whether a connection has delivered a later event, so that it does not deliver what is missing.
    fn has_passed(&self, link: ConnectionId) -> bool {
        let mut reached = self.reached.iter();
        reached.any(|(reached, last)| *reached == link && *last > self.last)
    }

    fn gap(&self, key: &PositionKey, span: Span, links: &Links) -> Gap {
        let first = self.last.saturating_add(1);
        let lost = match self.numbering {
            Numbering::Contiguous => Lost::Exactly(span.previous.abs_diff(self.last)),
            Numbering::Chained => Lost::Unknown,
        };
        let cause = if self.outages < links.outages() {
            GapCause::Disconnected
        } else {
            GapCause::Skipped
        };
        Gap::between(key.clone(), lost, first..=span.previous, cause)
    }

    /// Delivers an event that arrived at a time.
    #[inline]
    fn deliver(
        &mut self,
        span: Span,
        offered: Offered<E, R>,
        at: Duration,
        context: &mut Context<'_, E, R>,
    ) {
        self.last = span.last;
        self.leader = offered.link;
        self.recent
            .delivered(span.last, offered.link, context.links, at);
        self.outages = context.links.outages();
        self.renumbering.reset();
        context.deliver(offered);
    }
}
