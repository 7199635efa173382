//! What a session decides: pure functions of times and numbers.

use std::time::Duration;

use tokio::time::Instant;

use super::options::SessionOptions;
use crate::error::Error;
use crate::topic::Cadence;
use crate::ws::time::later;

/// The wait after the first failed attempt to connect.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The longest wait that a response can cause. Something between client and exchange may ask for any time.
const LONGEST_REQUESTED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long a connection must live for the next wait to be the shortest one again.
const STABLE: Duration = Duration::from_secs(60);

/// The part of the time to the rotation that is random, so that connections that were opened together are not replaced together.
const ROTATION_SPREAD: f64 = 0.02;

/// A topic that should push events periodically is silent if it misses this many.
const MISSED_PERIODS: u32 = 3;

/// The shortest time after which a topic counts as silent without a setting of the caller.
const SHORTEST_SILENCE: Duration = Duration::from_secs(10);

/// The waits between attempts to connect: twice as long after each failure, of which a random half is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reconnect {
    failures: u32,
}

impl Reconnect {
    /// Returns how long to wait after a connection could not be opened, or ended after it had lived for a time. `random` is from 0 to 1.
    pub(crate) fn wait_after(&mut self, lived: Option<Duration>, random: f64) -> Duration {
        if lived.is_some_and(|lived| lived >= STABLE) {
            self.failures = 0;
        }
        let doubled = 2_u32.saturating_pow(self.failures.min(16));
        self.failures = self.failures.saturating_add(1);
        let longest = FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT);
        longest.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
    }
}

/// Returns how long to wait after an attempt failed: at least as long as the exchange, or the governor, says, within reason.
pub(crate) fn wait_after_error(wait: Duration, error: &Error) -> Duration {
    let after = error.retry_after().unwrap_or_default();
    wait.max(after.min(LONGEST_REQUESTED))
}

/// Returns when a connection is replaced. `random` is from 0 to 1.
pub(crate) fn rotate_at(opened: Instant, options: &SessionOptions, random: f64) -> Instant {
    let early = options
        .rotate_after
        .mul_f64(ROTATION_SPREAD * random.clamp(0.0, 1.0));
    later(opened, options.rotate_after.saturating_sub(early))
}

/// Decides whether a connection is replaced because of its age. One is replaced after the other, so that there is at most one more than are
/// wanted, however long the replacement takes.
pub(crate) fn must_rotate(rotate_at: Instant, now: Instant, is_one_replaced: bool) -> bool {
    rotate_at <= now && !is_one_replaced
}

/// What happens to a connection on which a topic is silent, or that the exchange is about to close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replacement {
    /// Another one is opened, and it is closed when that one carries all topics.
    MakeBeforeBreak,
    /// It is closed at once.
    GiveUp,
}

/// Decides how a connection is replaced. If it was opened to replace another one that is still open, it is given up, so that their number does
/// not grow. `opened` is when it was opened; `retiring` is since when each other connection is being replaced.
pub(crate) fn replacement(
    opened: Instant,
    mut retiring: impl Iterator<Item = Instant>,
) -> Replacement {
    if retiring.any(|since| since <= opened) {
        Replacement::GiveUp
    } else {
        Replacement::MakeBeforeBreak
    }
}

/// What follows from a subscription that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failed {
    /// Another connection is opened.
    Reconnect,
    /// The session is not subscribed to the topics.
    Remove,
}

/// Decides what follows from a subscription that failed. Topics that were added later and that no connection has confirmed are removed, so
/// that the others are not disturbed.
pub(crate) fn failed_subscription(is_first: bool, was_confirmed: bool) -> Failed {
    if is_first || was_confirmed {
        Failed::Reconnect
    } else {
        Failed::Remove
    }
}

/// Returns since when a topic is known to be silent: for as long as everything was read, and without a break in which the session was not
/// polled.
pub(crate) fn silence(last: Instant, drained_at: Instant, attentive_since: Instant) -> Duration {
    drained_at.saturating_duration_since(last.max(attentive_since))
}

