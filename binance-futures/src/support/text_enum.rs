//! Enums that are encoded as text.

/// Implements everything that a text enum needs from one table of its texts.
macro_rules! text_enum {
    ($name:ident { $($text:literal => $variant:ident),+ $(,)? }) => {
        impl $name {
            /// All values that this version of the crate knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the value as the exchange spells it.
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

        impl $crate::json::Decode for $name {
            #[inline]
            fn decode(reader: &mut $crate::json::Reader<'_>) -> Result<Self, $crate::json::Error> {
                reader.string("text").map(|text| Self::from(&*text))
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

#[cfg(test)]
mod tests {
    use crate::decode;
    use crate::types::{OrderType, Side};
    use crate::wire::Plain;

    fn read(json: &str) -> Result<Side, String> {
        decode::from_str::<Side, Plain>(json).map_err(|failure| failure.to_string())
    }

    fn write(side: &Side) -> String {
        decode::to_string::<Side, Plain>(side).unwrap()
    }

    #[test]
    fn listed_text_decodes_to_its_variant() {
        assert_eq!(read(r#""BUY""#), Ok(Side::Buy));
        assert_eq!(read(r#""\u0042UY""#), Ok(Side::Buy));
    }

    #[test]
    fn unlisted_text_round_trips() {
        let side = read(r#""buy \"it\"""#).unwrap();
        assert!(matches!(&side, Side::Unlisted(text) if text.as_str() == "buy \"it\""));
        assert_eq!(write(&side), r#""buy \"it\"""#);
        assert_eq!(
            format!("{side} {side:?}"),
            r#"buy "it" Unlisted("buy \"it\"")"#
        );
    }

    #[test]
    fn unlisted_value_never_holds_a_listed_text() {
        for side in Side::ALL {
            assert_eq!(&Side::from(side.as_str()), side);
            assert!(!matches!(Side::from(side.as_str()), Side::Unlisted(_)));
        }
    }

    #[test]
    fn text_enum_rejects_other_types() {
        assert_eq!(
            read("1").unwrap_err(),
            "expected text, found 1 (line 1, column 1)"
        );
        assert_eq!(
            read("null").unwrap_err(),
            "expected text, found null (line 1, column 1)"
        );
    }

    #[test]
    fn text_enum_displays_and_serializes_its_text() {
        assert_eq!(format!("[{:>5}]", Side::Buy), "[  BUY]");
        assert_eq!(write(&Side::Buy), r#""BUY""#);
        let new_kind = OrderType::from("NEW_KIND");
        assert_eq!(format!("{new_kind:?}"), r#"Unlisted("NEW_KIND")"#);
    }

    #[cfg(feature = "usdm")]
    #[test]
    fn request_prints_an_unlisted_value() {
        use crate::usdm::NewOrder;

        let order = NewOrder::new("BTCUSDT", Side::Sell, OrderType::from("NEW_KIND"));
        assert!(format!("{order:?}").contains(r#"order_type: Unlisted("NEW_KIND")"#));
    }
}
