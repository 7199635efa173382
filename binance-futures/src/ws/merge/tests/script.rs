//! Tables that are text: each line has a time in milliseconds, what happens, and what is delivered.

use super::classes::Class;
use super::*;
use crate::ws::Lost;

/// Runs a table. A line is one of
///
/// ```text
/// 10  +A      -> gap(disconnected,?) connection A is added
/// 10  -A      -> B7*          connection A is removed; event 7 of B is delivered, marked as a possible repetition
/// 10  A 5     -> gap(2:3..4) A5 connection A delivers event 5
/// 10  expire  ->              the time passes
/// 10  A proved / B unproved
/// ```
pub(super) fn run<T: Subscribable>(class: &Class<T>, table: &str) {
    let mut merge = Merge::new(class.topic.clone(), DEFAULT_HOLD);
    for (index, line) in table.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        let (step, expected) = line.split_once("->").unwrap_or((line, ""));
        let delivered = take(&mut merge, class, step.trim());
        let expected: Vec<&str> = expected.split_whitespace().collect();
        assert_eq!(delivered, expected, "line {}: {line}", index + 1);
    }
}

fn take<T: Subscribable>(
    merge: &mut Merge<T, Duration>,
    class: &Class<T>,
    step: &str,
) -> Vec<String> {
    let mut words = step.split_whitespace();
    let now = ms(words.next().unwrap().parse().unwrap());
    let mut out = Vec::new();
    match (words.next().unwrap(), words.next()) {
        ("expire", None) => merge.expire(now, &mut out),
        (name, Some("proved")) => assert!(merge.has_proved(link(name)), "{step}"),
        (name, Some("unproved")) => assert!(!merge.has_proved(link(name)), "{step}"),
        (name, Some(event)) => merge.offer(link(name), class.event(event), now, now, &mut out),
        (change, None) => match change.split_at(1) {
            ("+", name) => merge.add_link(link(name), now, &mut out),
            ("-", name) => assert!(merge.remove_link(link(name), now, &mut out).is_some()),
            _ => panic!("unknown step: {step}"),
        },
    }
    out.iter().map(|merged| show(class, merged)).collect()
}

fn link(name: &str) -> ConnectionId {
    ConnectionId::new(u64::from(name.as_bytes()[0]))
}

fn show<T: Subscribable>(class: &Class<T>, merged: &Merged<T::Event, Duration>) -> String {
    match merged {
        Merged::Event {
            event,
            link,
            may_repeat,
            ..
        } => {
            let name = char::from(u8::try_from(link.as_u64()).unwrap());
            let mark = if *may_repeat { "*" } else { "" };
            format!("{name}{}{mark}", (class.text)(event))
        }
        Merged::Gap(gap) => {
            let cause = match gap.cause() {
                GapCause::Skipped => "",
                GapCause::Disconnected => "disconnected,",
                GapCause::Renumbered => "renumbered,",
                GapCause::NotRecorded => "not recorded,",
            };
            let lost = match gap.lost() {
                Lost::Exactly(count) => count.to_string(),
                Lost::Unknown => "?".to_owned(),
            };
            match gap.numbers() {
                Some(numbers) => {
                    format!("gap({cause}{lost}:{}..{})", numbers.start(), numbers.end())
                }
                None => format!("gap({cause}{lost})"),
            }
        }
    }
}
