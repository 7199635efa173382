//! Decimals, decoded from their digits.

use std::fmt::Write;

use arrayvec::ArrayString;
use rust_decimal::Decimal;
use serde::ser::{Error, Serialize, Serializer};
use serde_json::value::RawValue;

use super::Scalar;
use super::scalar::{MAX_SHORT, scan_digits};

/// The number of significant digits that every `f64` preserves.
const FLOAT_DIGITS: usize = 15;

/// The number of digits that always fit a `u128`, which is more than a decimal can have.
const MAX_LENGTH: usize = 38;

impl Scalar for Decimal {
    const EXPECTED: &'static str = "a decimal number of at most 28 digits";

    #[inline]
    fn from_text(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        parse_short(text).or_else(|| Digits::parse(text)?.into_decimal(0))
    }

    #[inline]
    fn scan_text(text: &[u8]) -> Option<(Self, usize)> {
        scan_short(text, |rest| rest.first() == Some(&b'"'))
    }

    #[inline]
    fn from_received(text: &str) -> Option<Self> {
        parse_short(text.as_bytes()).or_else(|| parse_any(text))
    }

    fn from_number(token: &str) -> Option<Self> {
        Self::from_received(token)
    }

    fn from_integer(integer: i128) -> Option<Self> {
        Decimal::try_from_i128_with_scale(integer, 0).ok()
    }

    fn from_float(float: f64) -> Option<Self> {
        let mut text = ArrayString::<32>::new();
        write!(text, "{float:e}").ok()?;
        let (digits, _) = text.split_once('e')?;
        let exact = digits.bytes().filter(u8::is_ascii_digit).count() <= FLOAT_DIGITS;
        exact.then(|| Self::from_number(&text)).flatten()
    }

    fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }

    fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return self.write_text(serializer);
        }
        let mut text = ArrayString::<32>::new();
        write!(text, "{self}").map_err(S::Error::custom)?;
        let number: &RawValue = serde_json::from_str(&text).map_err(S::Error::custom)?;
        number.serialize(serializer)
    }
}

/// Parses digits that fit 64 bits, as nearly all do, with half the work of [`Digits`]. Returns `None` for longer or invalid text.
// Not inlined, so that the code around `scan_text`, which is used for nearly all texts, stays small.
#[inline(never)]
fn parse_short(text: &[u8]) -> Option<Decimal> {
    scan_short(text, <[u8]>::is_empty).map(|(decimal, _)| decimal)
}

/// Parses the digits that a text begins with, if they fit 64 bits and `ends` accepts the text after them. Returns the decimal and its length.
#[inline]
fn scan_short(text: &[u8], ends: impl FnOnce(&[u8]) -> bool) -> Option<(Decimal, usize)> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let mut mantissa = 0;
    let (whole, rest) = scan_digits(digits, &mut mantissa)?;
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => scan_digits(rest, &mut mantissa)?,
        rest => (0, rest),
    };
    if !ends(rest) || whole + fraction > MAX_SHORT {
        return None;
    }
    let (low, middle) = (mantissa as u32, (mantissa >> 32) as u32);
    let decimal = Decimal::from_parts(low, middle, 0, negative, fraction as u32);
    Some((decimal, text.len() - rest.len()))
}

/// Parses all digits that a decimal can have, with an exponent or without. Spaces around the number are ignored.
#[cold]
fn parse_any(text: &str) -> Option<Decimal> {
    let text = text.trim_ascii();
    match text.split_once(['e', 'E']) {
        None => Digits::parse(text.as_bytes())?.into_decimal(0),
        Some((digits, exponent)) => {
            Digits::parse(digits.as_bytes())?.into_decimal(exponent.parse().ok()?)
        }
    }
}

/// The digits before an exponent. `-12.50` is -1250 with two decimal places.
struct Digits {
    negative: bool,
    mantissa: u128,
    places: usize,
}

impl Digits {
    /// Parses digits with an optional sign before and an optional decimal point between them. No exponent, separator or space is allowed.
    fn parse(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        let ([b'0'..=b'9', .., b'0'..=b'9'] | [b'0'..=b'9']) = digits else {
            return None;
        };
        if digits.len() > MAX_LENGTH {
            return None;
        }
        let mut mantissa = 0;
        let mut point = None;
        for (index, byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' => mantissa = mantissa * 10 + u128::from(byte - b'0'),
                b'.' if point.is_none() => point = Some(index),
                _ => return None,
            }
        }
        let places = point.map_or(0, |point| digits.len() - point - 1);
        Some(Self {
            negative,
            mantissa,
            places,
        })
    }

    fn into_decimal(self, exponent: i32) -> Option<Decimal> {
        let places = i32::try_from(self.places).ok()?.checked_sub(exponent)?;
        let (mantissa, scale) = match u32::try_from(places) {
            Ok(scale) => (self.mantissa, scale),
            Err(_) => (
                10_u128
                    .checked_pow(places.unsigned_abs())?
                    .checked_mul(self.mantissa)?,
                0,
            ),
        };
        if mantissa >> 96 != 0 || scale > Decimal::MAX_SCALE {
            return None;
        }
        let [low, middle, high] = [
            mantissa as u32,
            (mantissa >> 32) as u32,
            (mantissa >> 64) as u32,
        ];
        Some(Decimal::from_parts(low, middle, high, self.negative, scale))
    }
}
