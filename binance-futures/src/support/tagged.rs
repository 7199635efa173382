//! Enums of records whose kind is in one field, the tag.

use std::fmt;
use std::marker::PhantomData;
use std::vec;

use compact_str::CompactString;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::value::{RawValue, to_raw_value};
use serde_path_to_error::Track;

use crate::values::UnlistedRecord;
use crate::wire::{BorrowedStr, RawText, Transient, format_path, with_path};

/// Implements serde for an enum of records by its tag. A record of an unlisted kind is kept unchanged.
macro_rules! tagged {
    ($name:ident, $tag:literal { $($kind:literal => $variant:ident($case:ty)),* $(,)? }) => {
        impl $name {
            /// Returns the kind of the record, as the exchange names it.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                    Self::Unlisted(record) => record.as_str(),
                }
            }
        }

        impl $crate::support::Tagged for $name {
            const TAG: &'static str = $tag;

            fn read<'de, D: ::serde::Deserializer<'de>>(kind: &str, fields: D) -> Result<Result<Self, D::Error>, D> {
                match kind {
                    $($kind => Ok(<$case as ::serde::Deserialize>::deserialize(fields).map(Self::$variant)),)*
                    _ => Err(fields),
                }
            }

            fn unlisted(record: $crate::values::UnlistedRecord) -> Self {
                Self::Unlisted(record)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(case) => ::serde::Serialize::serialize(case, serializer),)*
                    Self::Unlisted(record) => ::serde::Serialize::serialize(record, serializer),
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::support::read_tagged(deserializer)
            }
        }
    };
}
pub(crate) use tagged;

/// An enum that [`tagged!`] implements.
pub(crate) trait Tagged: Sized {
    /// The name of the tag.
    const TAG: &'static str;

    /// Decodes a record of this kind. Returns the fields if the kind is not listed.
    fn read<'de, D: Deserializer<'de>>(kind: &str, fields: D) -> Result<Result<Self, D::Error>, D>;

    /// Creates the variant for a record of an unlisted kind.
    fn unlisted(record: UnlistedRecord) -> Self;
}

/// Decodes an enum of records. Fields after the tag, which usually comes first, are decoded without a copy.
pub(crate) fn read_tagged<'de, T: Tagged, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(TaggedVisitor(PhantomData))
}

type RawField = (CompactString, Box<RawValue>);

struct TaggedVisitor<T>(PhantomData<T>);

impl<'de, T: Tagged> Visitor<'de> for TaggedVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with `{}`", T::TAG)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut after: A) -> Result<T, A::Error> {
        let mut before = Vec::new();
        let BorrowedStr(kind) = read_to_tag(&mut after, T::TAG, &mut before)?;
        let fields = Fields {
            before: before.into_iter(),
            current: None,
            after,
        };
        match T::read(&kind, fields) {
            Ok(record) => record,
            Err(fields) => keep(T::TAG, &kind, fields).map(T::unlisted),
        }
    }
}

/// Reads up to the tag. Fields before it are collected in `before`.
fn read_to_tag<'de, A: MapAccess<'de>>(
    map: &mut A,
    tag: &'static str,
    before: &mut Vec<RawField>,
) -> Result<BorrowedStr<'de>, A::Error> {
    while let Some(BorrowedStr(name)) = map.next_key()? {
        if name == tag {
            return map.next_value();
        }
        before.push((name.into(), map.next_value()?));
    }
    Err(A::Error::missing_field(tag))
}

/// Keeps all fields of a record of an unlisted kind.
fn keep<'de, A: MapAccess<'de>>(
    tag: &str,
    kind: &str,
    fields: Fields<A>,
) -> Result<UnlistedRecord, A::Error> {
    let Fields {
        before, mut after, ..
    } = fields;
    let mut fields: Vec<RawField> = before.collect();
    fields.push((tag.into(), to_raw_value(kind).map_err(A::Error::custom)?));
    while let Some(BorrowedStr(name)) = after.next_key()? {
        fields.push((name.into(), after.next_value()?));
    }
    Ok(UnlistedRecord::new(kind.into(), fields))
}

