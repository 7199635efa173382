//! Contestants beside each other: rounds interleaved, the median of the ratios within each round.

use std::time::{Duration, Instant};

/// Something to measure.
pub(crate) struct Contestant<'a> {
    name: &'static str,
    run: Box<dyn FnMut() + 'a>,
    /// Nanoseconds of one run, by round.
    rounds: Vec<f64>,
}

impl<'a> Contestant<'a> {
    pub(crate) fn new(name: &'static str, run: impl FnMut() + 'a) -> Self {
        Self {
            name,
            run: Box::new(run),
            rounds: Vec::new(),
        }
    }

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
const ROUND: Duration = Duration::from_micros(400);

/// Whether a comparison is asked for: all are, unless the command line has a part of their titles.
fn is_wanted(title: &str) -> bool {
    std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .is_none_or(|part| title.contains(&part))
}

/// Prints nanoseconds, ratio to the first contestant and allocations of each.
pub(crate) fn compare(title: &str, contestants: &mut [Contestant<'_>]) {
    if !is_wanted(title) {
        return;
    }
    println!("\n{title}");
    println!("{:36} {:>12} {:>8} {:>8}", "", "ns", "ratio", "allocs");
    let count = contestants.len();
    for round in 0..ROUNDS {
        for place in 0..count {
            contestants[(place + round) % count].round(ROUND);
        }
    }
    let first = contestants[0].rounds.clone();
    for contestant in contestants {
        let ratios = contestant
            .rounds
            .iter()
            .zip(&first)
            .map(|(own, first)| own / first);
        let ratio = median(ratios.collect());
        let allocated = allocation_counter::measure(|| (contestant.run)()).count_total;
        let ns = median(contestant.rounds.clone());
        println!(
            "{:36} {ns:>12.0} {ratio:>8.2} {allocated:>8}",
            contestant.name
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
