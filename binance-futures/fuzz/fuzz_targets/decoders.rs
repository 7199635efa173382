//! The decoders of all responses and events. See `properties::targets::decoders` for the form of an input.

#![no_main]

#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../../tests/differential/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::targets::decoders(input));
