//! Compares the speed of several candidates. Their rounds are interleaved, and each round is compared with the same round of the first
//! candidate, so that a change of the machine's speed affects all of them.

use std::time::{Duration, Instant};

/// A function to measure.
pub(crate) struct Candidate<'a> {
    name: &'static str,
    run: Box<dyn FnMut() + 'a>,
    /// Nanoseconds per run, for each round.
    rounds: Vec<f64>,
}

impl<'a> Candidate<'a> {
    pub(crate) fn new(name: &'static str, run: impl FnMut() + 'a) -> Self {
        Self {
            name,
            run: Box::new(run),
            rounds: Vec::new(),
        }
    }

    /// Runs the function for about this long.
    fn round(&mut self, length: Duration) {
        let begin = Instant::now();
        let mut runs = 0_u32;
        let mut batch = 1;
        while begin.elapsed() < length {
            for _ in 0..batch {
                (self.run)();
            }
            runs += batch;
            batch = (batch * 2).min(32);
        }
        self.rounds
            .push(begin.elapsed().as_nanos() as f64 / f64::from(runs));
    }
}

const ROUNDS: usize = 501;
const ROUND_LENGTH: Duration = Duration::from_micros(400);

/// Returns whether to run a comparison: all of them, or those whose title contains the argument of the command line.
fn is_selected(title: &str) -> bool {
    std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .is_none_or(|part| title.contains(&part))
}

/// Prints the median time of each candidate, its ratio to the first candidate, and its allocations.
pub(crate) fn compare(title: &str, candidates: &mut [Candidate<'_>]) {
    if !is_selected(title) {
        return;
    }
    println!("\n{title}");
    println!("{:36} {:>12} {:>8} {:>8}", "", "ns", "ratio", "allocs");
    let count = candidates.len();
    for round in 0..ROUNDS {
        for position in 0..count {
            candidates[(position + round) % count].round(ROUND_LENGTH);
        }
    }
    let first = candidates[0].rounds.clone();
    for candidate in candidates {
        let ratios = candidate
            .rounds
            .iter()
            .zip(&first)
            .map(|(own, first)| own / first);
        let ratio = median(ratios.collect());
        let allocated = allocation_counter::measure(|| (candidate.run)()).count_total;
        let ns = median(candidate.rounds.clone());
        println!(
            "{:36} {ns:>12.0} {ratio:>8.2} {allocated:>8}",
            candidate.name
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
