//! Names of streams.

use crate::{
    problem::{Place, Problems},
    spec::{Part, Text},
};

/// The parts of a name. Empty if it cannot be read.
pub(super) fn stream_parts(template: &Text, problems: &mut Problems) -> Vec<Part> {
    let wrong = |what: &str, part: &str, problems: &mut Problems| {
        let place = place_in(template, part);
        problems.add(
            place,
            what,
            "write a name such as \"<symbol>@depth[@<speed>]\"",
        );
        Vec::new()
    };
    let mut parts = Vec::new();
    // The open optional part: the text from its bracket on, and its parts so far.
    let mut open: Option<(&str, Vec<Part>)> = None;
    let mut rest = template.value.as_str();
    if rest.is_empty() {
        return wrong("the name is empty", rest, problems);
    }
    while let Some(first) = rest.chars().next() {
        let inside = rest.get(1..).unwrap_or_default();
        let (part, after) = match first {
            '<' => match inside.split_once('>') {
                Some((name, after)) => (Part::Parameter(name.to_owned()), after),
                None => return wrong("a `<` without its `>`", rest, problems),
            },
            '[' if open.is_some() => return wrong("brackets inside brackets", rest, problems),
            '[' => {
                open = Some((rest, Vec::new()));
                rest = inside;
                continue;
            }
            ']' => match open.take() {
                Some((_, inner)) => (Part::Optional(inner), inside),
                None => return wrong("a `]` without its `[`", rest, problems),
            },
            '>' => return wrong("a `>` without its `<`", rest, problems),
            _ => {
                let end = rest.find(['<', '[', '>', ']']).unwrap_or(rest.len());
                let (literal, after) = rest.split_at(end);
                (Part::Literal(literal.to_owned()), after)
            }
        };
        match &mut open {
            Some((_, inner)) => inner.push(part),
            None => parts.push(part),
        }
        rest = after;
    }
    match open {
        Some((bracket, _)) => wrong("a `[` without its `]`", bracket, problems),
        None => parts,
    }
}

/// The place of `end`, which is the end of a text. If the file escapes characters of the text, the place of the text.
fn place_in(text: &Text, end: &str) -> Place {
    let (all, left) = (text.value.chars().count(), end.chars().count());
    let quotes = match text.place.length.checked_sub(all) {
        Some(0) => 0,
        Some(2) => 1,
        _ => return text.place,
    };
    Place {
        column: text.place.column + quotes + all.saturating_sub(left),
        length: 1,
        ..text.place
    }
}
