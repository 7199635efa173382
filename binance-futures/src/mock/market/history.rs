//! The trades of a contract: one that the price process prints in each step, and those that orders and tests add.
//!
//! The trades of the process are computed when they are needed. Only the added ones are stored.

use std::collections::VecDeque;

use super::bar::{Bar, Print};
use super::noise;
use super::process::Process;
use super::trade::Origin;
use super::valuation::Valuation;

/// Id of the first trade.
const FIRST_ID: u64 = 7_000_000_001;

/// Id of the first aggregate trade.
const FIRST_AGGREGATE_ID: u64 = 500_000_001;

/// Longest time between the first and the last trade of an aggregate trade, in milliseconds.
const AGGREGATE_TIME: i64 = 100;

/// Number of added trades that are kept. When there are more, the history begins later.
const MAX_ADDED: usize = 50_000;

/// The trades of a contract.
#[derive(Debug)]
pub(super) struct History {
    stream: u64,
    valuation: Valuation,
    /// Largest quantity of a trade of the process. `None` when the process prints no trades.
    max_quantity: Option<i128>,
    first_step: i64,
    start: i64,
    added: VecDeque<Added>,
    /// Number of added trades, and of aggregates that begin with one, that are no longer stored.
    dropped: (u64, u64),
}

/// An added trade.
#[derive(Debug, Clone, Copy)]
struct Added {
    time: i64,
    print: Print,
    origin: Origin,
    /// Time of the first trade of the aggregate.
    aggregate_time: i64,
    /// Number of aggregates that begin with an added trade, up to this one.
    aggregates: u64,
}

/// A trade with its place in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: u64,
    /// Id of the aggregate trade to which it belongs.
    pub(super) aggregate_id: u64,
    pub(super) time: i64,
    pub(super) print: Print,
    pub(super) origin: Origin,
}

/// A place between two trades.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Next step of the process.
    step: i64,
    /// Index of the next added trade.
    added: usize,
}

impl Cursor {
    /// Returns the later one of two places.
    pub(super) fn max(self, other: Self) -> Self {
        Self {
            step: self.step.max(other.step),
            added: self.added.max(other.added),
        }
    }
}

impl History {
    /// Creates a history that begins at a time. The process prints trades of at most `max_quantity` steps, or none.
    pub(super) fn new(
        stream: u64,
        valuation: Valuation,
        max_quantity: Option<i128>,
        process: &Process,
        start: i64,
    ) -> Self {
        Self {
            stream,
            valuation,
            max_quantity,
            first_step: process.step_from(start),
            start,
            added: VecDeque::new(),
            dropped: (0, 0),
        }
    }

    /// Returns the time at which the history begins.
    pub(super) fn start(&self) -> i64 {
        self.start
    }

    /// Whether the process prints trades.
    pub(super) fn has_process_trades(&self) -> bool {
        self.max_quantity.is_some()
    }

    /// Returns the largest quantity of a trade of the process, in steps.
    pub(super) fn max_quantity(&self) -> Option<i128> {
        self.max_quantity
    }

    /// Forgets what was before a time. The history then begins with the next whole minute.
    pub(super) fn forget_before(&mut self, time: i64) {
        let minute = super::interval::MINUTE;
        self.start = self
            .start
            .max((time + minute - 1).div_euclid(minute) * minute);
    }

    /// Adds a trade at a time, which must not be before that of another added trade. Returns it with its place.
    pub(super) fn add(
        &mut self,
        process: &Process,
        time: i64,
        print: Print,
        origin: Origin,
    ) -> Entry {
        let last = self.added.back();
        let joined = last.filter(|last| {
            last.print.price == print.price
                && last.print.taker_buys == print.taker_buys
                && time - last.aggregate_time < AGGREGATE_TIME
                && process.step_at(last.time) == process.step_at(time)
        });
        let before = last.map_or(self.dropped.1, |last| last.aggregates);
        self.added.push_back(Added {
            time,
            print,
            origin,
            aggregate_time: joined.map_or(time, |last| last.aggregate_time),
            aggregates: before + u64::from(joined.is_none()),
        });
        if self.added.len() > MAX_ADDED
            && let Some(first) = self.added.pop_front()
        {
            self.dropped = (self.dropped.0 + 1, first.aggregates);
            self.forget_before(first.time + 1);
        }
        let index = self.added.len().saturating_sub(1);
        Entry {
            id: self.added_id(process, time, index),
            aggregate_id: self.aggregate_id_at(process, time, index + 1) - 1,
            time,
            print,
            origin,
        }
    }

    /// Returns the trade of the process in a step.
    pub(super) fn step_print(&self, process: &Process, step: i64) -> Option<Print> {
        let max_quantity = self.max_quantity.filter(|_| step >= self.first_step)?;
        let bits = noise::hash(self.stream, step);
        let taker_buys = process.is_moving() && bits & 1 == 1;
        let bid = process.bid_at_step(step);
        let price = bid + i128::from(taker_buys);
        let quantity = 1 + i128::from(bits >> 1) % max_quantity.max(1);
        Some(Print {
            price,
            quantity,
            value: self.valuation.value(price, quantity),
            taker_buys,
        })
    }

