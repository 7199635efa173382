//! Records that are written as arrays.

use serde::de::{Error, IgnoredAny, SeqAccess};

use crate::wire::{Read, Wire};

/// Writes a struct as the array of its columns and reads it so. Columns beyond the known are ignored.
macro_rules! row {
    ($name:ident { $($column:ident: $adapter:ty),+ $(,)? }) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut row = serializer.serialize_tuple([$(stringify!($column)),+].len())?;
                $(::serde::ser::SerializeTuple::serialize_element(&mut row, &$crate::wire::Written::<$adapter, _>::new(&self.$column))?;)+
                ::serde::ser::SerializeTuple::end(row)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Columns;

                impl<'de> ::serde::de::Visitor<'de> for Columns {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        write!(f, "an array of {}", [$(stringify!($column)),+].join(", "))
                    }

                    fn visit_seq<A: ::serde::de::SeqAccess<'de>>(self, mut row: A) -> Result<$name, A::Error> {
                        let record = $name {
                            $($column: $crate::support::column::<$adapter, _, A>(&mut row, stringify!($column))?,)+
                        };
                        $crate::support::end_of_row(row)?;
                        Ok(record)
                    }
                }

                deserializer.deserialize_seq(Columns)
            }
        }
    };
}
pub(crate) use row;

/// Reads the next column.
pub(crate) fn column<'de, F: Wire<T>, T, A: SeqAccess<'de>>(
    row: &mut A,
    name: &'static str,
) -> Result<T, A::Error> {
    row.next_element_seed(Read::<F, T>::new())?
        .ok_or_else(|| A::Error::custom(format_args!("the array ends before column `{name}`")))
}

/// Passes over the columns this version does not know.
pub(crate) fn end_of_row<'de, A: SeqAccess<'de>>(mut row: A) -> Result<(), A::Error> {
    while row.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}
