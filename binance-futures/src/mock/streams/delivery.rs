//! What happens to the events of a connection on their way: faults, batches of arrays, and the name of the stream.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

/// Faults of the next events of a connection.
#[derive(Debug, Default)]
pub(super) struct Delivery {
    /// Streams that push nothing any more.
    pub(super) muted: BTreeSet<String>,
    /// Number of events that are lost, by stream.
    pub(super) dropped: BTreeMap<String, usize>,
    /// Streams whose next event arrives twice.
    pub(super) duplicated: BTreeSet<String>,
    /// Streams whose next two events arrive in reverse order, and the first one of these, once it happened.
    pub(super) reordered: BTreeMap<String, Option<String>>,
    /// Whether the next array arrives in two frames.
    pub(super) split: bool,
    /// Maximum number of elements in a frame.
    pub(super) max_elements: Option<usize>,
}

impl Delivery {
    /// Returns the frames, as events without the name of the stream, that an event becomes.
    pub(super) fn deliver(&mut self, stream: &str, event: &str) -> Vec<String> {
        if self.muted.contains(stream) {
            return Vec::new();
        }
        if let Some(left) = self.dropped.get_mut(stream)
            && *left > 0
        {
            *left -= 1;
            return Vec::new();
        }
        let mut events = Vec::new();
        match self.reordered.get_mut(stream) {
            Some(held @ None) => {
                *held = Some(event.to_owned());
                return Vec::new();
            }
            Some(Some(_)) => {
                events.push(event.to_owned());
                events.extend(self.reordered.remove(stream).flatten());
            }
            None => events.push(event.to_owned()),
        }
        if self.duplicated.remove(stream) {
            events.extend(events.first().cloned());
        }
        events
            .into_iter()
            .flat_map(|event| self.split(event))
            .collect()
    }

    fn split(&mut self, event: String) -> Vec<String> {
        if !(self.split || self.max_elements.is_some()) || !event.starts_with('[') {
            return vec![event];
        }
        let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(&event) else {
            return vec![event];
        };
        let size = if self.split && elements.len() > 1 {
            self.split = false;
            elements.len().div_ceil(2)
        } else {
            self.max_elements.unwrap_or(elements.len())
        };
        if elements.len() <= size {
            return vec![event];
        }
        let frames = elements.chunks(size.max(1)).map(|elements| {
            let elements: Vec<&str> = elements.iter().map(|element| element.get()).collect();
            format!("[{}]", elements.join(","))
        });
        frames.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Delivery;

    #[test]
    fn events_are_lost_repeated_and_reordered_by_stream() {
        let mut delivery = Delivery::default();
        delivery.dropped.insert("a".to_owned(), 2);
        delivery.duplicated.insert("a".to_owned());
        delivery.reordered.insert("b".to_owned(), None);
        delivery.muted.insert("c".to_owned());
        let mut deliver = |stream, event| delivery.deliver(stream, event);
        assert_eq!(deliver("a", "1").len() + deliver("a", "2").len(), 0);
        assert_eq!(deliver("a", "3"), ["3", "3"]);
        assert_eq!(deliver("a", "4"), ["4"]);
        assert_eq!(deliver("b", "1").len(), 0);
        assert_eq!(deliver("b", "2"), ["2", "1"]);
        assert_eq!(deliver("b", "3"), ["3"]);
        assert_eq!(deliver("c", "1").len(), 0);
    }

    #[test]
    fn arrays_are_split_and_keep_their_elements() {
        let mut delivery = Delivery {
            split: true,
            ..Delivery::default()
        };
        assert_eq!(delivery.deliver("a", "[1]"), ["[1]"]);
        assert_eq!(delivery.deliver("a", r#"{"a":[1,2]}"#), [r#"{"a":[1,2]}"#]);
        assert_eq!(delivery.deliver("a", "[1,[2,3],4]"), ["[1,[2,3]]", "[4]"]);
        assert_eq!(delivery.deliver("a", "[1,2,3]"), ["[1,2,3]"]);
        delivery.max_elements = Some(1);
        assert_eq!(delivery.deliver("a", "[1,2,3]"), ["[1]", "[2]", "[3]"]);
    }
}
