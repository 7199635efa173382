//! The state of a governor: limits, blocks and waiting calls. Pure: all times are those since the origin of the governor.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Duration;

use arrayvec::ArrayVec;
use tokio::time::Instant;

use super::Priority;
use super::window::Window;
use crate::error::{Throttled, ThrottledReason};
use crate::request::{CountedBy, LimitKind, RateLimit};

/// The number of limits that one call counts against, at most: the weight, two for orders, and two for a rate-limit bucket.
pub(super) const MAX_COUNTS: usize = 5;

/// What identifies a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LimitId {
    /// The product. `None` for a limit that both products share.
    pub(super) product: Option<&'static str>,
    pub(super) kind: LimitKind,
    pub(super) bucket: Option<&'static str>,
    pub(super) interval: Duration,
    /// The account. `None` for a limit of the IP address.
    pub(super) account: Option<AccountId>,
}

/// An account, by its place in the list of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AccountId(pub(super) usize);

/// A limit and what counts against it.
#[derive(Debug)]
pub(super) struct Limit {
    pub(super) id: LimitId,
    /// The name in the spec, such as `request_weight`.
    pub(super) name: &'static str,
    pub(super) window: Window,
    /// Until when nothing that counts may be sent, because the exchange rejected a call for this limit.
    pub(super) blocked: Duration,
}

/// What one call counts against: limits by their index, with counts above zero.
#[derive(Debug, Clone, Default)]
pub(super) struct Demand {
    pub(super) counts: ArrayVec<(u16, u32), MAX_COUNTS>,
    /// Whether this is an attempt to open a websocket connection.
    pub(super) opens_connection: bool,
}

/// A call that waits, in the order in which calls are admitted.
pub(super) type Ticket = (Priority, u64);

#[derive(Debug)]
pub(super) struct Waiter {
    pub(super) demand: Demand,
    pub(super) state: WaiterState,
    pub(super) waker: Option<Waker>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WaiterState {
    Waiting,
    /// It counts against its limits from now on.
    Admitted,
    Failed(Throttled),
}

/// Whether a call may be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Admission {
    Now,
    /// Not before this time, if nothing else is sent. `None` if that depends on responses that have not arrived.
    Later {
        at: Option<Duration>,
        /// The limit that is exceeded first.
        limit: &'static str,
    },
    Never(Throttled),
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) limits: Vec<Limit>,
    /// API keys, by account.
    pub(super) accounts: Vec<String>,
    /// Until when nothing may be sent from the IP address, and whether it is banned.
    pub(super) blocked: Option<(Duration, bool)>,
    /// The time before which no connection may be opened.
    pub(super) next_connection: Duration,
    pub(super) connection_gap: Duration,
    pub(super) waiters: BTreeMap<Ticket, Waiter>,
    pub(super) next_ticket: u64,
    /// When the first call that waits looks at all of them. `None` if only a response can admit one.
    pub(super) next_look: Option<Duration>,
    /// The time to which all windows were advanced.
    pub(super) advanced_to: Duration,
    /// Until when nothing that a window holds is freed, and no window has to be advanced.
    pub(super) current_until: Option<Instant>,
}

impl Limit {
    /// Whether this much may be sent now.
    fn permits(&self, count: u32, now: Duration) -> bool {
        self.blocked <= now && self.window.fits(count.into())
    }
}

impl State {
    /// Returns the account of an API key.
    pub(super) fn account(&mut self, api_key: &str) -> AccountId {
        let known = self.accounts.iter().position(|own| own == api_key);
        AccountId(known.unwrap_or_else(|| {
            self.accounts.push(api_key.to_owned());
            self.accounts.len() - 1
        }))
    }

