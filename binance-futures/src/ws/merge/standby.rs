//! Events without sequence numbers.

use std::collections::VecDeque;
use std::time::Duration;

use super::context::{Context, Offered};
use super::{Gap, GapCause};
use crate::ws::event::ConnectionId;

/// For how long the events of a connection that is not followed are held.
const REPLAY: Duration = Duration::from_secs(2);

/// The largest number of these events, for each connection.
const MAX_EVENTS: usize = 1_000;

/// Delivers the events of the oldest connection only.
///
/// When it is removed, the next connection takes over. Its last events are delivered again, because the former connection may not have delivered
/// all of them. They are marked, and so are its events for as long, because it may be late.
#[derive(Debug)]
pub(super) struct Standby<E, R> {
    /// The last events of the other connections.
    recent: Vec<(ConnectionId, VecDeque<Recent<E, R>>)>,
    /// Until when the connection that is followed may repeat events.
    repeats_until: Duration,
    /// The number of outages at the last event.
    outages: Option<u64>,
}

#[derive(Debug)]
struct Recent<E, R> {
    offered: Offered<E, R>,
    at: Duration,
}

impl<E, R> Default for Standby<E, R> {
    fn default() -> Self {
        Self {
            recent: Vec::new(),
            repeats_until: Duration::ZERO,
            outages: None,
        }
    }
}

impl<E, R> Standby<E, R> {
    pub(super) fn offer(&mut self, offered: Offered<E, R>, context: &mut Context<'_, E, R>) {
        if context.links.leader() != Some(offered.link) {
            self.hold(offered, context.now);
        } else if context.now < self.repeats_until {
            context.repeat(offered);
        } else {
            context.deliver(offered);
        }
    }

    /// Reports a gap before the first event after an outage.
    pub(super) fn report_outage(&mut self, context: &mut Context<'_, E, R>) {
        let outages = context.links.outages();
        if self.outages.is_some_and(|before| before < outages) {
            context.gap(Gap::unknown(None, GapCause::Disconnected));
        }
        self.outages = Some(outages);
    }

    pub(super) fn link_removed(
        &mut self,
        link: ConnectionId,
        was_leader: bool,
        context: &mut Context<'_, E, R>,
    ) {
        self.recent.retain(|(recent, _)| *recent != link);
        if !was_leader {
            return;
        }
        let Some(leader) = context.links.leader() else {
            return;
        };
        self.repeats_until = context.now.saturating_add(REPLAY);
        let index = self.recent.iter().position(|(recent, _)| *recent == leader);
        let Some(index) = index else { return };
        let (_, recent) = self.recent.swap_remove(index);
        for Recent { offered, at } in recent {
            if at.saturating_add(REPLAY) > context.now {
                context.repeat(offered);
            }
        }
    }

    fn hold(&mut self, offered: Offered<E, R>, now: Duration) {
        let link = offered.link;
        let index = match self.recent.iter().position(|(recent, _)| *recent == link) {
            Some(index) => index,
            None => {
                self.recent.push((link, VecDeque::new()));
                self.recent.len() - 1
            }
        };
        let Some((_, recent)) = self.recent.get_mut(index) else {
            return;
        };
        while let Some(first) = recent.front()
            && (first.at.saturating_add(REPLAY) <= now || recent.len() >= MAX_EVENTS)
        {
            recent.pop_front();
        }
        recent.push_back(Recent { offered, at: now });
    }
}
