//! What a name says about an action: its words, and whether it creates, cancels, modifies or queries something.

use binance_futures::{registry::Operation, request::Method};
use strsim::osa_distance;

/// A kind of action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Create,
    Cancel,
    Modify,
    Query,
    /// A POST request whose name has none of these verbs, such as `test_order`.
    Other,
}

const VERBS: [(Verb, &[&str]); 4] = [
    (
        Verb::Create,
        &[
            "new", "place", "create", "post", "submit", "send", "add", "buy", "sell",
        ],
    ),
    (
        Verb::Cancel,
        &["cancel", "delete", "remove", "close", "kill", "revoke"],
    ),
    (
        Verb::Modify,
        &[
            "modify",
            "amend",
            "change",
            "edit",
            "update",
            "put",
            "replace",
            "set",
            "renew",
            "keepalive",
            "extend",
            "switch",
            "toggle",
            "adjust",
        ],
    ),
    (
        Verb::Query,
        &[
            "query", "get", "fetch", "list", "show", "read", "find", "lookup",
        ],
    ),
];

impl Verb {
    /// The action of an operation, by its HTTP method and its name.
    pub(super) fn of(operation: &Operation) -> Self {
        match operation.method.map(Method::as_str) {
            Some("DELETE") => Self::Cancel,
            Some("PUT") => Self::Modify,
            Some("POST") => split(&words(operation.id)).map_or(Self::Other, |(verb, _)| verb),
            _ => Self::Query,
        }
    }

    /// Whether a name with this verb can mean an operation with the other one.
    pub(super) fn can_mean(self, other: Self) -> bool {
        self == other || (other == Self::Other && matches!(self, Self::Create | Self::Modify))
    }
}

/// The words of a name in lower case: `[order, place]` of `order.place`, `orderPlace` and `order_place`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower_case = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && after_lower_case) {
            words.push(String::new());
        }
        after_lower_case = letter.is_lowercase() || letter.is_numeric();
        if let (true, Some(word)) = (letter.is_alphanumeric(), words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The verb among the words, and the other words. The first word decides, then the last one; the first may have a typing error.
pub(super) fn split(words: &[String]) -> Option<(Verb, Vec<String>)> {
    let (first, after_first) = words.split_first()?;
    let (last, before_last) = words.split_last()?;
    if let Some(verb) = exact(first) {
        return Some((verb, after_first.to_vec()));
    }
    if let Some(verb) = exact(last) {
        return Some((verb, before_last.to_vec()));
    }
    similar(first).map(|verb| (verb, after_first.to_vec()))
}

fn exact(word: &str) -> Option<Verb> {
    let mut verbs = VERBS.iter();
    verbs
        .find(|(_, words)| words.contains(&word))
        .map(|(verb, _)| *verb)
}

/// The verb that differs in one letter, or in two swapped ones.
fn similar(word: &str) -> Option<Verb> {
    let near = |verb: &str| verb.len() > 3 && word.len() > 3 && osa_distance(word, verb) == 1;
    let mut verbs = VERBS.iter();
    verbs
        .find(|(_, words)| words.iter().any(|verb| near(verb)))
        .map(|(verb, _)| *verb)
}

#[cfg(test)]
mod tests {
    use super::{Verb, split, words};

    #[test]
    fn words_are_split_at_punctuation_and_capital_letters() {
        for (name, expected) in [
            ("new_order", vec!["new", "order"]),
            ("NewOrder", vec!["new", "order"]),
            (
                "userDataStream.stop",
                vec!["user", "data", "stream", "stop"],
            ),
            ("ticker/24hr", vec!["ticker", "24hr"]),
            ("", vec![]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn the_verb_can_be_first_last_or_misspelled() {
        for (name, expected) in [
            ("place_order", Some(Verb::Create)),
            ("order.cancel", Some(Verb::Cancel)),
            ("cancle_order", Some(Verb::Cancel)),
            ("getDepth", Some(Verb::Query)),
            ("set_leverage", Some(Verb::Modify)),
            ("klines", None),
        ] {
            assert_eq!(
                split(&words(name)).map(|(verb, _)| verb),
                expected,
                "{name}"
            );
        }
    }
}
