//! Arbitrary input is read as a key or rejected, and never panics.

use base64ct::{Base64, Encoding};
use binance_futures::auth::{Credentials, PrivateKey};
use binance_futures::error::InvalidCredentials;
use proptest::prelude::*;

const LABELS: [&str; 3] = ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY"];

fn pem(label: &str, der: &[u8]) -> String {
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

fn signature(key: PrivateKey) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let credentials = Credentials::private_key("key", key).unwrap();
    let signature = runtime.block_on(credentials.sign(fixture!("payload.txt").as_bytes()));
    signature.unwrap().as_str().to_owned()
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_rejected(bytes: Vec<u8>) {
        prop_assert!(read(bytes).is_err());
    }

    #[test]
    fn arbitrary_sequences_of_pem_tokens_are_rejected(tokens in prop::collection::vec(
        prop_oneof![
            Just("-----BEGIN "), Just("-----END "), Just("-----"), Just("PRIVATE KEY"), Just("RSA "), Just("ENCRYPTED "),
            Just("\n"), Just("\r"), Just("MC4CAQ"), Just("="), Just("DEK-Info: "), Just("ü"), Just("\0"),
        ],
        0..24,
    )) {
        prop_assert!(read(tokens.concat()).is_err());
    }

    #[test]
    fn arbitrary_base64_is_rejected(label in prop::sample::select(&LABELS[..]), bytes: Vec<u8>) {
        prop_assert!(read(pem(label, &bytes)).is_err());
    }

    #[test]
    fn rsa_key_with_a_changed_byte_is_rejected_or_signs_as_before(place: prop::sample::Index, change in 1..=u8::MAX) {
        let mut der = der(fixture!("rsa-2048-pkcs1.pem"));
        *place.get_mut(&mut der) ^= change;
        // The private exponent is not used for signatures, so most changes of it are not noticed.
        if let Ok(key) = read(pem("RSA PRIVATE KEY", &der)) {
            prop_assert_eq!(signature(key), fixture!("rsa-2048.signature.txt"));
        }
    }

    #[test]
    fn rsa_key_with_changed_first_numbers_never_panics(bytes: [u8; 12], place in 0..40_usize) {
        let mut der = der(fixture!("rsa-2048.pem"));
        der[place..][..12].copy_from_slice(&bytes);
        // Some of these bytes are not part of the key, so it can still be valid.
        let _ = read(pem("PRIVATE KEY", &der));
    }

    #[test]
    fn ed25519_key_with_a_changed_byte_never_panics(place: prop::sample::Index, change in 1..=u8::MAX) {
        let mut der = der(fixture!("ed25519-v2.pem"));
        *place.get_mut(&mut der) ^= change;
        let _ = read(pem("PRIVATE KEY", &der));
    }

    #[test]
    fn key_with_a_changed_encryption_parameter_is_rejected(place in 0..110_usize, change in 1..=u8::MAX) {
        let mut der = der(fixture!("ed25519-aes256.pem"));
        der[place] ^= change;
        prop_assert!(read(pem("ENCRYPTED PRIVATE KEY", &der)).is_err());
    }

    #[test]
    fn truncated_key_is_rejected(label in prop::sample::select(&LABELS[..]), place: prop::sample::Index) {
        for text in [fixture!("rsa-2048.pem"), fixture!("rsa-2048-pkcs1.pem"), fixture!("rsa-2048-aes256.pem"), fixture!("ed25519.pem")] {
            let der = der(text);
            prop_assert!(read(pem(label, &der[..place.index(der.len())])).is_err());
            prop_assert!(read(&text[..place.index(text.trim_end().len())]).is_err());
        }
    }
}
