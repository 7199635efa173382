//! Suggestions for names that do not exist.

use strsim::{jaro_winkler, osa_distance};

/// Longer input is no name, and comparing it takes long.
const MAX_LENGTH: usize = 100;

/// How similar a name must be, from 0 to 1.
const MIN_SIMILARITY: f64 = 0.8;

/// How much less similar than the best one another suggestion may be.
const MAX_DIFFERENCE: f64 = 0.04;

/// How many suggestions there are at most.
const MAX_SUGGESTIONS: usize = 4;

/// Returns the items whose name is most similar to `name`, best first.
///
/// An item can occur under several names. Case does not matter. An exact match is the only suggestion.
pub fn suggest<T: PartialEq>(
    name: &str,
    candidates: impl IntoIterator<Item = (impl AsRef<str>, T)>,
) -> Vec<T> {
    if name.len() > MAX_LENGTH {
        return Vec::new();
    }
    let name = name.to_lowercase();
    let mut scored: Vec<(f64, T)> = candidates
        .into_iter()
        .map(|(candidate, item)| (similarity(&name, &candidate.as_ref().to_lowercase()), item))
        .filter(|(score, _)| *score >= MIN_SIMILARITY)
        .collect();
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let Some(best) = scored.first().map(|(score, _)| *score) else {
        return Vec::new();
    };
    let is_exact = best >= 1.0;
    let mut suggestions = Vec::new();
    for (score, item) in scored {
        let is_close = if is_exact {
            score >= best
        } else {
            score >= best - MAX_DIFFERENCE
        };
        if is_close && !suggestions.contains(&item) && suggestions.len() < MAX_SUGGESTIONS {
            suggestions.push(item);
        }
    }
    suggestions
}

/// Returns ``did you mean `a`, `b` or `c`?``, or nothing without suggestions.
pub fn question(suggestions: &[impl AsRef<str>]) -> Option<String> {
    let names: Vec<String> = suggestions
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    let (last, others) = names.split_last()?;
    Some(if others.is_empty() {
        format!("did you mean {last}?")
    } else {
        format!("did you mean {} or {last}?", others.join(", "))
    })
}

fn similarity(name: &str, candidate: &str) -> f64 {
    let mut score = jaro_winkler(name, candidate);
    // Two swapped letters make a short name look different.
    if name.len() > 2 && osa_distance(name, candidate) == 1 {
        score = score.max(0.9);
    }
    if is_abbreviation(name, candidate) {
        score = score.max(MIN_SIMILARITY);
    }
    score
}

/// Whether the letters of a name occur in the candidate in the same order: `qty` in `quantity`.
fn is_abbreviation(name: &str, candidate: &str) -> bool {
    let mut rest = candidate.chars();
    name.len() > 2
        && candidate.len() <= 4 * name.len()
        && name.chars().next() == candidate.chars().next()
        && name.chars().all(|letter| rest.any(|other| other == letter))
}

#[cfg(test)]
mod tests {
    use super::{question, suggest};

    fn names(name: &str, candidates: &[&'static str]) -> Vec<&'static str> {
        suggest(
            name,
            candidates.iter().map(|candidate| (*candidate, *candidate)),
        )
    }

    #[test]
    fn typing_errors_and_abbreviations_are_recognized() {
        let parameters = ["symbol", "side", "quantity", "price", "timeInForce"];
        for (typed, expected) in [
            ("symbl", "symbol"),
            ("sdie", "side"),
            ("Quantity", "quantity"),
            ("qty", "quantity"),
            ("tif", "timeInForce"),
        ] {
            assert_eq!(names(typed, &parameters), [expected], "{typed}");
        }
        assert_eq!(names("leverage", &parameters), [""; 0]);
    }

    #[test]
    fn an_exact_match_is_the_only_suggestion() {
        assert_eq!(names("ORDER", &["orders", "order"]), ["order"]);
    }

    #[test]
    fn at_most_four_are_suggested() {
        assert_eq!(
            names(
                "orde",
                &["orders", "order", "ordex", "ordet", "ordes", "depth"]
            )
            .len(),
            4
        );
    }

    #[test]
    fn long_input_has_no_suggestion() {
        let long = "a".repeat(101);
        assert_eq!(suggest(&long, [(&long, 1)]), [0; 0]);
    }

    #[test]
    fn suggestions_are_a_question() {
        assert_eq!(question(&[""; 0]), None);
        assert_eq!(question(&["a"]).as_deref(), Some("did you mean `a`?"));
        assert_eq!(
            question(&["a", "b", "c"]).as_deref(),
            Some("did you mean `a`, `b` or `c`?")
        );
    }
}
