//! Structs that are JSON objects.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use super::{Codec, DecodeSeed};
use crate::json::{self, Error, Key, Reader, Reason, Segment};

/// Implements `Decode`, `Serialize` and `Deserialize` for a struct: index, names and codec of each field, in the documented order.
///
/// A field with several names is decoded from any of them and encoded under the first. The constant in brackets is encoded first and
/// ignored when it is decoded.
macro_rules! record {
    ($name:ident $([$constant:literal = $value:literal])? { $($field:ident: $($index:literal $key:literal)|+ => $codec:ty),* $(,)? }) => {
        const _: () = {
            static KEYS: &[$crate::json::Key] = &[
                $($($crate::json::Key::new(concat!("\"", $key, "\":")),)+)*
                $($crate::json::Key::new(concat!("\"", $constant, "\":")),)?
            ];
            const EXPECTED: &str = concat!("an object (", stringify!($name), ")");

            impl $crate::json::Decode for $name {
                // Compiled where it is used, so that types without a use cost no compile time.
                #[inline]
                fn decode(reader: &mut $crate::json::Reader<'_>) -> Result<Self, $crate::json::Error> {
                    $(let mut $field = None;)*
                    let mut object = reader.object(EXPECTED)?;
                    // Usually the fields arrive in the documented order, without some of them.
                    $({
                        const KEY: $crate::json::Key = $crate::json::Key::new(concat!("\"", $constant, "\":"));
                        if object.next_is(reader, &KEY, 0) {
                            reader.skip_usual(concat!("\"", $value, "\""))?;
                        }
                    })?
                    $($({
                        const KEY: $crate::json::Key = $crate::json::Key::new(concat!("\"", $key, "\":"));
                        if $field.is_none() && object.next_is(reader, &KEY, $index + 1) {
                            $field = Some($crate::wire::decode_value::<$codec, _>(reader, $key)?);
                        }
                    })+)*
                    loop {
                        match object.field(reader, KEYS)? {
                            $($($index => $crate::wire::decode_field::<$codec, _>(&mut $field, reader, $key)?,)+)*
                            $crate::json::Object::END => break,
                            _ => reader.skip()?,
                        }
                    }
                    Ok(Self {
                        $($field: match $field {
                            Some(value) => value,
                            None => $crate::wire::decode_absent::<$codec, _>(reader, &[$($key),+])?,
                        },)*
                    })
                }
            }

            impl ::serde::Serialize for $name {
                fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let present = [
                        $($crate::wire::is_present::<$codec, _>(&self.$field),)*
                        $({ let _ = $constant; true },)?
                    ];
                    let length = present.iter().filter(|present| **present).count();
                    #[allow(unused_mut, reason = "a record may have no fields")]
                    let mut map = ::serde::Serializer::serialize_map(serializer, Some(length))?;
                    $(::serde::ser::SerializeMap::serialize_entry(&mut map, $constant, $value)?;)?
                    $($crate::wire::encode_field::<$codec, _, _>(&mut map, &[$($key),+], &self.$field)?;)*
                    ::serde::ser::SerializeMap::end(map)
                }
            }

            impl<'de> ::serde::Deserialize<'de> for $name {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    struct Fields;

                    impl<'de> ::serde::de::Visitor<'de> for Fields {
                        type Value = $name;

                        fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                            f.write_str(EXPECTED)
                        }

                        fn visit_map<A: ::serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                            $(let mut $field = None;)*
                            while let Some(index) = map.next_key_seed($crate::wire::KeyIndex(KEYS))? {
                                match index {
                                    $($($index => $crate::wire::read_field::<$codec, _, A>(&mut $field, &mut map, $key)?,)+)*
                                    _ => {
                                        map.next_value::<::serde::de::IgnoredAny>()?;
                                    }
                                }
                            }
                            Ok($name {
                                $($field: match $field {
                                    Some(value) => value,
                                    None => $crate::wire::read_absent::<$codec, _, A::Error>(&[$($key),+])?,
                                },)*
                            })
                        }
                    }

                    deserializer.deserialize_map(Fields)
                }
            }
        };
    };
}
pub(crate) use record;

/// Decodes the value of a field.
#[inline]
pub(crate) fn decode_value<C: Codec<T>, T>(
    reader: &mut Reader<'_>,
    name: &'static str,
) -> Result<T, Error> {
    C::decode(reader).map_err(|error| error.within(Segment::Field(name)))
}

/// Decodes a field that arrived later than documented into its slot.
#[inline(never)]
pub(crate) fn decode_field<C: Codec<T>, T>(
    slot: &mut Option<T>,
    reader: &mut Reader<'_>,
    name: &'static str,
) -> Result<(), Error> {
    if slot.is_some() {
        reader.peek();
        return Err(Error::new(Reason::Repeated(name.into()), reader.offset()));
    }
    *slot = Some(decode_value::<C, T>(reader, name)?);
    Ok(())
}

/// Returns the value of a field that did not arrive, by the first of its names.
#[inline]
pub(crate) fn decode_absent<C: Codec<T>, T>(
    reader: &Reader<'_>,
    names: &[&'static str],
) -> Result<T, Error> {
    C::absent().ok_or_else(|| json::missing(first(names), reader.offset()))
}

fn first(names: &[&'static str]) -> &'static str {
    names.first().copied().unwrap_or_default()
}

/// Whether a field is encoded.
pub(crate) fn is_present<C: Codec<T>, T>(value: &T) -> bool {
    !C::is_absent(value)
}

/// Encodes a field under the first of its names, unless it is absent.
pub(crate) fn encode_field<C: Codec<T>, T, M: serde::ser::SerializeMap>(
    map: &mut M,
    names: &[&'static str],
    value: &T,
) -> Result<(), M::Error> {
    if C::is_absent(value) {
        Ok(())
    } else {
        map.serialize_entry(first(names), &super::Encoded::<C, T>::new(value))
    }
}

/// Reads the name of a field as its index. Unknown names have the length of the keys.
pub(crate) struct KeyIndex(pub(crate) &'static [Key]);

impl<'de> DeserializeSeed<'de> for KeyIndex {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeyIndex {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<usize, E> {
        let index = self.0.iter().position(|key| key.name() == name);
        Ok(index.unwrap_or(self.0.len()))
    }
}

/// Reads a field of another format into its slot.
pub(crate) fn read_field<'de, C: Codec<T>, T, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    map: &mut A,
    name: &'static str,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value_seed(DecodeSeed::<C, T>::new())?);
    Ok(())
}

/// Returns the value of a field that another format does not have.
pub(crate) fn read_absent<C: Codec<T>, T, E: serde::de::Error>(
    names: &[&'static str],
) -> Result<T, E> {
    C::absent().ok_or_else(|| E::missing_field(first(names)))
}
