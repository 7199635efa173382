//! `http.yaml`: error messages that say what became of a request.

use super::{
    Text,
    keys::{Keys, text},
    keywords::{self, HTTP, MESSAGE},
};
use crate::{load::SpecFile, problem::Problems};

/// An error message that says what became of the request, whatever the error code.
#[derive(Debug, Clone)]
pub struct Message {
    /// How the message begins.
    pub begins: Text,
    /// The HTTP status of responses in which it says so. `None` for all.
    pub status: Option<u16>,
    /// One of [`keywords::ERROR_CLASSES`].
    pub class: String,
}

/// Reads the file.
pub(super) fn read(file: &SpecFile, problems: &mut Problems) -> Vec<Message> {
    let Some(keys) = Keys::open(&file.root, &HTTP, problems) else {
        return Vec::new();
    };
    let entries = keys.entries("messages", problems);
    let messages = entries.iter().filter_map(|entry| {
        let keys = Keys::open(&entry.value, &MESSAGE, problems)?;
        // A description is for the readers of the spec.
        if let Some(about) = keys.get("about") {
            text(about, "`about`", problems)?;
        }
        Some(Message {
            begins: Text {
                value: entry.key.clone(),
                place: entry.place,
            },
            status: keys.whole("status", problems),
            class: keys.one_of("class", keywords::ERROR_CLASSES, problems)?,
        })
    });
    messages.collect()
}
