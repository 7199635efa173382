//! Streams and events.

use super::{
    duration::milliseconds,
    fields::Reader,
    head::head,
    keys::{Keys, text},
    stream_name::stream_parts,
};
use crate::{
    load::{
        Files, SpecFile,
        yaml::{Node, Value},
    },
    problem::Problems,
    spec::{
        Cadence, CadenceRule, Continuity, PositionFields, Text, Topic, UserEvent, Word, keywords,
    },
};

pub(super) fn topic(file: &SpecFile, files: &Files, problems: &mut Problems) -> Option<Topic> {
    let keys = Keys::open(&file.root, &keywords::TOPIC, problems)?;
    let mut reader = Reader {
        problems,
        inline_types: Vec::new(),
    };
    let template = keys.text("topic", reader.problems);
    let parts = template
        .as_ref()
        .map(|template| stream_parts(template, reader.problems));
    let cadence = keys
        .get("cadence")
        .and_then(|node| cadence_rule(node, reader.problems));
    let parameters = keys
        .entries("parameters", reader.problems)
        .iter()
        .filter_map(|entry| reader.parameter(entry))
        .collect();
    let group = keys.text("group", reader.problems);
    let continuity = continuity(&keys, reader.problems);
    let products = keys.text_list("products", reader.problems);
    let event = reader.type_of_key(&keys, "event");
    let head = head(file, &keys, reader, files);
    let (continuity, position) = continuity.unwrap_or((Continuity::Unnumbered, None));
    Some(Topic {
        head,
        template: template?,
        parts: parts?,
        group,
        cadence: cadence.unwrap_or(CadenceRule {
            usual: Cadence::OnEvent,
            by: None,
        }),
        parameters,
        continuity,
        position,
        products,
        event,
    })
}

/// The continuity of a topic, and the position of its events. `None` if one of them cannot be read, or if they do not
/// suit each other.
fn continuity(
    keys: &Keys<'_>,
    problems: &mut Problems,
) -> Option<(Continuity, Option<PositionFields>)> {
    let continuity: Option<Continuity> = keys.word("continuity", problems);
    let position = keys.get("position").map(|node| position(node, problems));
    let continuity = continuity?;
    let place = keys.get("continuity")?.place;
    match (continuity, position) {
        (Continuity::Unnumbered, Some(_)) => {
            let hint = "remove `position`, or choose another continuity";
            problems.add(place, "`unnumbered` topics have no position", hint);
            None
        }
        (Continuity::Unnumbered, None) => Some((continuity, None)),
        (_, None) => {
            let what = format!("`{}` topics need a position", continuity.word());
            problems.add(place, what, "write `position: {key: [s], last: u}`");
            None
        }
        (Continuity::Chained, Some(Some(position))) if position.previous.is_none() => {
            let what = "`chained` topics need the previous number";
            problems.add(place, what, "add `previous` to `position`");
            None
        }
        (Continuity::Copies, Some(Some(position))) if position.within.is_none() => {
            let what = "`copies` topics need a time";
            problems.add(place, what, "add `within: 10s` to `position`");
            None
        }
        (
            Continuity::Contiguous | Continuity::Chained | Continuity::State,
            Some(Some(position)),
        ) if position.within.is_some() => {
            let what = format!("`{}` topics have no `within`", continuity.word());
            problems.add(place, what, "remove `within` from `position`");
            None
        }
        (_, Some(position)) => Some((continuity, Some(position?))),
    }
}

/// A cadence, or one for each value of a parameter.
fn cadence_rule(node: &Node, problems: &mut Problems) -> Option<CadenceRule> {
    if !matches!(node.value, Value::Map(_)) {
        let usual = cadence(&text(node, "`cadence`", problems)?, problems)?;
        return Some(CadenceRule { usual, by: None });
    }
    let (mut by, mut usual, mut values) = (None, None, Vec::new());
    for entry in node.entries() {
        let Some(written) = text(&entry.value, &format!("`{}`", entry.key), problems) else {
            continue;
        };
        match entry.key.as_str() {
            "by" => by = Some(written),
            "absent" => usual = cadence(&written, problems),
            _ => {
                let value = Text {
                    value: entry.key.clone(),
                    place: entry.place,
                };
                values.extend(cadence(&written, problems).map(|cadence| (value, cadence)));
            }
        }
    }
    if by.is_none() || node.get("absent").is_none() || values.is_empty() {
        problems.add(
            node.place,
            "the cadence rule is not complete",
            "write {by: speed, absent: every 3s, 1s: every 1s}",
        );
    }
    Some(CadenceRule {
        usual: usual?,
        by: Some((by?, values)),
    })
}

fn cadence(text: &Text, problems: &mut Problems) -> Option<Cadence> {
    let value = text.value.as_str();
    let parsed = if value == "on event" {
        Some(Cadence::OnEvent)
    } else if let Some(interval) = value.strip_prefix("at most every ") {
        milliseconds(interval).map(Cadence::AtMostEvery)
    } else {
        let interval = value.strip_prefix("every ").and_then(milliseconds);
        interval.map(Cadence::Periodic)
    };
    if parsed.is_none() {
        problems.add(
            text.place,
            format!("`{value}` is not a cadence"),
            "write `on event`, `at most every 100ms` or `every 1s`",
        );
    }
    parsed
}

fn position(node: &Node, problems: &mut Problems) -> Option<PositionFields> {
    let keys = Keys::open(node, &keywords::POSITION, problems)?;
    let key = keys.text_list("key", problems);
    let first = keys.text("first", problems);
    let last = keys.text("last", problems);
    let previous = keys.text("previous", problems);
    let within = keys.text("within", problems);
    let within = within.and_then(|within| {
        let milliseconds = milliseconds(&within.value);
        if milliseconds.is_none() {
            let what = format!("`{}` is not a time", within.value);
            problems.add(within.place, what, "write 10s or 1m");
        }
        milliseconds
    });
    let period = match (keys.text("period", problems), keys.text("closed", problems)) {
        (Some(period), Some(closed)) => Some((period, closed)),
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => {
            let what = "`period` and `closed` belong together";
            problems.add(one.place, what, "write `period: k.t, closed: k.x`");
            None
        }
    };
    Some(PositionFields {
        key,
        first,
        last: last?,
        previous,
        period,
        within,
    })
}

pub(super) fn user_event(
    file: &SpecFile,
    files: &Files,
    problems: &mut Problems,
) -> Option<UserEvent> {
    let keys = Keys::open(&file.root, &keywords::USER_EVENT, problems)?;
    let mut reader = Reader {
        problems,
        inline_types: Vec::new(),
    };
    let event_type = keys.text("user_event", reader.problems);
    let event = reader.type_of_key(&keys, "event");
    let head = head(file, &keys, reader, files);
    Some(UserEvent {
        head,
        event_type: event_type?,
        event,
    })
}
