//! The count of one limit.

use std::time::Duration;

/// How many parts an interval has. What was counted is freed at the end of a part, so at most one part later than necessary.
const PARTS: u64 = 128;

/// Room for the parts that may hold a count: the current one, and all parts of the interval after it. A power of two, so that finding a slot
/// takes no division.
const SLOTS: usize = (PARTS as usize + 2).next_power_of_two();

/// What counts against one limit, such as the request weight of an IP address in a minute.
///
/// The exchange counts in intervals whose beginning the client does not know, and counts a request when it arrives, which is some time between
/// sending and the response. So a count is held from before the request is sent until one interval after its response. Then the requests
/// that arrive in any interval of that length are all held at the time at which the last of them is sent, and never exceed the limit.
///
/// All times are those since a fixed origin.
#[derive(Debug)]
pub(super) struct Window {
    interval: Duration,
    limit: u64,
    /// The length of a part of time, in nanoseconds.
    part: u64,
    /// What was sent and has no response yet.
    in_flight: u64,
    /// What has a response, by the part of time at whose beginning it is freed.
    slots: [u64; SLOTS],
    /// The sum of the slots.
    held: u64,
    /// The current part of time.
    current: u64,
    /// When the current part ends.
    ends: Duration,
}

impl Window {
    pub(super) fn new(interval: Duration, limit: u64) -> Self {
        let interval = interval.max(Duration::from_millis(1));
        let nanos = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
        Self {
            interval,
            limit,
            part: nanos.div_ceil(PARTS),
            in_flight: 0,
            slots: [0; SLOTS],
            held: 0,
            current: 0,
            ends: Duration::ZERO,
        }
    }

    pub(super) fn interval(&self) -> Duration {
        self.interval
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    pub(super) fn set_limit(&mut self, limit: u64) {
        self.limit = limit;
    }

    /// Returns what counts against the limit.
    pub(super) fn used(&self) -> u64 {
        self.in_flight.saturating_add(self.held)
    }

    fn part_at(&self, time: Duration) -> u64 {
        u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) / self.part
    }

    /// Frees what is due. A time before the last one changes nothing.
    #[inline]
    pub(super) fn advance(&mut self, now: Duration) {
        if now >= self.ends {
            self.free(self.part_at(now));
        }
    }

    /// Returns when something that is held may be freed.
    pub(super) fn next_advance(&self) -> Duration {
        self.ends
    }

    /// Frees what is due in a later part of time.
    fn free(&mut self, now: u64) {
        if now.saturating_sub(self.current) >= SLOTS as u64 {
            self.slots = [0; SLOTS];
            self.held = 0;
        } else {
            for part in self.current + 1..=now {
                if let Some(slot) = self.slots.get_mut(slot(part)) {
                    self.held = self.held.saturating_sub(*slot);
                    *slot = 0;
                }
            }
        }
        self.current = now;
        self.ends = self.beginning(now.saturating_add(1));
    }

    #[inline]
    pub(super) fn fits(&self, count: u64) -> bool {
        self.used().saturating_add(count) <= self.limit
    }

    /// Counts a request that is about to be sent.
    #[inline]
    pub(super) fn take(&mut self, count: u64) {
        self.in_flight = self.in_flight.saturating_add(count);
    }

    /// Frees the count of a request that was not sent.
    pub(super) fn give_back(&mut self, count: u64) {
        self.in_flight = self.in_flight.saturating_sub(count);
    }

    /// Records that a request has its response, or never will.
    #[inline]
    pub(super) fn settle(&mut self, count: u64, now: Duration) {
        self.advance(now);
        self.in_flight = self.in_flight.saturating_sub(count);
        self.hold(count);
    }

    /// Holds a count for one interval from now.
    #[inline]
    fn hold(&mut self, count: u64) {
        // The current part ends after now, and the interval after that.
        let freed = self.current + PARTS + 1;
        if let Some(slot) = self.slots.get_mut(slot(freed)) {
            *slot = slot.saturating_add(count);
            self.held = self.held.saturating_add(count);
        }
    }

