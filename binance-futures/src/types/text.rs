//! Names the exchange gives to things: short texts, one type for each kind so that none is taken for another.

use std::fmt;

use compact_str::CompactString;

/// What every type of text has: construction, comparison with `str`, serde, and its place in answers and parameters.
macro_rules! text_type {
    ($name:ident holds $storage:ty) => {
        impl $name {
            /// Takes any text as it is; the exchange decides whether it names something.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(<$storage>::from(text.as_ref()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                Self(<$storage>::from(text))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(<$storage>::from(text))
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self(<$storage>::from(text.as_str()))
            }
        }

        impl From<&Self> for $name {
            fn from(text: &Self) -> Self {
                text.clone()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::wire::read_text(deserializer)
            }
        }

        impl $crate::wire::Scalar for $name {
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

            fn write_text<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }

            fn write_number<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::parameters::Parameter for $name {
            fn put<W: $crate::parameters::Parameters>(&self, name: &str, to: &mut W) {
                to.text(name, self.as_str());
            }

            fn put_text<W: $crate::parameters::Parameters>(&self, name: &str, to: &mut W) {
                to.text(name, self.as_str());
            }
        }
    };
}
pub(crate) use text_type;

/// What a text that may be shown has besides.
macro_rules! shown {
    ($name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(stringify!($name))
                    .field(&self.as_str())
                    .finish()
            }
        }
    };
}
pub(crate) use shown;

/// A contract: `BTCUSDT`, `BTCUSD_PERP`, `ETHUSDT_260925`, `币安人生USDT`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(CompactString);
text_type!(Symbol holds CompactString);
shown!(Symbol);

/// What the contracts of one underlying share: `BTCUSD` of `BTCUSD_PERP` and `BTCUSD_260925`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pair(CompactString);
text_type!(Pair holds CompactString);
shown!(Pair);

/// A coin or token: `USDT`, `BTC`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Asset(CompactString);
text_type!(Asset holds CompactString);
shown!(Asset);

/// Opens the stream of an account's events. A secret: whoever has it reads them, so it is neither displayed nor printed by `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListenKey(CompactString);
text_type!(ListenKey holds CompactString);

impl fmt::Debug for ListenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ListenKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::*;
    use crate::types::ClientOrderId;

    #[test]
    fn any_text_makes_a_symbol() {
        for text in [
            "BTCUSDT",
            "币安人生USDT",
            "",
            "4",
            "A SYMBOL THAT IS LONGER THAN WHAT IS HELD INLINE",
        ] {
            assert_eq!(Symbol::new(text).as_str(), text);
            assert_eq!(Symbol::from(text), Symbol::from(text.to_owned()));
            assert_eq!(Symbol::from(&Symbol::from(&text.to_owned())), text);
            assert_eq!(text.parse(), Ok(Symbol::from(text)));
        }
    }

    #[test]
    fn a_symbol_prints_as_its_text() {
        let symbol = Symbol::from("BTCUSDT");
        assert_eq!(
            format!("{symbol} [{symbol:>9}] {symbol:?}"),
            r#"BTCUSDT [  BTCUSDT] Symbol("BTCUSDT")"#
        );
        assert_eq!(
            format!("{:?} {:?}", Pair::from("A"), Asset::from("B")),
            r#"Pair("A") Asset("B")"#
        );
    }

    #[test]
    fn maps_by_symbol_are_asked_with_text() {
        let symbol = Symbol::from("BTCUSDT");
        assert_eq!(
            HashMap::from([(symbol.clone(), 1)]).get("BTCUSDT"),
            Some(&1)
        );
        assert_eq!(BTreeMap::from([(symbol, 1)]).get("BTCUSDT"), Some(&1));
        let id = ClientOrderId::from("an id that is longer than the exchange would take");
        assert_eq!(HashMap::from([(id.clone(), 1)]).get(id.as_str()), Some(&1));
    }

    #[test]
    fn symbols_of_24_bytes_own_no_memory() {
        assert!(!Symbol::from("x".repeat(24).as_str()).0.is_heap_allocated());
        assert!(Symbol::from("x".repeat(25).as_str()).0.is_heap_allocated());
    }

    #[test]
    fn a_listen_key_is_written_but_not_printed() {
        let key = ListenKey::from("hushhush");
        assert_eq!(serde_json::to_string(&key).unwrap(), r#""hushhush""#);
        assert_eq!(
            format!("{key:?} {:#?}", Some(&key)).matches("hush").count(),
            0
        );
        assert_eq!(key.as_str(), "hushhush");
    }
}
