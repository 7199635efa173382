//! When something happens on the market: at the start of each minute, and at the step of each contract.

use super::interval::MINUTE;
use super::process::STEP;

/// The next moment at which something happens.
#[derive(Debug)]
pub(super) struct Schedule {
    /// Moments of the contracts within each step, in milliseconds from its start, ascending, with the indexes of the contracts.
    offsets: Vec<(i64, usize)>,
    /// Start of the step in which the next moment is.
    start: i64,
    /// Place of the next moment within its step: 0 for its start, and from 1 on for the contracts.
    place: usize,
}

/// Something that happens at a known time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A minute begins.
    Minute,
    /// The step of the contract with this index.
    Step(usize),
}

impl Schedule {
    /// Schedules contracts by their moments within a step, from after a time on.
    pub(super) fn new(mut offsets: Vec<(i64, usize)>, time: i64) -> Self {
        offsets.sort_unstable();
        let mut schedule = Self {
            offsets,
            start: 0,
            place: 0,
        };
        schedule.skip_to(time);
        schedule
    }

    /// Skips what happens until a time, inclusive.
    pub(super) fn skip_to(&mut self, time: i64) {
        self.start = time.div_euclid(STEP) * STEP;
        let passed = time - self.start;
        // The start of the step has passed as well.
        self.place = 1 + self
            .offsets
            .partition_point(|(offset, _)| *offset <= passed);
    }

    /// Returns the next moment until a time, inclusive, and goes on to the one after it.
    pub(super) fn next(&mut self, until: i64) -> Option<(i64, Moment)> {
        loop {
            let Some(index) = self.place.checked_sub(1) else {
                if self.start > until {
                    return None;
                }
                self.place = 1;
                if self.start % MINUTE == 0 {
                    return Some((self.start, Moment::Minute));
                }
                continue;
            };
            let Some((offset, contract)) = self.offsets.get(index) else {
                self.start += STEP;
                self.place = 0;
                continue;
            };
            let time = self.start + offset;
            if time > until {
                return None;
            }
            self.place += 1;
            return Some((time, Moment::Step(*contract)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, Schedule};

    #[test]
    fn moments_follow_each_other_and_none_is_repeated() {
        let mut schedule = Schedule::new(vec![(700, 1), (20, 0)], 45_020);
        let mut moments = Vec::new();
        for until in [45_700, 50_000, 60_010, 60_020] {
            while let Some((time, moment)) = schedule.next(until) {
                assert!(time <= until);
                moments.push((time, moment));
            }
        }
        let expected = [
            (45_700, Moment::Step(1)),
            (50_020, Moment::Step(0)),
            (50_700, Moment::Step(1)),
            (55_020, Moment::Step(0)),
            (55_700, Moment::Step(1)),
            (60_000, Moment::Minute),
            (60_020, Moment::Step(0)),
        ];
        assert_eq!(moments, expected);
    }
}
