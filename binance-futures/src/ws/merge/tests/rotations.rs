//! A thousand rotations of each class of topics: a new connection is added, proves that it continues the old one, and replaces it.

use super::model::{Entry, Faults, Random, SUBSCRIBING, Sim, Source, TICK};
use super::sources::{
    book_source, candle_source, depth_source, divided_depth_source, liquidation_source,
    mark_price_source, trade_source, unnumbered_source,
};
use super::verdict::{self, Verdict};
use super::*;

const ROTATIONS: u32 = 1_000;

/// For how long only the old connection is open, in milliseconds.
const ALONE: u64 = 100;

/// For how long both are open at least if they lose events.
const BOTH: u64 = 450;

/// Until when the new connection loses events. The old one still delivers them.
const WARM_UP: u64 = 200;

const FAULTS: Faults = Faults {
    longest_delay: 200,
    repeated: 0,
};

/// When the old connection is removed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Handover {
    /// At the proof. No connection loses events.
    AtProof,
    /// After the proof, and after a time in which each event is lost by one of the connections at most.
    AfterLosses,
    /// After a time, because nothing can be proved. The next rotation begins when nothing is repeated any more.
    AfterTime,
}

/// Runs the rotations and judges what was delivered.
fn rotate<T: Subscribable>(
    name: &str,
    source: Source<T>,
    handover: Handover,
    judge: impl Fn(&[Entry]) -> Verdict,
) {
    let mut sim = Sim::new(source, FAULTS, 0x5EED);
    let mut old = sim.add_link();
    let mut longest_proof = 0;
    let (alone, both) = match handover {
        Handover::AtProof => (ALONE, 0),
        Handover::AfterLosses => (ALONE, BOTH),
        Handover::AfterTime => (2_500, BOTH),
    };
    for _ in 0..ROTATIONS {
        for _ in 0..alone / TICK {
            sim.tick(|_, _| false);
        }
        let new = sim.add_link();
        let begin = sim.now;
        let mut proof = None;
        while sim.now < begin + both || (handover != Handover::AfterTime && proof.is_none()) {
            let loser = loser(old, new, sim.now - begin, &mut sim.random)
                .filter(|_| handover == Handover::AfterLosses);
            sim.tick(|link, random| Some(link) == loser && random.chance(300));
            if sim.merge.has_proved(new) {
                proof.get_or_insert(sim.now - begin);
            }
            assert!(sim.now < begin + 10_000, "no proof");
        }
        longest_proof = longest_proof.max(proof.unwrap_or(0));
        sim.remove_link(old);
        old = new;
    }
    sim.finish();
    let mut verdict = judge(&sim.log);
    if !name.contains("other borders") {
        verdict.lost += verdict::never_arrived(&sim.log, &sim.sent);
    }
    println!(
        "{name}, {handover:?}: {ROTATIONS} rotations, {} arrived, {} delivered ({} marked), {} lost, {} duplicated, {} out of order, {} gaps; proof after {longest_proof} ms at most",
        verdict.arrived,
        verdict.delivered,
        verdict.marked,
        verdict.lost,
        verdict.duplicated,
        verdict.disordered,
        verdict.gaps,
    );
    assert_eq!((verdict.errors(), verdict.gaps), (0, 0), "{verdict:?}");
    assert!(verdict.delivered > 5_000, "{verdict:?}");
}

/// Returns the connection that may lose the events of a tick, so that the other one still delivers them.
fn loser(
    old: ConnectionId,
    new: ConnectionId,
    since: u64,
    random: &mut Random,
) -> Option<ConnectionId> {
    if random.chance(500) {
        (since >= SUBSCRIBING).then_some(old)
    } else {
        (since < WARM_UP).then_some(new)
    }
}

/// Runs both kinds of rotations.
fn rotate_both<T: Subscribable>(
    name: &str,
    source: impl Fn() -> Source<T>,
    judge: impl Fn(&[Entry]) -> Verdict,
) {
    rotate(name, source(), Handover::AtProof, &judge);
    rotate(name, source(), Handover::AfterLosses, &judge);
}

#[test]
fn rotations_of_contiguous_numbers_lose_and_repeat_nothing() {
    rotate_both("contiguous", trade_source, verdict::of_sequence);
}

#[test]
fn rotations_of_chained_numbers_lose_and_repeat_nothing() {
    rotate_both("chained", depth_source, verdict::of_sequence);
}

#[test]
fn rotations_with_other_borders_lose_and_repeat_nothing() {
    let (source, judge) = (divided_depth_source(), verdict::of_sequence);
    rotate("chained, other borders", source, Handover::AtProof, judge);
}

#[test]
fn rotations_of_states_lose_and_repeat_nothing() {
    rotate_both("state", book_source, verdict::of_states);
}

#[test]
fn rotations_of_lists_of_states_lose_and_repeat_nothing() {
    rotate_both("state, lists", mark_price_source, verdict::of_states);
}

#[test]
fn rotations_of_candlesticks_lose_and_repeat_nothing() {
    rotate_both("candlesticks", || candle_source(1), verdict::of_states);
}

#[test]
fn rotations_of_copies_lose_and_repeat_nothing() {
    rotate_both("copies", liquidation_source, verdict::of_keys);
}

#[test]
fn rotations_without_numbers_lose_nothing_and_mark_what_they_repeat() {
    let (source, judge) = (unnumbered_source(), verdict::of_keys);
    rotate("unnumbered", source, Handover::AfterTime, judge);
}
