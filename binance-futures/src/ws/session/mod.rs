//! One logical connection to the streams that survives its connections.

mod driver;
mod link;
mod open;
mod options;
mod plan;
mod state;
#[cfg(all(test, feature = "usdm"))]
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::Stream;

use super::event::{Cause, Notice, Update};
use super::socket::{check_count, check_topics};
use crate::error::{Error, InvalidRequest, TransportError, TransportErrorKind};
use crate::topic::{Subscribable, TopicName};

pub(in crate::ws) use driver::Driver;
pub use open::OpenSession;
pub(crate) use options::SessionOptions;
pub use state::{EndedConnections, Lead, SessionState, SessionStats};

/// One logical connection to the streams that survives its connections, polled by its owner.
///
/// - It reconnects after every close code, error, unanswered ping and silence, and subscribes again. The waits between attempts grow, and
///   attempts count against the governor.
/// - Before the exchange closes a connection because of its age, another one is opened. Both carry the topics until the new one has proved
///   that it continues the old one, and each event is delivered once.
/// - What was lost is reported as a [`Gap`](super::Gap): exactly if the events of the topic have sequence numbers without gaps.
///
/// There is no task behind it: everything happens while [`next`](Self::next) or a command is awaited. So poll it all the time. Created by
/// [`Connector::session`](super::Connector::session); the example there shows how it is read.
pub struct Session<T: Subscribable> {
    driver: Box<Driver<T>>,
    /// What arrived while something else was awaited.
    kept: VecDeque<Update<T::Event>>,
}

impl<T: Subscribable> Session<T> {
    /// Returns the next event or notice. Returns `None` after [`Notice::Closed`].
    ///
    /// Cancel safe: nothing is lost if the future is dropped. Attempts to connect go on with the next call.
    pub async fn next(&mut self) -> Option<Update<T::Event>> {
        poll_fn(|context| self.poll_update(context)).await
    }

    /// Polls for the next event or notice, as [`next`](Self::next) does.
    pub fn poll_update(&mut self, context: &mut Context<'_>) -> Poll<Option<Update<T::Event>>> {
        if let Some(update) = self.kept.pop_front() {
            return Poll::Ready(Some(update));
        }
        self.driver.finished.clear();
        let mut update = None;
        ready!(self.driver.poll_update(context, &mut update));
        Poll::Ready(update)
    }

    /// Waits until all topics are subscribed to on all connections. What arrives meanwhile is kept for [`next`](Self::next).
    ///
    /// # Errors
    ///
    /// Why a connection could not be opened or ended. The session goes on with further attempts: call this again, or go on with `next`.
    pub async fn ready(&mut self) -> Result<(), Cause> {
        let is_live = |driver: &Driver<T>| driver.state() == SessionState::Live;
        while !is_live(&self.driver) {
            match self.driver_update(is_live).await {
                Some(update) => {
                    let cause = match &update {
                        Update::Notice(Notice::Reconnecting(cause) | Notice::Closed(cause)) => {
                            Some(cause.clone())
                        }
                        _ => None,
                    };
                    self.kept.push_back(update);
                    if let Some(cause) = cause {
                        return Err(cause);
                    }
                }
                None if self.state() == SessionState::Closed => return Err(Cause::Caller),
                None => {}
            }
        }
        Ok(())
    }

    /// Subscribes to further topics, and waits until the exchange has acknowledged it and lists them. All topics of a session must be in the
    /// same URL group.
    ///
    /// What arrives meanwhile is kept for [`next`](Self::next). Topics that are subscribed to already are left out. If there is no connection,
    /// this waits for the next one. If the future is dropped, the session stays subscribed to the topics.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if a topic has no name, is in another URL group, or if there are too many; [`Error::Api`] with the
    /// exchange's code if it rejects the command; [`Error::Server`] if it acknowledges the command and does not list a topic;
    /// [`Error::Transport`] without a reply. The session is not subscribed to the topics then.
    pub async fn subscribe(&mut self, topics: impl IntoIterator<Item = T>) -> Result<(), Error> {
        let topics: Vec<T> = topics.into_iter().collect();
        let (group, names) = check_topics(&topics)?;
        self.driver.check_group(group, &names, &topics)?;
        let is_new = |name: &&TopicName| !self.driver.contains(name);
        let count = self.driver.topic_names().count() + names.iter().filter(is_new).count();
        check_count(count, self.driver.max_topics())?;
        let added: Vec<_> = names.iter().filter(is_new).cloned().collect();
        let tokens = self.driver.add(names.into_iter().zip(topics).collect())?;
        let result = self.confirmed(tokens).await;
        if result.is_err() {
            self.driver.remove(&added);
        }
        result
    }

    /// Waits until the topics with these tokens are confirmed on a connection.
    async fn confirmed(&mut self, mut tokens: Vec<usize>) -> Result<(), Error> {
        loop {
            for finished in std::mem::take(&mut self.driver.finished) {
                if finished.tokens.iter().any(|token| tokens.contains(token)) {
                    finished.result?;
                    tokens.retain(|token| !finished.tokens.contains(token));
                }
            }
            if tokens.is_empty() {
                return Ok(());
            }
            let has_finished = |driver: &Driver<T>| !driver.finished.is_empty();
            match self.driver_update(has_finished).await {
                Some(update) => self.kept.push_back(update),
                None if self.state() == SessionState::Closed => {
                    let kind = TransportErrorKind::Broken;
                    let message = String::from("the session was closed");
                    return Err(TransportError::new(kind, message, None).into());
                }
                // A subscription was confirmed or failed.
                None => {}
            }
        }
    }

    /// Returns the next update, or `None` if there is none and something has happened, or if the session is closed.
    async fn driver_update(
        &mut self,
        has_happened: impl Fn(&Driver<T>) -> bool,
    ) -> Option<Update<T::Event>> {
        poll_fn(|context| {
            let mut update = None;
            let polled = self.driver.poll_update(context, &mut update);
            if polled.is_pending() && has_happened(&self.driver) {
                return Poll::Ready(None);
            }
            polled.map(|_| update)
        })
        .await
    }

    /// Unsubscribes from topics. Does not wait for the exchange.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if a topic has no name.
    pub fn unsubscribe(&mut self, topics: impl IntoIterator<Item = T>) -> Result<(), Error> {
        let names: Result<Vec<_>, _> = topics.into_iter().map(|topic| topic.wire_name()).collect();
        self.driver.remove(&names.map_err(InvalidRequest::from)?);
        Ok(())
    }

    /// Returns the names of the topics, in no particular order.
    pub fn topics(&self) -> impl Iterator<Item = &TopicName> {
        self.driver.topic_names()
    }

    /// Returns the state.
    pub fn state(&self) -> SessionState {
        self.driver.state()
    }

    /// Returns the figures.
    pub fn stats(&self) -> SessionStats {
        self.driver.stats()
    }

    /// Closes all connections. Waits for the exchange to confirm it, for at most a second each. What was received before is still returned by
    /// [`next`](Self::next), and then [`Notice::Closed`].
    pub async fn close(&mut self) {
        self.driver.close().await;
    }
}

impl<T: Subscribable> Stream for Session<T> {
    type Item = Update<T::Event>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_update(context)
    }
}

impl<T: Subscribable> Unpin for Session<T> {}

impl<T: Subscribable> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("state", &self.state())
            .field("topics", &self.driver.topic_names().count())
            .finish_non_exhaustive()
    }
}
