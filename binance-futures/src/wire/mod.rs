//! The forms in which the exchange writes values: decimals as text, ids as numbers or as text, an empty text where nothing stands.
//!
//! A Rust type says what a value *is*; an adapter says how it is *written*. Adapters are types without values, combined like
//! types: `Maybe<Or<Text, Blank>>` is a member that may be absent, may be `""`, and is a text otherwise. Each implements [`Wire`]
//! for the Rust types it can carry, and stands in serde's attribute as `#[serde(with = "wire::As::<wire::Text>")]`.
//!
//! What is read comes back when it is written: the same form, the same scale. A number whose digits do not fit is an error, never rounded.

mod decimal;
mod list;
mod map;
mod maybe;
mod one_or_many;
mod or;
mod or_error;
mod path;
mod raw;
mod scalar;
mod values;
#[cfg(test)]
mod wire_test;
mod word;

use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer};
use serde::ser::{Serialize, Serializer};

pub use list::List;
pub use map::Map;
pub use maybe::{Maybe, Optional};
pub use one_or_many::OneOrMany;
pub use or::{Blank, Int, Literal, Null, Or};
pub use or_error::OrError;
pub use scalar::{Number, Scalar, Text};

pub(crate) use path::{located, path_of_failure, unlocated, written};
pub(crate) use raw::{RawText, Transient, read_raw, reason};
pub(crate) use scalar::read_scalar;
pub(crate) use word::Word;

/// How a value of `T` is read from and written to what the exchange sends.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot carry a `{T}`",
    label = "no such wire form"
)]
pub trait Wire<T>: Sized {
    /// Reads a value.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;

    /// Reads a value, or finds in its place the literal that says there is none.
    fn read_or<'de, L: Literal, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let json = read_raw(deserializer)?;
        if or::is::<L>(&json) {
            Ok(None)
        } else {
            path::read_within::<T, Self, _>(&json).map(Some)
        }
    }

    /// Writes a value.
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;
}

/// Lets an adapter stand in serde's `with`.
#[derive(Debug)]
pub struct As<A>(PhantomData<A>);

impl<A> As<A> {
    /// Reads by the adapter.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        A: Wire<T>,
        D: Deserializer<'de>,
    {
        A::read(deserializer)
    }

    /// Writes by the adapter.
    pub fn serialize<T, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
    where
        A: Wire<T>,
        S: Serializer,
    {
        A::write(value, serializer)
    }
}

/// The form the type itself has: its own serde.
#[derive(Debug)]
pub struct Plain;

impl<T: Serialize + DeserializeOwned> Wire<T> for Plain {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }

    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

/// A value yet to be read by an adapter, as serde's containers want it.
pub(crate) struct Read<A, T>(PhantomData<(A, T)>);

impl<A, T> Read<A, T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, A: Wire<T>, T> DeserializeSeed<'de> for Read<A, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        A::read(deserializer)
    }
}

/// A value that writes itself by an adapter, as serde's containers want it.
pub(crate) struct Written<'a, A, T>(&'a T, PhantomData<A>);

impl<'a, A, T> Written<'a, A, T> {
    pub(crate) const fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<A: Wire<T>, T> Serialize for Written<'_, A, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        A::write(self.0, serializer)
    }
}
