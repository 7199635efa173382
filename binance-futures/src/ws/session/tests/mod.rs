//! Sessions over a simulated exchange, in virtual time.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod basics;
mod close_codes;
mod governor;
mod guarantees;
mod liveness;
mod malformed;
mod reconnects;
mod redundancy;
mod rotation;
mod rotation_classes;
mod shutdown;
mod silence;
mod topics;
mod user_data;

use std::time::Duration;

use super::{OpenSession, Session};
use crate::topic::Subscribable;
use crate::ws::event::{Notice, Update};

/// Reads until there is nothing more for some time. Returns events and notices.
pub(super) async fn read_for<T: Subscribable>(
    session: &mut Session<T>,
    time: Duration,
) -> (Vec<T::Event>, Vec<Notice>) {
    let until = tokio::time::Instant::now() + time;
    let (mut events, mut notices) = (Vec::new(), Vec::new());
    while let Ok(update) = tokio::time::timeout_at(until, session.next()).await {
        match update {
            Some(Update::Event(event)) => events.push(event.data),
            Some(Update::Notice(notice)) => notices.push(notice),
            None => break,
        }
    }
    (events, notices)
}

/// Waits until a session is live.
pub(super) async fn started<T: Subscribable>(session: OpenSession<T>) -> Session<T> {
    let mut session = session.build().unwrap();
    session.ready().await.unwrap();
    session
}

/// Reads until all topics are subscribed to again. Returns events and notices.
pub(super) async fn until_resumed<T: Subscribable>(
    session: &mut Session<T>,
) -> (Vec<T::Event>, Vec<Notice>) {
    let (mut events, mut notices) = (Vec::new(), Vec::new());
    loop {
        match session.next().await.unwrap() {
            Update::Event(event) => events.push(event.data),
            Update::Notice(notice) => {
                let is_last = matches!(notice, Notice::Resumed);
                notices.push(notice);
                if is_last {
                    return (events, notices);
                }
            }
        }
    }
}

/// The ids of trades.
pub(super) fn ids(trades: &[AggTrade]) -> Vec<u64> {
    trades.iter().map(|trade| trade.id.unwrap()).collect()
}

/// The type of the events of aggregate trades.
pub(super) type AggTrade = <crate::usdm::streams::AggTrades as crate::topic::Topic>::Event;

/// Seconds.
pub(super) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Milliseconds.
pub(super) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
