//! How many frames a connection may send: a pure function of the frames of the last second.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The window in which the exchange counts frames. A little longer than a second, because frames do not travel equally fast.
const WINDOW: Duration = Duration::from_millis(1_100);

/// Frames that are left to pongs, which are sent at once.
const LEFT_TO_PONGS: usize = 2;

/// Counts the frames that a connection sends.
#[derive(Debug)]
pub(crate) struct Pacer {
    limit: usize,
    sent: VecDeque<Instant>,
}

impl Pacer {
    /// Creates a pacer for a number of frames in a second.
    pub(crate) fn new(frames_per_second: u32) -> Self {
        let limit = usize::try_from(frames_per_second).unwrap_or(usize::MAX);
        Self {
            limit: limit.saturating_sub(LEFT_TO_PONGS).max(1),
            sent: VecDeque::new(),
        }
    }

    /// Counts a frame.
    pub(crate) fn count(&mut self, now: Instant) {
        self.forget(now);
        self.sent.push_back(now);
    }

    /// Returns when the next command or ping may be sent: `None` means now.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Instant> {
        self.forget(now);
        let excess = self.sent.len().checked_sub(self.limit)?;
        self.sent.get(excess).map(|sent| *sent + WINDOW)
    }

    fn forget(&mut self, now: Instant) {
        while self.sent.front().is_some_and(|sent| *sent + WINDOW <= now) {
            self.sent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_contains_more_frames_than_the_limit() {
        let start = Instant::now();
        let mut pacer = Pacer::new(10);
        let mut now = start;
        let mut sent = Vec::new();
        while sent.len() < 100 {
            match pacer.next(now) {
                None => {
                    pacer.count(now);
                    sent.push(now);
                    now += Duration::from_millis(7);
                }
                Some(at) => {
                    assert!(at > now);
                    now = at;
                }
            }
        }
        for (index, first) in sent.iter().enumerate() {
            let second = Duration::from_secs(1);
            let in_second = sent[index..].iter().take_while(|at| **at < *first + second);
            assert!(in_second.count() <= 8);
        }
        assert!(now - start < Duration::from_secs(15));
    }

    #[test]
    fn pongs_are_counted_and_delay_commands() {
        let now = Instant::now();
        let mut pacer = Pacer::new(10);
        for _ in 0..8 {
            assert_eq!(pacer.next(now), None);
            pacer.count(now);
        }
        assert_eq!(pacer.next(now), Some(now + WINDOW));
        // Pongs are not delayed.
        pacer.count(now);
        pacer.count(now + Duration::from_millis(100));
        assert_eq!(pacer.next(now), Some(now + WINDOW));
        assert_eq!(pacer.next(now + WINDOW + Duration::from_millis(100)), None);
    }
}
