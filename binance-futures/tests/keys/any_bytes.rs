//! Whatever is given as a key is read or refused.

use base64ct::{Base64, Encoding};
use binance_futures::auth::PrivateKey;
use binance_futures::error::InvalidCredentials;
use proptest::prelude::*;

const LABELS: [&str; 3] = ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY"];

fn wrapped(label: &str, der: &[u8]) -> String {
    let body = Base64::encode_string(der);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    Base64::decode_vec(&lines.collect::<String>()).unwrap()
}

fn read(pem: impl AsRef<[u8]>) -> Result<PrivateKey, InvalidCredentials> {
    let plain = PrivateKey::from_pem(pem.as_ref());
    let encrypted = PrivateKey::from_encrypted_pem(pem.as_ref(), "x");
    plain.or(encrypted)
}

proptest! {
    #[test]
    fn any_bytes(bytes: Vec<u8>) {
        prop_assert!(read(bytes).is_err());
    }

    #[test]
    fn any_text_made_of_the_words_of_pem(words in prop::collection::vec(
        prop_oneof![
            Just("-----BEGIN "), Just("-----END "), Just("-----"), Just("PRIVATE KEY"), Just("RSA "), Just("ENCRYPTED "),
            Just("\n"), Just("\r"), Just("MC4CAQ"), Just("="), Just("DEK-Info: "), Just("ü"), Just("\0"),
        ],
        0..24,
    )) {
        prop_assert!(read(words.concat()).is_err());
    }

    #[test]
    fn any_bytes_in_base64(label in prop::sample::select(&LABELS[..]), bytes: Vec<u8>) {
        prop_assert!(read(wrapped(label, &bytes)).is_err());
    }

    #[test]
    fn a_changed_byte_of_an_rsa_key(place: prop::sample::Index, change in 1..=u8::MAX) {
        let mut der = der(file!("rsa-2048-pkcs1.pem"));
        *place.get_mut(&mut der) ^= change;
        prop_assert!(read(wrapped("RSA PRIVATE KEY", &der)).is_err());
    }

    #[test]
    fn changed_numbers_at_the_beginning_of_an_rsa_key(bytes: [u8; 12], place in 0..40_usize) {
        let mut der = der(file!("rsa-2048.pem"));
        der[place..][..12].copy_from_slice(&bytes);
        // Some of these bytes say nothing of the key.
        let _ = read(wrapped("PRIVATE KEY", &der));
    }

    #[test]
    fn a_changed_byte_of_an_ed25519_key(place: prop::sample::Index, change in 1..=u8::MAX) {
        let mut der = der(file!("ed25519-v2.pem"));
        *place.get_mut(&mut der) ^= change;
        let _ = read(wrapped("PRIVATE KEY", &der));
    }

    #[test]
    fn a_changed_byte_of_what_says_how_a_key_is_encrypted(place in 0..110_usize, change in 1..=u8::MAX) {
        let mut der = der(file!("ed25519-aes256.pem"));
        der[place] ^= change;
        prop_assert!(read(wrapped("ENCRYPTED PRIVATE KEY", &der)).is_err());
    }

    #[test]
    fn a_key_that_breaks_off(label in prop::sample::select(&LABELS[..]), place: prop::sample::Index) {
        for pem in [file!("rsa-2048.pem"), file!("rsa-2048-pkcs1.pem"), file!("rsa-2048-aes256.pem"), file!("ed25519.pem")] {
            let der = der(pem);
            prop_assert!(read(wrapped(label, &der[..place.index(der.len())])).is_err());
            prop_assert!(read(&pem[..place.index(pem.trim_end().len())]).is_err());
        }
    }
}
