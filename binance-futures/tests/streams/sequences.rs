//! Groups, cadences and sequences of all topics, compared with `topics.txt`.
//!
//! Each line of `topics.txt` was compared with the documents of the exchange, and with recordings for undocumented topics: decoders and
//! samples both follow the spec, so no other test notices a wrong fact there. A line without indentation contains the product, the id of the topic, its URL group or `-`, its
//! continuity and, if its events have sequence numbers, the fields that form the key of its positions, and the field of its sequence number;
//! `numbers` has the first number, the last one and the one before. An indented line contains a name of the topic and the cadence of its events. A line that begins with `#` is a
//! comment.

use std::collections::BTreeSet;
use std::str::FromStr;

use binance_futures::topic::{Cadence, Topic};
use binance_futures::{coinm, usdm};
use serde_json::Value;

use crate::{decode, sample, streams, with_topic};

/// A topic of `topics.txt`.
struct Facts {
    product: &'static str,
    id: &'static str,
    /// What comes after the id.
    head: &'static str,
    /// Names, each with its cadence.
    names: Vec<(&'static str, &'static str)>,
}

fn written() -> Vec<Facts> {
    let mut topics: Vec<Facts> = Vec::new();
    let lines = include_str!("topics.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("  ") {
            let topic = topics.last_mut().unwrap();
            topic.names.push(name.split_once(' ').unwrap());
        } else {
            let (product, rest) = line.split_once(' ').unwrap();
            let (id, head) = rest.split_once(' ').unwrap();
            let names = Vec::new();
            topics.push(Facts {
                product,
                id,
                head,
                names,
            });
        }
    }
    topics
}

fn describe(cadence: Cadence) -> String {
    match cadence {
        Cadence::Periodic(interval) => format!("every {}ms", interval.as_millis()),
        Cadence::AtMostEvery(interval) => format!("at most every {}ms", interval.as_millis()),
        Cadence::OnEvent => String::from("on event"),
    }
}

/// Returns the value of a field such as `k.i`.
fn field<'a>(event: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(event, |record, name| &record[name])
}

fn check<T: Topic + FromStr>(facts: &Facts, problems: &mut Vec<String>) {
    let topic = format!("{} {}", facts.product, facts.id);
    let mut compare = |found: String, written: &str| {
        if found != written {
            problems.push(format!("{topic}: {written}, but by the spec {found}"));
        }
    };
    let (declared, sequence) = match facts.head.split_once(" key ") {
        Some((declared, sequence)) => (declared, Some(sequence)),
        None => (facts.head, None),
    };
    let (group, continuity) = (T::GROUP.unwrap_or("-"), T::CONTINUITY);
    compare(
        format!("{group} {continuity:?}").to_ascii_lowercase(),
        declared,
    );
    assert!(!facts.names.is_empty(), "{topic}");
    for (name, cadence) in &facts.names {
        let parsed = name.parse::<T>().ok();
        let found = parsed.map(|parsed| describe(parsed.cadence()));
        compare(
            format!("{name} {found:?}"),
            &format!("{name} {:?}", Some(cadence)),
        );
    }

    // Copies of events are told by all their fields: another test compares these.
    let Some(sequence) = sequence else {
        return;
    };
    let (key, numbers) = sequence.split_once(" number").unwrap();
    let numbers: Vec<_> = numbers.trim_start_matches('s').split_whitespace().collect();
    let (first, last, previous) = match numbers[..] {
        [number] => (number, number, None),
        [first, last, previous] => (first, last, Some(previous)),
        _ => panic!("{topic} has neither one number nor three"),
    };
    let sample = sample(facts.product, facts.id);
    let event = decode::<T>(&sample).unwrap();
    let items = match &sample {
        Value::Array(items) => items.as_slice(),
        item => std::slice::from_ref(item),
    };
    let found = T::positions(&event).map(|position| {
        let key = position.key.as_str().to_owned();
        (key, position.first, position.last, position.previous)
    });
    let expected = items.iter().map(|item| {
        let number = |name: &str| field(item, name).as_i64().unwrap();
        let parts = key.split(' ').map(|name| field(item, name));
        let parts: Vec<_> = parts.map(|part| part.as_str().unwrap()).collect();
        let previous = previous.map(number);
        (parts.join("|"), number(first), number(last), previous)
    });
    let (found, expected): (Vec<_>, Vec<_>) = (found.collect(), expected.collect());
    compare(format!("{found:?}"), &format!("{expected:?}"));
}

#[test]
fn facts_of_every_topic_are_those_of_the_documents() {
    let written = written();
    let mut problems = Vec::new();
    for facts in &written {
        with_topic!(facts.product, facts.id, check(facts, &mut problems));
    }
    assert!(
        problems.is_empty(),
        "{}\nCompare with the documents of the exchange, and correct the spec or tests/streams/topics.txt.",
        problems.join("\n")
    );
    let written: Vec<_> = written
        .iter()
        .map(|topic| (topic.product, topic.id))
        .collect();
    let all: BTreeSet<_> = streams().map(|topic| (topic.product, topic.id)).collect();
    assert_eq!(written.len(), all.len());
    assert_eq!(BTreeSet::from_iter(written), all);
}
