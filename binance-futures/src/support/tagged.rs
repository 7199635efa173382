//! Enums of records whose kind is in one field, the tag.

use std::fmt;

use compact_str::CompactString;
use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::json::{Reader, raw_fields};
use crate::values::JSON_TEXT;

/// Implements decoding and serde for an enum of records by its tag. A record of an unlisted kind is kept unchanged.
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

        impl $crate::json::Decode for $name {
            #[inline]
            fn decode(reader: &mut $crate::json::Reader<'_>) -> Result<Self, $crate::json::Error> {
                static TAG: &[$crate::json::Key] = &[$crate::json::Key::new(concat!("\"", $tag, "\":"))];
                let kind = $crate::json::tag(reader, TAG, concat!("an object with `", $tag, "`"))?;
                match &*kind {
                    $($kind => <$case as $crate::json::Decode>::decode(reader).map(Self::$variant),)*
                    kind => {
                        let fields = $crate::json::raw_fields(reader)?;
                        Ok(Self::Unlisted($crate::values::UnlistedRecord::new(kind.into(), fields)))
                    }
                }
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
                let fields = $crate::support::read_fields(deserializer)?;
                match $crate::support::kind(&fields, $tag)? {
                    $($kind => $crate::support::read_case(fields).map(Self::$variant),)*
                    kind => {
                        let kind = kind.into();
                        let fields = $crate::support::keep_fields(fields)?;
                        Ok(Self::Unlisted($crate::values::UnlistedRecord::new(kind, fields)))
                    }
                }
            }
        }
    };
}
pub(crate) use tagged;

/// The fields of a record in another format, in their order.
pub(crate) type Fields = Vec<(String, Value)>;

/// Reads all fields of a record in another format.
pub(crate) fn read_fields<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
    deserializer.deserialize_map(FieldsVisitor)
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(fields)
    }
}

/// Returns the value of the tag.
pub(crate) fn kind<'a, E: Error>(fields: &'a Fields, tag: &'static str) -> Result<&'a str, E> {
    let kind = fields.iter().find(|(name, _)| name == tag);
    let kind = kind.ok_or_else(|| E::missing_field(tag))?;
    kind.1
        .as_str()
        .ok_or_else(|| E::custom(format_args!("`{tag}` is not text")))
}

/// Reads the record of a listed kind.
pub(crate) fn read_case<T: DeserializeOwned, E: Error>(fields: Fields) -> Result<T, E> {
    T::deserialize(MapDeserializer::new(fields.into_iter()))
        .map_err(|error: serde_json::Error| E::custom(error))
}

/// Keeps the fields of a record of an unlisted kind.
pub(crate) fn keep_fields<E: Error>(
    fields: Fields,
) -> Result<Vec<(CompactString, Box<RawValue>)>, E> {
    let text = fields.iter().find(|(name, _)| name == JSON_TEXT);
    if let Some((_, Value::String(text))) = text {
        return raw_fields(&mut Reader::new(text)).map_err(E::custom);
    }
    let keep = |(name, value): (String, Value)| {
        let json = to_raw_value(&value).map_err(E::custom)?;
        Ok((CompactString::from(name), json))
    };
    fields.into_iter().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use serde::de::value::MapAccessDeserializer;
    use serde::de::{Deserialize, DeserializeOwned, MapAccess, Visitor};
    use serde::{Deserializer, Serialize};

    use crate::decode::{self, DecodeFailure};
    use crate::json::Decode;
    use crate::types::{MinNotional, SymbolFilter};
    use crate::wire::Plain;

    fn read<T: Decode + Serialize + DeserializeOwned>(json: &str) -> Result<T, DecodeFailure> {
        decode::from_str::<T, Plain>(json)
    }

    fn write<T: Decode + Serialize + DeserializeOwned>(value: &T) -> String {
        decode::to_string::<T, Plain>(value).unwrap()
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
            "the field `filterType` is missing (line 1, column 1)"
        );
        assert_eq!(
            failure("{}"),
            "the field `filterType` is missing (line 1, column 1)"
        );
        assert_eq!(
            failure("\n {}"),
            "the field `filterType` is missing (line 2, column 2)"
        );
        assert_eq!(
            failure(r#"{"filterType":1}"#),
            "`filterType`: expected text, found 1 (line 1, column 15)"
        );
        assert_eq!(
            failure("[]"),
            "expected an object with `filterType`, found an array (line 1, column 1)"
        );
    }

    #[test]
    fn failure_before_the_tag_has_its_path() {
        let json = r#"{"minPrice":"x","tickSize":"1","filterType":"PRICE_FILTER"}"#;
        let failure = read::<SymbolFilter>(json).unwrap_err();
        assert_eq!(failure.path(), "minPrice");
        assert_eq!(
            failure.reason().to_string(),
            r#"expected a decimal number of at most 28 digits, found "x""#
        );
    }

    #[test]
    fn missing_field_of_a_case_is_named() {
        assert_eq!(
            failure(r#"{"filterType":"PRICE_FILTER","minPrice":"1","maxPrice":"2"}"#),
            "the field `tickSize` is missing (line 1, column 60)"
        );
    }
}
