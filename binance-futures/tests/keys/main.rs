//! API keys: reading private keys from PEM, signing, and placing orders on the mock exchange with each kind of key.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic fails the test"
)]

/// The text of a file in `pem/`.
macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("pem/", $name))
    };
}

mod arbitrary_keys;
mod arbitrary_parameters;
mod external_signers;
mod files;
mod formats;
mod invalid_keys;
mod orders;
mod redaction;

/// The passphrase of every encrypted key in `pem/`.
const PASSPHRASE: &str = "open sesame";
