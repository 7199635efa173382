//! The limits of one product and account, and calls that count against them.

use std::fmt;
use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::state::{Admission, Demand, State, Ticket, WaiterState};
use super::{Governor, Priority, Shared, WhenLimited};
use crate::error::{ExceededLimit, Throttled, ThrottledReason};
use crate::rate_limits::{Usage, read_interval};
use crate::request::{Cost, LimitKind, Product};
use crate::types::{RateLimit as ReportedLimit, RateLimitType};

/// After this wait, a call is logged.
const LONG_WAIT: Duration = Duration::from_millis(100);

/// The limits that the calls of one client count against: those of its product, IP address and account. Returned by
/// [`Governor::budget`].
#[derive(Clone)]
pub struct Budget {
    shared: Arc<Shared>,
    /// Limits of rate-limit buckets are the last ones.
    limits: Arc<[BudgetLimit]>,
}

/// A limit, by its index in the state of the governor.
#[derive(Debug)]
struct BudgetLimit {
    index: u16,
    kind: LimitKind,
    bucket: Option<&'static str>,
    interval: Duration,
    /// The part of the limit that others may use.
    left_to_others: u64,
}

/// What a call asks for.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// What the call counts.
    pub cost: Cost,
    /// Its place among the calls that wait.
    pub priority: Priority,
    /// What happens if it does not fit.
    pub when_limited: WhenLimited,
    /// When waiting is given up. `None` means never.
    pub deadline: Option<Instant>,
}

impl Budget {
    pub(super) fn new<P: Product>(governor: &Governor, api_key: Option<&str>) -> Self {
        let shared = Arc::clone(&governor.shared);
        let mut state = shared.lock();
        let account = state.account(api_key.unwrap_or_default());
        let limits = P::RATE_LIMITS.iter().map(|limit| {
            let allowed = shared.allowed(limit.limit.into());
            BudgetLimit {
                index: state.limit(P::ID, limit, account, allowed),
                kind: limit.kind,
                bucket: limit.bucket,
                interval: limit.interval,
                left_to_others: u64::from(limit.limit).saturating_sub(allowed),
            }
        });
        let mut limits: Vec<_> = limits.collect();
        limits.sort_by_key(|limit| limit.kind == LimitKind::Bucket);
        drop(state);
        Self {
            shared,
            limits: limits.into(),
        }
    }

    /// Waits until a call may be sent. The call counts until the permit is dropped, and for an interval after that if it was sent.
    ///
    /// # Errors
    ///
    /// The call would exceed a limit and does not wait, its deadline comes first, or the exchange rejects calls for now.
    pub async fn acquire(&self, ask: Ask) -> Result<Permit, Throttled> {
        match self.begin(ask, Instant::now())? {
            Begun::Admitted(permit) => Ok(permit),
            Begun::Waiting(waiting) => waiting.wait().await,
        }
    }

