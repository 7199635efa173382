//! Whether what was delivered is right.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Element, Entry};
use crate::topic::PositionKey;
use crate::ws::{Gap, Lost};

/// What is wrong with a log, and how large it is.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Verdict {
    pub(super) arrived: usize,
    pub(super) delivered: usize,
    /// Events that may repeat others and are marked.
    pub(super) marked: usize,
    pub(super) gaps: usize,
    /// Events that arrived and were not delivered, although nothing newer was.
    pub(super) lost: usize,
    pub(super) duplicated: usize,
    pub(super) disordered: usize,
    /// Missing numbers that no gap names, and gaps with other numbers than the missing ones.
    pub(super) wrong_gaps: usize,
}

impl Verdict {
    pub(super) fn errors(&self) -> usize {
        self.lost + self.duplicated + self.disordered + self.wrong_gaps
    }

    fn count(&mut self, entry: &Entry) {
        match entry {
            Entry::Arrived(_) => self.arrived += 1,
            Entry::Delivered { may_repeat, .. } => {
                self.delivered += 1;
                self.marked += usize::from(*may_repeat);
            }
            Entry::Gap(_) => self.gaps += 1,
        }
    }
}

/// Returns the number of elements that were sent and did not arrive over any connection.
pub(super) fn never_arrived(log: &[Entry], sent: &BTreeSet<Element>) -> usize {
    let arrived = log.iter().filter_map(|entry| match entry {
        Entry::Arrived(element) => Some(element),
        _ => None,
    });
    let arrived: BTreeSet<&Element> = arrived.collect();
    let missing = sent.iter().filter(|element| !arrived.contains(element));
    missing.count()
}

/// Judges one contiguous or chained sequence.
pub(super) fn of_sequence(log: &[Entry]) -> Verdict {
    let mut verdict = Verdict::default();
    let mut last: Option<i64> = None;
    let mut gap = None;
    let mut arrived = BTreeSet::new();
    let mut missing = Vec::new();
    for entry in log {
        verdict.count(entry);
        match entry {
            Entry::Arrived(element) => {
                arrived.insert(element.last);
            }
            Entry::Gap(next) => gap = Some(next),
            Entry::Delivered { element, .. } => {
                let gap = gap.take();
                match last {
                    None => {
                        verdict.wrong_gaps +=
                            usize::from(gap.is_some_and(|gap| gap.numbers().is_some()));
                        arrived = arrived.split_off(&element.last);
                    }
                    Some(last) => {
                        verdict.duplicated += usize::from(element.last == last);
                        verdict.disordered += usize::from(element.last < last);
                        let lost = (element.previous > last).then(|| last + 1..=element.previous);
                        let named = gap.and_then(Gap::numbers);
                        verdict.wrong_gaps += usize::from(lost != named);
                        if let Some(Lost::Exactly(count)) = gap.map(Gap::lost) {
                            let is_wrong = element.previous.abs_diff(last) != count;
                            verdict.wrong_gaps += usize::from(is_wrong);
                        }
                        missing.extend(lost);
                    }
                }
                last = Some(element.last);
            }
        }
    }
    let is_lost = |number: &&i64| {
        last.is_none_or(|last| **number > last) || missing.iter().any(|gap| gap.contains(*number))
    };
    verdict.lost = arrived.iter().filter(is_lost).count();
    verdict
}

/// What decides which of two elements of a key is newer. There is one closed candlestick in a period.
fn age(element: &Element) -> (Option<i64>, bool, i64) {
    let last = if element.is_closed { 0 } else { element.last };
    (element.start, element.is_closed, last)
}

/// Judges states. An element is lost if it was the newest one of its key when it arrived, and was not delivered.
pub(super) fn of_states(log: &[Entry]) -> Verdict {
    let mut verdict = Verdict::default();
    let mut newest: BTreeMap<&PositionKey, _> = BTreeMap::new();
    let mut delivered: BTreeMap<&PositionKey, _> = BTreeMap::new();
    let mut waiting = BTreeSet::new();
    for entry in log {
        verdict.count(entry);
        match entry {
            Entry::Arrived(element) => {
                let age = age(element);
                if newest.get(&element.key).is_none_or(|newest| age > *newest) {
                    newest.insert(&element.key, age);
                    waiting.insert((&element.key, age));
                }
            }
            Entry::Gap(_) => {}
            Entry::Delivered { element, .. } => {
                let age = age(element);
                waiting.remove(&(&element.key, age));
                if let Some(before) = delivered.insert(&element.key, age) {
                    verdict.duplicated += usize::from(age == before);
                    verdict.disordered += usize::from(age < before);
                }
            }
        }
    }
    verdict.lost = waiting.len();
    verdict
}

/// Judges events that are identified by their keys. Those that are marked may be delivered again.
pub(super) fn of_keys(log: &[Entry]) -> Verdict {
    let mut verdict = Verdict::default();
    let mut arrived = BTreeSet::new();
    let mut delivered = BTreeSet::new();
    for entry in log {
        verdict.count(entry);
        match entry {
            Entry::Arrived(element) => {
                arrived.insert(&element.key);
            }
            Entry::Gap(_) => {}
            Entry::Delivered {
                element,
                may_repeat,
            } => {
                let is_first = delivered.insert(&element.key);
                verdict.duplicated += usize::from(!is_first && !may_repeat);
            }
        }
    }
    verdict.lost = arrived.difference(&delivered).count();
    verdict
}
