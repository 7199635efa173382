//! The JSON reader against `serde_json`, and messages of websocket connections.

#![no_main]

#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../../tests/differential/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::targets::reader(input));
