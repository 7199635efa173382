//! A queue with the latest event of each key.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::buffer::Item;
use crate::topic::{PositionKey, Subscribable};
use crate::ws::event::{Event, Update};

/// The latest event of each key. An event that replaces others completely takes the place of the first of them, so that a busy key does not
/// keep the subscriber from reading it.
pub(super) struct Latest<T: Subscribable> {
    items: BTreeMap<u64, Kept<T>>,
    /// The place of the latest event of each key, among those after the last notice.
    places: HashMap<PositionKey, u64>,
    next: u64,
}

struct Kept<T: Subscribable> {
    item: Item<T::Event>,
    topic: Option<T>,
    /// The number of keys whose latest event this is. Elements that are not replaced count as well.
    current: usize,
    /// Keys of elements that were replaced.
    replaced: HashSet<PositionKey>,
}

/// The keys of the elements of an event.
struct Elements {
    /// Each key once, and whether one of its elements is a closed candlestick.
    keys: BTreeMap<PositionKey, bool>,
    /// Whether there are elements without a position, which are never replaced.
    has_others: bool,
}

impl<T: Subscribable> Default for Latest<T> {
    fn default() -> Self {
        Self {
            items: BTreeMap::new(),
            places: HashMap::new(),
            next: 0,
        }
    }
}

impl<T: Subscribable> Latest<T> {
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Adds an item that replaces nothing and that nothing replaces. Later events do not replace those before it.
    pub(super) fn push_notice(&mut self, item: Item<T::Event>) {
        self.places.clear();
        let kept = Kept {
            item,
            topic: None,
            current: 1,
            replaced: HashSet::new(),
        };
        self.items.insert(self.next, kept);
        self.next += 1;
    }

    /// Adds an event. Calls `removed` with each event that it replaces completely.
    pub(super) fn push_event(
        &mut self,
        topic: &T,
        event: Event<T::Event>,
        size: usize,
        removed: &mut dyn FnMut(Item<T::Event>),
    ) {
        let elements = elements(topic, &event.data);
        let mut place = self.next;
        for key in elements.keys.keys() {
            let Some(old) = self.places.remove(key) else {
                continue;
            };
            let Some(kept) = self.items.get_mut(&old) else {
                continue;
            };
            kept.current -= 1;
            if kept.current > 0 {
                kept.replaced.insert(key.clone());
            } else if let Some(kept) = self.items.remove(&old) {
                place = place.min(old);
                removed(kept.item);
            }
        }
        let current = elements.keys.len() + usize::from(elements.has_others);
        // Nothing takes the place of a closed candlestick, or a place before it.
        let replaceable = elements
            .keys
            .into_iter()
            .filter(|(_, is_closed)| !is_closed);
        self.places.extend(replaceable.map(|(key, _)| (key, place)));
        let kept = Kept {
            item: Item {
                update: Update::Event(event),
                size,
            },
            topic: Some(topic.clone()),
            current,
            replaced: HashSet::new(),
        };
        self.items.insert(place, kept);
        self.next = self.next.max(place + 1);
    }

    /// Removes the first item. Elements that were replaced are removed from it.
    pub(super) fn pop(&mut self) -> Option<Item<T::Event>> {
        let (place, mut kept) = self.items.pop_first()?;
        if let (Some(topic), Update::Event(event)) = (&kept.topic, &mut kept.item.update) {
            for key in elements(topic, &event.data).keys.keys() {
                if self.places.get(key) == Some(&place) {
                    self.places.remove(key);
                }
            }
            if !kept.replaced.is_empty() {
                topic.retain_positions(&mut event.data, &mut |position| match position {
                    Some(position) => {
                        position.period.is_some_and(|period| period.is_closed)
                            || !kept.replaced.contains(&position.key)
                    }
                    None => true,
                });
            }
        }
        Some(kept.item)
    }
}

fn elements<T: Subscribable>(topic: &T, event: &T::Event) -> Elements {
    let mut elements = Elements {
        keys: BTreeMap::new(),
        has_others: false,
    };
    topic.visit_positions(event, &mut |position| match position {
        Some(position) => {
            let is_closed = position.period.is_some_and(|period| period.is_closed);
            *elements.keys.entry(position.key).or_default() |= is_closed;
        }
        None => elements.has_others = true,
    });
    elements
}
