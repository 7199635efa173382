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

const EXPECTED_DECIMAL: &str = "expected a decimal number of at most 28 digits";

fn read<T, A: Codec<T>>(json: &str) -> Result<T, String> {
    decode::from_str::<T, A>(json).map_err(|failure| failure.reason().to_owned())
}

/// Decodes JSON, encodes the value, and expects this JSON.
#[track_caller]
fn round_trips<T, A: Codec<T>>(json: &str, expected: &str) {
    let value = read::<T, A>(json).unwrap();
    assert_eq!(decode::to_string::<T, A>(&value).unwrap(), expected);
}

/// Decodes JSON and expects a failure with this reason.
#[track_caller]
fn fails<T: Debug, A: Codec<T>>(json: &str, reason: &str) {
    assert_eq!(read::<T, A>(json).unwrap_err(), reason);
}
