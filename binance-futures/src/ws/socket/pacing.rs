//! How many frames a connection may send: a pure function of the frames of the last second.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The window in which the exchange counts frames. A little longer than a second, because frames do not travel equally fast.
const WINDOW: Duration = Duration::from_millis(1_100);

/// The fewest frames that are left to pongs, which are sent at once.
const LEFT_TO_PONGS: usize = 2;

/// Counts the frames that a connection sends.
#[derive(Debug)]
pub(crate) struct Pacer {
    limit: usize,
    sent: VecDeque<Sent>,
}

/// A frame that was sent.
#[derive(Debug)]
struct Sent {
    at: Instant,
    is_pong: bool,
}

impl Pacer {
    /// Creates a pacer for a number of frames in a second.
    pub(crate) fn new(frames_per_second: u32) -> Self {
        Self {
            limit: usize::try_from(frames_per_second).unwrap_or(usize::MAX),
            sent: VecDeque::new(),
        }
    }

    /// Counts a command or a ping.
    pub(crate) fn count(&mut self, now: Instant) {
        self.push(now, false);
    }

    /// Counts a pong.
    pub(crate) fn count_pong(&mut self, now: Instant) {
        self.push(now, true);
    }

    /// Returns when to look whether the next command or ping may be sent: `None` means that it may be sent now.
    ///
    /// As many pongs as in the last window, and one more, may have to be sent in the next one. So as much is left to them.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Instant> {
        self.forget(now);
        let pongs = self.sent.iter().filter(|sent| sent.is_pong).count();
        let left_to_pongs = LEFT_TO_PONGS.max(pongs + 1);
        let commands = self.sent.len() - pongs;
        if commands < self.limit.saturating_sub(left_to_pongs).max(1) {
            return None;
        }
        self.sent.front().map(|sent| sent.at + WINDOW)
    }

    fn push(&mut self, at: Instant, is_pong: bool) {
        self.forget(at);
        self.sent.push_back(Sent { at, is_pong });
    }

    fn forget(&mut self, now: Instant) {
        let is_old = |sent: &Sent| sent.at + WINDOW <= now;
        while self.sent.front().is_some_and(is_old) {
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
        pacer.count_pong(now);
        pacer.count_pong(now + Duration::from_millis(100));
        assert_eq!(pacer.next(now), Some(now + WINDOW));
        assert_eq!(pacer.next(now + WINDOW + Duration::from_millis(100)), None);
    }

    #[test]
    fn frequent_pongs_leave_less_to_commands() {
        let start = Instant::now();
        let mut pacer = Pacer::new(10);
        let mut sent = Vec::new();
        for tick in 0..5_000_u64 {
            let now = start + Duration::from_millis(tick * 10);
            if tick % 17 == 0 {
                pacer.count_pong(now);
                sent.push(now);
            }
            // Commands are waiting after the first pongs.
            while tick > 200 && pacer.next(now).is_none() {
                pacer.count(now);
                sent.push(now);
            }
        }
        let most = sent.iter().enumerate().map(|(index, first)| {
            let second = Duration::from_secs(1);
            let in_second = sent[index..].iter().take_while(|at| **at < *first + second);
            in_second.count()
        });
        let most = most.max().unwrap();
        assert!((8..=10).contains(&most), "{most}");
        // 294 pongs, and more commands than the least number.
        assert!(sent.len() > 294 + 2 * 43, "{}", sent.len());
    }
}
