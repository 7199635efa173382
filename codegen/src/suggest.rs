//! Suggestions for misspelt names.

// The published crate owns the file. Published crates cannot depend on this one, and this one must build without them.
#[path = "../../binance-futures/src/dynamic/suggest.rs"]
mod similar;

pub use similar::{similar, suggest};

/// Returns the hint that suggests a candidate, or another hint if no candidate is similar to `name`.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: impl FnOnce() -> String,
) -> String {
    question(suggest(name, candidates), otherwise)
}

/// Returns the hint for a suggestion, or another hint without one.
pub(crate) fn question(suggestion: Option<&str>, otherwise: impl FnOnce() -> String) -> String {
    suggestion.map_or_else(otherwise, |near| format!("did you mean `{near}`?"))
}
