//! The queue between a connection and a subscriber.

mod buffer;
mod item;
mod latest;

use std::fmt;
use std::marker::PhantomData;

use crate::topic::{StateTopic, Subscribable};

pub(super) use buffer::Buffer;
pub use buffer::SubscriptionStats;

/// The most updates of a queue, if no other number is set.
const ITEMS: usize = 65_536;

/// The most bytes of a queue, if no other number is set.
const BYTES: usize = 64 * 1024 * 1024;

/// The queue of a subscription: what happens to events that are read more slowly than they arrive, and how many are kept.
///
/// The connection is never held back: pings are answered in time, and other subscribers are not delayed. To hold the connection back
/// instead, use a [`Session`](crate::ws::Session).
///
/// | queue | when it is full | for |
/// |---|---|---|
/// | [`drop_oldest`](Self::drop_oldest) | removes the oldest updates, and reports how many with [`Notice::Lagged`](crate::ws::Notice::Lagged) | most programs; the default |
/// | [`latest`](Self::latest) | keeps only the latest event of each symbol from the beginning, so that it rarely fills | states, such as book tickers |
/// | [`fail`](Self::fail) | ends the subscription | programs that must not go on after a loss |
pub struct Queue<T> {
    policy: Policy,
    items: usize,
    bytes: usize,
    topic: PhantomData<fn(T)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Policy {
    DropOldest,
    Latest,
    Fail,
}

impl<T: Subscribable> Queue<T> {
    /// Removes the oldest updates when the queue is full. [`Notice::Lagged`](crate::ws::Notice::Lagged) reports how many were removed, in
    /// the place where they are missing.
    pub fn drop_oldest() -> Self {
        Self::new(Policy::DropOldest)
    }

    /// Ends the subscription when the queue is full: after what is in the queue, [`Notice::Closed`](crate::ws::Notice::Closed) with
    /// [`Cause::QueueFull`](crate::ws::Cause::QueueFull) is returned.
    pub fn fail() -> Self {
        Self::new(Policy::Fail)
    }

    fn new(policy: Policy) -> Self {
        Self {
            policy,
            items: ITEMS,
            bytes: BYTES,
            topic: PhantomData,
        }
    }

    /// Sets the most updates that are kept. Default: 65,536. 0 means 1.
    pub fn items(mut self, items: usize) -> Self {
        self.items = items.max(1);
        self
    }

    /// Sets the most bytes that are kept. Default: 64 MiB. An event counts with the size of its type and the length of its message, which is
    /// about what it occupies; events that are lists of small values, such as order books, occupy up to three times as much. One event is
    /// kept even if it is larger.
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }
}

impl<T: StateTopic> Queue<T> {
    /// Keeps the latest event of each key, such as a symbol: an event takes the place of the event of the same key that was not read yet. If
    /// events are lists, this holds for their elements.
    ///
    /// Only for topics whose events replace the ones before: it does not compile for trades. A closed candlestick is never replaced, and no
    /// event takes a place before a notice that it arrived after. When the queue is full nevertheless, the oldest updates are removed.
    ///
    /// ```compile_fail
    /// # async fn read(streams: binance_futures::usdm::Streams) -> Result<(), binance_futures::error::Error> {
    /// use binance_futures::{usdm::streams::AggTrades, ws::Queue};
    ///
    /// streams.subscribe(AggTrades::new("BTCUSDT")).queue(Queue::latest()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn latest() -> Self {
        Self::new(Policy::Latest)
    }
}

impl<T: Subscribable> Default for Queue<T> {
    fn default() -> Self {
        Self::drop_oldest()
    }
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Queue<T> {}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("policy", &self.policy)
            .field("items", &self.items)
            .field("bytes", &self.bytes)
            .finish()
    }
}
