//! What a scenario measured, and whether its demands hold.

use std::{fmt::Write, time::Duration};

/// The block that is printed for a scenario.
#[derive(Debug, Default)]
pub(super) struct Report {
    figures: Vec<(String, String)>,
    demands: Vec<Demand>,
}

/// A property that must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Demand {
    /// What is demanded.
    pub(super) text: String,
    /// What was measured.
    pub(super) measured: String,
    /// Whether it holds.
    pub(super) holds: bool,
}

impl Report {
    /// Adds a figure.
    pub(super) fn figure(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.figures.push((name.into(), value.into()));
    }

    /// Adds a demand, with what was measured.
    pub(super) fn demand(
        &mut self,
        text: impl Into<String>,
        measured: impl Into<String>,
        holds: bool,
    ) {
        self.demands.push(Demand {
            text: text.into(),
            measured: measured.into(),
            holds,
        });
    }

    /// Adds the demand that a count is 0.
    pub(super) fn none(&mut self, text: &str, count: u64) {
        self.demand(format!("no {text}"), thousands(count), count == 0);
    }

    /// Adds figures and demands of another report. A name precedes each of them.
    pub(super) fn append(&mut self, name: &str, other: Self) {
        let figures = other.figures.into_iter();
        self.figures
            .extend(figures.map(|(figure, value)| (format!("{name}: {figure}"), value)));
        let demands = other.demands.into_iter();
        self.demands.extend(demands.map(|demand| Demand {
            text: format!("{name}: {}", demand.text),
            ..demand
        }));
    }

    /// Returns whether all demands hold. Without a demand nothing was shown.
    pub(super) fn holds(&self) -> bool {
        !self.demands.is_empty() && self.demands.iter().all(|demand| demand.holds)
    }

    /// Returns the demands that do not hold.
    #[cfg(test)]
    pub(super) fn failed(&self) -> Vec<&str> {
        let failed = self.demands.iter().filter(|demand| !demand.holds);
        failed.map(|demand| demand.text.as_str()).collect()
    }

    /// Returns the block as text.
    pub(super) fn text(&self, name: &str, seed: u64, took: Duration) -> String {
        let names = self.figures.iter().map(|(name, _)| name.chars().count());
        let width = names.max().unwrap_or(0);
        let mut text = format!("== {name}, seed {seed}, {:.1} s\n", took.as_secs_f64());
        // Writing to a string cannot fail.
        for (name, value) in &self.figures {
            let _ = writeln!(text, "  {name:width$}  {value}");
        }
        for demand in &self.demands {
            let verdict = if demand.holds { "holds " } else { "FAILED" };
            let _ = writeln!(text, "  {verdict} {} ({})", demand.text, demand.measured);
        }
        text
    }
}

/// Writes a number with commas between thousands.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a number of bytes in MiB.
pub(super) fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", approximate(bytes) / (1024.0 * 1024.0))
}

/// Writes a time in milliseconds.
pub(super) fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

/// Writes a number of events in a time, and their rate.
pub(super) fn rate(count: u64, time: Duration) -> String {
    let seconds = time.as_secs_f64().max(0.001);
    format!(
        "{} in {seconds:.1} s, {:.0} a second",
        thousands(count),
        approximate(count) / seconds
    )
}

/// Converts a count. Large counts lose digits that nobody reads.
#[expect(clippy::cast_precision_loss, reason = "figures for reading")]
pub(super) fn approximate(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_demand_fails_the_report() {
        let mut report = Report::default();
        assert!(!report.holds(), "nothing was shown");
        report.figure("messages", "5");
        report.none("gap", 0);
        assert!(report.holds());
        report.none("duplicate", 1_234);
        assert!(!report.holds());
        assert_eq!(report.failed(), ["no duplicate"]);
        assert_eq!(
            report.text("redundancy", 7, Duration::from_millis(1_500)),
            "== redundancy, seed 7, 1.5 s\n  messages  5\n  holds  no gap (0)\n  FAILED no duplicate (1,234)\n"
        );
        let mut whole = Report::default();
        whole.append("trades", report);
        assert_eq!(whole.failed(), ["trades: no duplicate"]);
    }

    #[test]
    fn figures_are_written_for_people() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(123), "123");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(mebibytes(3 * 512 * 1024), "1.5 MiB");
        assert_eq!(
            rate(50_000, Duration::from_secs(2)),
            "50,000 in 2.0 s, 25000 a second"
        );
    }
}
