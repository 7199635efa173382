//! Durations.

use crate::{problem::Problems, spec::Text};

/// A duration of whole seconds.
pub(super) fn seconds(text: &Text, problems: &mut Problems) -> Option<u64> {
    let found = milliseconds(&text.value).filter(|ms| *ms > 0 && ms % 1000 == 0);
    if found.is_none() {
        let what = format!("`{}` is not a duration of whole seconds", text.value);
        problems.add(text.place, what, "write 10s or 5m");
    }
    found.map(|ms| ms / 1000)
}

pub(super) fn milliseconds(text: &str) -> Option<u64> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let unit = match text.get(digits.len()..)? {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}
