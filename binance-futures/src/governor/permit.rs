//! Calls that wait for a permit, and permits.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::shared::Shared;
use super::state::{Demand, Ticket, WaiterState};
use crate::error::{Throttled, ThrottledReason};

/// After this wait, a call is logged.
const LONG_WAIT: Duration = Duration::from_millis(100);

/// What became of a call that asked for a permit.
#[doc(hidden)]
#[derive(Debug)]
pub enum Begun<'a> {
    /// It may be sent.
    Admitted(Permit),
    /// It waits.
    Waiting(Waiting<'a>),
}

/// A call in the queue. It leaves the queue when it is dropped.
#[doc(hidden)]
#[derive(Debug)]
pub struct Waiting<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) ticket: Option<Ticket>,
    pub(super) demand: Demand,
    pub(super) deadline: Option<Instant>,
    pub(super) started: Instant,
}

impl Waiting<'_> {
    /// Waits until the call may be sent.
    pub(crate) async fn wait(mut self) -> Result<Permit, Throttled> {
        let mut sleep = pin!(sleep_until(self.started));
        let admitted = poll_fn(|context| {
            let now = Instant::now();
            loop {
                let wake = match self.poll(context, now) {
                    ControlFlow::Continue(wake) => wake,
                    ControlFlow::Break(done) => return Poll::Ready(done),
                };
                let Some(wake) = wake else {
                    return Poll::Pending;
                };
                sleep.as_mut().reset(wake);
                if sleep.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                if wake > now {
                    // The time came while it was set.
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        })
        .await;
        let waited = self.started.elapsed();
        if waited > LONG_WAIT {
            tracing::info!(
                ?waited,
                is_admitted = admitted.is_ok(),
                "a call waited for a rate limit"
            );
        }
        admitted.map(|()| Permit::new(self.shared, std::mem::take(&mut self.demand)))
    }

    /// Breaks with the result if there is one. Otherwise continues with the time to look again, or `None` if the call is woken.
    fn poll(
        &mut self,
        context: &Context<'_>,
        now: Instant,
    ) -> ControlFlow<Result<(), Throttled>, Option<Instant>> {
        let deadline = self.deadline;
        let shared = self.shared;
        let Some(ticket) = self.ticket else {
            return ControlFlow::Break(Ok(()));
        };
        let since_origin = shared.since_origin(now);
        let mut state = shared.lock();
        if state.next_look.is_some_and(|look| look <= since_origin) {
            state.admit(since_origin);
        }
        let look = state.look_of(ticket);
        let look = look.map(|look| shared.origin + look);
        let Some(waiter) = state.waiters.get_mut(&ticket) else {
            return ControlFlow::Break(Ok(()));
        };
        let result = match &waiter.state {
            WaiterState::Admitted => Ok(()),
            WaiterState::Failed(throttled) => Err(throttled.clone()),
            WaiterState::Waiting if deadline.is_some_and(|deadline| deadline <= now) => {
                let limit = state.awaited(ticket, since_origin);
                Err(Throttled::new(ThrottledReason::Limit { limit }, None))
            }
            WaiterState::Waiting => {
                if !waiter
                    .waker
                    .as_ref()
                    .is_some_and(|waker| waker.will_wake(context.waker()))
                {
                    waiter.waker = Some(context.waker().clone());
                }
                return ControlFlow::Continue(match (look, deadline) {
                    (Some(look), Some(deadline)) => Some(look.min(deadline)),
                    (look, deadline) => look.or(deadline),
                });
            }
        };
        state.waiters.remove(&ticket);
        if result.is_err() {
            // Others may have waited behind it.
            state.admit(since_origin);
        }
        self.ticket = None;
        ControlFlow::Break(result)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket.take() else {
            return;
        };
        let shared = self.shared;
        let now = Instant::now();
        let mut state = shared.lock_at(now);
        let may_admit = match state.waiters.remove(&ticket) {
            Some(waiter) if waiter.state == WaiterState::Admitted => {
                state.finish(&waiter.demand, false)
            }
            _ => true,
        };
        if may_admit {
            state.admit(shared.since_origin(now));
        }
    }
}

/// The permission to send one call. What it counts is free again when it is dropped, unless the call was sent.
#[derive(Debug)]
pub struct Permit {
    shared: Arc<Shared>,
    demand: Demand,
    was_sent: bool,
}

impl Permit {
    pub(super) fn new(shared: &Arc<Shared>, demand: Demand) -> Self {
        Self {
            shared: Arc::clone(shared),
            demand,
            was_sent: false,
        }
    }

    /// Records that the call is about to be sent. From now on it counts, whatever happens to it. Drop the permit after the response.
    #[must_use = "the call counts as if its response had arrived when the permit is dropped"]
    #[inline]
    pub fn sent(mut self) -> Self {
        self.was_sent = true;
        self
    }

    /// Ends the call, for callers that have just read the clock.
    #[doc(hidden)]
    #[inline]
    pub fn end_at(mut self, now: Instant) {
        self.end(now);
    }

    fn end(&mut self, now: Instant) {
        if !self.demand.is_free() {
            let mut state = self.shared.lock_at(now);
            if state.finish(&self.demand, self.was_sent) {
                state.admit(self.shared.since_origin(now));
            }
            drop(state);
            self.demand.clear();
        }
    }
}

impl Drop for Permit {
    #[inline]
    fn drop(&mut self) {
        if !self.demand.is_free() {
            self.end(Instant::now());
        }
    }
}
