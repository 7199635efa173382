//! Closed sets that are written as text.

/// Gives an enum its names: one table for reading, writing, printing and sending.
macro_rules! text_enum {
    ($name:ident { $($text:literal => $variant:ident),+ $(,)? }) => {
        impl $name {
            /// Every value this version knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value as the exchange spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unlisted(value) => value.as_str(),
                }
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    _ => Self::Unlisted($crate::values::Unlisted::new(text)),
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::values::read_text(deserializer)
            }
        }

        impl $crate::wire::Scalar for $name {
            const EXPECTED: &'static str = "text";
            const ANY_TEXT: bool = true;
            const KEEPS_DIGITS: bool = true;
            const VARIANTS: &'static [&'static str] = &[$($text),+];

            fn from_text(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }

            fn from_number(token: &str) -> Option<Self> {
                Some(Self::from(token))
            }

            fn from_integer(integer: i128) -> Option<Self> {
                Some(Self::from(integer.to_string().as_str()))
            }

            fn write_text<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }

            fn write_number<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::parameters::Parameter for $name {
            const VARIANTS: &'static [&'static str] = <Self as $crate::wire::Scalar>::VARIANTS;

            fn put<W: $crate::parameters::Parameters>(&self, name: &str, to: &mut W) {
                to.text(name, self.as_str());
            }

            fn put_text<W: $crate::parameters::Parameters>(&self, name: &str, to: &mut W) {
                to.text(name, self.as_str());
            }
        }
    };
}
pub(crate) use text_enum;
