//! Sockets over a simulated exchange, in virtual time.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic fails the test"
)]

mod commands;
mod frames;

use std::time::Duration;

use super::Socket;
use crate::topic::Subscribable;
use crate::ws::event::{Notice, Update};

/// Reads until there is nothing more for some time. Returns events and notices.
async fn read_for<T: Subscribable>(
    socket: &mut Socket<T>,
    time: Duration,
) -> (Vec<T::Event>, Vec<Notice>) {
    let until = tokio::time::Instant::now() + time;
    let (mut events, mut notices) = (Vec::new(), Vec::new());
    while let Ok(update) = tokio::time::timeout_at(until, socket.next()).await {
        match update {
            Some(Update::Event(event)) => events.push(event.data),
            Some(Update::Notice(notice)) => notices.push(notice),
            None => break,
        }
    }
    (events, notices)
}

const SECOND: Duration = Duration::from_secs(1);
