//! Weights.

use crate::{
    load::yaml::Node,
    problem::{Place, Problems},
    spec::{Text, Weight},
};

pub(super) fn weight(node: &Node, problems: &mut Problems) -> Option<Weight> {
    if let Some(text) = node.text() {
        if text == "unknown" {
            return Some(Weight::Unknown);
        }
        return text.parse().map(Weight::Fixed).ok().or_else(|| {
            weight_problem(node.place, &format!("`{text}` is not a weight"), problems);
            None
        });
    }
    let Some(by) = node.get("by").and_then(Node::text) else {
        weight_problem(node.place, "the weight rule has no `by`", problems);
        return None;
    };
    let by = Text {
        value: by.to_owned(),
        place: node.get("by").map_or(node.place, |by| by.place),
    };
    let (mut steps, mut given, mut absent, mut fine) = (Vec::new(), None, None, true);
    for entry in node.entries().iter().filter(|entry| entry.key != "by") {
        let Some(weight) = entry.value.text().and_then(|text| text.parse::<u32>().ok()) else {
            weight_problem(entry.value.place, "a weight is a whole number", problems);
            fine = false;
            continue;
        };
        match (
            entry.key.as_str(),
            entry.key.strip_prefix("..").map(str::parse::<u64>),
        ) {
            ("given", _) => given = Some(weight),
            ("absent", _) => absent = Some(weight),
            (_, Some(Ok(bound))) => steps.push((bound, weight)),
            (key, _) => {
                fine = false;
                weight_problem(
                    entry.place,
                    &format!("`{key}` is not a key of a weight rule"),
                    problems,
                );
            }
        }
    }
    if !fine {
        return None;
    }
    match (given, absent, steps.is_empty()) {
        (Some(given), Some(absent), true) => Some(Weight::ByPresence { by, given, absent }),
        (None, absent, false) if steps.is_sorted_by(|a, b| a.0 < b.0) => {
            Some(Weight::Steps { by, steps, absent })
        }
        (None, _, false) => {
            weight_problem(
                node.place,
                "the bounds are not in ascending order",
                problems,
            );
            None
        }
        _ => {
            weight_problem(node.place, "the weight rule is not complete", problems);
            None
        }
    }
}

fn weight_problem(place: Place, what: &str, problems: &mut Problems) {
    let hint =
        "write 5, unknown, {by: limit, ..99: 1, ..499: 2} or {by: symbol, given: 1, absent: 40}";
    problems.add(place, what, hint);
}