    /// Takes into account what the exchange reports. If that is more than what is counted here, others share the limit.
    pub(super) fn observe(&mut self, reported: u64, now: Duration) {
        self.advance(now);
        let others = reported.saturating_sub(self.used());
        self.hold(others);
    }

    /// Returns when a count will fit. `None` if that depends on responses that have not arrived.
    pub(super) fn fits_at(&self, count: u64) -> Option<Duration> {
        let excess = self.used().saturating_add(count).saturating_sub(self.limit);
        if excess == 0 {
            return Some(self.beginning(self.current));
        }
        let mut freed = 0_u64;
        (self.current + 1..=self.current + PARTS + 1)
            .find(|part| {
                freed =
                    freed.saturating_add(self.slots.get(slot(*part)).copied().unwrap_or_default());
                freed >= excess
            })
            .map(|part| self.beginning(part))
    }

    /// Returns when everything that has a response is freed. `None` if nothing is held.
    pub(super) fn clears_at(&self) -> Option<Duration> {
        (self.current + 1..=self.current + PARTS + 1)
            .rfind(|part| self.slots.get(slot(*part)).is_some_and(|held| *held > 0))
            .map(|part| self.beginning(part))
    }

    fn beginning(&self, part: u64) -> Duration {
        Duration::from_nanos(part.saturating_mul(self.part))
    }
}

fn slot(part: u64) -> usize {
    usize::try_from(part % SLOTS as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn count_is_held_until_one_interval_after_the_response() {
        let mut window = Window::new(MINUTE, 10);
        window.take(10);
        assert!(!window.fits(1));
        assert_eq!(window.fits_at(1), None);
        window.settle(10, seconds(5.0));
        window.advance(seconds(64.9));
        assert!(!window.fits(1));
        let free = window.fits_at(1).unwrap();
        assert!(free >= seconds(65.0) && free <= seconds(66.0), "{free:?}");
        window.advance(free);
        assert!(window.fits(10) && !window.fits(11));
    }

    #[test]
    fn count_of_a_request_that_was_not_sent_is_free_at_once() {
        let mut window = Window::new(MINUTE, 10);
        window.take(10);
        window.give_back(4);
        assert!(window.fits(4) && !window.fits(5));
    }

    #[test]
    fn reported_count_beyond_the_own_one_is_that_of_others() {
        let mut window = Window::new(MINUTE, 100);
        window.take(30);
        window.observe(20, seconds(1.0));
        assert_eq!(window.used(), 30);
        window.observe(50, seconds(1.0));
        window.observe(50, seconds(2.0));
        assert_eq!(window.used(), 50);
        window.advance(seconds(62.0));
        assert_eq!(window.used(), 30);
        window.observe(u64::MAX, seconds(62.0));
        assert!(!window.fits(1));
    }

    #[test]
    fn limit_may_shrink_below_what_is_used() {
        let mut window = Window::new(MINUTE, 10);
        window.take(8);
        window.settle(8, Duration::ZERO);
        window.set_limit(4);
        assert!(!window.fits(1));
        window.advance(window.fits_at(1).unwrap());
        assert!(window.fits(4));
    }

    #[test]
    fn window_clears_when_its_last_count_is_freed() {
        let mut window = Window::new(MINUTE, 10);
        assert_eq!(window.clears_at(), None);
        window.settle(1, Duration::ZERO);
        let first = window.clears_at().unwrap();
        assert!(first >= MINUTE && first <= seconds(60.5), "{first:?}");
        window.settle(1, seconds(30.0));
        window.take(5);
        let last = window.clears_at().unwrap();
        assert!(last >= seconds(90.0) && last <= seconds(90.5), "{last:?}");
        window.advance(last);
        assert_eq!((window.used(), window.clears_at()), (5, None));
    }

    #[test]
    fn clock_may_stand_still_or_jump() {
        let mut window = Window::new(MINUTE, 10);
        window.settle(10, seconds(100.0));
        window.advance(seconds(1.0));
        assert_eq!(window.used(), 10);
        window.advance(Duration::MAX);
        assert_eq!(window.used(), 0);
        window.settle(1, Duration::MAX);
        assert_eq!(window.used(), 1);
    }
}
