//! A verifier of its own: reads what was sent byte by byte and holds the signature against another implementation of HMAC.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The parameters of a target whose signature is right, without the signature. Panics otherwise.
pub(crate) fn verify(target: &str, secret: &str) -> Vec<(String, String)> {
    assert!(
        target.bytes().all(|byte| byte.is_ascii_graphic()),
        "{target}"
    );
    let (_, query) = target.split_once('?').expect("a query");
    let (payload, signature) = query
        .rsplit_once("&signature=")
        .expect("a signature, and last");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(payload.as_bytes());
    let expected: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(signature, expected, "{payload}");
    payload.split('&').map(pair).collect()
}

fn pair(text: &str) -> (String, String) {
    let mut parts = text.split('=');
    let (Some(name), Some(value), None) = (parts.next(), parts.next(), parts.next()) else {
        panic!("no pair: {text}");
    };
    (decode(name.as_bytes()), decode(value.as_bytes()))
}

/// Takes unreserved characters and `%XX` in capitals, and nothing else.
fn decode(mut text: &[u8]) -> String {
    let mut bytes = Vec::new();
    loop {
        text = match text {
            [] => return String::from_utf8(bytes).unwrap(),
            [b'%', high, low, rest @ ..] => {
                bytes.push(digit(*high) * 16 + digit(*low));
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

fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'F' => byte - b'A' + 10,
        _ => panic!("no digit: {byte}"),
    }
}
