//! Parameters as they stand in a query or a form: the bytes that are signed, and the names and values they spell.

/// A text that no parameters can be read from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// A `%` without two hexadecimal digits.
    Escape,
    /// Bytes that are no UTF-8.
    Encoding,
}

/// Names and values, percent-decoded once, in their order.
pub(super) fn pairs(text: &[u8]) -> Result<Vec<(String, String)>, Unreadable> {
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

/// What stands before the last parameter, and its value, where the signature is the last one.
pub(super) fn signed(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = text.rsplitn(2, |byte| *byte == b'&');
    let signature = parts.next()?.strip_prefix(b"signature=")?;
    Some((parts.next().unwrap_or_default(), signature))
}

/// A name or a value, percent-decoded.
pub(super) fn decode(text: &[u8]) -> Result<String, Unreadable> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = rest.next().and_then(digit).ok_or(Unreadable::Escape)?;
                let low = rest.next().and_then(digit).ok_or(Unreadable::Escape)?;
                high << 4 | low
            }
            // Forms write a blank so, and the exchange reads queries as forms.
            b'+' => b' ',
            other => *other,
        });
    }
    String::from_utf8(bytes).map_err(|_| Unreadable::Encoding)
}

fn digit(byte: &u8) -> Option<u8> {
    char::from(*byte)
        .to_digit(16)
        .and_then(|digit| digit.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::{Unreadable, pairs, signed};

    fn read(text: &str) -> Vec<(String, String)> {
        pairs(text.as_bytes()).unwrap()
    }

    #[test]
    fn values_are_decoded_once() {
        let expected = [
            ("symbol", "测试USDT"),
            ("a", "%20"),
            ("b", "x=y z"),
            ("c", ""),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(
            read("symbol=%e6%B5%8B%E8%AF%95USDT&a=%2520&b=x=y+z&&c"),
            expected
        );
    }

    #[test]
    fn what_no_text_is_is_unreadable() {
        for (text, why) in [
            (&b"a=%zz"[..], Unreadable::Escape),
            (b"a=%2", Unreadable::Escape),
            (b"a=%", Unreadable::Escape),
            (b"a=%FF", Unreadable::Encoding),
            (b"a=\xff", Unreadable::Encoding),
        ] {
            assert_eq!(pairs(text), Err(why));
        }
    }

    #[test]
    fn only_the_last_parameter_is_the_signature() {
        assert_eq!(signed(b"a=1&signature=ff"), Some((&b"a=1"[..], &b"ff"[..])));
        assert_eq!(signed(b"signature=ff"), Some((&b""[..], &b"ff"[..])));
        assert_eq!(signed(b"signature=ff&a=1"), None);
        assert_eq!(signed(b""), None);
    }
}
