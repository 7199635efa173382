//! Connections that come and go at random, and lose, delay and repeat events.

use proptest::prelude::*;

use super::model::{Entry, Faults, Sim, Source};
use super::sources::{
    book_source, candle_source, depth_source, divided_depth_source, liquidation_source,
    mark_price_source, trade_source, unnumbered_source,
};
use super::verdict::{self, Verdict};
use super::*;

/// A random course of events.
#[derive(Debug, Clone)]
struct Course {
    seed: u64,
    longest_delay: u64,
    /// How many of 1,000 events each connection loses, and repeats.
    lost: u64,
    repeated: u64,
    /// What happens before each round of ticks.
    changes: Vec<Change>,
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Nothing,
    Add,
    RemoveOldest,
    RemoveNewest,
    /// All connections are removed, and a new one is added.
    Outage,
}

fn course() -> impl Strategy<Value = Course> {
    let change = prop_oneof![
        2 => Just(Change::Nothing),
        3 => Just(Change::Add),
        2 => Just(Change::RemoveOldest),
        1 => Just(Change::RemoveNewest),
        1 => Just(Change::Outage),
    ];
    let changes = proptest::collection::vec(change, 1..12);
    (any::<u64>(), 1..400_u64, 0..200_u64, 0..100_u64, changes).prop_map(
        |(seed, longest_delay, lost, repeated, changes)| Course {
            seed,
            longest_delay,
            lost,
            repeated,
            changes,
        },
    )
}

/// Runs a course with one to three connections and returns what happened.
fn run<T: Subscribable>(source: Source<T>, course: &Course) -> Vec<Entry> {
    let faults = Faults {
        longest_delay: course.longest_delay,
        repeated: course.repeated,
    };
    let mut sim = Sim::new(source, faults, course.seed);
    sim.add_link();
    for change in &course.changes {
        apply(*change, &mut sim);
        for _ in 0..20 {
            sim.tick(|_, random| random.chance(course.lost));
        }
    }
    sim.finish();
    assert_eq!(sim.merge.stats().held, 0);
    sim.log
}

fn apply<T: Subscribable>(change: Change, sim: &mut Sim<T>) {
    let links = sim.links();
    match (change, links.as_slice()) {
        (Change::Add, [_] | [_, _]) => drop(sim.add_link()),
        (Change::RemoveOldest, [oldest, _, ..]) => sim.remove_link(*oldest),
        (Change::RemoveNewest, [_, .., newest]) => sim.remove_link(*newest),
        (Change::Outage, links) => {
            for link in links {
                sim.remove_link(*link);
            }
            for _ in 0..3 {
                sim.tick(|_, _| false);
            }
            sim.add_link();
        }
        _ => {}
    }
}

fn check(verdict: &Verdict) -> Result<(), TestCaseError> {
    prop_assert_eq!(verdict.errors(), 0, "{:?}", verdict);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn contiguous_numbers_are_complete_or_a_gap_names_them(course in course()) {
        check(&verdict::of_sequence(&run(trade_source(), &course)))?;
    }

    #[test]
    fn chained_numbers_are_complete_or_there_is_a_gap(course in course()) {
        check(&verdict::of_sequence(&run(depth_source(), &course)))?;
    }

    #[test]
    fn other_borders_lose_nothing(course in course()) {
        check(&verdict::of_sequence(&run(divided_depth_source(), &course)))?;
    }

    #[test]
    fn the_newest_state_is_delivered_once(mut course in course()) {
        course.repeated = 0;
        check(&verdict::of_states(&run(book_source(), &course)))?;
        check(&verdict::of_states(&run(mark_price_source(), &course)))?;
        check(&verdict::of_states(&run(candle_source(1), &course)))?;
    }

    #[test]
    fn other_event_times_change_neither_the_order_of_candlesticks_nor_the_closed_one(mut course in course()) {
        course.repeated = 0;
        let mut log = run(candle_source(30), &course);
        prop_assert_eq!(verdict::of_states(&log).disordered, 0);
        log.retain(|entry| match entry {
            Entry::Arrived(element) | Entry::Delivered { element, .. } => element.is_closed,
            Entry::Gap(_) => false,
        });
        prop_assert_eq!(verdict::of_states(&log).duplicated, 0);
    }

    #[test]
    fn the_first_copy_is_delivered_once(mut course in course()) {
        course.repeated = 0;
        check(&verdict::of_keys(&run(liquidation_source(), &course)))?;
    }

    #[test]
    fn what_may_be_repeated_is_marked(mut course in course()) {
        course.repeated = 0;
        prop_assert_eq!(verdict::of_keys(&run(unnumbered_source(), &course)).duplicated, 0);
    }
}
