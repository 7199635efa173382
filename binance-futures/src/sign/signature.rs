//! Signatures.

use std::fmt;

use arrayvec::ArrayString;

/// A signature as it stands in a query.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature(ArrayString<{ Self::LENGTH }>);

impl Signature {
    /// Two digits for each byte of HMAC-SHA256.
    const LENGTH: usize = 64;

    #[expect(clippy::expect_used, reason = "digits are ASCII")]
    pub(super) fn hexadecimal(bytes: [u8; 32]) -> Self {
        let mut digits = [0; Self::LENGTH];
        let (pairs, _) = digits.as_chunks_mut();
        for ([high, low], byte) in pairs.iter_mut().zip(bytes) {
            *high = digit(byte >> 4);
            *low = digit(byte & 15);
        }
        Self(ArrayString::from_byte_string(&digits).expect("digits are text"))
    }

    pub(crate) fn write_to(&self, query: &mut crate::parameters::QueryWriter) {
        query.plain("signature", self.as_str());
    }

    /// The signature, percent-encoded where it needs to be.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn digit(value: u8) -> u8 {
    if value < 10 {
        b'0' + value
    } else {
        b'a' + value - 10
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Prints nothing of it: with the query before it, a signature is as good as the key for as long as the receive window lasts.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([redacted])")
    }
}
