//! Values that the exchange sends as text or as a number.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::ser::Serializer;

use super::{Codec, Literal};
use crate::json::{self, Reader};

/// A value that can be decoded from any JSON scalar, and encoded as text or as a number.
///
/// The `from_` functions return `None` for everything that the type cannot hold exactly. Nothing is rounded or truncated.
pub trait Scalar: Sized {
    /// What error messages call the expected value, such as `a decimal number`.
    const EXPECTED: &'static str;

    /// The texts of all listed values. Empty if the type is not an enum.
    const VARIANTS: &'static [&'static str] = &[];

    /// Parses a text in the usual spelling, which is that of parameters.
    fn from_text(text: &str) -> Option<Self>;

    /// Parses the text of a JSON string that was received. Accepts every spelling that the exchange is known to use, such as exponents.
    #[inline]
    fn from_received(text: &str) -> Option<Self> {
        Self::from_text(text)
    }

    /// Parses the digits of a JSON number.
    fn from_number(token: &str) -> Option<Self> {
        match token.parse::<i128>() {
            Ok(integer) => Self::from_integer(integer),
            Err(_) => integer_from_number(token).and_then(Self::from_integer),
        }
    }

    /// Parses the text of a JSON string up to its closing quote. Returns the value and the length of the text. Returns `None` if the text
    /// is unusual or not valid: it is then parsed by [`from_text`](Self::from_text).
    #[inline]
    fn scan_text(rest: &[u8]) -> Option<(Self, usize)> {
        let _ = rest;
        None
    }

    /// Parses the digits of a JSON number. Returns the value and the number of digits. Returns `None` if the number is unusual or not
    /// valid: it is then parsed by [`from_number`](Self::from_number).
    #[inline]
    fn scan_number(rest: &[u8]) -> Option<(Self, usize)> {
        let _ = rest;
        None
    }

    /// Converts an integer.
    fn from_integer(integer: i128) -> Option<Self> {
        let _ = integer;
        None
    }

    /// Converts a number whose original digits are lost.
    fn from_float(float: f64) -> Option<Self> {
        let _ = float;
        None
    }

    /// Converts `true` or `false`.
    fn from_bool(flag: bool) -> Option<Self> {
        let _ = flag;
        None
    }

    /// Encodes the value as a JSON string.
    fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Encodes the value as a JSON number. `bool` is encoded as `true` or `false`, and text types as text.
    fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// Parses an integer that is not written in the usual way, such as `5.0` or `1e3`. Returns `None` for other numbers, and above 2^53 - 1:
/// such numbers may have been rounded before they were written this way.
#[cold]
pub(super) fn integer_from_number(token: &str) -> Option<i128> {
    const MAX_EXACT: i128 = (1 << 53) - 1;
    let (mantissa, exponent) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let (sign, whole) = match whole.strip_prefix('-') {
        Some(whole) => (-1, whole),
        None => (1, whole),
    };
    let mut digits = whole.chars().chain(fraction.chars());
    let integer = digits.try_fold(0_i128, |integer, digit| {
        integer
            .checked_mul(10)?
            .checked_add(digit.to_digit(10)?.into())
    })?;
    let places = i32::try_from(fraction.len()).ok()?;
    let exponent = exponent.parse::<i32>().ok()?.checked_sub(places)?;
    let power = 10_i128.checked_pow(exponent.unsigned_abs())?;
    let integer = if exponent >= 0 {
        integer.checked_mul(power)?
    } else if integer % power == 0 {
        integer / power
    } else {
        return None;
    };
    (integer <= MAX_EXACT).then_some(sign * integer)
}

/// A scalar encoded as text. Decoded from text or from a number.
#[derive(Debug)]
pub struct Text;

impl<T: Scalar> Codec<T> for Text {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<T, json::Error> {
        decode_scalar(reader)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        read_scalar(deserializer)
    }

    fn read_or<'de, L: Literal, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(ScalarOrVisitor::<T, L>(PhantomData))
    }

    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.write_text(serializer)
    }
}

/// A scalar encoded as a number. Decoded from a number or from text.
#[derive(Debug)]
pub struct Number;

impl<T: Scalar> Codec<T> for Number {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<T, json::Error> {
        decode_scalar(reader)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        read_scalar(deserializer)
    }

    fn read_or<'de, L: Literal, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        Text::read_or::<L, D>(deserializer)
    }

    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.write_number(serializer)
    }
}

/// The number of digits that always fit a `u64`.
pub(super) const MAX_SHORT: usize = 19;

