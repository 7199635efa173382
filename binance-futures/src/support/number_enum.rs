//! Enums that are encoded as numbers.

/// Implements everything that a number enum needs from one table of its numbers.
macro_rules! number_enum {
    ($name:ident { $($number:literal => $variant:ident),+ $(,)? }) => {
        impl $name {
            /// All values that this version of the crate knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the number as text.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => stringify!($number),)+
                    Self::Unlisted(value) => value.as_str(),
                }
            }

            /// Returns the number.
            pub fn as_i64(&self) -> i64 {
                match self {
                    $(Self::$variant => $number,)+
                    // An unlisted number is always created from an `i64`.
                    Self::Unlisted(value) => value.as_str().parse().unwrap_or(0),
                }
            }
        }

        impl From<i64> for $name {
            #[inline]
            fn from(number: i64) -> Self {
                match number {
                    $($number => Self::$variant,)+
                    _ => Self::Unlisted($crate::values::Unlisted::new(number.to_string())),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::json::Decode for $name {
            #[inline]
            fn decode(reader: &mut $crate::json::Reader<'_>) -> Result<Self, $crate::json::Error> {
                $crate::wire::decode_scalar(reader)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.as_i64())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::read_scalar(deserializer)
            }
        }

        impl $crate::wire::Scalar for $name {
            const EXPECTED: &'static str = "an integer of 64 bits";
            const VARIANTS: &'static [&'static str] = &[$(stringify!($number)),+];

            #[inline]
            fn scan_number(rest: &[u8]) -> Option<(Self, usize)> {
                let (number, length) = i64::scan_number(rest)?;
                Some((Self::from(number), length))
            }

            fn from_text(text: &str) -> Option<Self> {
                i64::from_text(text).map(Self::from)
            }

            fn from_received(text: &str) -> Option<Self> {
                i64::from_received(text).map(Self::from)
            }

            fn from_integer(integer: i128) -> Option<Self> {
                i64::from_integer(integer).map(Self::from)
            }

            fn from_float(float: f64) -> Option<Self> {
                i64::from_float(float).map(Self::from)
            }

            fn write_text<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }

            fn write_number<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.as_i64())
            }
        }

        impl $crate::parameters::Parameter for $name {
            const VARIANTS: &'static [&'static str] = <Self as $crate::wire::Scalar>::VARIANTS;

            fn put<W: $crate::parameters::Parameters>(&self, name: &str, to: &mut W) {
                to.signed(name, self.as_i64());
            }

            fn put_text<W: $crate::parameters::Parameters>(&self, name: &str, to: &mut W) {
                to.text(name, self.as_str());
            }
        }
    };
}
pub(crate) use number_enum;

#[cfg(test)]
mod tests {
    use crate::decode;
    use crate::types::SymbolType;
    use crate::wire::Plain;

    fn read(json: &str) -> Result<SymbolType, String> {
        decode::from_str::<SymbolType, Plain>(json).map_err(|failure| failure.to_string())
    }

    #[test]
    fn number_enum_decodes_from_numbers_and_text() {
        assert_eq!(read("1"), Ok(SymbolType::UsdM));
        assert_eq!(read(r#""2""#), Ok(SymbolType::CoinM));
        assert_eq!(read("1.0"), Ok(SymbolType::UsdM));
    }

    #[test]
    fn unlisted_number_round_trips() {
        for number in [
            "7",
            "-3",
            "0",
            "9223372036854775807",
            "-9223372036854775808",
        ] {
            let value = read(number).unwrap();
            assert_eq!(
                decode::to_string::<_, Plain>(&value).unwrap(),
                number,
                "{value:?}"
            );
        }
        assert_eq!(SymbolType::from(7).to_string(), "7");
        assert_eq!(SymbolType::from(2), SymbolType::CoinM);
    }

    #[test]
    fn number_enum_rejects_values_that_are_not_integers() {
        assert_eq!(
            read("1.5").unwrap_err(),
            "expected an integer of 64 bits, found 1.5 (line 1, column 1)"
        );
        assert_eq!(
            read(r#""x""#).unwrap_err(),
            "expected an integer of 64 bits, found \"x\" (line 1, column 1)"
        );
        assert!(read("9223372036854775808").is_err());
    }
}
