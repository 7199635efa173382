//! Governors in virtual time.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod limits;
mod properties;
mod storm;
mod waiting;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::coinm::CoinM;
use crate::error::{ExceededLimit, Throttled, ThrottledReason};
use crate::rate_limits::Usage;
use crate::request::{Cost, CountedBy, LimitKind, OrderCount, RateLimit};
use crate::usdm::Usdm;

const SECOND: Duration = Duration::from_secs(1);

fn weight(weight: u32) -> Cost {
    Cost {
        weight,
        ..Cost::FREE
    }
}

fn one_order() -> Cost {
    Cost {
        orders: OrderCount {
            per_10s: 1,
            per_1m: 1,
        },
        ..Cost::FREE
    }
}

fn bucket(bucket: &'static str) -> Cost {
    Cost {
        bucket: Some(bucket),
        ..Cost::FREE
    }
}

fn ask(cost: Cost) -> Ask {
    Ask {
        cost,
        priority: Priority::Query,
        when_limited: WhenLimited::Wait,
        deadline: None,
    }
}

fn fail(cost: Cost) -> Ask {
    Ask {
        when_limited: WhenLimited::Fail,
        ..ask(cost)
    }
}

/// What the exchange says that was exceeded.
fn exceeded(kind: LimitKind) -> ExceededLimit {
    ExceededLimit {
        kind,
        bucket: None,
        scope: CountedBy::Ip,
        interval: 60 * SECOND,
        limit: None,
    }
}

/// Sends a call that has its response at once.
async fn send(budget: &Budget, ask: Ask) -> Result<(), Throttled> {
    drop(budget.acquire(ask).await?.sent());
    Ok(())
}

fn limit(kind: LimitKind, interval: Duration) -> u64 {
    let limits = Usdm::RATE_LIMITS.iter();
    let found = limits
        .clone()
        .find(|limit| limit.kind == kind && limit.interval == interval);
    found.unwrap().limit.into()
}
