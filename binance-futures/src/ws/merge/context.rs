//! What the rules share while they handle one call.

use std::time::Duration;

use super::links::Links;
use super::{Gap, Merged};
use crate::ws::event::ConnectionId;

/// An event that a connection delivered.
#[derive(Debug)]
pub(super) struct Offered<E, R> {
    pub(super) link: ConnectionId,
    pub(super) event: E,
    pub(super) received: R,
}

/// The connections, the time, and where the result is written.
pub(super) struct Context<'a, E, R> {
    pub(super) links: &'a mut Links,
    pub(super) now: Duration,
    pub(super) out: &'a mut Vec<Merged<E, R>>,
}

impl<E, R> Context<'_, E, R> {
    #[inline]
    pub(super) fn deliver(&mut self, offered: Offered<E, R>) {
        self.push(offered, false);
    }

    /// Delivers an event that may have been delivered before.
    pub(super) fn repeat(&mut self, offered: Offered<E, R>) {
        self.push(offered, true);
    }

    pub(super) fn gap(&mut self, gap: Gap) {
        self.out.push(Merged::Gap(gap));
    }

    #[inline]
    fn push(&mut self, offered: Offered<E, R>, may_repeat: bool) {
        self.out.push(Merged::Event {
            event: offered.event,
            link: offered.link,
            received: offered.received,
            may_repeat,
        });
    }
}
