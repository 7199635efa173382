//! The limits of one product and account, and calls that count against them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::permit::{Begun, Permit, Waiting};
use super::shared::Shared;
use super::state::{Admission, Demand, Ticket};
use super::{Governor, Priority, WhenLimited};
use crate::error::{ExceededLimit, Throttled, ThrottledReason};
use crate::rate_limits::{RateLimitUsage, Usage, read_interval};
use crate::request::{Cost, LimitKind, OrderCount, Product};
use crate::types::{RateLimit as ReportedLimit, RateLimitType};

/// The limits that the calls of one client count against: those of its product, IP address and account. Returned by
/// [`Governor::budget`].
#[derive(Clone)]
pub struct Budget {
    shared: Arc<Shared>,
    limits: Arc<BudgetLimits>,
}

/// Limits by what they count.
#[derive(Debug, Default)]
struct BudgetLimits {
    weight: Vec<BudgetLimit>,
    orders: Vec<BudgetLimit>,
    buckets: Vec<BudgetLimit>,
    connection_attempts: Vec<BudgetLimit>,
}

/// A limit, by its index in the state of the governor.
#[derive(Debug)]
struct BudgetLimit {
    index: u16,
    bucket: Option<&'static str>,
    interval: Duration,
    /// The part of the limit that others may use.
    left_to_others: u64,
}

impl BudgetLimits {
    fn of_kind(&self, kind: LimitKind) -> &[BudgetLimit] {
        match kind {
            LimitKind::RequestWeight => &self.weight,
            LimitKind::Orders => &self.orders,
            LimitKind::Bucket => &self.buckets,
            LimitKind::ConnectionAttempts => &self.connection_attempts,
        }
    }

    fn of_kind_mut(&mut self, kind: LimitKind) -> &mut Vec<BudgetLimit> {
        match kind {
            LimitKind::RequestWeight => &mut self.weight,
            LimitKind::Orders => &mut self.orders,
            LimitKind::Bucket => &mut self.buckets,
            LimitKind::ConnectionAttempts => &mut self.connection_attempts,
        }
    }
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
        let mut limits = BudgetLimits::default();
        for limit in P::RATE_LIMITS {
            let allowed = shared.allowed(limit.limit.into());
            limits.of_kind_mut(limit.kind).push(BudgetLimit {
                index: state.limit(P::ID, limit, account, allowed),
                bucket: limit.bucket,
                interval: limit.interval,
                left_to_others: u64::from(limit.limit).saturating_sub(allowed),
            });
        }
        drop(state);
        Self {
            shared,
            limits: Arc::new(limits),
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
        for limit in &self.limits.connection_attempts {
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

    fn demand(&self, cost: Cost) -> Demand {
        const TEN_SECONDS: Duration = Duration::from_secs(10);
        let mut demand = Demand::default();
        for limit in &self.limits.weight {
            demand.count(limit.index, cost.weight);
        }
        if cost.orders != OrderCount::NONE {
            for limit in &self.limits.orders {
                let count = if limit.interval <= TEN_SECONDS {
                    cost.orders.per_10s
                } else {
                    cost.orders.per_1m
                };
                demand.count(limit.index, count);
            }
        }
        if cost.bucket.is_some() {
            for limit in &self.limits.buckets {
                demand.count(limit.index, u32::from(limit.bucket == cost.bucket));
            }
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
            return Ok(Begun::Admitted(Permit::new(&self.shared, demand)));
        };
        Ok(Begun::Waiting(Waiting {
            shared: &self.shared,
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
        let mut state = self.shared.lock_at(started);
        if state.try_take(demand) {
            return Ok(None);
        }
        let now = self.shared.since_origin(started);
        let (at, limit) = match state.admission(demand, now) {
            Admission::Never(throttled) => return Err(throttled),
            Admission::Later { at, limit } => (at, limit),
            Admission::Now => match state.behind(demand, ask.priority, now) {
                Some(limit) => (None, limit),
                None => {
                    state.take_at(demand, now);
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

    /// Takes into account the counts that a response reports, and the limits if it has them. Clients do that themselves: it is for programs
    /// that send requests in another way, such as those of the websocket API.
    ///
    /// ```
    /// # #[cfg(feature = "ws")]
    /// # fn respond(budget: &binance_futures::governor::Budget, text: &str) -> Result<(), binance_futures::ws::message::InvalidFrame> {
    /// use binance_futures::ws::message::ApiResponse;
    ///
    /// let response = ApiResponse::parse(text)?;
    /// budget.report(&response.usage);
    /// # Ok(())
    /// # }
    /// ```
    pub fn report(&self, usage: &RateLimitUsage) {
        let weight = usage.weight.iter();
        let weight = weight.map(|usage| (LimitKind::RequestWeight, *usage));
        let orders = usage.orders.iter().map(|usage| (LimitKind::Orders, *usage));
        self.observe(weight.chain(orders), Instant::now());
    }

    /// Takes into account what a response reports.
    pub(crate) fn observe(&self, reports: impl Iterator<Item = (LimitKind, Usage)>, now: Instant) {
        let mut reports = reports.peekable();
        if reports.peek().is_none() {
            return;
        }
        let now = self.shared.since_origin(now);
        let mut state = self.shared.lock();
        let mut changed = false;
        for (kind, reported) in reports {
            let mut known = self.limits.of_kind(kind).iter();
            let known = known.find(|limit| limit.interval == reported.interval);
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
        let limits = self.limits.of_kind(exceeded.kind).iter();
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
                let mut limits = self.limits.of_kind(kind).iter();
                limits.find(|limit| limit.interval == interval)
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
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
