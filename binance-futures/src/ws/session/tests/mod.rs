//! Sessions over a simulated exchange, in virtual time.

mod basics;
mod rotation;
mod sim;

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
