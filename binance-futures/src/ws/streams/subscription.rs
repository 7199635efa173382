//! What a subscriber reads.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::Stream;

use super::hub::{Hub, Membership};
use super::queue::{Buffer, SubscriptionStats};
use crate::error::Error;
use crate::topic::{Subscribable, TopicName};
use crate::ws::event::{Cause, Event, Malformed, Notice, Rejected, Update};
use crate::ws::gap::Gap;
use crate::ws::session::SessionStats;

/// The events of some topics, in the order in which they arrived, with notices about them.
///
/// Created by [`Streams::subscribe`](super::Streams::subscribe). It implements [`Stream`]. Dropping it unsubscribes from the topics that no
/// other subscription has.
///
/// The updates wait in a [`Queue`](super::Queue). Notices arrive in their place among the events, which shows between
/// which two events something is missing. [`on_notice`](Self::on_notice) and [`try_events`](Self::try_events) are simpler forms.
pub struct Subscription<T: Subscribable> {
    hub: Arc<Hub<T>>,
    membership: Membership<T>,
    buffer: Arc<Buffer<T>>,
}

impl<T: Subscribable> Subscription<T> {
    pub(super) fn new(hub: Arc<Hub<T>>, membership: Membership<T>, buffer: Arc<Buffer<T>>) -> Self {
        Self {
            hub,
            membership,
            buffer,
        }
    }

    /// Returns the next event or notice. Returns `None` after [`Notice::Closed`].
    ///
    /// Cancel safe: nothing is lost if the future is dropped.
    #[inline]
    pub async fn next(&mut self) -> Option<Update<T::Event>> {
        poll_fn(|context| self.buffer.poll(context)).await
    }

    /// Waits until all topics are subscribed to on all their connections.
    ///
    /// # Errors
    ///
    /// Why a connection could not be opened or ended, or why a topic is rejected. The subscription goes on with further attempts: call this
    /// again, or go on with [`next`](Self::next).
    pub async fn ready(&self) -> Result<(), Error> {
        self.membership.ready(true).await
    }

    /// Waits until all topics are subscribed to on a connection.
    pub(super) async fn acknowledged(&self) -> Result<(), Error> {
        self.membership.ready(false).await
    }

    /// Returns the events alone. Notices go to a function.
    ///
    /// The function is called while the next event is awaited.
    ///
    /// ```no_run
    /// # async fn read(streams: binance_futures::usdm::Streams) -> Result<(), binance_futures::error::Error> {
    /// use binance_futures::usdm::streams::AggTrades;
    ///
    /// let trades = streams.subscribe(AggTrades::new("BTCUSDT")).await?;
    /// let mut trades = trades.on_notice(|notice| eprintln!("{notice}"));
    /// while let Some(trade) = trades.next().await {
    ///     println!("{}", trade.price);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_notice<F: FnMut(Notice)>(self, on_notice: F) -> Events<T, F> {
        Events {
            subscription: self,
            on_notice,
        }
    }

    /// Returns the events, and an error where events may be missing. Other notices are left out. It can be read on after an error, and
    /// ends when the subscription is closed.
    pub fn try_events(self) -> TryEvents<T> {
        TryEvents { subscription: self }
    }

    /// Calls a function with each update, until the subscription is closed.
    ///
    /// Run it in a task of its own to go on with something else. A slow function does not delay other subscriptions: its updates wait in
    /// the queue.
    ///
    /// ```no_run
    /// # async fn read(streams: binance_futures::usdm::Streams) -> Result<(), binance_futures::error::Error> {
    /// use binance_futures::usdm::streams::MarkPrice;
    /// use binance_futures::ws::Update;
    ///
    /// let marks = streams.subscribe(MarkPrice::new("BTCUSDT")).await?;
    /// tokio::spawn(marks.for_each(|update| match update {
    ///     Update::Event(mark) => println!("{}", mark.mark_price),
    ///     Update::Notice(notice) => eprintln!("{notice}"),
    /// }));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn for_each(mut self, mut function: impl FnMut(Update<T::Event>)) {
        while let Some(update) = self.next().await {
            function(update);
        }
    }

    /// Returns the names of the topics.
    pub fn topics(&self) -> impl Iterator<Item = &TopicName> {
        self.membership.names()
    }

    /// Returns the number of sessions that carry the topics. Each has as many connections as the redundancy says.
    pub fn sessions(&self) -> usize {
        self.membership.sessions()
    }

    /// Returns the figures of the queue.
    pub fn stats(&self) -> SubscriptionStats {
        self.buffer.stats()
    }

    /// Returns the figures of the sessions that carry the topics, and of their connections.
    pub async fn session_stats(&self) -> Vec<SessionStats> {
        self.membership.stats().await
    }
}

