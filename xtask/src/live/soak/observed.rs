//! What a subscriber received of a topic, judged by the sequence numbers alone.

use std::ops::RangeInclusive;

use binance_futures::ws::{Gap, Lost};

use super::numbered::Numbers;

/// What a subscriber received of a topic.
#[derive(Debug, Clone)]
pub(super) struct Observed {
    numbers: Numbers,
    /// The index of the last event that was delivered.
    last: u64,
    /// The numbers that were reported as lost after that event.
    reported: Option<RangeInclusive<u64>>,
    /// The indexes of the events that were reported as lost, in order.
    pub(super) gaps: Vec<RangeInclusive<u64>>,
    pub(super) delivered: u64,
    pub(super) faults: Faults,
    /// What happened when the first fault was found.
    pub(super) first_fault: Option<String>,
}

/// What must not happen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Faults {
    /// Events that are missing without a gap.
    pub(super) unreported: u64,
    /// Events that were delivered twice or in the wrong order.
    pub(super) repeated: u64,
    /// Events that were reported as lost and delivered.
    pub(super) contradicted: u64,
    /// Gaps with other numbers than those of the events that are missing.
    pub(super) inexact: u64,
}

impl Faults {
    /// Adds the counts of another topic.
    pub(super) fn add(&mut self, other: Self) {
        self.unreported += other.unreported;
        self.repeated += other.repeated;
        self.contradicted += other.contradicted;
        self.inexact += other.inexact;
    }
}

impl Observed {
    /// Creates the record of a topic whose first event has index 1.
    pub(super) fn new(numbers: Numbers) -> Self {
        Self {
            numbers,
            last: 0,
            reported: None,
            gaps: Vec::new(),
            delivered: 0,
            faults: Faults::default(),
            first_fault: None,
        }
    }

    /// Returns the index of the last event that was delivered.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// An event with this last number was delivered.
    pub(super) fn event(&mut self, last: u64) {
        let (before, reported) = (self.last, self.reported.clone());
        self.take_event(last);
        if self.first_fault.is_none() && self.faults != Faults::default() {
            self.first_fault = Some(format!(
                "after event {before}, and reported numbers {reported:?}, event {:?} with number {last}",
                self.numbers.index(last)
            ));
        }
    }

    fn take_event(&mut self, last: u64) {
        self.delivered += 1;
        let Some(index) = self.numbers.index(last) else {
            self.faults.inexact += 1;
            return;
        };
        if index <= self.last {
            self.faults.repeated += 1;
            let was_reported = |gap: &RangeInclusive<u64>| gap.contains(&index);
            self.faults.contradicted += u64::from(self.gaps.iter().any(was_reported));
            return;
        }
        if self.delivered == 1 {
            // Nothing is known of what was before the first event that any connection delivered.
            self.last = index;
            return;
        }
        let missing = self.last + 1..=index - 1;
        let reported = self.reported.take();
        match reported {
            None => self.faults.unreported += missing.count() as u64,
            Some(numbers) => {
                let is_exact = !missing.is_empty() && numbers == self.numbers.missing(&missing);
                self.faults.inexact += u64::from(!is_exact);
                // A gap reports the events whose last numbers it has.
                let covers = |index: &u64| numbers.contains(&self.numbers.last(*index));
                let uncovered = missing.filter(|index| !covers(index)).count();
                self.faults.unreported += uncovered as u64;
                self.faults.contradicted += u64::from(covers(&index));
            }
        }
        self.last = index;
    }

    /// A gap was reported.
    pub(super) fn gap(&mut self, gap: &Gap) {
        let numbers = gap.numbers().and_then(|numbers| {
            let (first, last) = numbers.into_inner();
            Some(u64::try_from(first).ok()?..=u64::try_from(last).ok()?)
        });
        let exactly = match gap.lost() {
            Lost::Exactly(count) => Some(count),
            _ => None,
        };
        self.reported(numbers, exactly);
    }

