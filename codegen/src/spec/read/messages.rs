//! `http.yaml`: error messages that say whether a request was executed.

use super::keys::Keys;
use crate::{
    load::SpecFile,
    problem::Problems,
    spec::{
        Message, Text,
        keywords::{HTTP, MESSAGE},
    },
};

/// Reads the file.
pub(super) fn messages(file: &SpecFile, problems: &mut Problems) -> Vec<Message> {
    let Some(keys) = Keys::open(&file.root, &HTTP, problems) else {
        return Vec::new();
    };
    let entries = keys.entries("messages", problems);
    let messages = entries.iter().filter_map(|entry| {
        let keys = Keys::open(&entry.value, &MESSAGE, problems)?;
        // The sentence is for the readers of the spec.
        keys.text("about", problems);
        let status = keys.whole("status", problems);
        Some(Message {
            begins: Text {
                value: entry.key.clone(),
                place: entry.place,
            },
            status,
            class: keys.word("class", problems)?,
        })
    });
    messages.collect()
}