    /// Returns the index of a limit of a product, and adds the limit if it is new.
    pub(super) fn limit(
        &mut self,
        product: &'static str,
        limit: &RateLimit,
        account: AccountId,
        allowed: u64,
    ) -> u16 {
        let id = LimitId {
            product: (!limit.shared).then_some(product),
            kind: limit.kind,
            bucket: limit.bucket,
            interval: limit.interval,
            account: (limit.scope == CountedBy::Account).then_some(account),
        };
        let known = self.limits.iter().position(|own| own.id == id);
        let index = known.unwrap_or_else(|| {
            self.current_until = None;
            self.limits.push(Limit {
                id,
                name: limit.name,
                window: Window::new(limit.interval, allowed),
                blocked: Duration::ZERO,
            });
            self.limits.len() - 1
        });
        // A governor of more accounts than that counts them together, in the last limit.
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    /// Returns a limit by its index.
    #[inline]
    pub(super) fn limit_mut(&mut self, index: u16) -> Option<&mut Limit> {
        self.limits.get_mut(usize::from(index))
    }

    /// Advances all windows, and returns when the first of them has to be advanced again.
    pub(super) fn advance(&mut self, now: Duration) -> Option<Duration> {
        self.advanced_to = now;
        let windows = self.limits.iter_mut().map(|limit| {
            limit.window.advance(now);
            limit.window.next_advance()
        });
        windows.min()
    }

    /// Counts a call against its limits if nothing prevents that. This is the usual case, so it does not find out what prevents it. All
    /// windows are current.
    #[inline]
    pub(super) fn try_take(&mut self, demand: &Demand) -> bool {
        let is_free = self.waiters.is_empty()
            && self.blocked.is_none()
            && !demand.opens_connection
            && demand.counts.iter().all(|(index, count)| {
                let limit = self.limits.get(usize::from(*index));
                limit.is_none_or(|limit| limit.permits(*count, self.advanced_to))
            });
        if is_free {
            self.take(demand);
        }
        is_free
    }

    /// Decides whether a call may be sent, regardless of calls that wait.
    pub(super) fn admission(&mut self, demand: &Demand, now: Duration) -> Admission {
        if let Some((until, is_banned)) = self.blocked {
            if until > now && !demand.opens_connection {
                let reason = if is_banned {
                    ThrottledReason::Banned
                } else {
                    ThrottledReason::Rejected
                };
                return Admission::Never(Throttled::new(reason, Some(until - now)));
            }
            if until > now {
                return Admission::Later {
                    at: Some(until),
                    limit: self.first_limit(demand),
                };
            }
            self.blocked = None;
        }
        let mut later = None;
        let mut wait = |at: Option<Duration>, limit: &'static str| {
            later = Some(match later {
                None => (at, limit),
                Some((earlier, first)) => match (earlier, at) {
                    (Some(earlier), Some(at)) if at > earlier => (Some(at), limit),
                    (Some(_), None) => (None, limit),
                    _ => (earlier, first),
                },
            });
        };
        if demand.opens_connection && self.next_connection > now {
            wait(Some(self.next_connection), self.first_limit(demand));
        }
        for (index, count) in &demand.counts {
            let Some(limit) = self.limit_mut(*index) else {
                continue;
            };
            let count = u64::from(*count);
            limit.window.advance(now);
            if count > limit.window.limit() {
                let reason = ThrottledReason::LargerThanLimit {
                    limit: limit.name,
                    count,
                    allowed: limit.window.limit(),
                };
                return Admission::Never(Throttled::new(reason, None));
            }
            if limit.blocked > now {
                wait(Some(limit.blocked), limit.name);
            }
            if !limit.window.fits(count) {
                wait(limit.window.fits_at(count), limit.name);
            }
        }
        match later {
            None => Admission::Now,
            Some((at, limit)) => Admission::Later { at, limit },
        }
    }

    /// Counts a call against its limits.
    #[inline]
    fn take(&mut self, demand: &Demand) {
        for (index, count) in &demand.counts {
            if let Some(limit) = self.limit_mut(*index) {
                limit.window.take((*count).into());
            }
        }
    }

    /// Counts a call against its limits, and an attempt to open a connection against the gap between them.
    pub(super) fn take_at(&mut self, demand: &Demand, now: Duration) {
        self.take(demand);
        if demand.opens_connection {
            self.next_connection = now.saturating_add(self.connection_gap);
        }
    }

    /// Ends a call: it was never sent, or has its response, or never will have one. All windows are current. Returns whether a waiting call
    /// may fit now.
    #[inline]
    #[must_use = "waiting calls have to be admitted"]
    pub(super) fn finish(&mut self, demand: &Demand, was_sent: bool) -> bool {
        let now = self.advanced_to;
        for (index, count) in &demand.counts {
            if let Some(limit) = self.limit_mut(*index) {
                if was_sent {
                    limit.window.settle((*count).into(), now);
                } else {
                    limit.window.give_back((*count).into());
                }
            }
        }
        // What has a response is freed later. If no time is known yet at which a waiting call fits, it is now.
        let may_admit = !was_sent || self.next_look.is_none();
        may_admit && !self.waiters.is_empty()
    }

    /// Admits every waiting call that may be sent now, in their order. A call does not overtake another one that waits for the same limit.
    pub(super) fn admit(&mut self, now: Duration) {
        if self.waiters.is_empty() {
            return;
        }
        self.next_look = None;
        let mut waiters = std::mem::take(&mut self.waiters);
        let mut exceeded = vec![false; self.limits.len()];
        let mut connections_wait = false;
        for waiter in waiters.values_mut() {
            if waiter.state != WaiterState::Waiting {
                continue;
            }
            let demand = &waiter.demand;
            let is_behind = demand
                .counts
                .iter()
                .any(|(index, _)| exceeded.get(usize::from(*index)) == Some(&true))
                || (demand.opens_connection && connections_wait);
            if is_behind {
                continue;
            }
            match self.admission(demand, now) {
                Admission::Now => {
                    self.take_at(demand, now);
                    waiter.end(WaiterState::Admitted);
                }
                Admission::Never(throttled) => waiter.end(WaiterState::Failed(throttled)),
                Admission::Later { at, .. } => {
                    for (index, count) in &demand.counts {
                        let index = usize::from(*index);
                        let limit = self.limits.get(index);
                        if let Some(exceeded) = exceeded.get_mut(index) {
                            *exceeded |= limit.is_some_and(|limit| !limit.permits(*count, now));
                        }
                    }
                    connections_wait |= demand.opens_connection;
                    self.look_at(at);
                }
            }
        }
        self.waiters = waiters;
        self.wake_first();
    }