/// Decides whether the session was not polled for a while, so that nothing is known about that time. `late` is how late it looks.
pub(crate) fn was_inattentive(late: Duration, tick: Duration) -> bool {
    late >= tick
}

/// Returns after what silence a topic is stale: as the caller set it, or else by its cadence. Returns `None` if silence means nothing.
/// After each report, the time is twice as long, until the topic delivers an event.
pub(crate) fn stale_after(
    own: Option<Duration>,
    cadence: Cadence,
    reports: u32,
) -> Option<Duration> {
    let bound = match (own, cadence) {
        (Some(own), _) => own,
        (None, Cadence::Periodic(period)) => {
            SHORTEST_SILENCE.max(period.saturating_mul(MISSED_PERIODS))
        }
        (None, Cadence::AtMostEvery(_) | Cadence::OnEvent) => return None,
    };
    Some(bound.saturating_mul(2_u32.saturating_pow(reports.min(10))))
}

/// What is known about a topic while its connection is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Handover {
    /// Whether the new connection proved that it continues the old one.
    pub(crate) has_proved: bool,
    /// How long the exchange has listed the topic for the new connection.
    pub(crate) listed_for: Duration,
    /// Whether the old connection delivered an event since then.
    pub(crate) old_delivers: bool,
    /// Whether the new connection delivered an event.
    pub(crate) new_delivers: bool,
}

/// Whether a topic can do without the old connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It moves to the new connection.
    Moves,
    /// It is not known yet.
    Waits,
    /// The new connection does not deliver it, and another one must be opened.
    Fails,
}

/// Decides whether a topic moves to the new connection.
pub(crate) fn handover(topic: Handover, options: &SessionOptions) -> Verdict {
    if topic.has_proved {
        return Verdict::Moves;
    }
    if topic.listed_for < options.drain {
        return Verdict::Waits;
    }
    if topic.old_delivers && !topic.new_delivers {
        // Both are subscribed to the topic, and only one of them gets events.
        return if topic.listed_for < options.drain.saturating_mul(3) {
            Verdict::Waits
        } else {
            Verdict::Fails
        };
    }
    Verdict::Moves
}

#[cfg(all(test, feature = "usdm"))]
mod tests {
    use super::*;
    use crate::usdm::Usdm;

    #[test]
    fn waits_between_attempts_grow_until_a_connection_is_stable() {
        let mut reconnect = Reconnect::default();
        let waits: Vec<_> = (0..9)
            .map(|_| reconnect.wait_after(None, 1.0).as_millis())
            .collect();
        assert_eq!(
            waits,
            [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]
        );
        // A connection that is lost soon does not count as a success.
        let soon = Duration::from_secs(5);
        assert_eq!(reconnect.wait_after(Some(soon), 1.0), LONGEST_WAIT);
        assert_eq!(reconnect.wait_after(Some(STABLE), 1.0), FIRST_WAIT);
        for random in [0.0, 0.3, 1.0, 7.0] {
            let mut reconnect = Reconnect { failures: 3 };
            let wait = reconnect.wait_after(None, random);
            assert!((1_000..=2_000).contains(&wait.as_millis()), "{wait:?}");
        }
    }

    #[test]
    fn rotation_is_spread_and_never_late() {
        let options = SessionOptions::of::<Usdm>();
        let opened = Instant::now();
        assert_eq!(
            rotate_at(opened, &options, 0.0),
            opened + options.rotate_after
        );
        let early = rotate_at(opened, &options, 1.0);
        assert!(early < opened + options.rotate_after);
        assert!(early > opened + Duration::from_secs(22 * 3_600));
    }

    #[test]
    fn times_may_be_as_long_as_they_can_be() {
        let options = SessionOptions {
            rotate_after: Duration::MAX,
            ..SessionOptions::of::<Usdm>()
        };
        let opened = Instant::now();
        let year = Duration::from_secs(365 * 86_400);
        assert!(rotate_at(opened, &options, 0.5) > opened + year);
    }