/// The fields of a record without its tag: first those before the tag, then those that are not yet read.
struct Fields<A> {
    before: vec::IntoIter<RawField>,
    current: Option<RawField>,
    after: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.current = self.before.next();
        match &self.current {
            Some((name, _)) => seed
                .deserialize(name.as_str().into_deserializer())
                .map(Some),
            None => self.after.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.current.take() {
            Some(field) => read_field(&field, seed),
            None => self.after.next_value_seed(seed),
        }
    }
}

/// Decodes a field that came before the tag. A deserializer that tracks paths does not see it, so the error message starts with the path.
fn read_field<'de, V: DeserializeSeed<'de>, E: Error>(
    (name, value): &RawField,
    seed: V,
) -> Result<V::Value, E> {
    let mut track = Track::new();
    let json = RawText::<_, E>::new(Transient(value.get()));
    let read = seed.deserialize(serde_path_to_error::Deserializer::new(json, &mut track));
    read.map_err(|error| {
        let within = format_path(&track.path());
        let dot = if within.is_empty() || within.starts_with('[') {
            ""
        } else {
            "."
        };
        E::custom(with_path(&format!("{name}{dot}{within}"), error))
    })
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Fields<A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use serde::de::value::MapAccessDeserializer;
    use serde::de::{Deserialize, DeserializeOwned, MapAccess, Visitor};
    use serde::{Deserializer, Serialize};

    use crate::decode::{self, DecodeFailure};
    use crate::types::{MinNotional, SymbolFilter};
    use crate::wire::Serde;

    fn read<T: Serialize + DeserializeOwned>(json: &str) -> Result<T, DecodeFailure> {
        decode::from_str::<T, Serde>(json)
    }

    fn write<T: Serialize + DeserializeOwned>(value: &T) -> String {
        decode::to_string::<T, Serde>(value).unwrap()
    }

    fn failure(json: &str) -> String {
        read::<SymbolFilter>(json).unwrap_err().to_string()
    }

    #[test]
    fn case_decodes_with_and_without_its_tag() {
        let with_tag = r#"{"filterType":"MIN_NOTIONAL","notional":"0.10"}"#;
        let filter: MinNotional = read(with_tag).unwrap();
        assert_eq!(
            read::<MinNotional>(r#"{"notional":"0.10"}"#).unwrap(),
            filter
        );
        assert_eq!(write(&filter), with_tag);
    }

    #[test]
    fn case_decodes_from_a_map_with_and_without_its_tag() {
        struct FromMap;
        impl<'de> Visitor<'de> for FromMap {
            type Value = MinNotional;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("fields")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<MinNotional, A::Error> {
                MinNotional::deserialize(MapAccessDeserializer::new(map))
            }
        }
        for json in [
            r#"{"notional":"0.10"}"#,
            r#"{"notional":"0.10","filterType":"MIN_NOTIONAL"}"#,
            r#"{"filterType":"SOMETHING_ELSE","notional":"0.10"}"#,
        ] {
            let mut json = serde_json::Deserializer::from_str(json);
            let filter = json.deserialize_map(FromMap).unwrap();
            assert_eq!(filter.notional.to_string(), "0.10");
        }
    }

    #[test]
    fn tag_may_come_in_any_position() {
        for json in [
            r#"{"filterType":"MIN_NOTIONAL","notional":"0.10"}"#,
            r#"{"notional":"0.10","filterType":"MIN_NOTIONAL"}"#,
            r#"{"new":[1,{"deep":null}],"notional":"0.10","filterType":"MIN_NOTIONAL"}"#,
            r#"{ "notio\u006eal" : "0.1\u0030" , "filter\u0054ype" : "MIN_NOTIONAL" }"#,
        ] {
            let SymbolFilter::MinNotional(filter) = read(json).unwrap() else {
                panic!("{json}")
            };
            assert_eq!(filter.notional.to_string(), "0.10");
        }
    }

    #[test]
    fn listed_record_writes_its_tag() {
        let filter: SymbolFilter = read(r#"{"limit":200,"filterType":"MAX_NUM_ORDERS"}"#).unwrap();
        assert!(matches!(&filter, SymbolFilter::MaximumOrders(orders) if orders.limit == 200));
        assert_eq!(filter.kind(), "MAX_NUM_ORDERS");
        assert_eq!(
            write(&filter),
            r#"{"filterType":"MAX_NUM_ORDERS","limit":200}"#
        );
    }

    #[test]
    fn record_of_an_unlisted_kind_round_trips() {
        for json in [
            r#"{"filterType":"NEW \"KIND\"","side":"NONE","nested":{"a":[1.50,"x"]},"n":null}"#,
            r#"{"side":"NONE","nested":{"a":[1.50,"x"]},"filterType":"NEW \"KIND\"","n":18446744073709551616.10}"#,
        ] {
            let filter: SymbolFilter = read(json).unwrap();
            assert_eq!(filter.kind(), "NEW \"KIND\"");
            assert_eq!(write(&filter), json);
            assert_eq!(read::<SymbolFilter>(json).unwrap(), filter);
        }
    }

    #[test]
    fn record_of_an_unlisted_kind_gives_access_to_its_fields() {
        let json = r#"{"b":"x","filterType":"NEW","a":[1, 2]}"#;
        let SymbolFilter::Unlisted(record) = read(json).unwrap() else {
            panic!("the kind is listed")
        };
        assert_eq!(record.as_str(), "NEW");
        assert_eq!(record.get("a"), Some("[1, 2]"));
        assert_eq!(record.get("c"), None);
        assert_eq!(
            record.fields().collect::<Vec<_>>(),
            [("b", "\"x\""), ("filterType", "\"NEW\""), ("a", "[1, 2]")]
        );
        assert_eq!(
            format!("{record:?}"),
            r#"UnlistedRecord { kind: "NEW", fields: ["b", "filterType", "a"] }"#
        );
    }

    #[test]
    fn records_of_unlisted_kinds_are_compared_by_their_fields() {
        let read = |json| read::<SymbolFilter>(json).unwrap();
        assert_ne!(
            read(r#"{"filterType":"NEW","a":1}"#),
            read(r#"{"filterType":"NEW","a":2}"#)
        );
        assert_ne!(
            read(r#"{"filterType":"NEW","a":1}"#),
            read(r#"{"filterType":"NEW"}"#)
        );
    }

    #[test]
    fn missing_tag_is_a_failure() {
        assert_eq!(
            failure(r#"{"limit":1}"#),
            "missing field `filterType` (line 1, column 11)"
        );
        assert_eq!(
            failure("{}"),
            "missing field `filterType` (line 1, column 2)"
        );
        assert_eq!(
            failure(r#"{"filterType":1}"#),
            "`filterType`: invalid type: integer `1`, expected text (line 1, column 15)"
        );
        assert_eq!(
            failure("[]"),
            "invalid type: sequence, expected an object with `filterType` (line 1, column 0)"
        );
    }

    #[test]
    fn failure_before_the_tag_has_its_path() {
        let json = r#"{"minPrice":"x","tickSize":"1","filterType":"PRICE_FILTER"}"#;
        let failure = read::<SymbolFilter>(json).unwrap_err();
        assert_eq!(failure.path(), "minPrice");
        assert_eq!(
            failure.reason(),
            r#"invalid value: string "x", expected a decimal number of at most 28 digits"#
        );
    }

    #[test]
    fn missing_field_of_a_case_is_named() {
        assert_eq!(
            failure(r#"{"filterType":"PRICE_FILTER","minPrice":"1","maxPrice":"2"}"#),
            "missing field `tickSize` (line 1, column 59)"
        );
    }
}
