//! Pings that find connections that look open and are not: a pure function of the times of pings and pongs.

use std::time::Duration;

use tokio::time::Instant;

use crate::ws::time::later;

/// When a connection is asked whether it is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heartbeat {
    /// The time between two pings.
    pub interval: Duration,
    /// The time in which a pong must arrive.
    pub timeout: Duration,
}

impl Default for Heartbeat {
    /// A ping every 20 seconds, which must be answered within 10 seconds.
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(20),
            timeout: Duration::from_secs(10),
        }
    }
}

impl Heartbeat {
    /// Creates a heartbeat.
    pub const fn new(interval: Duration, timeout: Duration) -> Self {
        Self { interval, timeout }
    }
}

/// How long a pong is still accepted after its time. It may have arrived and wait to be read, because the owner of the connection did not
/// poll it, or blocked the thread.
const GRACE: Duration = Duration::from_millis(100);

/// The state of the heartbeat of a connection.
#[derive(Debug)]
pub(crate) struct HeartbeatState {
    settings: Heartbeat,
    next_ping: Instant,
    /// When the ping was sent that is not answered yet, and its number.
    waiting: Option<(Instant, u64)>,
    /// Since when a ping cannot be written.
    blocked_since: Option<Instant>,
    /// Until when an overdue pong is accepted.
    grace: Option<Instant>,
    count: u64,
    round_trip: Option<Duration>,
}

/// What to do for the heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    /// Nothing before this time.
    Wait(Instant),
    /// Send a ping with this number.
    Ping(u64),
    /// The pong is overdue.
    Overdue,
}

impl HeartbeatState {
    pub(crate) fn new(settings: Heartbeat, now: Instant) -> Self {
        Self {
            settings,
            next_ping: later(now, settings.interval),
            waiting: None,
            blocked_since: None,
            grace: None,
            count: 0,
            round_trip: None,
        }
    }

    /// Returns what to do.
    pub(crate) fn next(&self, now: Instant) -> Beat {
        let sent = self.waiting.map(|(sent, _)| sent);
        if let Some(begin) = sent.or(self.blocked_since) {
            let until = later(begin, self.settings.timeout);
            if until <= now {
                return Beat::Overdue;
            }
            if sent.is_some() {
                return Beat::Wait(until);
            }
        }
        if self.next_ping <= now {
            Beat::Ping(self.count + 1)
        } else {
            Beat::Wait(self.next_ping)
        }
    }

    /// A ping is due and cannot be written, because the exchange reads nothing.
    pub(crate) fn blocked(&mut self, now: Instant) {
        self.blocked_since.get_or_insert(now);
    }

    /// A ping was sent.
    pub(crate) fn pinged(&mut self, now: Instant) {
        self.count += 1;
        self.waiting = Some((now, self.count));
        self.blocked_since = None;
        self.grace = None;
        self.next_ping = later(now, self.settings.interval);
    }

    /// The pong is overdue, and there was nothing to read. Returns until when it is still accepted. Returns `None` if the connection is dead.
    pub(crate) fn overdue(&mut self, now: Instant) -> Option<Instant> {
        let until = *self.grace.get_or_insert(now + GRACE);
        (now < until).then_some(until)
    }

    /// A pong arrived. Pongs that answer no ping are ignored.
    pub(crate) fn ponged(&mut self, payload: &[u8], now: Instant) {
        if let Some((sent, number)) = self.waiting
            && payload == number.to_be_bytes()
        {
            self.round_trip = Some(now.saturating_duration_since(sent));
            self.waiting = None;
        }
    }

    /// Returns the time between the last answered ping and its pong.
    pub(crate) fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unanswered_ping_ends_the_connection() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut heartbeat = HeartbeatState::new(Heartbeat::default(), start);
        assert_eq!(heartbeat.next(start), Beat::Wait(at(20)));
        assert_eq!(heartbeat.next(at(20)), Beat::Ping(1));
        heartbeat.pinged(at(20));
        assert_eq!(heartbeat.next(at(29)), Beat::Wait(at(30)));
        // Only the pong to this ping counts.
        heartbeat.ponged(b"", at(29));
        heartbeat.ponged(&2_u64.to_be_bytes(), at(29));
        assert_eq!(heartbeat.next(at(30)), Beat::Overdue);
        let until = at(45) + GRACE;
        assert_eq!(heartbeat.overdue(at(45)), Some(until));
        assert_eq!(heartbeat.overdue(until), None);
        heartbeat.ponged(&1_u64.to_be_bytes(), at(29));
        assert_eq!(heartbeat.round_trip(), Some(Duration::from_secs(9)));
        assert_eq!(heartbeat.next(at(30)), Beat::Wait(at(40)));
        assert_eq!(heartbeat.next(at(41)), Beat::Ping(2));
    }

    #[test]
    fn ping_that_cannot_be_written_ends_the_connection() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut heartbeat = HeartbeatState::new(Heartbeat::default(), start);
        heartbeat.blocked(at(20));
        heartbeat.blocked(at(25));
        assert_eq!(heartbeat.next(at(29)), Beat::Ping(1));
        assert_eq!(heartbeat.next(at(30)), Beat::Overdue);
        // It could be written after all.
        heartbeat.pinged(at(29));
        assert_eq!(heartbeat.next(at(30)), Beat::Wait(at(39)));
    }
}
