//! A model exchange that sends a topic over several connections with different delays.

use std::collections::{BTreeMap, BTreeSet};

use super::classes::Class;
use super::*;
use crate::topic::PositionKey;

/// The time between two events of the exchange, in milliseconds.
pub(super) const TICK: u64 = 20;

/// The longest time between the addition of a connection and its first event, in milliseconds.
pub(super) const SUBSCRIBING: u64 = 100;

/// Random numbers that depend on the seed only.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// Returns a number below `end`, or 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end.max(1)
    }

    pub(super) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }
}

/// Returns the events of a tick for each connection.
type Emit = Box<dyn FnMut(u64, &[ConnectionId], &mut Random) -> Vec<(ConnectionId, String)>>;

/// What the exchange sends.
pub(super) struct Source<T: Subscribable> {
    pub(super) class: Class<T>,
    pub(super) emit: Emit,
}

/// An element of an event, as the verdict sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Element {
    pub(super) key: PositionKey,
    pub(super) start: Option<i64>,
    pub(super) is_closed: bool,
    pub(super) last: i64,
    pub(super) previous: i64,
}

/// What happened, in order.
#[derive(Debug)]
pub(super) enum Entry {
    Arrived(Element),
    Delivered { element: Element, may_repeat: bool },
    Gap(Gap),
}

/// How connections differ.
#[derive(Debug, Clone, Copy)]
pub(super) struct Faults {
    /// The longest delay, in milliseconds.
    pub(super) longest_delay: u64,
    /// How many of 1,000 events a connection delivers twice.
    pub(super) repeated: u64,
}

/// A connection.
struct Wire {
    link: ConnectionId,
    /// When the exchange begins to send.
    subscribed: u64,
    /// When the last event arrives.
    last: u64,
}

pub(super) struct Sim<T: Subscribable> {
    source: Source<T>,
    faults: Faults,
    pub(super) random: Random,
    pub(super) merge: Merge<T, ()>,
    pub(super) now: u64,
    links: Vec<Wire>,
    last_link: u64,
    /// Events on their way, by the time of arrival.
    queue: BTreeMap<(u64, u64), (ConnectionId, T::Event)>,
    queued: u64,
    /// What was sent over any connection, lost or not.
    pub(super) sent: BTreeSet<Element>,
    pub(super) log: Vec<Entry>,
}

impl<T: Subscribable> Sim<T> {
    pub(super) fn new(source: Source<T>, faults: Faults, seed: u64) -> Self {
        Self {
            merge: Merge::new(source.class.topic.clone(), DEFAULT_HOLD),
            source,
            faults,
            random: Random::new(seed),
            now: 0,
            links: Vec::new(),
            last_link: 0,
            queue: BTreeMap::new(),
            queued: 0,
            sent: BTreeSet::new(),
            log: Vec::new(),
        }
    }

    pub(super) fn links(&self) -> Vec<ConnectionId> {
        self.links.iter().map(|wire| wire.link).collect()
    }

    /// Adds a connection. The exchange begins to send some time later.
    pub(super) fn add_link(&mut self) -> ConnectionId {
        self.last_link += 1;
        let link = ConnectionId::new(self.last_link);
        let mut out = Vec::new();
        self.merge.add_link(link, ms(self.now), &mut out);
        self.write(out);
        let subscribed = self.now + self.random.below(SUBSCRIBING);
        self.links.push(Wire {
            link,
            subscribed,
            last: subscribed,
        });
        link
    }

    /// Removes a connection. Its events that are on their way never arrive.
    pub(super) fn remove_link(&mut self, link: ConnectionId) {
        self.links.retain(|wire| wire.link != link);
        self.queue.retain(|_, (from, _)| *from != link);
        let mut out = Vec::new();
        self.merge.remove_link(link, ms(self.now), &mut out);
        self.write(out);
    }

    /// Sends the events of a tick, except those that a connection loses, and delivers what arrives until the next tick.
    pub(super) fn tick(&mut self, mut is_lost: impl FnMut(ConnectionId, &mut Random) -> bool) {
        let wires = self.links.iter();
        let subscribed = wires.filter(|wire| wire.subscribed <= self.now);
        let links: Vec<ConnectionId> = subscribed.map(|wire| wire.link).collect();
        for (link, text) in (self.source.emit)(self.now, &links, &mut self.random) {
            let event = self.source.class.event(&text);
            self.sent.extend(elements(&self.source.class, &event));
            if is_lost(link, &mut self.random) {
                continue;
            }
            if self.random.chance(self.faults.repeated) {
                self.send(link, event.clone());
            }
            self.send(link, event);
        }
        self.now += TICK;
        self.arrive(self.now);
    }

    /// Lets all events arrive and all hold times pass.
    pub(super) fn finish(&mut self) {
        self.now += 10_000;
        self.arrive(self.now);
    }

    fn send(&mut self, link: ConnectionId, event: T::Event) {
        let delay = 1 + self.random.below(self.faults.longest_delay);
        let Some(wire) = self.links.iter_mut().find(|wire| wire.link == link) else {
            return;
        };
        // The events of one connection arrive in order.
        wire.last = (self.now + delay).max(wire.last);
        let at = wire.last;
        self.queue.insert((at, self.queued), (link, event));
        self.queued += 1;
    }

    fn arrive(&mut self, end: u64) {
        while let Some((&(at, number), _)) = self.queue.first_key_value()
            && at < end
        {
            self.expire(at);
            let (link, event) = self.queue.remove(&(at, number)).unwrap();
            for element in elements(&self.source.class, &event) {
                self.log.push(Entry::Arrived(element));
            }
            let mut out = Vec::new();
            self.merge.offer(link, event, (), ms(at), &mut out);
            self.write(out);
        }
        self.expire(end);
    }

    fn expire(&mut self, now: u64) {
        while let Some(deadline) = self.merge.deadline()
            && deadline <= ms(now)
        {
            let mut out = Vec::new();
            self.merge.expire(deadline, &mut out);
            assert!(!out.is_empty(), "a deadline at which nothing is due");
            self.write(out);
        }
    }

    fn write(&mut self, out: Vec<Merged<T::Event, ()>>) {
        for merged in out {
            match merged {
                Merged::Gap(gap) => self.log.push(Entry::Gap(gap)),
                Merged::Event {
                    event, may_repeat, ..
                } => {
                    for element in elements(&self.source.class, &event) {
                        self.log.push(Entry::Delivered {
                            element,
                            may_repeat,
                        });
                    }
                }
            }
        }
    }
}

fn elements<T: Subscribable>(class: &Class<T>, event: &T::Event) -> Vec<Element> {
    // Event times differ between connections.
    let has_order = !matches!(class.topic.continuity(), Continuity::Copies { .. });
    let mut elements = Vec::new();
    class.topic.visit_positions(event, &mut |position| {
        elements.push(match position {
            Some(position) => Element {
                key: position.key,
                start: position.period.map(|period| period.start),
                is_closed: position.period.is_some_and(|period| period.is_closed),
                last: if has_order { position.last } else { 0 },
                previous: if has_order {
                    position.previous.unwrap_or(position.first - 1)
                } else {
                    0
                },
            },
            None => Element {
                key: PositionKey::new(&[&(class.text)(event)]),
                start: None,
                is_closed: false,
                last: 0,
                previous: 0,
            },
        });
    });
    elements
}
