//! Random cases.

use std::time::{Duration, Instant};

use binance_futures::dynamic::Operation;
use binance_futures::registry::operations;

use super::bytes;
use super::document::Document;
use super::properties::{decoders, frames, reader, tree::Tree};
use super::random::Random;

/// A number that is read from the environment, for the long run.
fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(default, |text| text.parse().expect(name))
}

/// Runs the short form.
fn run(count: u64, check: impl FnMut(u64)) {
    run_from(0, count, check);
}

/// Runs the long form.
fn run_long(what: &str, check: impl FnMut(u64)) {
    let first = setting("DIFFERENTIAL_FIRST", 0);
    let count = setting("DIFFERENTIAL_CASES", 10_000_000);
    let took = run_from(first, count, check);
    println!("{what}: {count} cases from {first} in {took:.0?}");
}

fn run_from(first: u64, count: u64, mut check: impl FnMut(u64)) -> Duration {
    /// Prints the number of the case that failed.
    struct Case(u64);

    impl Drop for Case {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!(
                    "case {} failed. Repeat it with `-- --ignored` and DIFFERENTIAL_FIRST={0} DIFFERENTIAL_CASES=1",
                    self.0
                );
            }
        }
    }

    let start = Instant::now();
    for number in first..first + count {
        let case = Case(number);
        check(number);
        drop(case);
    }
    start.elapsed()
}

/// Checks one text that the reader gets.
fn reader_case(number: u64) {
    let mut random = Random::new(number);
    let random = &mut random;
    let text = match random.below(8) {
        0 => bytes::soup(random),
        1 => bytes::noise(random),
        kind => {
            let depth = random.below(5);
            let mut document = Document::any(random, depth);
            if random.once_in(3) {
                document.edit(random);
            }
            let style = &mut Random::new(!number);
            let mut text = document.to_text(random.once_in(2).then_some(style));
            for _ in 0..kind.saturating_sub(5) {
                bytes::change(&mut text, random);
            }
            text
        }
    };
    reader::check(&text);
    frames::check(&text);
}

/// Samples, parsed once.
struct Samples(Vec<(&'static Operation, Document, String)>);

impl Samples {
    fn new() -> Self {
        let sample = |operation: &'static Operation| {
            let document = Document::of(&Tree::parse(operation.sample).unwrap());
            let text = document.to_text(None);
            (operation, document, text)
        };
        Self(operations().map(sample).collect())
    }

    /// Checks one text that a decoder gets.
    fn case(&self, number: u64) {
        let mut random = Random::new(number);
        let random = &mut random;
        let (operation, sample, text) = &self.0[random.below(self.0.len())];
        let mut document = sample.clone();
        let style = &mut Random::new(!number);
        match random.below(10) {
            // The same value, written in another way.
            0..=2 => {
                document.permute(random);
                let changed = document.to_text(Some(style));
                decoders::check_same(operation, text, &changed);
                assert!(decoders::check(operation, &changed));
            }
            // Another value.
            3..=7 => {
                for _ in 0..=random.below(2) {
                    document.edit(random);
                }
                let changed = document.to_text(random.once_in(2).then_some(style));
                decoders::check(operation, &changed);
            }
            // A text that may not be JSON.
            8 => {
                let mut changed = text.clone();
                for _ in 0..=random.below(3) {
                    bytes::change(&mut changed, random);
                }
                decoders::check(operation, &changed);
                reader::check(&changed);
            }
            // The message of a stream connection or of the websocket API with the value in it.
            _ => {
                let (name, other) = random.choose(&[("data", "stream"), ("result", "status")]);
                let other = (other.to_owned(), Document::any(random, 0));
                let mut frame = Document::Object(vec![(name.to_owned(), document), other]);
                if random.once_in(2) {
                    frame.edit(random);
                }
                let mut frame = frame.to_text(random.once_in(2).then_some(style));
                if random.once_in(4) {
                    bytes::change(&mut frame, random);
                }
                frames::check(&frame);
            }
        }
    }
}

#[test]
fn reader_agrees_with_serde_json() {
    run(10_000, reader_case);
}

#[test]
fn decoders_agree_with_serde_json() {
    let samples = Samples::new();
    run(5_000, |number| samples.case(number));
}

#[test]
#[ignore = "the long run takes minutes"]
fn reader_agrees_with_serde_json_in_many_cases() {
    run_long("reader", reader_case);
}

#[test]
#[ignore = "the long run takes minutes"]
fn decoders_agree_with_serde_json_in_many_cases() {
    let samples = Samples::new();
    run_long("decoders", |number| samples.case(number));
}
