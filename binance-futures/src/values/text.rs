//! Symbols, pairs, assets and listen keys. Each has its own type, so that they cannot be mixed up.

use std::fmt;
use std::marker::PhantomData;

use compact_str::CompactString;
use serde::de::{self, Deserializer, Visitor};

/// Implements construction, comparison with `str`, and serde for a text type.
macro_rules! text_type {
    ($name:ident holds $storage:ty) => {
        impl $name {
            /// Creates a value from any text. The exchange decides whether it is valid.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(<$storage>::from(text.as_ref()))
            }

            /// Returns the text.
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
                $crate::values::read_text(deserializer)
            }
        }
    };
}
pub(crate) use text_type;

/// Implements `Display` and `Debug` for a text type that is not secret.
macro_rules! displayed {
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
pub(crate) use displayed;

/// The symbol of a contract: `BTCUSDT`, `BTCUSD_PERP`, `ETHUSDT_260925`, `币安人生USDT`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(CompactString);
text_type!(Symbol holds CompactString);
displayed!(Symbol);

/// The pair of a contract: `BTCUSD` is the pair of `BTCUSD_PERP` and `BTCUSD_260925`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pair(CompactString);
text_type!(Pair holds CompactString);
displayed!(Pair);

/// An asset: `USDT`, `BTC`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Asset(CompactString);
text_type!(Asset holds CompactString);
displayed!(Asset);

/// The key of a user data stream.
///
/// It is a secret: anyone who has it can read the account's events. It has no `Display`, and `Debug` prints `[redacted]`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListenKey(CompactString);
text_type!(ListenKey holds CompactString);

impl fmt::Debug for ListenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ListenKey([redacted])")
    }
}

/// Deserializes a value that can be created from any text.
#[inline]
pub(crate) fn read_text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: for<'a> From<&'a str>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: for<'a> From<&'a str>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    #[inline]
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from(text))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::*;
    use crate::values::ClientOrderId;

    #[test]
    fn symbol_accepts_any_text() {
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
    fn symbol_displays_its_text() {
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
    fn maps_keyed_by_symbol_accept_str_lookups() {
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
    fn symbol_of_24_bytes_does_not_allocate() {
        assert!(!Symbol::from("x".repeat(24).as_str()).0.is_heap_allocated());
        assert!(Symbol::from("x".repeat(25).as_str()).0.is_heap_allocated());
    }

    #[test]
    fn listen_key_serializes_but_debug_is_redacted() {
        let key = ListenKey::from("hushhush");
        assert_eq!(serde_json::to_string(&key).unwrap(), r#""hushhush""#);
        assert_eq!(
            format!("{key:?} {:#?}", Some(&key)).matches("hush").count(),
            0
        );
        assert_eq!(key.as_str(), "hushhush");
    }
}
