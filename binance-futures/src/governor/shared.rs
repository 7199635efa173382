//! What the budgets of a governor share.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::state::State;

/// The state of a governor, and how to get at it.
pub(super) struct Shared {
    pub(super) origin: Instant,
    /// The permitted part of each limit, in percent.
    pub(super) percent: u8,
    pub(super) state: Mutex<State>,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the state, with all windows current. Most calls find them so, and then the time is compared only.
    #[inline]
    pub(super) fn lock_at(&self, now: Instant) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        if state.current_until.is_none_or(|until| until <= now) {
            self.advance(&mut state, now);
        }
        state
    }

    #[cold]
    fn advance(&self, state: &mut State, now: Instant) {
        let next = state.advance(self.since_origin(now));
        state.current_until = next.and_then(|next| self.origin.checked_add(next));
    }

    pub(super) fn now(&self) -> Duration {
        self.since_origin(Instant::now())
    }

    pub(super) fn since_origin(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.origin)
    }

    /// Returns the permitted part of a limit, at least 1.
    pub(super) fn allowed(&self, limit: u64) -> u64 {
        (limit.saturating_mul(self.percent.into()) / 100).max(1)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
