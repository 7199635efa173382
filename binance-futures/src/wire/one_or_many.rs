//! Lists of which a lone item comes without its brackets.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::Serializer;

use super::list::read_items;
use super::{List, Wire};

/// A list of records; a record alone is the list of that one. Written as a list.
#[derive(Debug)]
pub struct OneOrMany<A>(PhantomData<A>);

impl<A: Wire<T>, T> Wire<Vec<T>> for OneOrMany<A> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor::<A, T>(PhantomData))
    }

    fn write<S: Serializer>(value: &Vec<T>, serializer: S) -> Result<S::Ok, S::Error> {
        List::<A>::write(value, serializer)
    }
}

struct OneOrManyVisitor<A, T>(PhantomData<(A, T)>);

impl<'de, A: Wire<T>, T> Visitor<'de> for OneOrManyVisitor<A, T> {
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
