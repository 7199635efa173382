//! The scalar types: integers, flags, text, times.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::scalar::{integer_from_number, scan_integer};
use super::{Plain, Scalar, decode_scalar, read_scalar, record};
use crate::json::{Decode, Error, Reader};
use crate::values::{Asset, ClientOrderId, Empty, ListenKey, Pair, Rejection, Symbol, Timestamp};

/// Implements `Scalar` for integers. A float is accepted if it is an integer that was not rounded. Spaces around a received integer are
/// ignored.
macro_rules! integer {
    ($($name:ident: $expected:literal, $serialize:ident;)+) => {$(
        impl Scalar for $name {
            const EXPECTED: &'static str = $expected;

            fn from_text(text: &str) -> Option<Self> {
                match text.parse() {
                    Ok(integer) if !text.starts_with('+') => Some(integer),
                    _ => None,
                }
            }

            #[inline]
            fn from_received(text: &str) -> Option<Self> {
                Self::from_text(text.trim_ascii())
            }

            #[inline]
            fn from_number(token: &str) -> Option<Self> {
                match token.parse() {
                    Ok(integer) => Some(integer),
                    Err(_) => integer_from_number(token).and_then(Self::from_integer),
                }
            }

            #[inline]
            fn scan_number(rest: &[u8]) -> Option<(Self, usize)> {
                let (integer, length) = scan_integer(rest)?;
                Some((integer.try_into().ok()?, length))
            }

            fn from_integer(integer: i128) -> Option<Self> {
                integer.try_into().ok()
            }

            fn from_float(float: f64) -> Option<Self> {
                /// Above 2^53 - 1, neighboring integers have the same float.
                const EXACT: f64 = 9_007_199_254_740_991.0;
                let exact = float.fract() == 0.0 && float.abs() <= EXACT;
                exact.then_some(float as i128).and_then(Self::from_integer)
            }

            fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }

            fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.$serialize(*self)
            }
        }
    )+};
}

integer! {
    u8: "an integer from 0 to 255", serialize_u8;
    u16: "an integer from 0 to 65535", serialize_u16;
    u32: "an integer of 32 bits, not negative", serialize_u32;
    u64: "an integer of 64 bits, not negative", serialize_u64;
    i32: "an integer of 32 bits", serialize_i32;
    i64: "an integer of 64 bits", serialize_i64;
}

/// Decoded from `true` and `false`, from 1 and 0, and from both as text.
impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn from_received(text: &str) -> Option<Self> {
        match text {
            "1" => Some(true),
            "0" => Some(false),
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    fn from_integer(integer: i128) -> Option<Self> {
        match integer {
            1 => Some(true),
            0 => Some(false),
            _ => None,
        }
    }

    fn from_bool(flag: bool) -> Option<Self> {
        Some(flag)
    }

    fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if *self { "true" } else { "false" })
    }

    fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }
}

/// Implements `Scalar` for text types. They are decoded from text, or from the digits of a number.
macro_rules! text_scalar {
    ($($name:ident),+ $(,)?) => {$(
        impl Scalar for $name {
            const EXPECTED: &'static str = "text";

            #[inline]
            fn from_text(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }

            fn from_number(token: &str) -> Option<Self> {
                Some(Self::from(token))
            }

            fn from_integer(integer: i128) -> Option<Self> {
                Some(Self::from(integer.to_string()))
            }

            fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }

            fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )+};
}

text_scalar!(String, Asset, ClientOrderId, ListenKey, Pair, Symbol);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.as_millis())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_scalar(deserializer)
    }
}

impl Scalar for Timestamp {
    const EXPECTED: &'static str = "milliseconds since 1970";

    #[inline]
    fn scan_number(rest: &[u8]) -> Option<(Self, usize)> {
        let (millis, length) = i64::scan_number(rest)?;
        Some((Self::from_millis(millis), length))
    }

    #[inline]
    fn from_number(token: &str) -> Option<Self> {
        i64::from_number(token).map(Self::from_millis)
    }

    fn from_text(text: &str) -> Option<Self> {
        i64::from_text(text).map(Self::from_millis)
    }

    fn from_received(text: &str) -> Option<Self> {
        i64::from_received(text).map(Self::from_millis)
    }

    fn from_integer(integer: i128) -> Option<Self> {
        i64::from_integer(integer).map(Self::from_millis)
    }

    fn from_float(float: f64) -> Option<Self> {
        i64::from_float(float).map(Self::from_millis)
    }

    fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.as_millis())
    }

    fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.as_millis())
    }
}

/// Implements `Decode` for scalars.
macro_rules! decode_scalars {
    ($($name:ty),+ $(,)?) => {$(
        impl Decode for $name {
            #[inline]
            fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
                decode_scalar(reader)
            }
        }
    )+};
}

decode_scalars!(u8, u16, u32, u64, i32, i64, bool, Timestamp);

/// Implements `Decode` for text types.
macro_rules! decode_texts {
    ($($name:ty),+ $(,)?) => {$(
        impl Decode for $name {
            #[inline]
            fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
                reader.string("text").map(|text| Self::from(&*text))
            }
        }
    )+};
}

decode_texts!(String, Asset, ClientOrderId, Pair, Symbol);

impl Decode for ListenKey {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        match reader.string("text") {
            Ok(text) => Ok(Self::from(&*text)),
            Err(error) => Err(error.redacted()),
        }
    }
}

record!(Rejection {
    code: 0 "code" => Plain,
    message: 1 "msg" => Plain,
});

record!(Empty {});