    /// Returns the last trade until a time.
    pub(super) fn last(&self, process: &Process, time: i64) -> Option<Entry> {
        let step = process.step_at(time);
        let printed = self.step_print(process, step).map(|print| (step, print));
        let next = self.added.partition_point(|added| added.time <= time);
        let index = next.checked_sub(1);
        let added = index.and_then(|index| Some((index, self.added.get(index)?)));
        match (printed, added) {
            (Some((step, print)), added)
                if added.is_none_or(|(_, added)| added.time < process.time_of(step)) =>
            {
                Some(self.step_entry(process, step, print))
            }
            (_, Some((index, added))) => Some(self.added_entry(process, index, added)),
            (_, None) => None,
        }
    }

    /// Returns the place before the first trade at a time or later.
    pub(super) fn place_at(&self, process: &Process, time: i64) -> Cursor {
        let time = time.max(self.start);
        Cursor {
            step: process.step_from(time).max(self.first_step),
            added: self.added.partition_point(|added| added.time < time),
        }
    }

    /// Returns a place before the trade with an id, by the id of a trade until a time. Other trades may be between.
    pub(super) fn place_before(
        &self,
        process: &Process,
        wanted: u64,
        now: i64,
        id: fn(&Entry) -> u64,
    ) -> Cursor {
        let first = self.place_at(process, self.start);
        if self.max_quantity.is_none() {
            return first;
        }
        // The last step whose trade has this id or a smaller one.
        let (mut low, mut high) = (first.step, process.step_at(now).saturating_add(1));
        while low < high {
            let middle = low + (high - low) / 2;
            let print = self.step_print(process, middle);
            let reached =
                print.is_some_and(|print| id(&self.step_entry(process, middle, print)) <= wanted);
            if reached {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if low <= first.step {
            return first;
        }
        let time = process.time_of(low - 1);
        Cursor {
            step: low - 1,
            added: self.added.partition_point(|added| added.time < time),
        }
    }

    /// Returns the next trade until a time, and moves behind it.
    pub(super) fn next(&self, process: &Process, cursor: &mut Cursor, until: i64) -> Option<Entry> {
        let time = process.time_of(cursor.step);
        let added = self
            .added
            .get(cursor.added)
            .filter(|added| added.time <= until);
        let printed = if time <= until && added.is_none_or(|added| time <= added.time) {
            self.step_print(process, cursor.step)
        } else {
            None
        };
        if let Some(print) = printed {
            let entry = self.step_entry(process, cursor.step, print);
            cursor.step += 1;
            return Some(entry);
        }
        let entry = self.added_entry(process, cursor.added, added?);
        cursor.added += 1;
        Some(entry)
    }

    /// Returns the bar of the trades from a time to another one, exclusive.
    pub(super) fn bar(&self, process: &Process, from: i64, to: i64) -> Option<Bar> {
        let from = from.max(self.start);
        let mut cursor = self.place_at(process, from);
        let first = self.next(process, &mut cursor, to - 1)?;
        let mut bar = Bar::of(first.print, first.id);
        let end = process.step_from(to);
        while let Some(added) = self.added.get(cursor.added).filter(|added| added.time < to) {
            let before = process.step_at(added.time) + 1;
            self.append_steps(process, &mut bar, cursor.step..before);
            cursor.step = cursor.step.max(before);
            bar.append(&Bar::of(added.print, 0));
            cursor.added += 1;
        }
        self.append_steps(process, &mut bar, cursor.step..end);
        Some(bar)
    }

    fn append_steps(&self, process: &Process, bar: &mut Bar, steps: std::ops::Range<i64>) {
        for print in steps.filter_map(|step| self.step_print(process, step)) {
            bar.append(&Bar::of(print, 0));
        }
    }

    fn step_entry(&self, process: &Process, step: i64, print: Print) -> Entry {
        let time = process.time_of(step);
        let before = self.added.partition_point(|added| added.time < time);
        let steps = u64::try_from(step.saturating_sub(self.first_step)).unwrap_or(0);
        Entry {
            id: FIRST_ID + steps + self.dropped.0 + before as u64,
            aggregate_id: FIRST_AGGREGATE_ID + steps + self.aggregates_before(before),
            time,
            print,
            origin: Origin::Market,
        }
    }

    fn added_entry(&self, process: &Process, index: usize, added: &Added) -> Entry {
        Entry {
            id: self.added_id(process, added.time, index),
            aggregate_id: self.aggregate_id_at(process, added.time, index + 1) - 1,
            time: added.time,
            print: added.print,
            origin: added.origin,
        }
    }

    fn added_id(&self, process: &Process, time: i64, index: usize) -> u64 {
        FIRST_ID + self.steps_until(process, time) + self.dropped.0 + index as u64
    }

    /// Returns the id of the aggregate that a trade would begin at a time, after a number of stored added trades.
    fn aggregate_id_at(&self, process: &Process, time: i64, added: usize) -> u64 {
        FIRST_AGGREGATE_ID + self.steps_until(process, time) + self.aggregates_before(added)
    }

    /// Returns the number of aggregates that begin with one of the first added trades.
    fn aggregates_before(&self, added: usize) -> u64 {
        let last = added.checked_sub(1).and_then(|index| self.added.get(index));
        last.map_or(self.dropped.1, |last| last.aggregates)
    }

    /// Returns the number of trades of the process until a time.
    fn steps_until(&self, process: &Process, time: i64) -> u64 {
        if self.max_quantity.is_none() {
            return 0;
        }
        let steps = process.step_at(time) - self.first_step + 1;
        u64::try_from(steps).unwrap_or(0)
    }
}
