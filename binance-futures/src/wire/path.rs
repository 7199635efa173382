//! The path to a value that could not be decoded.

use serde::de::Error;
use serde_path_to_error::{Deserializer, Path, Segment, Track};

use super::{Codec, RawText};

/// Decodes a value from its own JSON text. A deserializer that tracks paths does not see into that text, so the error message starts
/// with the path.
pub(super) fn read_text<T, A: Codec<T>, E: Error>(json: &str) -> Result<T, E> {
    A::read(RawText::<_, E>::new(json)).map_err(|error| {
        match path_of_failure::<T, A>(json).as_str() {
            "" => error,
            path => E::custom(with_path(path, error)),
        }
    })
}

/// Returns the path to the failure, such as `symbols[3].filters[0].tickSize`. Empty if the whole value is wrong.
///
/// Decodes the text a second time, because tracking the path always would be too slow.
#[cold]
pub(crate) fn path_of_failure<T, A: Codec<T>>(json: &str) -> String {
    let mut json = serde_json::Deserializer::from_str(json);
    let mut track = Track::new();
    let read = A::read(Deserializer::new(&mut json, &mut track));
    read.err()
        .map(|_| format_path(&track.path()))
        .unwrap_or_default()
}

pub(crate) fn format_path(path: &Path) -> String {
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

/// Joins a path and a reason: `` `path`: reason``.
pub(crate) fn with_path(path: &str, reason: impl std::fmt::Display) -> String {
    if path.is_empty() {
        reason.to_string()
    } else {
        format!("`{path}`: {reason}")
    }
}

/// Splits a message of [`with_path`] into path and reason.
pub(crate) fn without_path(message: &str) -> Option<(&str, &str)> {
    message.strip_prefix('`')?.split_once("`: ")
}