    /// These numbers were reported as lost, with the number of events.
    fn reported(&mut self, numbers: Option<RangeInclusive<u64>>, exactly: Option<u64>) {
        let Some(numbers) = numbers else {
            self.faults.inexact += 1;
            return;
        };
        let indexes = self.numbers.indexes(&numbers);
        let expected = match self.numbers {
            Numbers::Contiguous => indexes.clone().map(|indexes| indexes.count() as u64),
            Numbers::Chained => None,
        };
        self.faults.inexact += u64::from(indexes.is_none() || exactly != expected);
        self.gaps.extend(indexes);
        self.reported = Some(match self.reported.take() {
            None => numbers,
            // Two gaps in succession. They are exact only together.
            Some(before) => *before.start()..=*numbers.end(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays events, by their indexes, and gaps, by the indexes of the lost events.
    fn played(numbers: Numbers, steps: &[Result<u64, RangeInclusive<u64>>]) -> Observed {
        let mut observed = Observed::new(numbers);
        for step in steps {
            match step {
                Ok(index) => observed.event(numbers.last(*index)),
                Err(lost) => {
                    let exactly =
                        (numbers == Numbers::Contiguous).then(|| lost.clone().count() as u64);
                    observed.reported(Some(numbers.missing(lost)), exactly);
                }
            }
        }
        observed
    }

    #[test]
    fn each_fault_is_found() {
        let none = Faults::default();
        for numbers in [Numbers::Contiguous, Numbers::Chained] {
            let faults = |steps: &[_]| played(numbers, steps).faults;
            assert_eq!(faults(&[Ok(1), Ok(2), Ok(3)]), none);
            assert_eq!(faults(&[Ok(1), Err(2..=3), Ok(4), Ok(5)]), none);
            // A subscription begins with any event.
            assert_eq!(faults(&[Ok(3), Ok(4)]), none);
            // A loss without a gap.
            let expected = Faults {
                unreported: 2,
                ..none
            };
            assert_eq!(faults(&[Ok(1), Ok(4)]), expected);
            // A gap that is too short.
            let expected = Faults {
                unreported: 1,
                inexact: 1,
                ..none
            };
            assert_eq!(faults(&[Ok(1), Err(2..=2), Ok(4)]), expected);
            // A gap that is too long: it also has the event that follows.
            let expected = Faults {
                inexact: 1,
                contradicted: 1,
                ..none
            };
            assert_eq!(faults(&[Ok(1), Err(2..=4), Ok(4)]), expected);
            // A gap although nothing is missing.
            assert_eq!(faults(&[Ok(1), Err(2..=2), Ok(2)]), expected);
            // A duplicate, and a wrong order.
            let expected = Faults {
                repeated: 1,
                ..none
            };
            assert_eq!(faults(&[Ok(1), Ok(1), Ok(2)]), expected);
            // An event that was reported as lost before.
            let expected = Faults {
                repeated: 1,
                contradicted: 1,
                ..none
            };
            assert_eq!(faults(&[Ok(1), Err(2..=2), Ok(3), Ok(2)]), expected);
        }
    }

    #[test]
    fn a_gap_must_have_numbers_and_their_count() {
        let mut observed = played(Numbers::Contiguous, &[Ok(1)]);
        observed.reported(Some(2..=3), Some(1));
        observed.event(4);
        assert_eq!(observed.faults.inexact, 1);
        let mut observed = played(Numbers::Chained, &[Ok(1)]);
        observed.reported(None, None);
        assert_eq!(observed.faults.inexact, 1);
    }

    #[test]
    fn gaps_are_kept_by_the_indexes_of_the_lost_events() {
        let steps = [Ok(1), Err(2..=3), Ok(4), Err(5..=5), Ok(6)];
        let observed = played(Numbers::Chained, &steps);
        assert_eq!(observed.gaps, [2..=3, 5..=5]);
        assert_eq!((observed.delivered, observed.last()), (3, 6));
    }
}
