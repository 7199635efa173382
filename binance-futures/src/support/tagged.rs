//! Records of several kinds that one member tells apart.

use std::fmt;
use std::marker::PhantomData;
use std::vec;

use compact_str::CompactString;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::value::{RawValue, to_raw_value};
use serde_path_to_error::Track;

use crate::values::UnlistedRecord;
use crate::wire::{RawText, Transient, Word, located, written};

/// Reads an enum of records by the member that names the kind. A kind it does not list is kept whole.
macro_rules! tagged {
    ($name:ident, $tag:literal { $($kind:literal => $variant:ident($case:ty)),* $(,)? }) => {
        impl $name {
            /// The record's kind, as the exchange names it.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                    Self::Unlisted(record) => record.as_str(),
                }
            }
        }

        impl $crate::support::Tagged for $name {
            const TAG: &'static str = $tag;

            fn read<'de, D: ::serde::Deserializer<'de>>(kind: &str, members: D) -> Result<Result<Self, D::Error>, D> {
                match kind {
                    $($kind => Ok(<$case as ::serde::Deserialize>::deserialize(members).map(Self::$variant)),)*
                    _ => Err(members),
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

/// What [`tagged!`] says of an enum.
pub(crate) trait Tagged: Sized {
    /// The member that names the kind.
    const TAG: &'static str;

    /// Reads the record of a kind, or gives its members back where the kind is not listed.
    fn read<'de, D: Deserializer<'de>>(kind: &str, members: D)
    -> Result<Result<Self, D::Error>, D>;

    /// Keeps a record of a kind that is not listed.
    fn unlisted(record: UnlistedRecord) -> Self;
}

/// Reads an enum of records. Where the tag comes first, as it usually does, the other members go straight into their record.
pub(crate) fn read_tagged<'de, T: Tagged, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(TaggedVisitor(PhantomData))
}

type Member = (CompactString, Box<RawValue>);

struct TaggedVisitor<T>(PhantomData<T>);

impl<'de, T: Tagged> Visitor<'de> for TaggedVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with `{}`", T::TAG)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut after: A) -> Result<T, A::Error> {
        let mut before = Vec::new();
        let Word(kind) = read_to_tag(&mut after, T::TAG, &mut before)?;
        let members = Members {
            before: before.into_iter(),
            current: None,
            after,
        };
        match T::read(&kind, members) {
            Ok(record) => record,
            Err(members) => keep(T::TAG, &kind, members).map(T::unlisted),
        }
    }
}

fn read_to_tag<'de, A: MapAccess<'de>>(
    map: &mut A,
    tag: &'static str,
    before: &mut Vec<Member>,
) -> Result<Word<'de>, A::Error> {
    while let Some(Word(name)) = map.next_key()? {
        if name == tag {
            return map.next_value();
        }
        before.push((name.into(), map.next_value()?));
    }
    Err(A::Error::missing_field(tag))
}

fn keep<'de, A: MapAccess<'de>>(
    tag: &str,
    kind: &str,
    members: Members<A>,
) -> Result<UnlistedRecord, A::Error> {
    let Members {
        before, mut after, ..
    } = members;
    let mut members: Vec<Member> = before.collect();
    members.push((tag.into(), to_raw_value(kind).map_err(A::Error::custom)?));
    while let Some(Word(name)) = after.next_key()? {
        members.push((name.into(), after.next_value()?));
    }
    Ok(UnlistedRecord::new(kind.into(), members))
}

/// The members of a record without its tag: those that came before it, then those still to be read.
struct Members<A> {
    before: vec::IntoIter<Member>,
    current: Option<Member>,
    after: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<A> {
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
            Some(member) => read_member(&member, seed),
            None => self.after.next_value_seed(seed),
        }
    }
}

/// Reads a member that had to wait. Whoever keeps track of paths does not see it, so a failure states its own.
fn read_member<'de, V: DeserializeSeed<'de>, E: Error>(
    (name, value): &Member,
    seed: V,
) -> Result<V::Value, E> {
    let mut track = Track::new();
    let json = RawText::<_, E>::new(Transient(value.get()));
    let read = seed.deserialize(serde_path_to_error::Deserializer::new(json, &mut track));
    read.map_err(|error| {
        let within = written(&track.path());
        let dot = if within.is_empty() || within.starts_with('[') {
            ""
        } else {
            "."
        };
        E::custom(located(&format!("{name}{dot}{within}"), error))
    })
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Members<A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