    /// Admits a call at once, or lets it wait. For callers that have just read the clock.
    #[doc(hidden)]
    #[inline]
    pub fn begin(&self, ask: Ask, now: Instant) -> Result<Begun<'_>, Throttled> {
        self.begin_with(self.demand(ask.cost), ask, now)
    }

    /// Waits until a websocket connection may be opened.
    #[cfg_attr(
        not(any(test, feature = "ws")),
        allow(dead_code, reason = "only websockets count attempts to connect")
    )]
    pub(crate) async fn acquire_connection(
        &self,
        deadline: Option<Instant>,
    ) -> Result<Permit, Throttled> {
        let mut demand = Demand {
            opens_connection: true,
            ..Demand::default()
        };
        for limit in self.of_kind(LimitKind::ConnectionAttempts) {
            demand.count(limit.index, 1);
        }
        let ask = Ask {
            cost: Cost::FREE,
            priority: Priority::Query,
            when_limited: WhenLimited::Wait,
            deadline,
        };
        match self.begin_with(demand, ask, Instant::now())? {
            Begun::Admitted(permit) => Ok(permit),
            Begun::Waiting(waiting) => waiting.wait().await,
        }
    }

    fn of_kind(&self, kind: LimitKind) -> impl Iterator<Item = &BudgetLimit> {
        self.limits.iter().filter(move |limit| limit.kind == kind)
    }

    fn demand(&self, cost: Cost) -> Demand {
        const TEN_SECONDS: Duration = Duration::from_secs(10);
        let mut demand = Demand::default();
        for limit in self.limits.iter() {
            if limit.kind == LimitKind::Bucket && cost.bucket.is_none() {
                break;
            }
            let count = match limit.kind {
                LimitKind::RequestWeight => cost.weight,
                LimitKind::Bucket if limit.bucket == cost.bucket => 1,
                LimitKind::Orders if limit.interval <= TEN_SECONDS => cost.orders.per_10s,
                LimitKind::Orders => cost.orders.per_1m,
                _ => 0,
            };
            demand.count(limit.index, count);
        }
        demand
    }

    fn begin_with(
        &self,
        demand: Demand,
        ask: Ask,
        started: Instant,
    ) -> Result<Begun<'_>, Throttled> {
        let Some(ticket) = self.try_now(&demand, ask, started)? else {
            return Ok(Begun::Admitted(self.permit(demand)));
        };
        Ok(Begun::Waiting(Waiting {
            budget: self,
            ticket: Some(ticket),
            demand,
            deadline: ask.deadline,
            started,
        }))
    }

    /// Admits a call at once, or returns the ticket with which it waits.
    fn try_now(
        &self,
        demand: &Demand,
        ask: Ask,
        started: Instant,
    ) -> Result<Option<Ticket>, Throttled> {
        let now = self.shared.since_origin(started);
        let mut state = self.shared.lock();
        let (at, limit) = match state.admission(demand, now) {
            Admission::Never(throttled) => return Err(throttled),
            Admission::Later { at, limit } => (at, limit),
            Admission::Now => match state.behind(demand, ask.priority, now) {
                Some(limit) => (None, limit),
                None => {
                    state.take(demand, now);
                    return Ok(None);
                }
            },
        };
        let wait = at.map(|at| at.saturating_sub(now));
        let is_late = match (ask.deadline, wait) {
            (Some(deadline), Some(wait)) => wait > deadline.saturating_duration_since(started),
            _ => false,
        };
        if ask.when_limited == WhenLimited::Fail || is_late {
            return Err(Throttled::new(ThrottledReason::Limit { limit }, wait));
        }
        Ok(Some(state.enqueue(demand, ask.priority, at)))
    }

    fn permit(&self, demand: Demand) -> Permit {
        Permit {
            shared: Arc::clone(&self.shared),
            demand,
            was_sent: false,
        }
    }

    /// Takes into account what a response reports.
    pub(crate) fn observe(&self, reports: impl Iterator<Item = (LimitKind, Usage)>) {
        let mut reports = reports.peekable();
        if reports.peek().is_none() {
            return;
        }
        let now = self.shared.now();
        let mut state = self.shared.lock();
        let mut changed = false;
        for (kind, reported) in reports {
            let known = self
                .of_kind(kind)
                .find(|limit| limit.interval == reported.interval);
            let Some(limit) = known.and_then(|known| state.limit_mut(known.index)) else {
                tracing::debug!(?kind, interval = ?reported.interval, "an unknown limit is ignored");
                continue;
            };
            let left_to_others = known.map_or(0, |known| known.left_to_others);
            limit
                .window
                .observe(reported.count.saturating_sub(left_to_others), now);
            let allowed = reported.limit.map(|limit| self.shared.allowed(limit));
            if let Some(allowed) = allowed.filter(|allowed| *allowed != limit.window.limit()) {
                limit.window.set_limit(allowed);
                changed = true;
            }
        }
        if changed {
            state.admit(now);
        }
    }

    /// Holds back what the exchange would reject as well, after it rejected a call because of a rate limit.
    pub(crate) fn rejected(&self, exceeded: ExceededLimit, wait: Duration, is_banned: bool) {
        if is_banned || exceeded.kind == LimitKind::RequestWeight {
            self.block(wait, is_banned);
            return;
        }
        let until = self.shared.now().saturating_add(wait);
        let mut state = self.shared.lock();
        let limits = self.of_kind(exceeded.kind);
        for known in limits.filter(|limit| limit.bucket == exceeded.bucket) {
            if let Some(limit) = state.limit_mut(known.index) {
                limit.blocked = limit.blocked.max(until);
            }
        }
    }

    /// Takes over the limits that the exchange information reports. Limits that this crate does not know are logged and ignored.
    pub fn set_rate_limits(&self, reported: &[ReportedLimit]) {
        let now = self.shared.now();
        let mut state = self.shared.lock();
        for reported in reported {
            let known = kind_and_interval(reported).and_then(|(kind, interval)| {
                self.of_kind(kind).find(|limit| limit.interval == interval)
            });
            match known.and_then(|known| state.limit_mut(known.index)) {
                Some(limit) => limit.window.set_limit(self.shared.allowed(reported.limit)),
                None => tracing::debug!(?reported, "an unknown limit is ignored"),
            }
        }
        state.admit(now);
    }

    /// Sends nothing for a time, after the exchange rejected a call because of the limits of the IP address.
    fn block(&self, wait: Duration, is_banned: bool) {
        let now = self.shared.now();
        let mut state = self.shared.lock();
        state.block(now.saturating_add(wait), is_banned, now);
    }
}

/// What a limit of the exchange information counts, and its interval.
fn kind_and_interval(reported: &ReportedLimit) -> Option<(LimitKind, Duration)> {
    let kind = match reported.rate_limit_type {
        RateLimitType::RequestWeight => LimitKind::RequestWeight,
        RateLimitType::Orders => LimitKind::Orders,
        _ => return None,
    };
    let interval = read_interval(reported.interval.as_str(), reported.interval_count)?;
    Some((kind, interval))
}

/// Prints no API key.
impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("limits", &self.limits.len())
            .finish_non_exhaustive()
    }
}

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
    budget: &'a Budget,
    ticket: Option<Ticket>,
    demand: Demand,
    deadline: Option<Instant>,
    started: Instant,
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
        admitted.map(|()| self.budget.permit(std::mem::take(&mut self.demand)))
    }

    /// Breaks with the result if there is one. Otherwise continues with the time to look again, or `None` if the call is woken.
    fn poll(
        &mut self,
        context: &Context<'_>,
        now: Instant,
    ) -> ControlFlow<Result<(), Throttled>, Option<Instant>> {
        let deadline = self.deadline;
        let shared = &self.budget.shared;
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
        let now = self.budget.shared.now();
        let mut state = self.budget.shared.lock();
        match state.waiters.remove(&ticket) {
            Some(waiter) if waiter.state == WaiterState::Admitted => {
                state.finish(&waiter.demand, false, now);
            }
            _ => state.admit(now),
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
            let now = self.shared.since_origin(now);
            self.shared.lock().finish(&self.demand, self.was_sent, now);
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

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        self.since_origin(Instant::now())
    }

    fn since_origin(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.origin)
    }
}
