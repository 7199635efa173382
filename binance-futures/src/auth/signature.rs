//! Signatures.

use std::fmt;

use arrayvec::ArrayString;
use base64ct::{Base64, Encoding};

use crate::parameters::{Parameters, QueryWriter};

/// A signature as the exchange documents it: lowercase hexadecimal digits of an HMAC, base64 of any other.
///
/// Keys of this crate make it by themselves; a [`Signer`](super::Signer) of one's own makes it of the bytes it gets.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature(Text);

#[derive(Clone, PartialEq, Eq)]
enum Text {
    Hexadecimal(ArrayString<{ Signature::DIGITS }>),
    Base64(String),
}

impl Signature {
    /// Two digits for each byte of HMAC-SHA256.
    const DIGITS: usize = 64;

    /// The signature of an HMAC key: what HMAC-SHA256 makes of the payload. Allocates nothing.
    #[expect(clippy::expect_used, reason = "digits are ASCII")]
    pub fn hexadecimal(bytes: [u8; 32]) -> Self {
        let mut digits = [0; Self::DIGITS];
        let (pairs, _) = digits.as_chunks_mut();
        for ([high, low], byte) in pairs.iter_mut().zip(bytes) {
            *high = digit(byte >> 4);
            *low = digit(byte & 15);
        }
        let digits = ArrayString::from_byte_string(&digits).expect("digits are text");
        Self(Text::Hexadecimal(digits))
    }

    /// The signature of an RSA or Ed25519 key, as its algorithm makes it.
    pub fn base64(bytes: &[u8]) -> Self {
        Self(Text::Base64(Base64::encode_string(bytes)))
    }

    /// The signature, not encoded for a query: in one, base64 needs that.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Hexadecimal(digits) => digits,
            Text::Base64(text) => text,
        }
    }

    /// Ends a query, which is signed up to here.
    #[inline]
    pub(crate) fn write_to(&self, query: &mut QueryWriter) {
        match &self.0 {
            Text::Hexadecimal(digits) => query.plain("signature", digits),
            Text::Base64(text) => query.text("signature", text),
        }
    }
}

fn digit(value: u8) -> u8 {
    if value < 10 {
        b'0' + value
    } else {
        b'a' + value - 10
    }
}

/// Prints nothing of it: with the query before it, a signature is as good as the key for as long as the receive window lasts.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(signature: &Signature) -> String {
        let mut query = QueryWriter::new();
        query.put("timestamp", &1_u8);
        signature.write_to(&mut query);
        query.into_string()
    }

    #[test]
    fn digits_stand_in_a_query_as_they_are() {
        let signature = Signature::hexadecimal([0xfa; 32]);
        assert_eq!(signature.as_str(), "fa".repeat(32));
        assert_eq!(
            written(&signature),
            format!("timestamp=1&signature={}", "fa".repeat(32))
        );
    }

    #[test]
    fn base64_is_encoded_in_a_query_and_nowhere_else() {
        let signature = Signature::base64(&[0xfb, 0xff, 0xbf, 0x10]);
        assert_eq!(signature.as_str(), "+/+/EA==");
        assert_eq!(
            written(&signature),
            "timestamp=1&signature=%2B%2F%2B%2FEA%3D%3D"
        );
    }

    #[test]
    fn no_signature_is_printed_by_accident() {
        for signature in [Signature::hexadecimal([1; 32]), Signature::base64(&[1; 3])] {
            assert_eq!(format!("{signature:?}"), "Signature([redacted])");
        }
    }
}
