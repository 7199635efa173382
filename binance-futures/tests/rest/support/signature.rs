//! Verifies signatures independently of the client: parses what was sent byte by byte, and computes the HMAC on its own.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Returns the parameters of a request target without the signature. Panics if the signature is wrong.
pub(crate) fn verify(target: &str, secret: &str) -> Vec<(String, String)> {
    assert!(
        target.bytes().all(|byte| byte.is_ascii_graphic()),
        "{target}"
    );
    let (_, query) = target.split_once('?').expect("a query");
    let (payload, signature) = query
        .rsplit_once("&signature=")
        .expect("a signature at the end");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(payload.as_bytes());
    let expected: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(signature, expected, "{payload}");
    payload.split('&').map(parse_pair).collect()
}

fn parse_pair(text: &str) -> (String, String) {
    let mut parts = text.split('=');
    let (Some(name), Some(value), None) = (parts.next(), parts.next(), parts.next()) else {
        panic!("not a pair: {text}");
    };
    (decode(name.as_bytes()), decode(value.as_bytes()))
}

/// Decodes percent-encoding. Accepts unreserved characters and `%XX` with upper-case digits only.
fn decode(mut text: &[u8]) -> String {
    let mut bytes = Vec::new();
    loop {
        text = match text {
            [] => return String::from_utf8(bytes).unwrap(),
            [b'%', high, low, rest @ ..] => {
                bytes.push(hex_digit(*high) * 16 + hex_digit(*low));
                rest
            }
            [byte, rest @ ..] => {
                assert!(
                    byte.is_ascii_alphanumeric() || b"-._~".contains(byte),
                    "{byte}"
                );
                bytes.push(*byte);
                rest
            }
        };
    }
}

fn hex_digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'F' => byte - b'A' + 10,
        _ => panic!("not a hexadecimal digit: {byte}"),
    }
}
