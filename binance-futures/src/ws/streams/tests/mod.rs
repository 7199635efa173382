//! Subscriptions over a simulated exchange, in virtual time.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod churn;
mod closing;
mod forms;
mod notices;
mod products;
mod queues;
mod redundancy;
mod rejected;
mod sharding;
mod sharing;
mod slow_readers;
mod user_data;

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Streams, Subscription};
use crate::topic::Subscribable;
use crate::usdm::Usdm;
use crate::ws::event::{Notice, Update};
use crate::ws::tests::sim::Sim;

/// Returns streams over a simulated exchange.
fn streams(sim: &Sim) -> Streams<Usdm> {
    sim.connector().streams()
}

/// Reads until nothing arrives for some time. Returns events and notices.
async fn read_for<T: Subscribable>(
    subscription: &mut Subscription<T>,
    time: Duration,
) -> (Vec<T::Event>, Vec<Notice>) {
    let until = tokio::time::Instant::now() + time;
    let (mut events, mut notices) = (Vec::new(), Vec::new());
    while let Ok(update) = tokio::time::timeout_at(until, subscription.next()).await {
        match update {
            Some(Update::Event(event)) => events.push(event.data),
            Some(Update::Notice(notice)) => notices.push(notice),
            None => break,
        }
    }
    (events, notices)
}

/// Returns all topics that are subscribed to at the exchange. Each must be so on one connection only.
fn subscribed(sim: &Sim) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (_, connection) in sim.open() {
        for topic in connection.topics {
            assert!(
                all.insert(topic.clone()),
                "{topic} is on several connections"
            );
        }
    }
    all
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
