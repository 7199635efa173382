//! Random numbers that are the same in each run with the same seed.

use std::hash::{BuildHasher, RandomState};

/// A generator of random numbers (SplitMix64).
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// Creates the generator of a part of a run. Different names give different numbers.
    pub(super) fn new(seed: u64, part: &str) -> Self {
        let mut random = Self(seed);
        for byte in part.bytes() {
            random.0 ^= u64::from(byte);
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// Returns a number from 0 to `limit - 1`.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// Returns one of several values, or `None` if there are none.
    pub(super) fn choose<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        let index = self.below(among.len() as u64);
        among.get(usize::try_from(index).unwrap_or(0))
    }
}

/// Spreads a number over all bits.
pub(super) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// Returns a seed of six digits that differs in each run.
pub(super) fn seed() -> u64 {
    RandomState::new().hash_one(0) % 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_depend_on_seed_and_part_only() {
        let numbers = |seed, part| {
            let mut random = Random::new(seed, part);
            [(); 4].map(|()| random.below(1_000_000))
        };
        assert_eq!(numbers(7, "losses"), numbers(7, "losses"));
        assert_ne!(numbers(7, "losses"), numbers(8, "losses"));
        assert_ne!(numbers(7, "losses"), numbers(7, "churn"));
        assert_eq!(Random::new(1, "").below(1), 0);
        assert_eq!(Random::new(1, "").choose::<u8>(&[]), None);
    }
}
