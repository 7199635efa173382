//! Lists, maps and the items of batch responses.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::scalar::Scalar;
use super::{Codec, DecodeSeed, Encoded};
use crate::json::{self, Decode, Error, Reader, Segment};
use crate::values::Rejection;

/// A JSON array whose items have the form `A`.
#[derive(Debug)]
pub struct List<A>(PhantomData<A>);

impl<A: Codec<T>, T> Codec<Vec<T>> for List<A> {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Vec<T>, Error> {
        json::list(reader, A::decode)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(ListVisitor::<A, T>(PhantomData))
    }

    fn write<S: Serializer>(value: &Vec<T>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(value.iter().map(Encoded::<A, T>::new))
    }
}

struct ListVisitor<A, T>(PhantomData<(A, T)>);

impl<'de, A: Codec<T>, T> Visitor<'de> for ListVisitor<A, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, seq: S) -> Result<Vec<T>, S::Error> {
        read_items::<A, T, S>(seq)
    }
}

fn read_items<'de, A: Codec<T>, T, S: SeqAccess<'de>>(mut seq: S) -> Result<Vec<T>, S::Error> {
    let mut items = Vec::new();
    while let Some(item) = seq.next_element_seed(DecodeSeed::<A, T>::new())? {
        items.push(item);
    }
    Ok(items)
}

/// A list of records, or one record without brackets. One record is decoded as a list of one item. Encoded as a list.
#[derive(Debug)]
pub struct OneOrMany<A>(PhantomData<A>);

impl<A: Codec<T>, T> Codec<Vec<T>> for OneOrMany<A> {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Vec<T>, Error> {
        match reader.peek() {
            Some(b'{') => A::decode(reader).map(|item| vec![item]),
            Some(b'[') => json::list(reader, A::decode),
            _ => Err(reader.unexpected("a list or one record")),
        }
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor::<A, T>(PhantomData))
    }

    fn write<S: Serializer>(value: &Vec<T>, serializer: S) -> Result<S::Ok, S::Error> {
        List::<A>::write(value, serializer)
    }
}

struct OneOrManyVisitor<A, T>(PhantomData<(A, T)>);

impl<'de, A: Codec<T>, T> Visitor<'de> for OneOrManyVisitor<A, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or one record")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, seq: S) -> Result<Vec<T>, S::Error> {
        read_items::<A, T, S>(seq)
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Vec<T>, M::Error> {
        A::read(MapAccessDeserializer::new(map)).map(|item| vec![item])
    }
}

impl<N: Scalar + Ord, T: Decode> Decode for BTreeMap<N, T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        decode_map(reader, T::decode)
    }
}

fn decode_map<N: Scalar + Ord, T>(
    reader: &mut Reader<'_>,
    decode: impl Fn(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<BTreeMap<N, T>, Error> {
    let mut object = reader.object("an object")?;
    let mut entries = BTreeMap::new();
    while let Some(name) = object.name(reader)? {
        reader.peek();
        let offset = reader.offset();
        let Some(key) = N::from_text(&name) else {
            return Err(Error::unexpected_key(N::EXPECTED, &name, offset));
        };
        let value = match decode(reader) {
            Ok(value) => value,
            Err(error) => return Err(error.within(Segment::Key(name.into_owned()))),
        };
        if entries.insert(key, value).is_some() {
            return Err(Error::repeated_key(&name, offset));
        }
    }
    Ok(entries)
}

/// A JSON object whose names have the form `K` and whose values have the form `V`.
#[derive(Debug)]
pub struct Map<K, V>(PhantomData<(K, V)>);

impl<K: Codec<N>, V: Codec<T>, N: Scalar + Ord, T> Codec<BTreeMap<N, T>> for Map<K, V> {
    fn decode(reader: &mut Reader<'_>) -> Result<BTreeMap<N, T>, Error> {
        decode_map(reader, V::decode)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<N, T>, D::Error> {
        deserializer.deserialize_map(MapVisitor::<K, V, N, T>(PhantomData))
    }

    fn write<S: Serializer>(value: &BTreeMap<N, T>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            value
                .iter()
                .map(|(name, value)| (Encoded::<K, N>::new(name), Encoded::<V, T>::new(value))),
        )
    }
}

struct MapVisitor<K, V, N, T>(PhantomData<(K, V, N, T)>);

impl<'de, K: Codec<N>, V: Codec<T>, N: Ord, T> Visitor<'de> for MapVisitor<K, V, N, T> {
    type Value = BTreeMap<N, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut entries = BTreeMap::new();
        while let Some(name) = map.next_key_seed(DecodeSeed::<K, N>::new())? {
            let value = map.next_value_seed(DecodeSeed::<V, T>::new())?;
            if entries.insert(name, value).is_some() {
                return Err(M::Error::custom("a key of a map occurs twice"));
            }
        }
        Ok(entries)
    }
}

/// An item of a batch response: a value, or the rejection of this item, `{"code": …, "msg": …}`.
#[derive(Debug)]
pub struct OrError<A>(PhantomData<A>);

impl<A: Codec<T>, T> Codec<Result<T, Rejection>> for OrError<A> {
    fn decode(reader: &mut Reader<'_>) -> Result<Result<T, Rejection>, Error> {
        let mut item = reader.clone();
        match A::decode(reader) {
            Ok(value) => Ok(Ok(value)),
            // Responses that report success have the fields of a rejection and a positive code.
            Err(error) => match Rejection::decode(&mut item) {
                Ok(rejection) if rejection.code < 0 => {
                    *reader = item;
                    Ok(Err(rejection))
                }
                _ => Err(error),
            },
        }
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Result<T, Rejection>, D::Error> {
        let item = Value::deserialize(deserializer)?;
        match A::read(&item) {
            Ok(value) => Ok(Ok(value)),
            Err(error) => match Rejection::deserialize(&item) {
                Ok(rejection) if rejection.code < 0 => Ok(Err(rejection)),
                _ => Err(D::Error::custom(error)),
            },
        }
    }

    fn write<S: Serializer>(
        value: &Result<T, Rejection>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Ok(value) => A::write(value, serializer),
            Err(rejection) => rejection.serialize(serializer),
        }
    }
}