/// Appends digits to a number. Returns how many there are, at least one, and the text after them. More than [`MAX_SHORT`] overflow.
#[inline]
pub(super) fn scan_digits<'a>(text: &'a [u8], number: &mut u64) -> Option<(usize, &'a [u8])> {
    let mut rest = text;
    while let [byte @ b'0'..=b'9', after @ ..] = rest {
        *number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
        rest = after;
    }
    let count = text.len() - rest.len();
    (count > 0).then_some((count, rest))
}

/// Does the same as [`scan_digits`], faster if there are many digits, as in times and ids.
#[inline]
fn scan_many_digits<'a>(text: &'a [u8], number: &mut u64) -> Option<(usize, &'a [u8])> {
    let mut rest = text;
    while let Some((word, after)) = rest.split_first_chunk()
        && let Some(digits) = eight_digits(*word)
    {
        *number = number.wrapping_mul(100_000_000).wrapping_add(digits);
        rest = after;
    }
    if let Some((_, after)) = scan_digits(rest, number) {
        rest = after;
    }
    let count = text.len() - rest.len();
    (count > 0).then_some((count, rest))
}

/// Returns the number of eight digits. Returns `None` if one of the bytes is not a digit.
#[inline]
const fn eight_digits(text: [u8; 8]) -> Option<u64> {
    /// In each byte, what carries into the highest bit if it is added to more than 9.
    const CARRY: u64 = u64::from_ne_bytes([0x80 - 10; 8]);
    const HIGHEST: u64 = u64::from_ne_bytes([0x80; 8]);
    /// The lower half of each pair, of each four, and of all eight digits.
    const PAIRS: u64 = 0x00ff_00ff_00ff_00ff;
    const FOURS: u64 = 0x0000_ffff_0000_ffff;
    const EIGHT: u64 = 0x0000_0000_ffff_ffff;
    // The first digit is in the lowest byte.
    let digits = u64::from_le_bytes(text) ^ u64::from_ne_bytes([b'0'; 8]);
    if (digits.wrapping_add(CARRY) | digits) & HIGHEST != 0 {
        return None;
    }
    let pairs = (digits & PAIRS) * 10 + ((digits >> 8) & PAIRS);
    let fours = (pairs & FOURS) * 100 + ((pairs >> 16) & FOURS);
    Some((fours & EIGHT) * 10_000 + (fours >> 32))
}

/// Parses the digits of an integer that is not negative. Returns `None` if it is longer than [`MAX_SHORT`], or not an integer.
#[inline]
pub(crate) fn scan_integer(text: &[u8]) -> Option<(u64, usize)> {
    let mut integer = 0;
    let (count, rest) = scan_many_digits(text, &mut integer)?;
    let has_leading_zero = count > 1 && text.first() == Some(&b'0');
    let is_integer = !matches!(rest, [b'.' | b'e' | b'E', ..]);
    (is_integer && !has_leading_zero && count <= MAX_SHORT).then_some((integer, count))
}

/// Decodes a scalar from text, a number, or `true` and `false`.
#[inline]
pub(crate) fn decode_scalar<T: Scalar>(reader: &mut Reader<'_>) -> Result<T, json::Error> {
    match reader.rest() {
        [b'"', rest @ ..] => {
            if let Some((value, length)) = T::scan_text(rest) {
                reader.advance(length + 2);
                return Ok(value);
            }
        }
        rest @ [b'-' | b'0'..=b'9', ..] => {
            if let Some((value, length)) = T::scan_number(rest) {
                reader.advance(length);
                return Ok(value);
            }
        }
        _ => {}
    }
    decode_other_scalar(reader)
}

/// Decodes a scalar that is not scanned in one pass, such as one after white space, one with an escape, or a long number.
#[inline(never)]
fn decode_other_scalar<T: Scalar>(reader: &mut Reader<'_>) -> Result<T, json::Error> {
    let first = reader.peek();
    let start = reader.offset();
    let value = match first {
        Some(b'"') => T::from_received(&reader.string_content()?),
        Some(b'-' | b'0'..=b'9') => T::from_number(reader.number(T::EXPECTED)?),
        Some(b't') if reader.word("true") => T::from_bool(true),
        Some(b'f') if reader.word("false") => T::from_bool(false),
        _ => None,
    };
    match value {
        Some(value) => Ok(value),
        None => Err(reader.unexpected_at(start, T::EXPECTED)),
    }
}

