//! Where in a text a value could not be read.

use serde::de::Error;
use serde_path_to_error::{Deserializer, Path, Segment, Track};

use super::{RawText, Wire};

/// Reads a value from its own text. Whoever keeps track of paths does not see into it, so a failure states its own.
pub(super) fn read_within<T, A: Wire<T>, E: Error>(json: &str) -> Result<T, E> {
    A::read(RawText::<_, E>::new(json)).map_err(|error| {
        match path_of_failure::<T, A>(json).as_str() {
            "" => error,
            path => E::custom(located(path, error)),
        }
    })
}

/// Reads once more and keeps track of where it is: too slow to do while all goes well. The path to the failure, such as
/// `symbols[3].filters[0].tickSize`; empty for the value as a whole.
#[cold]
pub(crate) fn path_of_failure<T, A: Wire<T>>(json: &str) -> String {
    let mut json = serde_json::Deserializer::from_str(json);
    let mut track = Track::new();
    let read = A::read(Deserializer::new(&mut json, &mut track));
    read.err()
        .map(|_| written(&track.path()))
        .unwrap_or_default()
}

pub(crate) fn written(path: &Path) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Map { key } if super::raw::is_token(key) => {}
            Segment::Map { key: name } | Segment::Enum { variant: name } => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Segment::Seq { index } => text.push_str(&format!("[{index}]")),
            Segment::Unknown => text.push('?'),
        }
    }
    text
}

/// A reason and the path it applies to, as one sentence.
pub(crate) fn located(path: &str, reason: impl std::fmt::Display) -> String {
    if path.is_empty() {
        reason.to_string()
    } else {
        format!("`{path}`: {reason}")
    }
}

/// Takes such a sentence apart.
pub(crate) fn unlocated(sentence: &str) -> Option<(&str, &str)> {
    sentence.strip_prefix('`')?.split_once("`: ")
}
