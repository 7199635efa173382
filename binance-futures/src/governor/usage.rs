//! What is used of the limits.

use std::fmt;
use std::sync::PoisonError;
use std::time::Duration;

use super::Governor;
use crate::request::{CountedBy, LimitKind};

/// What is used of one limit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LimitUsage {
    /// The name in the spec, such as `request_weight`.
    pub name: &'static str,
    /// The product, such as `usdm`. `None` if both products share the limit.
    pub product: Option<&'static str>,
    /// What is counted.
    pub kind: LimitKind,
    /// Whether the limit is one of the IP address or one of an account. Each account has a limit of its own in the list.
    pub scope: CountedBy,
    /// What counts against the limit, including calls without a response.
    pub used: u64,
    /// The largest count that is permitted in an interval.
    pub limit: u64,
    /// The length of the interval.
    pub interval: Duration,
    /// How long until everything that has a response is free again. Zero if nothing is used.
    pub clears_in: Duration,
    /// The number of calls that wait and count against this limit.
    pub waiting: usize,
}

impl fmt::Display for LimitUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            used,
            limit,
            interval,
            waiting,
            ..
        } = self;
        if let Some(product) = self.product {
            write!(f, "{product} ")?;
        }
        write!(f, "{name}: {used} of {limit} in {interval:?}")?;
        if *waiting > 0 {
            write!(f, ", {waiting} waiting")?;
        }
        Ok(())
    }
}

impl Governor {
    /// Returns what is used of each limit of the clients that share this governor.
    pub fn usage(&self) -> Vec<LimitUsage> {
        let now = tokio::time::Instant::now().saturating_duration_since(self.shared.origin);
        let mut state = self
            .shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for limit in &mut state.limits {
            limit.window.advance(now);
        }
        let limits = state.limits.iter().enumerate();
        limits
            .map(|(index, limit)| LimitUsage {
                name: limit.name,
                product: limit.id.product,
                kind: limit.id.kind,
                scope: match limit.id.account {
                    Some(_) => CountedBy::Account,
                    None => CountedBy::Ip,
                },
                used: limit.window.used(),
                limit: limit.window.limit(),
                interval: limit.window.interval(),
                clears_in: limit
                    .window
                    .clears_at()
                    .map_or(Duration::ZERO, |at| at.saturating_sub(now)),
                waiting: u16::try_from(index).map_or(0, |index| state.waiting_for(index)),
            })
            .collect()
    }
}
