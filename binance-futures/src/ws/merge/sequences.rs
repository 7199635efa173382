//! The sequences of a topic with contiguous or chained numbers.

use std::time::Duration;

use super::context::{Context, Offered};
use super::keys::Keys;
use super::sequence::{Numbering, Sequence, Span};
use super::{Gap, GapCause};
use crate::topic::Position;
use crate::ws::event::ConnectionId;

/// The largest number of events that a topic holds.
pub(super) const MAX_HELD: usize = 10_000;

/// Delivers the events of each sequence in order, each once, and a gap where no connection delivered one.
///
/// - The event that continues the sequence is delivered, whichever connection it is from.
/// - An event that was delivered is dropped.
/// - A later event is held while an open connection may still deliver what is missing: one that has not delivered anything later, and for no
///   longer than the hold time. Then the gap and the event are delivered. A single connection never waits, because the events of one connection
///   are in order.
/// - An event that begins before the end of the last one and ends after it has other borders. It is held while the connection that is followed,
///   which is the one that delivered the last event, may still continue. Otherwise it is delivered, and its connection is followed.
#[derive(Debug)]
pub(super) struct Sequences<E, R> {
    numbering: Numbering,
    hold: Duration,
    keys: Keys<Sequence<E, R>>,
    held: usize,
    deadline: Option<Duration>,
}

impl<E, R> Sequences<E, R> {
    pub(super) fn new(numbering: Numbering, hold: Duration) -> Self {
        Self {
            numbering,
            hold,
            keys: Keys::default(),
            held: 0,
            deadline: None,
        }
    }

    pub(super) fn offer(
        &mut self,
        position: Position,
        offered: Offered<E, R>,
        context: &mut Context<'_, E, R>,
    ) {
        let span = Span::new(&position, self.numbering);
        let Some(sequence) = self.keys.get_mut(&position.key) else {
            return self.begin(position, span, offered, context);
        };
        if sequence.continues(span) {
            return sequence.proceed(span, offered, context);
        }
        sequence.offer(&position.key, span, offered, context);
        self.update();
        while self.held > MAX_HELD {
            if let Some(sequence) = self.keys.get_mut(&position.key) {
                sequence.force(&position.key, context);
            }
            self.update();
        }
    }

    /// Delivers the first event of a sequence.
    fn begin(
        &mut self,
        position: Position,
        span: Span,
        offered: Offered<E, R>,
        context: &mut Context<'_, E, R>,
    ) {
        if context.links.outages() > 0 {
            let key = Some(position.key.clone());
            context.gap(Gap::unknown(key, GapCause::Disconnected));
        }
        let sequence = Sequence::begin(self.numbering, span, offered, context);
        let is_waiting = |sequence: &Sequence<E, R>| sequence.held() > 0;
        self.keys.insert(position.key, sequence, is_waiting);
    }

    pub(super) fn link_removed(&mut self, link: ConnectionId, context: &mut Context<'_, E, R>) {
        for (key, sequence) in self.keys.iter_mut() {
            sequence.link_removed(key, link, context);
        }
        self.update();
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Delivers the events that were held for the whole hold time.
    pub(super) fn expire(&mut self, context: &mut Context<'_, E, R>) {
        if self.deadline.is_none_or(|deadline| context.now < deadline) {
            return;
        }
        for (key, sequence) in self.keys.iter_mut() {
            while let Some(since) = sequence.waits_since()
                && since.saturating_add(self.hold) <= context.now
            {
                sequence.force(key, context);
            }
        }
        self.update();
    }

    fn update(&mut self) {
        self.held = self.keys.iter().map(Sequence::held).sum();
        let since = self.keys.iter().filter_map(Sequence::waits_since).min();
        self.deadline = since.map(|since| since.saturating_add(self.hold));
    }
}
