//! Decimals as text: with all digits and without an exponent.

use rust_decimal::Decimal;

/// As many zeros as a decimal can have decimal places.
const ZEROS: &str = "0000000000000000000000000000";

/// Appends a decimal in the form of its [`Display`](std::fmt::Display), without the cost of a formatter.
pub(super) fn push(value: Decimal, to: &mut String) {
    if value.is_sign_negative() {
        to.push('-');
    }
    let mantissa = value.mantissa().unsigned_abs();
    let mut buffer = itoa::Buffer::new();
    let digits = match u64::try_from(mantissa) {
        Ok(short) => buffer.format(short),
        Err(_) => buffer.format(mantissa),
    };
    let places = value.scale() as usize;
    let before = digits.len().saturating_sub(places);
    match digits.split_at_checked(before) {
        Some((whole, "")) => to.push_str(whole),
        Some(("", fraction)) => {
            to.push_str("0.");
            to.push_str(ZEROS.get(..places - fraction.len()).unwrap_or_default());
            to.push_str(fraction);
        }
        Some((whole, fraction)) => {
            to.push_str(whole);
            to.push('.');
            to.push_str(fraction);
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(value: Decimal) -> String {
        let mut text = String::new();
        push(value, &mut text);
        text
    }

    #[test]
    fn decimal_is_written_as_it_is_displayed() {
        let mantissas = [0, 1, 9, 10, 99, 100, 12_345_678, u64::MAX.into()]
            .into_iter()
            .chain([u128::from(u64::MAX) + 1, (1 << 96) - 1]);
        for mantissa in mantissas {
            for scale in 0..=Decimal::MAX_SCALE {
                let value = Decimal::from_i128_with_scale(mantissa as i128, scale);
                assert_eq!(pushed(value), value.to_string());
                assert_eq!(pushed(-value), (-value).to_string());
            }
        }
    }
}
