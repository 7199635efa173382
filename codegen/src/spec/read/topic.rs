//! Streams and events.

use super::{
    duration::milliseconds, fields::Reader, head::head, keys::Keys, stream_name::stream_parts,
};
use crate::{
    load::{Files, SpecFile, yaml::Node},
    problem::Problems,
    spec::{Cadence, PositionFields, Text, Topic, UserEvent, keywords},
};

pub(super) fn topic(file: &SpecFile, files: &Files, problems: &mut Problems) -> Option<Topic> {
    let keys = Keys::open(&file.root, &keywords::TOPIC, problems)?;
    let mut reader = Reader {
        problems,
        own: Vec::new(),
    };
    let template = keys.text("topic", reader.problems)?;
    let parts = stream_parts(&template, reader.problems);
    let cadence = keys
        .text("cadence", reader.problems)
        .map_or(Cadence::OnEvent, |text| cadence(&text, reader.problems));
    let parameters = keys
        .entries("parameters", reader.problems)
        .iter()
        .filter_map(|entry| reader.parameter(entry))
        .collect();
    let position = keys
        .get("position")
        .and_then(|node| position(node, reader.problems));
    let group = keys.text("group", reader.problems);
    let continuity = keys
        .word("continuity", reader.problems)
        // A position that cannot be read is reported. Whether it suits the continuity is unknown.
        .filter(|_| position.is_some() || keys.get("position").is_none());
    let continuity_place = keys
        .get("continuity")
        .map_or(file.root.place, |node| node.place);
    let event = keys.get("event").map(|node| reader.any_type(node));
    Some(Topic {
        head: head(file, &keys, reader, files),
        template,
        parts,
        group,
        cadence,
        parameters,
        continuity,
        continuity_place,
        position,
        event,
    })
}

fn cadence(text: &Text, problems: &mut Problems) -> Cadence {
    let value = text.value.as_str();
    let parsed = if value == "on event" {
        Some(Cadence::OnEvent)
    } else if let Some(interval) = value.strip_prefix("at most every ") {
        milliseconds(interval).map(Cadence::AtMostEvery)
    } else {
        let interval = value.strip_prefix("every ").and_then(milliseconds);
        interval.map(Cadence::Periodic)
    };
    parsed.unwrap_or_else(|| {
        problems.add(
            text.place,
            format!("`{value}` is not a cadence"),
            "write `on event`, `at most every 100ms` or `every 1s`",
        );
        Cadence::OnEvent
    })
}

fn position(node: &Node, problems: &mut Problems) -> Option<PositionFields> {
    let keys = Keys::open(node, &keywords::POSITION, problems)?;
    let last = keys.text("last", problems);
    Some(PositionFields {
        key: keys.text_list("key", problems),
        first: keys.text("first", problems),
        last: last?,
        previous: keys.text("previous", problems),
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
        own: Vec::new(),
    };
    let event_type = keys.text("user_event", reader.problems)?;
    let event = keys.get("event").map(|node| reader.any_type(node));
    Some(UserEvent {
        head: head(file, &keys, reader, files),
        event_type,
        event,
    })
}
