//! Sequence numbers that start anew.

use std::time::Duration;

use super::links::Links;
use crate::ws::event::ConnectionId;

/// A position that is lower than the last one by more than this is no late copy. For event times this is a quarter of an hour.
const FAR: i64 = 1_000_000;

/// If only old positions arrive for this time, they are no late copies.
const ONLY_OLD: Duration = Duration::from_secs(10);

/// The least number of old positions in that time.
const FEWEST: u32 = 3;

/// Recognizes that the exchange started the numbers of a sequence anew, so that a sequence is not silent until it reaches its old numbers.
///
/// That is so if since the last delivered event
///
/// - every open connection has delivered a position that is far lower, or
/// - only old positions arrived, at least three, for ten seconds.
///
/// A connection that is late by more than ten seconds, and alone, is taken for this too. Its events are then delivered again, after a gap.
#[derive(Debug, Default)]
pub(super) struct Renumbering {
    old: Option<Old>,
}

/// The old positions since the last delivered event.
#[derive(Debug)]
struct Old {
    since: Duration,
    count: u32,
    /// The connections whose last position was far lower.
    far: Vec<ConnectionId>,
}

impl Renumbering {
    /// An event was delivered.
    #[inline]
    pub(super) fn reset(&mut self) {
        self.old = None;
    }

    /// A connection delivered an old position. `distance` is by how much it is lower than the last one. Returns whether the numbers have
    /// started anew.
    pub(super) fn old_position(
        &mut self,
        link: ConnectionId,
        distance: i64,
        links: &Links,
        now: Duration,
    ) -> bool {
        let old = self.old.get_or_insert_with(|| Old {
            since: now,
            count: 0,
            far: Vec::new(),
        });
        old.count = old.count.saturating_add(1);
        if distance <= FAR {
            old.far.retain(|far| *far != link);
        } else if !old.far.contains(&link) {
            old.far.push(link);
        }
        let is_far = distance > FAR && links.ids().all(|open| old.far.contains(&open));
        let is_long = old.count >= FEWEST && now.saturating_sub(old.since) >= ONLY_OLD;
        is_far || is_long
    }
}
