//! One connection to the streams, polled by its owner.

mod commands;
mod connection;
mod heartbeat;
mod open;
mod pacing;
mod stats;
#[cfg(all(test, feature = "usdm"))]
mod tests;
mod topics;

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;

use super::event::{Cause, ConnectionId, Notice, Update};
use super::message::{Command, Property, ReplyValue};
use crate::error::{ApiError, Error, InvalidRequest, TransportError, TransportErrorKind};
use crate::topic::{Subscribable, TopicName};

pub(crate) use connection::{Incoming, SocketOptions, StreamConnection};
pub use heartbeat::Heartbeat;
pub use open::OpenSocket;
pub use stats::ConnectionStats;
pub(crate) use topics::{Opened, check as check_topics, check_count, check_opening, check_url};

/// One connection to the streams, polled by its owner.
///
/// There is no task behind it: messages are read, pings are answered and events are decoded while [`next`](Self::next) or a command is
/// awaited. So poll it all the time. If it is not polled, the exchange's messages wait in the network, and after some minutes without
/// a pong the exchange closes the connection. When the connection ends, so does the socket: a [`Session`](super::Session) reconnects.
///
/// Created by [`Connector::socket`](super::Connector::socket):
///
/// ```no_run
/// # async fn read() -> Result<(), binance_futures::error::Error> {
/// use binance_futures::usdm::{self, streams::BookTickers};
/// use binance_futures::ws::Update;
///
/// let connector = usdm::Connector::builder().build_connector()?;
/// let mut socket = connector.socket([BookTickers::new("BTCUSDT")]).await?;
/// while let Some(update) = socket.next().await {
///     match update {
///         Update::Event(ticker) => println!("{} {}", ticker.bid_price, ticker.ask_price),
///         Update::Notice(notice) => println!("{notice}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Socket<T: Subscribable> {
    connection: StreamConnection<T>,
    /// What arrived while a command waited for its reply.
    buffered: VecDeque<Update<T::Event>>,
    /// Why the socket ends after what arrived before.
    ending: Option<Cause>,
    has_ended: bool,
}

impl<T: Subscribable> Socket<T> {
    pub(crate) fn new(connection: StreamConnection<T>) -> Self {
        Self {
            connection,
            buffered: VecDeque::new(),
            ending: None,
            has_ended: false,
        }
    }

