//! Keys and what they sign: from a file with PEM in it to an order on the mock exchange.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "what panics here has failed"
)]

// Before the macro, whose name the properties' own macro uses otherwise.
mod any_text;

/// A file of `pem/`, as text.
macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("pem/", $name))
    };
}

mod any_bytes;
mod elsewhere;
mod files;
mod orders;
mod reading;
mod refused;
mod secrets;

/// What every encrypted key of the tests is encrypted with.
const PASSPHRASE: &str = "open sesame";
