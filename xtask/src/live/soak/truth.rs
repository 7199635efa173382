//! What the server did with the events of a topic, compared with what a subscriber was told.

use std::ops::RangeInclusive;

/// An event was sent, at its place among the others.
const SENT: u8 = 1;
/// It is not known whether the client has read it, or it was sent after a later event. Then it may be delivered or reported as lost.
const UNCERTAIN: u8 = 2;

/// What became of each event of a topic.
#[derive(Debug, Clone, Default)]
pub(super) struct Truth(Vec<u8>);

/// What a comparison found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Compared {
    /// Events that were certainly lost.
    pub(super) lost: u64,
    /// Those of them that no gap reported.
    pub(super) unreported: u64,
    /// Events that were certainly sent, and that a gap reported as lost.
    pub(super) wrongly_reported: u64,
    /// Events of which the server does not know whether they arrived.
    pub(super) uncertain: u64,
}

impl Compared {
    /// Adds the counts of another topic.
    pub(super) fn add(&mut self, other: Self) {
        self.lost += other.lost;
        self.unreported += other.unreported;
        self.wrongly_reported += other.wrongly_reported;
        self.uncertain += other.uncertain;
    }
}

impl Truth {
    /// Adds the next event, which is lost unless something else becomes of it. Returns its index.
    pub(super) fn add(&mut self) -> u64 {
        self.0.push(0);
        self.0.len() as u64
    }

    /// The event was sent, at its place among the others.
    pub(super) fn sent(&mut self, index: u64) {
        self.set(index, SENT);
    }

    /// It is not known what became of the event.
    pub(super) fn uncertain(&mut self, index: u64) {
        self.set(index, UNCERTAIN);
    }

    fn set(&mut self, index: u64, flag: u8) {
        let index = usize::try_from(index.saturating_sub(1)).unwrap_or(usize::MAX);
        if let Some(flags) = self.0.get_mut(index) {
            *flags |= flag;
        }
    }

    /// Compares the events up to an index with the gaps, which are in order.
    pub(super) fn compare(&self, until: u64, gaps: &[RangeInclusive<u64>]) -> Compared {
        let mut compared = Compared::default();
        let mut gaps = gaps.iter().peekable();
        for (index, flags) in (1..=until).zip(&self.0) {
            while gaps.next_if(|gap| *gap.end() < index).is_some() {}
            let is_reported = gaps.peek().is_some_and(|gap| gap.contains(&index));
            if flags & UNCERTAIN != 0 {
                compared.uncertain += 1;
            } else if flags & SENT == 0 {
                compared.lost += 1;
                compared.unreported += u64::from(!is_reported);
            } else {
                compared.wrongly_reported += u64::from(is_reported);
            }
        }
        compared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_must_be_reported_and_nothing_else() {
        let mut truth = Truth::default();
        for _ in 1..=9 {
            let index = truth.add();
            if ![3, 4, 7].contains(&index) {
                truth.sent(index);
            }
        }
        truth.uncertain(7);
        truth.uncertain(8);
        let compare = |gaps: &[RangeInclusive<u64>]| truth.compare(9, gaps);
        let right = Compared {
            lost: 2,
            uncertain: 2,
            ..Compared::default()
        };
        assert_eq!(compare(&[3..=4]), right);
        assert_eq!(compare(&[3..=4, 7..=8]), right, "7 and 8 are uncertain");
        let unreported = Compared {
            unreported: 1,
            ..right
        };
        assert_eq!(compare(&[4..=4]), unreported);
        assert_eq!(compare(&[]).unreported, 2);
        let wrong = Compared {
            wrongly_reported: 1,
            ..right
        };
        assert_eq!(compare(&[2..=4]), wrong);
        assert_eq!(truth.compare(2, &[]), Compared::default());
    }
}
