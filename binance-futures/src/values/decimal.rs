//! Decimal literals.

use rust_decimal::Decimal;

/// Creates a [`Decimal`](crate::types::Decimal) from a literal at compile time. The scale is that of the literal.
///
/// ```
/// use binance_futures::dec;
///
/// assert_eq!(dec!(0.002).to_string(), "0.002");
/// assert_eq!(dec!(-59_808.50).to_string(), "-59808.50");
/// ```
///
/// A literal that is not a decimal of at most 28 digits does not compile:
///
/// ```compile_fail
/// let price = binance_futures::dec!(1e3);
/// ```
#[macro_export]
macro_rules! dec {
    ($($number:tt)+) => {
        const { $crate::decimal_literal(::core::concat!($(::core::stringify!($number)),+)) }
    };
}

/// Parses a decimal literal in a constant expression. Used by [`dec!`](crate::dec).
#[doc(hidden)]
#[expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "evaluated at compile time, where a panic is a compile error"
)]
pub const fn decimal_literal(text: &str) -> Decimal {
    /// A decimal has a mantissa of 96 bits and a scale of at most 28.
    const MAX_MANTISSA: u128 = (1 << 96) - 1;
    const MAX_SCALE: u32 = 28;
    let bytes = text.as_bytes();
    let is_negative = !bytes.is_empty() && bytes[0] == b'-';
    let mut index = is_negative as usize;
    let (mut mantissa, mut scale, mut has_digit, mut has_point) = (0_u128, 0, false, false);
    while index < bytes.len() {
        match bytes[index] {
            digit @ b'0'..=b'9' => {
                mantissa = mantissa * 10 + (digit - b'0') as u128;
                has_digit = true;
                scale += has_point as u32;
                if mantissa > MAX_MANTISSA || scale > MAX_SCALE {
                    panic!("a decimal has at most 28 digits");
                }
            }
            b'.' if !has_point => has_point = true,
            b'_' => {}
            _ => panic!("not a decimal literal, such as 0.002"),
        }
        index += 1;
    }
    if !has_digit {
        panic!("not a decimal literal, such as 0.002");
    }
    Decimal::from_parts(
        mantissa as u32,
        (mantissa >> 32) as u32,
        (mantissa >> 64) as u32,
        is_negative,
        scale,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_parsed_as_text_is() {
        for (literal, text) in [
            (dec!(0), "0"),
            (dec!(0.002), "0.002"),
            (dec!(1.50), "1.50"),
            (dec!(-59_808.5), "-59808.5"),
            (dec!(-7), "-7"),
            (
                dec!(7922816251426433759354395033),
                "7922816251426433759354395033",
            ),
            (
                dec!(0.0000000000000000000000000001),
                "0.0000000000000000000000000001",
            ),
        ] {
            assert_eq!(literal, text.parse::<Decimal>().unwrap());
            assert_eq!(literal.to_string(), text);
        }
    }
}
