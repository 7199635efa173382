//! Sends the messages, with faults, and remembers what became of them.

use std::{
    collections::HashMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::Plan;
use crate::soak::{
    client::Goal,
    numbered::Numbered,
    random::Random,
    report::thousands,
    server::{Connections, Control},
    truth::Truth,
};

/// After how many messages the connections must have room.
const BATCH: u64 = 32;

/// The wait after a batch while a topic is on no connection, so that few of its messages are lost.
const SLOW: Duration = Duration::from_millis(20);

/// How long a topic is silent, in turn. The longer time is more than the bound of the subscriptions.
const SHORT_SILENCE: Duration = Duration::from_millis(300);
const LONG_SILENCE: Duration = Duration::from_millis(2_500);

/// The time in which the readers must have read everything after the last message.
const PATIENCE: Duration = Duration::from_secs(90);

/// The bits of a tag that are the index of an event. The others are the number of its topic.
const INDEX_BITS: u32 = 48;

/// What happened to messages. Each is counted once for each connection that carries its topic.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) messages: u64,
    pub(super) dropped: u64,
    pub(super) duplicated: u64,
    pub(super) reordered: u64,
    /// Connections that were ended.
    pub(super) cut: u64,
    /// Topics that fell silent, and their messages that were left out.
    pub(super) muted: u64,
    pub(super) muted_messages: u64,
    /// Messages while no connection carried their topic.
    pub(super) uncarried: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} dropped, {} duplicated, {} reordered, {} connections ended ({} messages meanwhile), {} silences ({} messages)",
            thousands(self.dropped),
            thousands(self.duplicated),
            thousands(self.reordered),
            self.cut,
            thousands(self.uncarried),
            self.muted,
            thousands(self.muted_messages),
        )
    }
}

/// A topic of the server.
pub(super) struct Source {
    name: String,
    symbol: String,
    message: fn(&str, &str, u64, usize) -> Utf8Bytes,
    pub(super) truth: Truth,
    last: u64,
    /// A message that is sent after the next one, by the connection.
    late: HashMap<u64, Utf8Bytes>,
    /// The connection on which it is silent, and until when.
    muted: Option<(u64, Instant)>,
}

impl Source {
    pub(super) fn new<T: Numbered>(symbol: &str) -> Self {
        Self {
            name: T::named(symbol).0,
            symbol: symbol.to_owned(),
            message: T::message,
            truth: Truth::default(),
            last: 0,
            late: HashMap::new(),
            muted: None,
        }
    }

    fn is_muted(&self, connection: u64) -> bool {
        self.muted
            .is_some_and(|(muted, until)| muted == connection && Instant::now() < until)
    }
}

/// What was sent.
pub(super) struct Published {
    pub(super) sources: Vec<Source>,
    pub(super) counts: Counts,
    pub(super) took: Duration,
}

pub(super) struct Publisher {
    connections: Arc<Connections>,
    sources: Vec<Source>,
    random: Random,
    plan: Plan,
    counts: Counts,
}

/// What a connection does with a message.
enum Fault {
    None,
    Drop,
    Duplicate,
    Reorder,
}

impl Publisher {
    pub(super) fn new(
        connections: Arc<Connections>,
        sources: Vec<Source>,
        random: Random,
        plan: Plan,
    ) -> Self {
        Self {
            connections,
            sources,
            random,
            plan,
            counts: Counts::default(),
        }
    }

