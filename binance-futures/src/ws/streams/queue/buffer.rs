//! What a subscriber has not read yet.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::sync::Notify;

use super::item::Item;
use super::latest::Latest;
use super::{Policy, Queue};
use crate::topic::Subscribable;
use crate::ws::event::{Cause, Event, Notice, Update};

/// Figures of a subscription.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionStats {
    /// Events that were put into the queue.
    pub events: u64,
    /// Updates that were removed from the queue because it was full.
    pub lagged: u64,
    /// Events that were replaced by later ones before they were read, by a queue with the [latest](super::Queue::latest) events.
    pub replaced: u64,
    /// Elements of events that belong to another product and were left out.
    pub of_other_products: u64,
    /// Updates in the queue.
    pub queued: usize,
    /// The size of the updates in the queue, in bytes, as [`Queue::bytes`](super::Queue::bytes) counts it.
    pub queued_bytes: usize,
}

/// The queue of a subscription, filled by the tasks of its connections.
pub(in crate::ws::streams) struct Buffer<T: Subscribable> {
    state: Mutex<State<T>>,
    /// Notified when everything was read.
    drained: Notify,
}

struct State<T: Subscribable> {
    items: Items<T>,
    queue: Queue<T>,
    /// Updates that were removed since it was last reported.
    lagged: u64,
    /// The number of sessions that fill it, and of those without a connection.
    sessions: usize,
    interrupted: usize,
    /// Whether nothing is added any more.
    is_closed: bool,
    waker: Option<Waker>,
    stats: SubscriptionStats,
}

enum Items<T: Subscribable> {
    All(VecDeque<Item<T::Event>>),
    Latest(Latest<T>),
}

impl<T: Subscribable> Buffer<T> {
    pub(in crate::ws::streams) fn new(queue: Queue<T>) -> Self {
        Self {
            state: Mutex::new(State {
                items: match queue.policy {
                    Policy::Latest => Items::Latest(Latest::default()),
                    Policy::DropOldest | Policy::Fail => Items::All(VecDeque::new()),
                },
                queue,
                lagged: 0,
                sessions: 0,
                interrupted: 0,
                is_closed: false,
                waker: None,
                stats: SubscriptionStats::default(),
            }),
            drained: Notify::new(),
        }
    }

    /// Adds an event.
    pub(in crate::ws::streams) fn event(&self, topic: &T, event: Event<T::Event>) {
        self.add(|state| {
            let size = size_of::<Item<T::Event>>() + event.received.length;
            if state.make_room(size) {
                state.push_event(topic, event, size);
            }
        });
    }

    /// Adds a notice.
    pub(in crate::ws::streams) fn notice(&self, notice: Notice) {
        self.add(|state| state.push_notice(notice));
    }

    /// Counts elements that were left out because they belong to another product.
    pub(in crate::ws::streams) fn left_out(&self, elements: usize) {
        self.state().stats.of_other_products += elements as u64;
    }

    /// A session will fill the queue.
    pub(in crate::ws::streams) fn session_added(&self) {
        self.state().sessions += 1;
    }

    /// A session has no connection.
    pub(in crate::ws::streams) fn interrupted(&self, cause: Cause) {
        self.add(|state| {
            state.interrupted += 1;
            state.push_notice(Notice::Reconnecting(cause));
        });
    }

    /// A session that had no connection has one again.
    pub(in crate::ws::streams) fn resumed(&self) {
        self.add(|state| {
            state.interrupted = state.interrupted.saturating_sub(1);
            if state.interrupted == 0 {
                state.push_notice(Notice::Resumed);
            }
        });
    }

    /// A session fills the queue no longer. After the last one, nothing is added.
    pub(in crate::ws::streams) fn session_ended(&self, cause: Cause) {
        self.add(|state| {
            state.sessions = state.sessions.saturating_sub(1);
            if state.sessions == 0 {
                state.close(cause);
            }
        });
    }

    /// The subscription was dropped.
    pub(in crate::ws::streams) fn abandon(&self) {
        let mut state = self.state();
        state.is_closed = true;
        let items = mem::replace(&mut state.items, Items::All(VecDeque::new()));
        state.waker = None;
        drop(state);
        drop(items);
        self.drained.notify_waiters();
    }

