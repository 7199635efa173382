//! Sends messages on two connections, of which at most one is in trouble.

use std::{
    fmt,
    marker::PhantomData,
    sync::Arc,
    time::{Duration, Instant},
};

use super::Plan;
use crate::soak::{
    client::Goal,
    numbered::{Numbered, symbol},
    random::Random,
    report::thousands,
    server::{Connections, Control},
};

/// The time between two rounds of messages.
const ROUND: Duration = Duration::from_millis(2);

/// How long a connection loses messages or is late, again and again.
const TROUBLE: Duration = Duration::from_millis(500);

/// Of 100 messages on a connection that loses messages, this many are lost.
const LOST_PERCENT: u64 = 20;

/// How long a connection is late at most. Less than an event is held for the events before it.
const LONGEST_PAUSE: u64 = 400;

/// After what time the server ends a connection that stalls, if the client has not found it by its pings.
const STALL: Duration = Duration::from_secs(5);

/// The time in which there must be two connections again, and in which the subscriber must have read everything.
const PATIENCE: Duration = Duration::from_secs(90);

/// What the connections went through.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) messages: u64,
    /// How often a connection lost messages, and how many.
    pub(super) drops: u64,
    pub(super) dropped: u64,
    pub(super) pauses: u64,
    pub(super) stalls: u64,
    pub(super) cuts: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} times losses ({} messages), {} times late, {} stalled, {} cut",
            self.drops,
            thousands(self.dropped),
            self.pauses,
            self.stalls,
            self.cuts
        )
    }
}

#[derive(Debug, Clone, Copy)]
enum Trouble {
    Losses,
    Pauses,
    Stall,
    Cut,
}

pub(super) struct Publisher<T> {
    connections: Arc<Connections>,
    /// Names and symbols of the topics.
    topics: Vec<(String, String)>,
    random: Random,
    plan: Plan,
    /// The index of the last message of each topic.
    last: u64,
    /// The connection that loses messages.
    loses: Option<u64>,
    counts: Counts,
    events: PhantomData<fn(T)>,
}

impl<T: Numbered> Publisher<T> {
    pub(super) fn new(connections: Arc<Connections>, random: Random, plan: Plan) -> Self {
        let symbols = (0..plan.topics).map(symbol);
        Self {
            connections,
            topics: symbols
                .map(|symbol| (T::named(&symbol).0, symbol))
                .collect(),
            random,
            plan,
            last: 0,
            loses: None,
            counts: Counts::default(),
            events: PhantomData,
        }
    }

    /// Sends messages through all troubles, and further ones until the subscriber has read them. Returns `None` if there are not two
    /// connections again in time, or if the subscriber has not read everything in time.
    pub(super) async fn run(mut self, goal: Arc<Goal>) -> Option<(Counts, Duration)> {
        let started = Instant::now();
        // A subscriber cannot know that events are missing before the first one.
        self.round().await;
        for number in 0..self.plan.troubles {
            self.until_sound().await?;
            let carriers = self.carriers()?;
            let victim = *self.random.choose(&carriers)?;
            let troubles = [
                Trouble::Losses,
                Trouble::Pauses,
                Trouble::Stall,
                Trouble::Cut,
            ];
            // Each happens once; later, the rarer ones are those that end a connection, because the waits until the next one grow.
            let trouble = match number {
                0..4 => *troubles.get(usize::try_from(number).ok()?)?,
                _ if self.random.below(8) > 0 => *self.random.choose(troubles.get(..2)?)?,
                _ => *self.random.choose(troubles.get(2..)?)?,
            };
            self.trouble(victim, trouble).await;
        }
        self.until_sound().await?;
        let took = started.elapsed();
        goal.set(vec![self.last + 1; self.topics.len()]);
        self.until(|_| goal.readers() > 0).await?;
        Some((self.counts, took))
    }

    async fn trouble(&mut self, victim: u64, trouble: Trouble) {
        let until = Instant::now() + TROUBLE;
        match trouble {
            Trouble::Losses => {
                self.counts.drops += 1;
                self.loses = Some(victim);
                while Instant::now() < until {
                    self.round().await;
                }
                self.loses = None;
            }
            Trouble::Pauses => {
                self.counts.pauses += 1;
                while Instant::now() < until {
                    let pause = Duration::from_millis(self.random.below(LONGEST_PAUSE));
                    self.connections.control(victim, Control::Pause(pause));
                    let over = Instant::now() + pause;
                    while Instant::now() < over {
                        self.round().await;
                    }
                }
            }
            Trouble::Stall => {
                self.counts.stalls += 1;
                self.connections.control(victim, Control::Stall(STALL));
            }
            Trouble::Cut => {
                self.counts.cuts += 1;
                let control = if self.random.below(2) == 0 {
                    Control::Reset
                } else {
                    Control::Cut
                };
                self.connections.control(victim, control);
                // The task of the connection ends first.
                let ends = |it: &Self| !it.connections.open().iter().any(|(id, _)| *id == victim);
                self.until(ends).await;
            }
        }
    }

    /// Returns the connections that carry all topics to the knowledge of the client, if there are two.
    fn carriers(&self) -> Option<Vec<u64>> {
        let mut topics = self.topics.iter();
        let carriers = self.connections.listed_carriers(&topics.next()?.0);
        let is_equal =
            |(name, _): &(String, String)| self.connections.listed_carriers(name) == carriers;
        (carriers.len() == 2 && topics.all(is_equal)).then_some(carriers)
    }

    /// Goes on until two connections carry all topics, and the client has read what was sent on both.
    async fn until_sound(&mut self) -> Option<()> {
        self.until(|it| it.carriers().is_some()).await?;
        let mark = self.connections.mark();
        self.until(|it| it.connections.is_settled(&mark)).await
    }

    /// Goes on until a condition holds. Returns `None` if it does not in time.
    async fn until(&mut self, condition: impl Fn(&Self) -> bool) -> Option<()> {
        let until = Instant::now() + PATIENCE;
        while !condition(self) {
            if Instant::now() > until {
                return None;
            }
            self.round().await;
        }
        Some(())
    }

    /// Sends some messages of each topic.
    async fn round(&mut self) {
        for _ in 0..self.plan.messages {
            self.last += 1;
            for (name, symbol) in &self.topics {
                self.counts.messages += 1;
                let text = T::message(name, symbol, self.last, 1);
                let is_lost = self.loses.is_some() && self.random.below(100) < LOST_PERCENT;
                let mut carriers = self.connections.carriers(name);
                if self.random.below(2) == 0 {
                    carriers.reverse();
                }
                for id in carriers {
                    if is_lost && (self.plan.loses_on_both || self.loses == Some(id)) {
                        self.counts.dropped += 1;
                    } else {
                        self.connections.send(id, text.clone(), None);
                    }
                }
            }
        }
        // A connection that is late may have no room for long.
        let _ = tokio::time::timeout(10 * ROUND, self.connections.room()).await;
        tokio::time::sleep(ROUND).await;
    }
}
