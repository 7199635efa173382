//! Suggestions for misspelt names.

/// Returns the candidate that is most similar to `name`, or `None` if none is similar.
///
/// ```
/// assert_eq!(codegen::suggest("BYU", ["BUY", "SELL"]), Some("BUY"));
/// assert_eq!(codegen::suggest("HOLD", ["BUY", "SELL"]), None);
/// ```
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Names are short. Comparing a text of a megabyte with every candidate takes seconds.
    if name.len() > 100 {
        return None;
    }
    let name = name.to_lowercase();
    let similarity = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        // Two swapped letters make a short name rather dissimilar.
        let is_slip = name.len() > 2 && strsim::osa_distance(&name, &candidate) == 1;
        strsim::jaro_winkler(&name, &candidate).max(if is_slip { 0.9 } else { 0.0 })
    };
    candidates
        .into_iter()
        .map(|candidate| (similarity(candidate), candidate))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

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
