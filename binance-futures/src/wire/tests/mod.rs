//! Tests of the codecs, by subject.

mod collections;
mod decimals;
#[cfg(feature = "usdm")]
mod events;
mod optional;
mod scalars;
mod sources;

use std::fmt::Debug;

use super::Codec;
use crate::decode;

const DECIMAL: &str = "a decimal number of at most 28 digits";

fn read<T, A: Codec<T>>(json: &str) -> Result<T, String> {
    decode::from_str::<T, A>(json).map_err(|failure| failure.reason().to_string())
}

/// Decodes JSON, encodes the value, and expects this JSON.
#[track_caller]
fn round_trips<T, A: Codec<T>>(json: &str, expected: &str) {
    let value = read::<T, A>(json).unwrap();
    assert_eq!(decode::to_string::<T, A>(&value).unwrap(), expected);
}

/// Decodes JSON and expects a failure that says what was expected in its place.
#[track_caller]
fn unexpected<T: Debug, A: Codec<T>>(json: &str, expected: &str) {
    let found = match json.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        _ => json,
    };
    fails::<T, A>(json, &format!("expected {expected}, found {found}"));
}

/// Decodes JSON and expects a failure with this reason.
#[track_caller]
fn fails<T: Debug, A: Codec<T>>(json: &str, reason: &str) {
    assert_eq!(read::<T, A>(json).unwrap_err(), reason);
}
