//! Differences between what two connections receive.

use crate::mock::market::noise;

/// How the events of one connection differ from those of others. The default is no difference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Variation(u64);

/// Longest delay of the event time, in milliseconds.
const MAX_DELAY: u64 = 7;

impl Variation {
    /// The variation of a connection.
    pub(super) fn new(seed: u64, connection: u64) -> Self {
        // 0 is no difference.
        Self(noise(seed, connection.cast_signed()).max(1))
    }

    /// Returns how much later the event times are, in milliseconds.
    pub(super) fn delay(self) -> i64 {
        i64::try_from(self.part(0, MAX_DELAY + 1)).unwrap_or(0)
    }

    /// Returns by how much the borders of batches are moved, in milliseconds: less than the interval.
    pub(super) fn offset(self, interval: i64) -> i64 {
        let interval = u64::try_from(interval.max(1)).unwrap_or(1);
        i64::try_from(self.part(1, interval)).unwrap_or(0)
    }

    /// Returns the maximum number of elements in a frame. `None` if arrays are not split.
    pub(super) fn max_elements(self) -> Option<usize> {
        (self.0 != 0).then(|| usize::try_from(1 + self.part(2, 5)).unwrap_or(1))
    }

    fn part(self, place: i64, count: u64) -> u64 {
        if self.0 == 0 {
            return 0;
        }
        noise(self.0, place) % count
    }
}

#[cfg(test)]
mod tests {
    use super::Variation;

    #[test]
    fn connections_differ_only_with_a_seed() {
        let none = Variation::default();
        assert_eq!((none.delay(), none.offset(250)), (0, 0));
        assert_eq!(none.max_elements(), None);
        let offsets: Vec<i64> = (0..20)
            .map(|connection| Variation::new(7, connection).offset(250))
            .collect();
        assert!(offsets.iter().all(|offset| (0..250).contains(offset)));
        assert!(offsets.iter().any(|offset| *offset != offsets[0]));
        assert_eq!(Variation::new(7, 3), Variation::new(7, 3));
    }
}
