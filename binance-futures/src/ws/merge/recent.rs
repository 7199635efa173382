//! The last events of a sequence, while other connections may still deliver copies of them.

use std::collections::VecDeque;
use std::time::Duration;

use super::links::Links;
use crate::ws::event::ConnectionId;

/// The largest number of events that are remembered. Copies of older ones are not counted.
const MAX: usize = 1_024;

/// Finds out by how much a connection was ahead of another one.
///
/// An event is forgotten when every other connection has delivered its copy, or something later. A single connection is not followed.
#[derive(Debug)]
pub(super) struct Recent<P> {
    /// The delivered events, the oldest first.
    events: VecDeque<Delivered<P>>,
    /// The last position of each connection.
    reached: Vec<(ConnectionId, P)>,
}

#[derive(Debug)]
struct Delivered<P> {
    position: P,
    link: ConnectionId,
    at: Duration,
}

impl<P> Default for Recent<P> {
    fn default() -> Self {
        Self {
            events: VecDeque::new(),
            reached: Vec::new(),
        }
    }
}

impl<P: Copy + Ord> Recent<P> {
    /// A connection delivered an event that is newer than all before.
    #[inline]
    pub(super) fn delivered(
        &mut self,
        position: P,
        link: ConnectionId,
        links: &Links,
        now: Duration,
    ) {
        if links.len() > 1 {
            self.remember(position, link, links, now);
        } else if !self.events.is_empty() {
            self.clear();
        }
    }

    fn remember(&mut self, position: P, link: ConnectionId, links: &Links, now: Duration) {
        self.reach(position, link, links);
        if self.events.len() >= MAX {
            self.events.pop_front();
        }
        self.events.push_back(Delivered {
            position,
            link,
            at: now,
        });
    }

    /// A connection delivered a copy of an earlier event. Counts the lead of the connection that was first.
    pub(super) fn copied(
        &mut self,
        position: P,
        link: ConnectionId,
        links: &mut Links,
        now: Duration,
    ) {
        let index = self
            .events
            .partition_point(|event| event.position < position);
        let first = self.events.get(index);
        if let Some(first) = first.filter(|first| first.position == position && first.link != link)
        {
            links.count_lead(first.link, now.saturating_sub(first.at));
        }
        self.reach(position, link, links);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Records how far a connection is, and forgets the events that it was the last to deliver.
    fn reach(&mut self, position: P, link: ConnectionId, links: &Links) {
        let mut reached = self.reached.iter_mut();
        match reached.find(|(reached, _)| *reached == link) {
            Some((_, last)) => *last = position.max(*last),
            None => {
                self.reached.retain(|(reached, _)| links.contains(*reached));
                self.reached.push((link, position));
            }
        }
        while let Some(first) = self.events.front()
            && links
                .ids()
                .all(|open| open == first.link || self.has_reached(open, first.position))
        {
            self.events.pop_front();
        }
    }

    fn has_reached(&self, link: ConnectionId, position: P) -> bool {
        let mut reached = self.reached.iter();
        reached.any(|(reached, last)| *reached == link && *last >= position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    fn links(count: u64) -> (Links, Vec<ConnectionId>) {
        let ids: Vec<_> = (1..=count).map(ConnectionId::new).collect();
        let mut links = Links::default();
        for id in &ids {
            links.add(*id);
        }
        (links, ids)
    }

    fn leads(links: &Links) -> Vec<(u64, Duration, Duration)> {
        let stats = links.stats();
        stats
            .map(|link| (link.leads, link.lead_total, link.lead_longest))
            .collect()
    }

    #[test]
    fn copy_that_is_many_events_late_counts() {
        let (mut links, ids) = links(2);
        let mut recent = Recent::default();
        for event in 0_u32..100 {
            recent.delivered(event, ids[0], &links, event * MILLI);
        }
        for event in 0..100 {
            recent.copied(event, ids[1], &mut links, (event + 500) * MILLI);
        }
        let none = (0, Duration::ZERO, Duration::ZERO);
        let first = (100, 100 * 500 * MILLI, 500 * MILLI);
        assert_eq!(leads(&links), [first, none]);
        assert!(recent.events.is_empty());
    }

    #[test]
    fn each_of_three_connections_can_be_first() {
        let (mut links, ids) = links(3);
        let mut recent = Recent::default();
        for event in 0_usize..30 {
            let now = u32::try_from(event).unwrap() * 10 * MILLI;
            recent.delivered(event, ids[event % 3], &links, now);
            recent.copied(event, ids[(event + 1) % 3], &mut links, now + MILLI);
            recent.copied(event, ids[(event + 2) % 3], &mut links, now + 3 * MILLI);
        }
        assert_eq!(leads(&links), [(20, 40 * MILLI, 3 * MILLI); 3]);
        assert!(recent.events.is_empty());
    }

    #[test]
    fn lost_copies_are_not_counted_and_do_not_stay() {
        let (mut links, ids) = links(2);
        let mut recent = Recent::default();
        for event in 0_u32..10 {
            recent.delivered(event, ids[0], &links, Duration::ZERO);
        }
        recent.copied(9, ids[1], &mut links, MILLI);
        assert_eq!(leads(&links)[0], (1, MILLI, MILLI));
        assert!(recent.events.is_empty());
    }

    #[test]
    fn silent_connection_does_not_let_the_memory_grow() {
        let (mut links, ids) = links(2);
        let mut recent = Recent::default();
        for event in 0..10 * MAX {
            recent.delivered(event, ids[0], &links, Duration::ZERO);
        }
        assert_eq!(recent.events.len(), MAX);
        links.remove(ids[1]);
        recent.delivered(10 * MAX, ids[0], &links, Duration::ZERO);
        assert!(recent.events.is_empty());
    }

    #[test]
    fn second_event_of_the_same_connection_is_no_copy() {
        let (mut links, ids) = links(2);
        let mut recent = Recent::default();
        recent.delivered(1, ids[0], &links, Duration::ZERO);
        recent.copied(1, ids[0], &mut links, MILLI);
        assert_eq!(leads(&links)[0].0, 0);
    }
}
