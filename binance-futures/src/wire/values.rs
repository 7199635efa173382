//! The wire forms of the crate's own scalar types.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Scalar, read_scalar};
use crate::values::{Asset, ClientOrderId, ListenKey, Pair, Symbol, Timestamp};

/// A text type is read from text, or from the digits of a number.
macro_rules! text_scalar {
    ($($name:ident),+ $(,)?) => {$(
        impl Scalar for $name {
            const EXPECTED: &'static str = "text";
            const ANY_TEXT: bool = true;
            const KEEPS_DIGITS: bool = true;

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

text_scalar!(Asset, ClientOrderId, ListenKey, Pair, Symbol);

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

    fn from_text(text: &str) -> Option<Self> {
        i64::from_text(text).map(Self::from_millis)
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