    /// Wakes the first call that waits. It looks at all of them when the time comes, and sets its timer to that when it is woken.
    fn wake_first(&mut self) {
        if self.next_look.is_none() {
            return;
        }
        let mut waiters = self.waiters.values_mut();
        let first = waiters.find(|waiter| waiter.state == WaiterState::Waiting);
        if let Some(waker) = first.and_then(|first| first.waker.take()) {
            waker.wake();
        }
    }

    /// Returns when a call has to look at the waiting ones. `None` if another one does, or only a response can admit one.
    pub(super) fn look_of(&self, ticket: Ticket) -> Option<Duration> {
        let mut waiters = self.waiters.iter();
        let first = waiters.find(|(_, waiter)| waiter.state == WaiterState::Waiting);
        first.filter(|(first, _)| **first == ticket)?;
        self.next_look
    }

    /// Looks at the waiting calls at a time, if it is known.
    fn look_at(&mut self, at: Option<Duration>) {
        self.next_look = match (self.next_look, at) {
            (Some(look), Some(at)) => Some(look.min(at)),
            (look, at) => look.or(at),
        };
    }

    /// Lets a call wait until a time, if it is known.
    pub(super) fn enqueue(
        &mut self,
        demand: &Demand,
        priority: Priority,
        at: Option<Duration>,
    ) -> Ticket {
        let ticket = (priority, self.next_ticket);
        self.next_ticket += 1;
        let waiter = Waiter {
            demand: demand.clone(),
            state: WaiterState::Waiting,
            waker: None,
        };
        self.waiters.insert(ticket, waiter);
        self.look_at(at);
        self.wake_first();
        ticket
    }

    /// Returns a limit that a call counts against and for which another call waits that is admitted before it.
    pub(super) fn behind(
        &self,
        demand: &Demand,
        priority: Priority,
        now: Duration,
    ) -> Option<&'static str> {
        if self.waiters.is_empty() {
            return None;
        }
        let mut waiters = self.waiters.iter();
        waiters.find_map(|((other, _), waiter)| {
            if *other > priority || waiter.state != WaiterState::Waiting {
                return None;
            }
            if waiter.demand.opens_connection && demand.opens_connection {
                return Some(self.first_limit(demand));
            }
            waiter.demand.counts.iter().find_map(|(index, count)| {
                let limit = self.limits.get(usize::from(*index))?;
                let is_shared = demand.counts.iter().any(|(own, _)| own == index);
                (is_shared && !limit.permits(*count, now)).then_some(limit.name)
            })
        })
    }

    /// Returns the limit for which a call waits.
    pub(super) fn awaited(&mut self, ticket: Ticket, now: Duration) -> &'static str {
        let Some(demand) = self.waiters.get(&ticket).map(|own| own.demand.clone()) else {
            return "";
        };
        match self.admission(&demand, now) {
            Admission::Later { limit, .. } => limit,
            _ => self
                .behind(&demand, ticket.0, now)
                .unwrap_or_else(|| self.first_limit(&demand)),
        }
    }

    /// Returns the name of the first limit that a call counts against.
    fn first_limit(&self, demand: &Demand) -> &'static str {
        let first = demand.counts.first();
        first
            .and_then(|(index, _)| self.limits.get(usize::from(*index)))
            .map_or("", |limit| limit.name)
    }

    /// Sends nothing until a time.
    pub(super) fn block(&mut self, until: Duration, is_banned: bool, now: Duration) {
        let earlier = self.blocked.filter(|(until, _)| *until > now);
        let (later, was_banned) = earlier.unwrap_or_default();
        self.blocked = Some((later.max(until), was_banned || is_banned));
        self.admit(now);
    }

    /// Returns how many calls wait for a limit.
    pub(super) fn waiting_for(&self, index: u16) -> usize {
        let waiting = self.waiters.values().filter(|waiter| {
            waiter.state == WaiterState::Waiting
                && waiter.demand.counts.iter().any(|(own, _)| *own == index)
        });
        waiting.count()
    }
}

impl Waiter {
    fn end(&mut self, state: WaiterState) {
        self.state = state;
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl Demand {
    #[inline]
    pub(super) fn clear(&mut self) {
        self.counts.clear();
        self.opens_connection = false;
    }

    #[inline]
    pub(super) fn is_free(&self) -> bool {
        self.counts.is_empty() && !self.opens_connection
    }

    pub(super) fn count(&mut self, limit: u16, count: u32) {
        if count > 0 {
            // A test checks that all requests of the spec fit.
            let _ = self.counts.try_push((limit, count));
        }
    }
}