    #[test]
    fn connections_are_rotated_one_after_the_other() {
        let now = Instant::now();
        let soon = now + Duration::from_secs(1);
        assert!(must_rotate(now, now, false));
        assert!(!must_rotate(now, now, true));
        assert!(!must_rotate(soon, now, false));
    }

    #[test]
    fn successor_of_an_open_connection_is_given_up() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        for (opened, retiring, expected) in [
            (at(0), vec![], Replacement::MakeBeforeBreak),
            // Another one of several connections is being replaced.
            (at(0), vec![at(50)], Replacement::MakeBeforeBreak),
            (at(51), vec![at(50)], Replacement::GiveUp),
            (at(50), vec![at(60), at(50)], Replacement::GiveUp),
        ] {
            assert_eq!(replacement(opened, retiring.into_iter()), expected);
        }
    }

    #[test]
    fn failed_subscription_disturbs_no_confirmed_topic() {
        for (is_first, was_confirmed, expected) in [
            (true, true, Failed::Reconnect),
            (false, true, Failed::Reconnect),
            (false, false, Failed::Remove),
        ] {
            assert_eq!(failed_subscription(is_first, was_confirmed), expected);
        }
    }

    #[test]
    fn silence_counts_only_while_everything_is_read() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        for (last, drained_at, attentive_since, expected) in [
            (at(10), at(30), at(0), 20),
            (at(10), at(30), at(25), 5),
            // Messages wait to be read.
            (at(10), at(5), at(0), 0),
        ] {
            let silent_for = silence(last, drained_at, attentive_since);
            assert_eq!(silent_for, Duration::from_secs(expected));
        }
        let tick = Duration::from_secs(1);
        assert!(!was_inattentive(tick / 2, tick));
        assert!(was_inattentive(tick, tick));
    }

    #[test]
    fn silence_means_something_for_periodic_topics_and_where_the_caller_says_so() {
        let second = Duration::from_secs(1);
        for (own, cadence, reports, expected) in [
            (None, Cadence::Periodic(second), 0, Some(10)),
            (None, Cadence::Periodic(5 * second), 0, Some(15)),
            (None, Cadence::Periodic(second), 1, Some(20)),
            (None, Cadence::Periodic(second), 99, Some(10_240)),
            (None, Cadence::AtMostEvery(second), 0, None),
            (None, Cadence::OnEvent, 0, None),
            (Some(4 * second), Cadence::OnEvent, 0, Some(4)),
            (Some(4 * second), Cadence::Periodic(second), 2, Some(16)),
        ] {
            let bound = stale_after(own, cadence, reports);
            assert_eq!(
                bound,
                expected.map(Duration::from_secs),
                "{own:?} {cadence:?}"
            );
        }
    }

    #[test]
    fn topic_moves_when_the_new_connection_proves_itself_or_both_are_silent() {
        let options = SessionOptions::of::<Usdm>();
        let drain = options.drain;
        let soon = drain / 2;
        for (has_proved, listed_for, old_delivers, new_delivers, expected) in [
            (true, Duration::ZERO, true, true, Verdict::Moves),
            (false, soon, false, false, Verdict::Waits),
            (false, soon, true, true, Verdict::Waits),
            // A topic that may be silent.
            (false, drain, false, false, Verdict::Moves),
            (false, drain, false, true, Verdict::Moves),
            (false, drain, true, true, Verdict::Moves),
            // Acknowledged and silent, as a topic of another URL group.
            (false, drain, true, false, Verdict::Waits),
            (false, drain * 3, true, false, Verdict::Fails),
        ] {
            let topic = Handover {
                has_proved,
                listed_for,
                old_delivers,
                new_delivers,
            };
            assert_eq!(handover(topic, &options), expected, "{topic:?}");
        }
    }
}
