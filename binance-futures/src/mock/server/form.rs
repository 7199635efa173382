//! Decoding of queries and form bodies, and the part of them that is signed.

use std::borrow::Cow;

use percent_encoding::percent_decode;

/// Why a text cannot be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::mock) enum DecodeError {
    /// A `%` without two hexadecimal digits.
    Escape,
    /// The decoded bytes are not UTF-8.
    Utf8,
}

/// Returns the decoded names and values, in the order in which they were sent.
pub(in crate::mock) fn parameters(text: &[u8]) -> Result<Vec<(String, String)>, DecodeError> {
    text.split(|byte| *byte == b'&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let mut parts = parameter.splitn(2, |byte| *byte == b'=');
            let name = decode(parts.next().unwrap_or_default())?;
            let value = decode(parts.next().unwrap_or_default())?;
            Ok((name, value))
        })
        .collect()
}

/// Splits a text whose last parameter is the signature into the text before it and the encoded signature.
pub(in crate::mock) fn split_signature(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = text.rsplitn(2, |byte| *byte == b'&');
    let signature = parts.next()?.strip_prefix(b"signature=")?;
    Some((parts.next().unwrap_or_default(), signature))
}

/// Decodes a name or a value once. A `+` is a space, as in forms: the exchange reads queries the same way.
///
/// The library passes an incomplete escape through as text; the exchange rejects it, so it is an error here.
pub(in crate::mock) fn decode(text: &[u8]) -> Result<String, DecodeError> {
    if !has_complete_escapes(text) {
        return Err(DecodeError::Escape);
    }
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&spaced)
        .decode_utf8()
        .map(Cow::into_owned)
        .map_err(|_| DecodeError::Utf8)
}

fn has_complete_escapes(text: &[u8]) -> bool {
    let after_percent = text.split(|byte| *byte == b'%').skip(1);
    after_percent
        .map(|rest| rest.get(..2))
        .all(|digits| digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

#[cfg(test)]
mod tests {
    use super::{DecodeError, parameters, split_signature};

    #[test]
    fn values_are_decoded_once() {
        let expected = [
            ("symbol", "测试USDT"),
            ("a", "%20"),
            ("b", "x=y z"),
            ("c", ""),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let text = b"symbol=%e6%B5%8B%E8%AF%95USDT&a=%2520&b=x=y+z&&c";
        assert_eq!(parameters(text).unwrap(), expected);
    }

    #[test]
    fn incomplete_escapes_and_invalid_utf8_are_errors() {
        for (text, error) in [
            (&b"a=%zz"[..], DecodeError::Escape),
            (b"a=%2", DecodeError::Escape),
            (b"a=%2%41", DecodeError::Escape),
            (b"a=%", DecodeError::Escape),
            (b"a=%FF", DecodeError::Utf8),
            (b"a=\xff", DecodeError::Utf8),
        ] {
            assert_eq!(parameters(text), Err(error));
        }
    }

    #[test]
    fn only_the_last_parameter_is_the_signature() {
        assert_eq!(
            split_signature(b"a=1&signature=ff"),
            Some((&b"a=1"[..], &b"ff"[..]))
        );
        assert_eq!(
            split_signature(b"signature=ff"),
            Some((&b""[..], &b"ff"[..]))
        );
        assert_eq!(split_signature(b"signature=ff&a=1"), None);
        assert_eq!(split_signature(b""), None);
    }
}
