//! When copies of events can arrive.

use std::time::Duration;

use super::links::Links;

/// Copies of events arrive while several connections are open, and for some time after, because the remaining one may be late.
#[derive(Debug)]
pub(super) struct Overlap {
    drain: Duration,
    until: Duration,
}

impl Overlap {
    /// `drain` is the time for which copies may arrive when only one connection is left.
    pub(super) fn new(drain: Duration) -> Self {
        Self {
            drain,
            until: Duration::ZERO,
        }
    }

    #[inline]
    pub(super) fn is_active(&self, links: &Links, now: Duration) -> bool {
        links.len() > 1 || now < self.until
    }

    /// Returns whether an overlap has begun.
    pub(super) fn link_added(&self, links: &Links, now: Duration) -> bool {
        links.len() == 2 && now >= self.until
    }

    pub(super) fn link_removed(&mut self, links: &Links, now: Duration) {
        if links.len() == 1 {
            self.until = now.saturating_add(self.drain);
        }
    }
}
