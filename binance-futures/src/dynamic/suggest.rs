//! Names that were probably meant by names that do not exist.
//!
//! The build tools of the workspace include this file, so that there is one notion of similar names.

use strsim::{jaro_winkler, osa_distance};

/// Longer text is not a misspelled name, and comparing it takes long.
const MAX_LENGTH: usize = 100;

/// How similar a name must be, from 0 to 1.
const MIN_SIMILARITY: f64 = 0.8;

/// How similar a name with one typing error is at least.
const TYPING_ERROR_SIMILARITY: f64 = 0.9;

/// Returns the candidates that are similar to `name`, the most similar first. Case does not matter.
pub fn similar<T>(
    name: &str,
    candidates: impl IntoIterator<Item = (impl AsRef<str>, T)>,
) -> Vec<(f64, T)> {
    if name.len() > MAX_LENGTH {
        return Vec::new();
    }
    let name = name.to_lowercase();
    let mut similar: Vec<(f64, T)> = candidates
        .into_iter()
        .map(|(candidate, item)| (similarity(&name, &candidate.as_ref().to_lowercase()), item))
        .filter(|(score, _)| *score >= MIN_SIMILARITY)
        .collect();
    similar.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    similar
}

/// Returns the candidate that is most similar to `name`. Returns `None` if no candidate is similar. Case does not matter.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates = candidates.into_iter().map(|name| (name, name));
    similar(name, candidates)
        .first()
        .map(|(_, nearest)| *nearest)
}

fn similarity(name: &str, candidate: &str) -> f64 {
    let mut score = jaro_winkler(name, candidate);
    // Two swapped letters make a short name look different.
    if name.len() > 2 && osa_distance(name, candidate) == 1 {
        score = score.max(TYPING_ERROR_SIMILARITY);
    }
    if is_abbreviation(name, candidate) {
        score = score.max(MIN_SIMILARITY);
    }
    score
}

/// Returns whether the letters of a name occur in the candidate in the same order: `qty` in `quantity`.
fn is_abbreviation(name: &str, candidate: &str) -> bool {
    let mut rest = candidate.chars();
    name.len() > 2
        && candidate.len() <= 4 * name.len()
        && name.chars().next() == candidate.chars().next()
        && name.chars().all(|letter| rest.any(|other| other == letter))
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn typing_errors_and_abbreviations_are_recognized() {
        let names = ["symbol", "side", "quantity", "price", "timeInForce"];
        for (name, suggestion) in [
            ("Symbol", Some("symbol")),
            ("symbl", Some("symbol")),
            ("smybol", Some("symbol")),
            ("sdie", Some("side")),
            ("slide", Some("side")),
            ("Quantity", Some("quantity")),
            ("qty", Some("quantity")),
            ("tif", Some("timeInForce")),
            ("time_in_force", Some("timeInForce")),
            ("leverage", None),
            ("", None),
        ] {
            assert_eq!(suggest(name, names), suggestion, "{name}");
        }
        assert_eq!(suggest("symbol", []), None);
    }

    #[test]
    fn long_text_has_no_suggestion() {
        let long = "symbol".repeat(1_000_000);
        assert_eq!(suggest(&long, [long.as_str()]), None);
    }
}