impl<T: Subscribable> Stream for Subscription<T> {
    type Item = Update<T::Event>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.buffer.poll(context)
    }
}

impl<T: Subscribable> Drop for Subscription<T> {
    fn drop(&mut self) {
        self.hub.leave(&self.membership);
        self.buffer.abandon();
    }
}

impl<T: Subscribable> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("topics", &self.topics().count())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

/// The events of a subscription. Created by [`Subscription::on_notice`].
pub struct Events<T: Subscribable, F> {
    subscription: Subscription<T>,
    on_notice: F,
}

impl<T: Subscribable, F: FnMut(Notice)> Events<T, F> {
    /// Returns the next event. Returns `None` when the subscription is closed.
    ///
    /// Cancel safe: nothing is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Event<T::Event>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Returns the subscription.
    pub fn subscription(&self) -> &Subscription<T> {
        &self.subscription
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Event<T::Event>>> {
        loop {
            match ready!(self.subscription.buffer.poll(context)) {
                Some(Update::Event(event)) => return Poll::Ready(Some(event)),
                Some(Update::Notice(notice)) => (self.on_notice)(notice),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T: Subscribable, F: FnMut(Notice) + Unpin> Stream for Events<T, F> {
    type Item = Event<T::Event>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<T: Subscribable, F> fmt::Debug for Events<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Events").field(&self.subscription).finish()
    }
}

/// The events of a subscription, and errors where events may be missing. Created by [`Subscription::try_events`].
#[derive(Debug)]
pub struct TryEvents<T: Subscribable> {
    subscription: Subscription<T>,
}

impl<T: Subscribable> TryEvents<T> {
    /// Returns the next event. Returns `None` when the subscription is closed.
    ///
    /// Cancel safe: nothing is lost if the future is dropped.
    ///
    /// # Errors
    ///
    /// Events are missing before the next one, or may be. It can be read on.
    pub async fn next(&mut self) -> Option<Result<Event<T::Event>, DataLoss>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Returns the subscription.
    pub fn subscription(&self) -> &Subscription<T> {
        &self.subscription
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Event<T::Event>, DataLoss>>> {
        loop {
            let loss = match ready!(self.subscription.buffer.poll(context)) {
                Some(Update::Event(event)) => return Poll::Ready(Some(Ok(event))),
                Some(Update::Notice(notice)) => DataLoss::of(notice),
                None => return Poll::Ready(None),
            };
            if let Some(loss) = loss {
                return Poll::Ready(Some(Err(loss)));
            }
        }
    }
}

impl<T: Subscribable> Stream for TryEvents<T> {
    type Item = Result<Event<T::Event>, DataLoss>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

/// Events of a subscription are missing, or may be.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum DataLoss {
    /// Events were lost between the exchange and the client.
    #[error("{0}")]
    Gap(Gap),
    /// So many updates were not read in time.
    #[error("{0} updates were not read in time")]
    Lagged(u64),
    /// An event could not be decoded.
    #[error("{0}")]
    Malformed(Malformed),
    /// A topic could not be subscribed to.
    #[error("{0}")]
    Rejected(Rejected),
    /// The subscription ended, for this reason, and not because the caller closed the streams.
    #[error("the subscription ended: {0}")]
    Closed(Cause),
}

impl DataLoss {
    /// Returns the loss that a notice reports.
    fn of(notice: Notice) -> Option<Self> {
        match notice {
            Notice::Gap(gap) => Some(Self::Gap(gap)),
            Notice::Lagged(count) => Some(Self::Lagged(count)),
            Notice::Malformed(malformed) => Some(Self::Malformed(malformed)),
            Notice::Rejected(rejected) => Some(Self::Rejected(rejected)),
            Notice::Closed(Cause::Caller) => None,
            Notice::Closed(cause) => Some(Self::Closed(cause)),
            Notice::Stale(_) | Notice::Reconnecting(_) | Notice::Resumed => None,
        }
    }
}
