//! A map from the keys of a topic.

use std::collections::HashMap;

use crate::topic::PositionKey;

/// The largest number of keys. An exchange lists and delists symbols, so that the keys of a topic change over months.
const MAX_KEYS: usize = 10_000;

/// A map that forgets the keys that were not used for the longest time. Finding the key that was used last costs a comparison.
#[derive(Debug)]
pub(super) struct Keys<V> {
    entries: Vec<Entry<V>>,
    index: HashMap<PositionKey, usize>,
    recent: usize,
    uses: u64,
}

#[derive(Debug)]
struct Entry<V> {
    key: PositionKey,
    value: V,
    /// The number of uses of the map at the last use of this entry.
    used: u64,
}

impl<V> Default for Keys<V> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            index: HashMap::new(),
            recent: 0,
            uses: 0,
        }
    }
}

impl<V> Keys<V> {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, key: &PositionKey) -> Option<&mut V> {
        let recent = self.entries.get(self.recent);
        if recent.is_none_or(|entry| entry.key != *key) {
            self.recent = *self.index.get(key)?;
        }
        self.uses += 1;
        let entry = self.entries.get_mut(self.recent)?;
        entry.used = self.uses;
        Some(&mut entry.value)
    }

    /// Inserts a key that is not in the map. If the map is full, it first forgets half of the keys, except those for which `keep` is `true`.
    pub(super) fn insert(&mut self, key: PositionKey, value: V, keep: impl Fn(&V) -> bool) {
        if self.entries.len() >= MAX_KEYS {
            self.forget_half(keep);
        }
        self.uses += 1;
        self.index.insert(key.clone(), self.entries.len());
        self.entries.push(Entry {
            key,
            value,
            used: self.uses,
        });
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|entry| &entry.value)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&PositionKey, &mut V)> {
        let entries = self.entries.iter_mut();
        entries.map(|entry| (&entry.key, &mut entry.value))
    }

    /// Removes all keys and frees the memory.
    pub(super) fn clear(&mut self) {
        if !self.entries.is_empty() {
            *self = Self::default();
        }
    }

    fn forget_half(&mut self, keep: impl Fn(&V) -> bool) {
        self.entries.sort_unstable_by_key(|entry| entry.used);
        let mut excess = self.entries.len() / 2;
        self.entries.retain(|entry| {
            let forget = excess > 0;
            excess = excess.saturating_sub(1);
            !forget || keep(&entry.value)
        });
        let entries = self.entries.iter().enumerate();
        self.index = entries
            .map(|(index, entry)| (entry.key.clone(), index))
            .collect();
        self.recent = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> PositionKey {
        PositionKey::new(&[&number])
    }

    #[test]
    fn the_keys_that_were_not_used_for_the_longest_time_are_forgotten() {
        let mut keys = Keys::default();
        for number in 0..MAX_KEYS {
            keys.insert(key(number), number, |value| *value == 7);
        }
        assert_eq!(keys.get_mut(&key(3)), Some(&mut 3));
        keys.insert(key(MAX_KEYS), MAX_KEYS, |value| *value == 7);
        for (number, is_known) in [
            (0, false),
            (3, true),
            (7, true),
            (5_000, false),
            (5_001, true),
            (MAX_KEYS, true),
        ] {
            let value = keys.get_mut(&key(number)).copied();
            assert_eq!(value, is_known.then_some(number));
        }
        assert_eq!(keys.iter().count(), MAX_KEYS / 2 + 2);
    }
}
