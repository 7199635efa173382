//! Suggestions for names that do not exist.

use codegen::similar;

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
    let scored = similar(name, candidates);
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
