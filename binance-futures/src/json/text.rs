//! Lengths and contents of strings and numbers.

/// Repeats a byte eight times.
const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Returns a word in which the lowest set bit belongs to the first byte that is 0.
#[inline]
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(repeat(1)) & !word & repeat(0x80)
}

/// Returns the number of bytes before the first quote, backslash or control character.
#[inline]
pub(crate) fn plain_length(text: &[u8]) -> usize {
    let mut length = 0;
    let mut rest = text;
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*word);
        let quotes = zero_bytes(word ^ repeat(b'"'));
        let backslashes = zero_bytes(word ^ repeat(b'\\'));
        let controls = word.wrapping_sub(repeat(0x20)) & !word & repeat(0x80);
        let ends = quotes | backslashes | controls;
        if ends != 0 {
            return length + (ends.trailing_zeros() / 8) as usize;
        }
        length += 8;
        rest = after;
    }
    let plain = rest
        .iter()
        .take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20));
    length + plain.count()
}

/// Returns the number of bytes of a number. Returns `None` if the text does not begin with a number.
pub(super) fn number_length(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut at = usize::from(text.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && text.get(at) == Some(&b'0')) {
        return None;
    }
    at += whole;
    if text.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    Some(at)
}

/// Returns the character of the escape sequence that a text begins with, and the length of the sequence.
pub(super) fn unescape(text: &str) -> Option<(char, usize)> {
    let escaped = match text.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(text),
        _ => return None,
    };
    Some((escaped, 2))
}

/// `\u20ac`, or a surrogate pair such as `\ud83d\ude00`.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 4)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let first = unit(2)?;
    if let 0xd800..0xdc00 = first {
        let second = text.get(6..8).filter(|next| *next == "\\u").and(unit(8))?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        let point = 0x1_0000 + ((first - 0xd800) << 10) + low;
        return Some((char::from_u32(point)?, 12));
    }
    Some((char::from_u32(first)?, 6))
}
