//! Fields that were added or removed.

use super::{definitions, types::fields_of};
use crate::{
    problem::Problems,
    spec::{Spec, Text},
};

/// Fields with `since` or `until` are optional, and both are dates. `absent` has no dates.
pub(super) fn dates(spec: &Spec, problems: &mut Problems) {
    for (_, def) in definitions(spec) {
        for field in fields_of(def) {
            let absent = field.absent.as_deref().unwrap_or_default();
            if let Some(year) = year(absent) {
                let what = format!("`absent` of `{}` has the date {year}", field.wire.value);
                let hint = "write the date as `since` or `until`";
                problems.add(field.wire.place, what, hint);
            }
            let dates = [("since", &field.since), ("until", &field.until)];
            for (key, date) in dates {
                let Some(date) = date else { continue };
                if !field.optional {
                    let what = format!("`{}` has `{key}`, but is not optional", field.wire.value);
                    let hint = format!("mark it with `?`, or remove `{key}`");
                    problems.add(field.wire.place, what, hint);
                }
                if !is_date(date) {
                    let what = format!("`{}` is not a date", date.value);
                    problems.add(date.place, what, "write 2023, 2023-09 or 2023-09-05");
                }
            }
        }
    }
}

/// The first year from 2000 on in a sentence.
fn year(sentence: &str) -> Option<&str> {
    let is_year = |word: &&str| {
        word.len() >= 4 && word.starts_with("20") && word.chars().all(|c| c.is_ascii_digit())
    };
    sentence
        .split(|character: char| !character.is_alphanumeric())
        .find(is_year)
}

/// Whether a text is a year, a month or a day.
fn is_date(date: &Text) -> bool {
    let parts: Vec<&str> = date.value.split('-').collect();
    let digits = |text: &str, length| {
        text.len() == length && text.chars().all(|character| character.is_ascii_digit())
    };
    match parts.as_slice() {
        [year, rest @ ..] => {
            digits(year, 4) && rest.len() <= 2 && rest.iter().all(|part| digits(part, 2))
        }
        [] => false,
    }
}
