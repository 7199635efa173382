//! Names in the small letters that stream names want.

use std::fmt;

/// Prints a text with its ASCII letters small; the exchange leaves all others as they are.
#[cfg_attr(
    not(feature = "usdm"),
    allow(dead_code, reason = "COIN-M has no topic yet")
)]
pub(crate) struct Lowercase<'a, T>(pub(crate) &'a T);

impl<T: AsRef<str>> fmt::Display for Lowercase<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .as_ref()
            .chars()
            .try_for_each(|letter| fmt::Write::write_char(f, letter.to_ascii_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Symbol;

    #[test]
    fn ascii_letters_are_made_small_and_all_else_stays() {
        for (text, small) in [
            ("1000SHIBUSDT", "1000shibusdt"),
            ("BTCUSD_PERP", "btcusd_perp"),
            ("龙虾USDT", "龙虾usdt"),
            ("ÄΩUSDT", "ÄΩusdt"),
        ] {
            assert_eq!(Lowercase(&Symbol::from(text)).to_string(), small);
        }
    }
}
