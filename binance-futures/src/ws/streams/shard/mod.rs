//! A task with a session that carries some of the topics.
//!
//! The topics that are wanted are those of its routes. Whenever the commands of the session were sent, the session is brought to the wanted
//! state with at most one command for new topics and one for unwanted ones, however many subscriptions came and went meanwhile.

mod routes;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep_until};

use self::routes::Routes;
use crate::error::Error;
use crate::topic::{Subscribable, TopicName};
use crate::ws::event::{Cause, Notice, Rejected, Update};
use crate::ws::session::{Driver, SessionStats};

pub(super) use self::routes::Member;

/// How many updates are delivered before other tasks of the thread run.
const BATCH: usize = 128;

/// For how long a session without topics is kept for the next subscription.
const LINGER: Duration = Duration::from_secs(10);

/// What a shard is asked to do.
pub(super) enum Command<T: Subscribable> {
    Join {
        member: Member<T>,
        topics: Vec<(TopicName, T)>,
        /// After what silence the topics are stale.
        stale_after: Option<Duration>,
    },
    Leave(u64),
    /// Tells when the topics of a subscription are subscribed to, on one or on all connections.
    Ready {
        member: u64,
        on_all: bool,
        waiter: oneshot::Sender<Result<(), Error>>,
    },
    Stats(oneshot::Sender<SessionStats>),
    /// The sender is dropped when the connections are closed.
    Close(oneshot::Sender<()>),
}

/// A task with a session that carries some of the topics.
pub(super) struct Shard<T: Subscribable> {
    /// Returns whether no subscription has a topic of it. Then none is added any more.
    is_unused: Box<dyn Fn() -> bool + Send>,
    commands: UnboundedReceiver<Command<T>>,
    driver: Box<Driver<T>>,
    connections: usize,
    routes: Routes<T>,
    /// Tokens of topics that were added and are not confirmed yet.
    unconfirmed: BTreeSet<usize>,
    /// Topics that were rejected together with others, in groups to be tried again.
    retries: VecDeque<Vec<TopicName>>,
    waiters: Vec<Waiter>,
    /// Whether the session may have other topics than those that are wanted.
    is_dirty: bool,
    timer: Pin<Box<Sleep>>,
    /// Whether first events are to be waited for, of topics that were not subscribed to yet.
    expects_first: bool,
    /// When to look at topics without a first event.
    first_until: Option<Instant>,
    /// Until when it is kept without topics.
    idle_until: Option<Instant>,
    is_closing: bool,
    /// Those who wait for its end.
    closing: Vec<oneshot::Sender<()>>,
}

struct Waiter {
    member: u64,
    on_all: bool,
    sender: oneshot::Sender<Result<(), Error>>,
}

impl<T: Subscribable> Shard<T> {
    pub(super) fn new(
        connections: usize,
        is_unused: Box<dyn Fn() -> bool + Send>,
        driver: Box<Driver<T>>,
        commands: UnboundedReceiver<Command<T>>,
    ) -> Self {
        Self {
            is_unused,
            connections,
            commands,
            driver,
            routes: Routes::default(),
            unconfirmed: BTreeSet::new(),
            retries: VecDeque::new(),
            waiters: Vec::new(),
            is_dirty: false,
            timer: Box::pin(sleep_until(Instant::now())),
            expects_first: false,
            first_until: None,
            idle_until: None,
            is_closing: false,
            closing: Vec::new(),
        }
    }

