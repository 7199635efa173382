//! The types that the runtime has.

use super::Form;

/// The types that the runtime has, with their meaning.
pub const SCALARS: &[(&str, &str)] = &[
    ("Decimal", "an exact number, sent as text"),
    ("Timestamp", "milliseconds since 1970"),
    ("bool", "true or false"),
    ("u8", "a whole number"),
    ("u16", "a whole number"),
    ("u32", "a whole number"),
    ("u64", "a whole number"),
    ("i32", "a whole number"),
    ("i64", "a whole number"),
    ("String", "any text"),
    ("Symbol", "a symbol: BTCUSDT"),
    ("Pair", "a pair: BTCUSD"),
    ("Asset", "an asset: USDT"),
    ("ClientOrderId", "an order id that the caller chooses"),
    ("ListenKey", "a key of the user data stream, a secret"),
    ("Empty", "an object without fields"),
];

/// Whether the runtime has a type of that name.
pub fn is_scalar(name: &str) -> bool {
    SCALARS.iter().any(|(scalar, _)| *scalar == name)
}

/// Whether values of the type are whole numbers.
pub fn is_integer(name: &str) -> bool {
    matches!(name, "u8" | "u16" | "u32" | "u64" | "i32" | "i64")
}

/// The largest value of a whole number that fits into a `u64`; `None` for other types.
pub fn largest(name: &str) -> Option<u64> {
    match name {
        "u8" => Some(u8::MAX.into()),
        "u16" => Some(u16::MAX.into()),
        "u32" => Some(u32::MAX.into()),
        "i32" => Some(i32::MAX.unsigned_abs().into()),
        "i64" => Some(i64::MAX.unsigned_abs()),
        "u64" => Some(u64::MAX),
        _ => None,
    }
}

/// Whether values of the type are text, so that arguments are `impl Into<…>`.
pub fn is_text(name: &str) -> bool {
    matches!(
        name,
        "String" | "Symbol" | "Pair" | "Asset" | "ClientOrderId" | "ListenKey"
    )
}

/// Whether values of the type are secrets, which are never printed or logged.
pub fn is_secret(name: &str) -> bool {
    name == "ListenKey"
}

/// Whether a text is a decimal number without exponent.
pub(crate) fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(unsigned),
    }
}

/// The usual form of a scalar.
pub(crate) fn default_form(name: &str) -> Form {
    if is_integer(name) || name == "Timestamp" {
        Form::Number
    } else {
        Form::Text
    }
}
