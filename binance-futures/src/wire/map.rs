//! Objects whose names are values.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::Serializer;

use super::{Read, Wire, Written};

/// An object whose names have the form `K` and whose values have the form `V`.
#[derive(Debug)]
pub struct Map<K, V>(PhantomData<(K, V)>);

impl<K: Wire<N>, V: Wire<T>, N: Ord, T> Wire<BTreeMap<N, T>> for Map<K, V> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<N, T>, D::Error> {
        deserializer.deserialize_map(Entries::<K, V, N, T>(PhantomData))
    }

    fn write<S: Serializer>(value: &BTreeMap<N, T>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            value
                .iter()
                .map(|(name, value)| (Written::<K, N>::new(name), Written::<V, T>::new(value))),
        )
    }
}

struct Entries<K, V, N, T>(PhantomData<(K, V, N, T)>);

impl<'de, K: Wire<N>, V: Wire<T>, N: Ord, T> Visitor<'de> for Entries<K, V, N, T> {
    type Value = BTreeMap<N, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut entries = BTreeMap::new();
        while let Some(name) = map.next_key_seed(Read::<K, N>::new())? {
            entries.insert(name, map.next_value_seed(Read::<V, T>::new())?);
        }
        Ok(entries)
    }
}
