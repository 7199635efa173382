//! Closed sets that are written as numbers.

/// Gives an enum its numbers: one table for reading, writing, printing and sending.
macro_rules! number_enum {
    ($name:ident { $($number:literal => $variant:ident),+ $(,)? }) => {
        impl $name {
            /// Every value this version knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The digits of the value's number.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => stringify!($number),)+
                    Self::Unlisted(value) => value.as_str(),
                }
            }

            /// The value's number.
            pub fn as_i64(&self) -> i64 {
                match self {
                    $(Self::$variant => $number,)+
                    // Only digits of an `i64` become an unlisted number.
                    Self::Unlisted(value) => value.as_str().parse().unwrap_or(0),
                }
            }
        }

        impl From<i64> for $name {
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

            fn from_text(text: &str) -> Option<Self> {
                i64::from_text(text).map(Self::from)
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
