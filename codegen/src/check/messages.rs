//! Error messages: each one can occur, and has one meaning.

use crate::{
    problem::Problems,
    spec::{Message, Spec},
};

/// The HTTP status is one of an error, and no earlier message takes precedence over a later one.
pub(super) fn messages(spec: &Spec, problems: &mut Problems) {
    for (index, message) in spec.messages.iter().enumerate() {
        if let Some(status) = message.status
            && !(400..600).contains(&status)
        {
            problems.add(
                message.begins.place,
                format!("{status} is not the HTTP status of an error"),
                "write a status from 400 to 599",
            );
        }
        let mut earlier = spec.messages.iter().take(index);
        if let Some(other) = earlier.find(|other| covers(other, message)) {
            problems.add(
                message.begins.place,
                format!(
                    "this message has the meaning of `{}`, with which it begins",
                    other.begins.value
                ),
                "move it before the other one",
            );
        }
    }
}

fn covers(one: &Message, other: &Message) -> bool {
    other.begins.value.starts_with(&one.begins.value)
        && (one.status.is_none() || one.status == other.status)
}
