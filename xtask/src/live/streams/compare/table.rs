//! The table of the comparison.

use std::{fmt::Write as _, time::Duration};

use binance_futures::topic::TopicName;

use super::figures::{Figures, Share};

const COLUMNS: [&str; 12] = [
    "topic", "events 1", "events 2", "in both", "only 1", "only 2", "borders", "times", "frames",
    "bytes", "1 first", "median",
];

/// Returns a row for each topic, and whether there are differences.
pub(super) fn table(topics: &[(&TopicName, Figures)]) -> String {
    let mut rows = vec![COLUMNS.map(str::to_owned)];
    rows.extend(topics.iter().map(|(name, figures)| row(name, figures)));
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (index, cell) in row.iter().enumerate() {
            let cells = rows.iter().filter_map(|row| row.get(index));
            let width = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
            let _ = match index {
                0 => write!(line, "{cell:width$}"),
                _ => write!(line, "  {cell:>width$}"),
            };
        }
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "\n{}", summary(topics));
    text
}

fn row(name: &TopicName, figures: &Figures) -> [String; 12] {
    [
        name.to_string(),
        figures.events[0].to_string(),
        figures.events[1].to_string(),
        figures.in_both.to_string(),
        figures.only[0].to_string(),
        figures.only[1].to_string(),
        share(figures.borders),
        share(figures.times),
        share(figures.frames),
        share(figures.bytes),
        share(figures.first),
        figures.median_lead.map_or_else(none, lead),
    ]
}

fn none() -> String {
    String::from("-")
}

fn share(share: Share) -> String {
    match share.of {
        0 => none(),
        of => format!("{}/{of}", share.equal),
    }
}

fn lead(lead: Duration) -> String {
    format!("{:.3} ms", lead.as_secs_f64() * 1_000.0)
}

fn summary(topics: &[(&TopicName, Figures)]) -> String {
    let names = |keep: &dyn Fn(&Figures) -> bool| -> Vec<String> {
        let topics = topics.iter().filter(|(_, figures)| keep(figures));
        topics.map(|(name, _)| name.to_string()).collect()
    };
    let different = names(&Figures::has_differences);
    let silent = names(&|figures| figures.in_both == 0 && !figures.has_differences());
    let mut text = if !different.is_empty() {
        format!(
            "The sockets received different events of {}.",
            different.join(", ")
        )
    } else if silent.len() < topics.len() {
        String::from("The sockets received equal events.")
    } else {
        String::new()
    };
    if !silent.is_empty() {
        let space = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{space}Nothing to compare: {}.", silent.join(", "));
    }
    text
}