    /// Returns the next update. Returns `None` after [`Notice::Closed`].
    #[inline]
    pub(in crate::ws::streams) fn poll(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Update<T::Event>>> {
        let mut state = self.state();
        if state.lagged > 0 {
            let lagged = mem::take(&mut state.lagged);
            return Poll::Ready(Some(Update::Notice(Notice::Lagged(lagged))));
        }
        if let Some(item) = state.pop() {
            if state.is_closed && state.items.len() == 0 {
                self.drained.notify_waiters();
            }
            return Poll::Ready(Some(item.update));
        }
        if state.is_closed {
            return Poll::Ready(None);
        }
        if !(state.waker.as_ref()).is_some_and(|waker| waker.will_wake(context.waker())) {
            state.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }

    /// Waits until everything was read after the queue was closed, or until the subscription was dropped.
    pub(in crate::ws::streams) async fn drained(&self) {
        loop {
            let notified = self.drained.notified();
            {
                let state = self.state();
                if state.is_closed && state.items.len() == 0 {
                    return;
                }
            }
            notified.await;
        }
    }

    pub(in crate::ws::streams) fn stats(&self) -> SubscriptionStats {
        let state = self.state();
        SubscriptionStats {
            queued: state.items.len(),
            ..state.stats
        }
    }

    /// Changes the state, and wakes the subscriber if there is something to read.
    fn add(&self, change: impl FnOnce(&mut State<T>)) {
        let mut state = self.state();
        if state.is_closed {
            return;
        }
        change(&mut state);
        let waker = if state.items.len() > 0 || state.lagged > 0 {
            state.waker.take()
        } else {
            None
        };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        // No code of the caller runs while it is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Subscribable> State<T> {
    /// Makes room for an update of this size. Returns `false` if the queue was closed because it is full.
    #[inline]
    fn make_room(&mut self, size: usize) -> bool {
        while self.is_full(size) {
            if self.queue.policy == Policy::Fail {
                self.close(Cause::QueueFull);
                return false;
            }
            if self.pop().is_none() {
                break;
            }
            self.lagged += 1;
            self.stats.lagged += 1;
        }
        true
    }

    fn is_full(&self, size: usize) -> bool {
        let items = self.items.len();
        let bytes = self.stats.queued_bytes.saturating_add(size);
        items >= self.queue.items || (items > 0 && bytes > self.queue.bytes)
    }

    fn push_event(&mut self, topic: &T, event: Event<T::Event>, size: usize) {
        self.stats.events += 1;
        self.stats.queued_bytes += size;
        match &mut self.items {
            Items::All(items) => items.push_back(Item {
                update: Update::Event(event),
                size,
            }),
            Items::Latest(latest) => {
                let stats = &mut self.stats;
                latest.push_event(topic, event, size, &mut |replaced| {
                    stats.replaced += 1;
                    stats.queued_bytes = stats.queued_bytes.saturating_sub(replaced.size);
                });
            }
        }
    }

    fn push_notice(&mut self, notice: Notice) {
        let text = match &notice {
            Notice::Malformed(malformed) => malformed.text.len(),
            _ => 0,
        };
        let size = size_of::<Item<T::Event>>() + text;
        if self.make_room(size) {
            self.push(Item {
                update: Update::Notice(notice),
                size,
            });
        }
    }

    fn push(&mut self, item: Item<T::Event>) {
        self.stats.queued_bytes += item.size;
        match &mut self.items {
            Items::All(items) => items.push_back(item),
            Items::Latest(latest) => latest.push_notice(item),
        }
    }

    /// Adds the last notice, whether or not there is room.
    fn close(&mut self, cause: Cause) {
        self.push(Item {
            update: Update::Notice(Notice::Closed(cause)),
            size: size_of::<Item<T::Event>>(),
        });
        self.is_closed = true;
    }

    #[inline]
    fn pop(&mut self) -> Option<Item<T::Event>> {
        let item = match &mut self.items {
            Items::All(items) => items.pop_front(),
            Items::Latest(latest) => latest.pop(),
        }?;
        self.stats.queued_bytes = self.stats.queued_bytes.saturating_sub(item.size);
        Some(item)
    }
}

impl<T: Subscribable> Items<T> {
    fn len(&self) -> usize {
        match self {
            Self::All(items) => items.len(),
            Self::Latest(latest) => latest.len(),
        }
    }
}