    /// Returns the next event or notice. Returns `None` after [`Notice::Closed`].
    ///
    /// Cancel safe: nothing is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Update<T::Event>> {
        poll_fn(|context| self.poll_update(context)).await
    }

    /// Polls for the next event or notice, as [`next`](Self::next) does.
    pub fn poll_update(&mut self, context: &mut Context<'_>) -> Poll<Option<Update<T::Event>>> {
        if let Some(update) = self.buffered.pop_front() {
            return Poll::Ready(Some(update));
        }
        if self.has_ended {
            return Poll::Ready(None);
        }
        if let Some(cause) = self.ending.take() {
            return self.end(cause);
        }
        let mut update = None;
        loop {
            return match self.connection.poll_incoming(context, &mut update) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Incoming::Event(_) | Incoming::Notice) => Poll::Ready(update),
                // Of a command whose future was dropped.
                Poll::Ready(Incoming::Reply(_)) => continue,
                Poll::Ready(Incoming::Shutdown) => self.end(Cause::ServerShutdown),
                Poll::Ready(Incoming::Ended(cause)) => self.end(cause),
            };
        }
    }

    fn end(&mut self, cause: Cause) -> Poll<Option<Update<T::Event>>> {
        self.has_ended = true;
        Poll::Ready(Some(Update::Notice(Notice::Closed(cause))))
    }

    /// Subscribes to topics, and waits until the exchange has acknowledged it and lists them.
    ///
    /// Events that arrive meanwhile are kept for [`next`](Self::next). Topics that are subscribed to already are left out. If the future is
    /// dropped, the topics may be subscribed to.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if a topic has no name, is in another URL group, cannot be told from another one on a raw connection, or if
    /// there are too many; [`Error::Api`] with the exchange's code if it rejects the command; [`Error::Server`] if it acknowledges the command
    /// and does not list a topic; [`Error::Transport`] without a reply. The topics are not subscribed to then.
    pub async fn subscribe(&mut self, topics: impl IntoIterator<Item = T>) -> Result<(), Error> {
        let topics: Vec<T> = topics.into_iter().collect();
        let added = self
            .connection
            .queue_subscribe(topics.into_iter().map(|topic| (topic, 0)))?;
        let result = self.finish_subscribing(&added.commands, &added.names).await;
        if result.is_err() {
            // Some of them may be subscribed to. Events that arrive nevertheless are left out.
            self.connection.queue_unsubscribe(&added.names);
        }
        result
    }

    async fn finish_subscribing(
        &mut self,
        commands: &[u64],
        names: &[TopicName],
    ) -> Result<(), Error> {
        if commands.is_empty() {
            return Ok(());
        }
        self.replies(commands).await?;
        let listed = self.subscriptions().await?;
        match self.connection.unlisted(&listed, names) {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    /// Unsubscribes from topics, and waits until the exchange has acknowledged it.
    ///
    /// # Errors
    ///
    /// Those of [`subscribe`](Self::subscribe).
    pub async fn unsubscribe(&mut self, topics: impl IntoIterator<Item = T>) -> Result<(), Error> {
        let names: Result<Vec<_>, _> = topics.into_iter().map(|topic| topic.wire_name()).collect();
        let names = names.map_err(InvalidRequest::from)?;
        let commands = self.connection.queue_unsubscribe(&names);
        self.replies(&commands).await?;
        Ok(())
    }

    /// Returns the names of the topics that the exchange lists for this connection.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with the exchange's code if it rejects the command; [`Error::Transport`] without a reply.
    pub async fn subscriptions(&mut self) -> Result<Vec<String>, Error> {
        match self.command(&Command::ListSubscriptions).await? {
            ReplyValue::Streams(names) => Ok(names),
            other => Err(unexpected("LIST_SUBSCRIPTIONS", &other)),
        }
    }

    /// Sets whether frames name their stream, which the URL of the connection decides at first.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with the exchange's code if it rejects the command; [`Error::Transport`] without a reply.
    pub async fn set_combined(&mut self, is_combined: bool) -> Result<(), Error> {
        let command = Command::SetProperty(Property::Combined, is_combined);
        self.command(&command).await.map(|_| ())
    }

    /// Returns whether frames name their stream.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with the exchange's code if it rejects the command; [`Error::Transport`] without a reply.
    pub async fn is_combined(&mut self) -> Result<bool, Error> {
        let command = Command::GetProperty(Property::Combined);
        match self.command(&command).await? {
            ReplyValue::Property(is_combined) => Ok(is_combined),
            other => Err(unexpected("GET_PROPERTY", &other)),
        }
    }

    /// Sets the id of the next command. Each further command has the next number. Without this, the first one has the id 1.
    pub fn set_next_command_id(&mut self, id: u64) {
        self.connection.set_next_command_id(id);
    }

    async fn command(&mut self, command: &Command) -> Result<ReplyValue, Error> {
        let id = self.connection.queue_command(command);
        let values = self.replies(&[id]).await?;
        values.into_iter().next().ok_or_else(|| {
            let kind = TransportErrorKind::Broken;
            TransportError::new(kind, kind.to_string(), None).into()
        })
    }

    /// Waits for the replies to these commands. Returns the first error among them.
    async fn replies(&mut self, ids: &[u64]) -> Result<Vec<ReplyValue>, Error> {
        let mut missing = ids.to_vec();
        let mut values = Vec::with_capacity(ids.len());
        let mut failed = None;
        while !missing.is_empty() {
            let mut update = None;
            let incoming = poll_fn(|context| self.connection.poll_incoming(context, &mut update));
            match incoming.await {
                Incoming::Event(_) | Incoming::Notice => self.buffered.extend(update),
                Incoming::Shutdown => self.ending = Some(Cause::ServerShutdown),
                Incoming::Reply((id, result)) => {
                    if let Some(index) = missing.iter().position(|missing| *missing == id) {
                        missing.remove(index);
                        match result {
                            Ok(value) => values.push(value),
                            Err(error) => failed = failed.or(Some(error)),
                        }
                    }
                }
                Incoming::Ended(cause) => {
                    let kind = TransportErrorKind::Broken;
                    let message = format!("the connection ended before the reply: {cause}");
                    return Err(TransportError::new(kind, message, None).into());
                }
            }
        }
        failed.map_or(Ok(values), Err)
    }

    /// Returns the id of the connection.
    pub fn id(&self) -> ConnectionId {
        self.connection.id()
    }

    /// Returns the figures of the connection.
    pub fn stats(&self) -> ConnectionStats {
        self.connection.stats()
    }

    /// Closes the connection. Waits for the exchange to confirm it, for at most a second.
    pub async fn close(mut self) {
        self.connection.close().await;
    }
}

/// The error of a reply of another kind than the command asks for.
fn unexpected(method: &'static str, value: &ReplyValue) -> Error {
    Error::Server(Box::new(ApiError::of_command(
        method,
        None,
        format!("unexpected reply: {value:?}"),
    )))
}

impl<T: Subscribable> Stream for Socket<T> {
    type Item = Update<T::Event>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_update(context)
    }
}

impl<T: Subscribable> Unpin for Socket<T> {}

impl<T: Subscribable> fmt::Debug for Socket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("id", &self.connection.id())
            .field("topics", &self.connection.topics().len())
            .finish_non_exhaustive()
    }
}