    /// Runs until it is closed, or was without topics for some time.
    pub(super) async fn run(mut self) {
        // So its first subscription is notified how the first attempt to connect ends.
        if let Some(command) = self.commands.recv().await {
            self.command(command);
            poll_fn(|context| self.poll(context)).await;
        }
        self.driver.close().await;
        let mut update = None;
        loop {
            let token = poll_fn(|context| self.driver.poll_update(context, &mut update)).await;
            match update.take() {
                Some(Update::Event(event)) => self.routes.event(token, event),
                Some(Update::Notice(Notice::Closed(cause))) => self.end(&cause),
                Some(Update::Notice(notice)) => self.routes.notice(token, &notice),
                None => break,
            }
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut left = BATCH;
        let mut update = None;
        loop {
            // Tokens may change only when nothing waits to be delivered.
            if (left > 0 || self.driver.has_updates())
                && let Poll::Ready(token) = self.driver.poll_update(context, &mut update)
            {
                left = left.saturating_sub(1);
                match update.take() {
                    Some(Update::Event(event)) => self.routes.event(token, event),
                    Some(Update::Notice(notice)) => self.notice(token, notice),
                    None => {}
                }
                continue;
            }
            let mut has_changed = self.finished();
            while let Poll::Ready(Some(command)) = self.commands.poll_recv(context) {
                self.command(command);
                has_changed = true;
            }
            if self.is_closing {
                return Poll::Ready(());
            }
            has_changed |= self.synchronize();
            self.check_ready();
            let is_due = self.poll_timer(context).is_ready();
            if is_due && self.is_idle() {
                return Poll::Ready(());
            }
            if left == 0 {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            if !has_changed && !is_due {
                return Poll::Pending;
            }
        }
    }

    /// Does what is due. Returns `Ready` if something was.
    fn poll_timer(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let due = [self.first_until, self.idle_until].into_iter().flatten();
        let Some(due) = due.min() else {
            return Poll::Pending;
        };
        if self.timer.deadline() != due {
            self.timer.as_mut().reset(due);
        }
        if self.timer.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let now = Instant::now();
        if self.first_until.is_some_and(|until| until <= now) {
            self.first_until = self.routes.report_silent(now);
        }
        Poll::Ready(())
    }

    /// Returns whether it was without topics for long enough to end.
    fn is_idle(&mut self) -> bool {
        let Some(until) = self.idle_until else {
            return false;
        };
        if until > Instant::now() {
            return false;
        }
        self.idle_until = None;
        (self.is_unused)()
    }

    fn command(&mut self, command: Command<T>) {
        match command {
            Command::Join {
                member,
                topics,
                stale_after,
            } => {
                if let Some(stale_after) = stale_after {
                    let names = topics.iter().map(|(name, _)| name.clone());
                    self.driver.set_stale_after(names, stale_after);
                }
                self.expects_first |= member.first_within.is_some();
                self.routes.join(&member, topics);
                self.is_dirty = true;
                self.idle_until = None;
            }
            Command::Leave(member) => {
                self.routes.leave(member);
                self.waiters.retain(|waiter| waiter.member != member);
                self.is_dirty = true;
            }
            Command::Ready {
                member,
                on_all,
                waiter,
            } => self.waiters.push(Waiter {
                member,
                on_all,
                sender: waiter,
            }),
            Command::Stats(waiter) => {
                // The caller may no longer wait.
                let _ = waiter.send(self.driver.stats());
            }
            Command::Close(waiter) => {
                self.is_closing = true;
                self.closing.push(waiter);
            }
        }
    }

    /// Brings the session to the wanted topics, if the commands before were sent. Returns whether anything was done.
    fn synchronize(&mut self) -> bool {
        if !self.is_dirty || self.driver.has_waiting_commands() {
            return false;
        }
        let unused = self.routes.remove_unused();
        for name in &unused {
            if let Some(token) = self.driver.token(name) {
                self.unconfirmed.remove(&token);
            }
        }
        let mut has_changed = !unused.is_empty();
        self.driver.remove(&unused);
        if self.unconfirmed.is_empty() {
            let batch = self.next_batch();
            self.is_dirty = !self.retries.is_empty();
            has_changed |= !batch.is_empty();
            self.add(batch);
        }
        if self.routes.members().next().is_none() && self.idle_until.is_none() {
            self.idle_until = Some(Instant::now() + LINGER);
        }
        has_changed
    }

    /// Returns the topics to add next.
    fn next_batch(&mut self) -> Vec<(TopicName, T)> {
        while let Some(names) = self.retries.pop_front() {
            let wanted = names.into_iter().filter_map(|name| {
                let topic = self.routes.topic(&name)?;
                (!self.driver.contains(&name)).then_some((name, topic))
            });
            let batch: Vec<_> = wanted.collect();
            if !batch.is_empty() {
                return batch;
            }
        }
        self.routes.wanted(|name| !self.driver.contains(name))
    }

    fn add(&mut self, batch: Vec<(TopicName, T)>) {
        if batch.is_empty() {
            return;
        }
        let names: Vec<_> = batch.iter().map(|(name, _)| name.clone()).collect();
        match self.driver.add(batch) {
            Ok(tokens) => {
                for name in &names {
                    if let Some(token) = self.driver.token(name) {
                        self.routes.bind(name, token);
                    }
                }
                self.unconfirmed = tokens.into_iter().collect();
            }
            Err(error) => {
                self.driver.remove(&names);
                self.not_added(names, error);
            }
        }
    }

    /// Looks at the subscriptions that were confirmed or failed. Returns whether there were any.
    fn finished(&mut self) -> bool {
        let finished = std::mem::take(&mut self.driver.finished);
        let has_finished = !finished.is_empty();
        for finished in finished {
            let tokens = finished.tokens.into_iter();
            let ours: Vec<_> = tokens
                .filter(|token| self.unconfirmed.remove(token))
                .collect();
            if let Err(error) = finished.result {
                let names = ours.iter().filter_map(|token| self.routes.name_of(*token));
                let names = names.collect();
                self.not_added(names, error);
            }
        }
        self.is_dirty |= has_finished;
        has_finished
    }

    /// Topics could not be subscribed to. One that was rejected alone is reported; several are tried again in two groups.
    fn not_added(&mut self, mut names: Vec<TopicName>, error: Error) {
        self.is_dirty = true;
        if names.len() > 1 {
            let second = names.split_off(names.len() / 2);
            self.retries.push_front(second);
            self.retries.push_front(names);
            return;
        }
        let Some(topic) = names.pop() else {
            return;
        };
        tracing::warn!(%topic, %error, "a topic is rejected");
        let (failed, waiting) = std::mem::take(&mut self.waiters)
            .into_iter()
            .partition(|waiter| {
                self.routes
                    .names_of(waiter.member)
                    .any(|name| *name == topic)
            });
        self.waiters = waiting;
        fail(failed, &error);
        let rejected = Rejected {
            topic: topic.clone(),
            error: Arc::new(error),
        };
        self.routes.rejected(&topic, &Notice::Rejected(rejected));
    }

    /// Completes what waits for topics that are subscribed to now.
    fn check_ready(&mut self) {
        if self.expects_first {
            let now = Instant::now();
            let driver = &self.driver;
            let is_ready = |name: &_| is_carried(driver, name, 1);
            self.expects_first = self.routes.expect_first(now, is_ready);
            self.first_until = self.routes.report_silent(now);
        }
        if self.waiters.is_empty() {
            return;
        }
        let (ready, waiting) =
            std::mem::take(&mut self.waiters)
                .into_iter()
                .partition(|waiter: &Waiter| {
                    let wanted = if waiter.on_all { self.connections } else { 1 };
                    let mut names = self.routes.names_of(waiter.member);
                    names.all(|name| is_carried(&self.driver, name, wanted))
                });
        self.waiters = waiting;
        for waiter in ready {
            // The caller may no longer wait.
            let _ = waiter.sender.send(Ok(()));
        }
    }

    fn notice(&mut self, token: Option<usize>, notice: Notice) {
        match notice {
            Notice::Reconnecting(cause) => {
                self.routes.interrupted(&cause);
                fail(std::mem::take(&mut self.waiters), &cause.into());
            }
            Notice::Resumed => self.routes.resumed(),
            notice => self.routes.notice(token, &notice),
        }
    }

    /// Ends all subscriptions, including those that were added in the meantime.
    fn end(&mut self, cause: &Cause) {
        self.commands.close();
        while let Ok(command) = self.commands.try_recv() {
            self.command(command);
        }
        fail(std::mem::take(&mut self.waiters), &cause.clone().into());
        let members: HashMap<_, _> = self
            .routes
            .members()
            .map(|member| (member.id, Arc::clone(&member.buffer)))
            .collect();
        for (id, buffer) in members {
            self.routes.leave(id);
            buffer.session_ended(cause.clone());
        }
    }
}

/// The task may end without having been closed, when the runtime is shut down.
impl<T: Subscribable> Drop for Shard<T> {
    fn drop(&mut self) {
        self.end(&Cause::Stopped);
    }
}

/// Returns whether a topic is subscribed to on so many connections.
fn is_carried<T: Subscribable>(driver: &Driver<T>, name: &TopicName, connections: usize) -> bool {
    let token = driver.token(name);
    token.is_some_and(|token| driver.carriers(token) >= connections)
}

fn fail(waiters: Vec<Waiter>, error: &Error) {
    for waiter in waiters {
        // The caller may no longer wait.
        let _ = waiter.sender.send(Err(error.clone()));
    }
}