    /// Sends all messages, and further ones without faults until the subscribers have read the last one. `goals` are those of trades and of
    /// order books. Returns `None` if they did not in time.
    pub(super) async fn run(mut self, goals: [Arc<Goal>; 2]) -> Option<Published> {
        let started = Instant::now();
        let cut_every = self.plan.messages / (self.plan.cuts + 1);
        let mute_every = self.plan.messages / (self.plan.mutes + 1);
        let mut is_carried = true;
        for number in 1..=self.plan.messages {
            let topics = self.sources.len() as u64;
            let topic = usize::try_from(number.checked_rem(topics)?).ok()?;
            is_carried &= self.publish(topic, true);
            if number.is_multiple_of(cut_every) && self.counts.cut < self.plan.cuts {
                self.cut();
            }
            // Between the ends of connections.
            if (number + mute_every / 2).is_multiple_of(mute_every)
                && self.counts.muted < self.plan.mutes
            {
                self.mute();
            }
            if number.is_multiple_of(BATCH) {
                let room = self.connections.room();
                tokio::time::timeout(PATIENCE, room).await.ok()?;
                if is_carried {
                    tokio::task::yield_now().await;
                } else {
                    tokio::time::sleep(SLOW).await;
                }
                is_carried = true;
            }
        }
        let took = started.elapsed();
        let last: Vec<_> = self.sources.iter().map(|source| source.last + 1).collect();
        let (trades, books) = last.split_at(self.plan.topics);
        for (goal, last) in goals.iter().zip([trades, books]) {
            goal.set(last.to_vec());
        }
        let until = Instant::now() + PATIENCE;
        while goals.iter().any(|goal| goal.readers() == 0) {
            if Instant::now() > until {
                return None;
            }
            for topic in 0..self.sources.len() {
                self.publish(topic, false);
            }
            tokio::time::sleep(SLOW).await;
        }
        for tag in self.connections.take_uncertain() {
            let topic = usize::try_from(tag >> INDEX_BITS).ok()?;
            let index = tag & ((1 << INDEX_BITS) - 1);
            self.sources.get_mut(topic)?.truth.uncertain(index);
        }
        Some(Published {
            sources: self.sources,
            counts: self.counts,
            took,
        })
    }

    /// Sends the next message of a topic. Returns whether a connection carries it.
    fn publish(&mut self, topic: usize, has_faults: bool) -> bool {
        let Some(source) = self.sources.get_mut(topic) else {
            return false;
        };
        let index = source.truth.add();
        source.last = index;
        self.counts.messages += 1;
        let carriers = self.connections.carriers(&source.name);
        self.counts.uncarried += u64::from(carriers.is_empty());
        let text = (source.message)(&source.name, &source.symbol, index, 1);
        let tag = Some(((topic as u64) << INDEX_BITS) | index);
        for id in &carriers {
            if source.is_muted(*id) {
                self.counts.muted_messages += 1;
                continue;
            }
            // A subscriber cannot know that events are missing before the first one.
            let fault = if has_faults && index > 1 {
                fault(&mut self.random, self.plan.faults_per_mille)
            } else {
                Fault::None
            };
            match fault {
                Fault::Drop => {
                    self.counts.dropped += 1;
                    continue;
                }
                Fault::Reorder if !source.late.contains_key(id) => {
                    self.counts.reordered += 1;
                    source.truth.uncertain(index);
                    source.late.insert(*id, text.clone());
                    continue;
                }
                Fault::None | Fault::Duplicate | Fault::Reorder => {}
            }
            if self.connections.send(*id, text.clone(), tag) {
                source.truth.sent(index);
            }
            if matches!(fault, Fault::Duplicate) {
                self.counts.duplicated += 1;
                self.connections.send(*id, text.clone(), None);
            }
            if let Some(late) = source.late.remove(id) {
                self.connections.send(*id, late, None);
            }
        }
        !carriers.is_empty()
    }

    /// Ends a connection.
    fn cut(&mut self) {
        let open = self.connections.open();
        let open: Vec<_> = open.iter().filter(|(_, topics)| *topics > 0).collect();
        if let Some((id, _)) = self.random.choose(&open) {
            let control = match self.counts.cut % 3 {
                0 => Control::Cut,
                1 => Control::Reset,
                _ => Control::Close(1001),
            };
            self.connections.control(*id, control);
            self.counts.cut += 1;
        }
    }

    /// Lets a topic fall silent on a connection.
    fn mute(&mut self) {
        let topic = self.random.below(self.sources.len() as u64);
        let topic = usize::try_from(topic).unwrap_or(0);
        let silence = if self.counts.muted.is_multiple_of(2) {
            SHORT_SILENCE
        } else {
            LONG_SILENCE
        };
        if let Some(source) = self.sources.get_mut(topic)
            && let Some(id) = self.connections.carriers(&source.name).first()
        {
            source.muted = Some((*id, Instant::now() + silence));
            self.counts.muted += 1;
        }
    }
}

fn fault(random: &mut Random, per_mille: u64) -> Fault {
    // Three in five faults are losses.
    match random.below(1_000 * 5) / per_mille.max(1) {
        0..=2 => Fault::Drop,
        3 => Fault::Duplicate,
        4 => Fault::Reorder,
        _ => Fault::None,
    }
}
