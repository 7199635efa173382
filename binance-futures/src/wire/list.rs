//! Lists.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::ser::Serializer;

use super::{Read, Wire, Written};

/// A list of values that have the form `A`.
#[derive(Debug)]
pub struct List<A>(PhantomData<A>);

impl<A: Wire<T>, T> Wire<Vec<T>> for List<A> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(ListVisitor::<A, T>(PhantomData))
    }

    fn write<S: Serializer>(value: &Vec<T>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(value.iter().map(Written::<A, T>::new))
    }
}

struct ListVisitor<A, T>(PhantomData<(A, T)>);

impl<'de, A: Wire<T>, T> Visitor<'de> for ListVisitor<A, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, seq: S) -> Result<Vec<T>, S::Error> {
        read_items::<A, T, S>(seq)
    }
}

pub(super) fn read_items<'de, A: Wire<T>, T, S: SeqAccess<'de>>(
    mut seq: S,
) -> Result<Vec<T>, S::Error> {
    let mut items = Vec::new();
    while let Some(item) = seq.next_element_seed(Read::<A, T>::new())? {
        items.push(item);
    }
    Ok(items)
}
