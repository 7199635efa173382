//! The JSON reader and all decoders against `serde_json`, over the samples of the spec and mutations of them.
//!
//! Each case is generated from its number, so that it can be repeated. The normal run checks some thousand cases. The long run checks as
//! many as `DIFFERENTIAL_CASES` says, by default ten million:
//!
//! ```sh
//! DIFFERENTIAL_CASES=1000000 cargo test --release -p binance-futures --all-features --test differential -- --ignored --nocapture
//! ```
//!
//! A failure prints the number of its case. `DIFFERENTIAL_FIRST=4711 DIFFERENTIAL_CASES=1` repeats case 4711.
//!
//! The fuzz targets in `fuzz` check the same properties.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a panic is how a test fails"
)]

#[cfg(test)]
mod bytes;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod differences;
#[cfg(test)]
mod document;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod random;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod spellings;