/// Reads a scalar of another format: text, a number or a flag.
pub(crate) fn read_scalar<'de, T: Scalar, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(ScalarVisitor::<T>(PhantomData))
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<T: Scalar> Visitor<'_> for ScalarVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::from_received(text).ok_or_else(|| unexpected::<T, E>(Unexpected::Str(text)))
    }

    fn visit_u64<E: de::Error>(self, integer: u64) -> Result<T, E> {
        T::from_integer(integer.into())
            .ok_or_else(|| unexpected::<T, E>(Unexpected::Unsigned(integer)))
    }

    fn visit_i64<E: de::Error>(self, integer: i64) -> Result<T, E> {
        T::from_integer(integer.into())
            .ok_or_else(|| unexpected::<T, E>(Unexpected::Signed(integer)))
    }

    fn visit_u128<E: de::Error>(self, integer: u128) -> Result<T, E> {
        let signed = i128::try_from(integer).ok();
        signed
            .and_then(T::from_integer)
            .ok_or_else(|| unexpected::<T, E>(Unexpected::Other("a large integer")))
    }

    fn visit_i128<E: de::Error>(self, integer: i128) -> Result<T, E> {
        T::from_integer(integer)
            .ok_or_else(|| unexpected::<T, E>(Unexpected::Other("a large integer")))
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<T, E> {
        T::from_float(float).ok_or_else(|| unexpected::<T, E>(Unexpected::Float(float)))
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<T, E> {
        T::from_bool(flag).ok_or_else(|| unexpected::<T, E>(Unexpected::Bool(flag)))
    }
}

/// Decodes a scalar, or the literal that means "no value".
struct ScalarOrVisitor<T, L>(PhantomData<(T, L)>);

impl<T: Scalar, L: Literal> ScalarOrVisitor<T, L> {
    fn read<E>(
        is_literal: bool,
        read: impl FnOnce(ScalarVisitor<T>) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        if is_literal {
            Ok(None)
        } else {
            read(ScalarVisitor(PhantomData)).map(Some)
        }
    }
}

impl<'de, T: Scalar, L: Literal> Visitor<'de> for ScalarOrVisitor<T, L> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Option<T>, E> {
        Self::read(L::is_text(text), |scalar| scalar.visit_str(text))
    }

    fn visit_u64<E: de::Error>(self, integer: u64) -> Result<Option<T>, E> {
        Self::read(L::is_integer(integer.into()), |scalar| {
            scalar.visit_u64(integer)
        })
    }

    fn visit_i64<E: de::Error>(self, integer: i64) -> Result<Option<T>, E> {
        Self::read(L::is_integer(integer.into()), |scalar| {
            scalar.visit_i64(integer)
        })
    }

    fn visit_u128<E: de::Error>(self, integer: u128) -> Result<Option<T>, E> {
        ScalarVisitor(PhantomData).visit_u128(integer).map(Some)
    }

    fn visit_i128<E: de::Error>(self, integer: i128) -> Result<Option<T>, E> {
        Self::read(L::is_integer(integer), |scalar| scalar.visit_i128(integer))
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<Option<T>, E> {
        let is_literal =
            i64::from_float(float).is_some_and(|integer| L::is_integer(integer.into()));
        Self::read(is_literal, |scalar| scalar.visit_f64(float))
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Option<T>, E> {
        Self::read(false, |scalar| scalar.visit_bool(flag))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<T>, E> {
        Self::read(L::ACCEPTS_NULL, Visitor::visit_unit)
    }
}

#[cold]
fn unexpected<T: Scalar, E: de::Error>(value: Unexpected<'_>) -> E {
    E::invalid_value(value, &T::EXPECTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_and_read() {
        // Any number of digits before every byte that is not one, and at the end of the text.
        for count in 0..=MAX_SHORT {
            let digits = &b"1234567890123456789"[..count];
            for other in (0..=u8::MAX).filter(|byte| !byte.is_ascii_digit()) {
                for others in 0..=9 {
                    let text = [digits, &vec![other; others]].concat();
                    let rest = (count > 0).then_some((count, &text[count..]));
                    let expected = digits
                        .iter()
                        .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
                    for scan in [scan_digits, scan_many_digits] {
                        let mut number = 0;
                        assert_eq!(scan(&text, &mut number), rest, "{text:?}");
                        assert_eq!(number, expected, "{text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn digits_are_appended() {
        for scan in [scan_digits, scan_many_digits] {
            let mut number = 61_250;
            assert!(scan(b"10\"", &mut number).is_some());
            assert!(scan(b"00000007\",\"A\":", &mut number).is_some());
            assert_eq!(number, 612_501_000_000_007);
        }
    }
}
