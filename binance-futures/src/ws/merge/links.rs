//! The connections that carry a topic.

use std::time::Duration;

use smallvec::SmallVec;

use crate::ws::event::ConnectionId;

/// What one connection contributed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LinkStats {
    pub(crate) link: ConnectionId,
    /// The number of events, or elements of events, that were dropped, because they had been delivered before or were outdated.
    pub(crate) dropped: u64,
    /// How often a copy of an event arrived from another connection after this connection had delivered it.
    pub(crate) leads: u64,
    /// The sum of the times between the two.
    pub(crate) lead_total: Duration,
    /// The longest of these times.
    pub(crate) lead_longest: Duration,
}

/// The open connections, the oldest first, and what is counted.
#[derive(Debug, Default)]
pub(super) struct Links {
    open: SmallVec<[Link; 1]>,
    outages: u64,
    /// The number of events with other borders than the events of the connection that is followed.
    pub(super) other_borders: u64,
    /// How many of them were delivered.
    pub(super) overlaps: u64,
}

#[derive(Debug)]
struct Link {
    has_proved: bool,
    stats: LinkStats,
}

impl Links {
    /// Adds a connection. Returns whether it is new.
    pub(super) fn add(&mut self, id: ConnectionId) -> bool {
        if self.contains(id) {
            return false;
        }
        self.open.push(Link {
            has_proved: false,
            stats: LinkStats {
                link: id,
                dropped: 0,
                leads: 0,
                lead_total: Duration::ZERO,
                lead_longest: Duration::ZERO,
            },
        });
        true
    }

    /// Removes a connection.
    pub(super) fn remove(&mut self, id: ConnectionId) -> Option<LinkStats> {
        let index = self.open.iter().position(|link| link.stats.link == id)?;
        Some(self.open.remove(index).stats)
    }

    /// Counts that all connections are gone.
    pub(super) fn begin_outage(&mut self) {
        self.outages += 1;
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn contains(&self, id: ConnectionId) -> bool {
        self.ids().any(|open| open == id)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ConnectionId> {
        self.open.iter().map(|link| link.stats.link)
    }

    /// Returns the oldest connection.
    pub(super) fn leader(&self) -> Option<ConnectionId> {
        self.ids().next()
    }

    /// Returns how often all connections were gone.
    pub(super) fn outages(&self) -> u64 {
        self.outages
    }

    pub(super) fn has_proved(&self, id: ConnectionId) -> bool {
        let mut open = self.open.iter();
        open.any(|link| link.stats.link == id && link.has_proved)
    }

    pub(super) fn set_proved(&mut self, id: ConnectionId) {
        if let Some(link) = self.link(id) {
            link.has_proved = true;
        }
    }

    pub(super) fn stats(&self) -> impl Iterator<Item = &LinkStats> {
        self.open.iter().map(|link| &link.stats)
    }

    pub(super) fn count_dropped(&mut self, id: ConnectionId) {
        if let Some(link) = self.link(id) {
            link.stats.dropped += 1;
        }
    }

    /// Counts that a connection was the first by this time.
    pub(super) fn count_lead(&mut self, id: ConnectionId, by: Duration) {
        if let Some(link) = self.link(id) {
            link.stats.leads += 1;
            link.stats.lead_total = link.stats.lead_total.saturating_add(by);
            link.stats.lead_longest = link.stats.lead_longest.max(by);
        }
    }

    fn link(&mut self, id: ConnectionId) -> Option<&mut Link> {
        self.open.iter_mut().find(|link| link.stats.link == id)
    }
}
