//! Values in whose place something else may stand: a literal that means "no value", or the rejection of an item.

use std::marker::PhantomData;

use serde::de::Deserializer;
use serde::ser::{Serialize, Serializer};

use super::optional::{AlwaysValue, OptionalVisitor};
use super::path::read_text;
use super::{Codec, read_raw};
use crate::values::Rejection;

/// A value, or a literal that means "no value". `Or<Text, EmptyString>` is `"0.01"` or `""`, and an `Option` in Rust.
#[derive(Debug)]
pub struct Or<A, L>(PhantomData<(A, L)>);

impl<A: Codec<T>, L: Literal, T> Codec<Option<T>> for Or<A, L> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        if L::IS_NULL {
            deserializer.deserialize_option(OptionalVisitor::<AlwaysValue<A>, T>::new())
        } else {
            A::read_or::<L, D>(deserializer)
        }
    }

    fn write<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => A::write(value, serializer),
            None => L::write(serializer),
        }
    }
}

/// A literal, or several literals of which the first is encoded.
pub trait Literal {
    /// Whether the literal is `null` only, which every deserializer can tell.
    const IS_NULL: bool = false;

    /// Whether the literal includes `null`.
    const ACCEPTS_NULL: bool = Self::IS_NULL;

    /// Returns whether this text is the literal.
    fn is_text(text: &str) -> bool;

    /// Returns whether this integer is the literal.
    fn is_integer(integer: i128) -> bool;

    /// Encodes the literal.
    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error>;
}

/// Returns whether this JSON text is the literal.
pub(super) fn is_literal<L: Literal>(json: &str) -> bool {
    let text = json
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    match text {
        Some(text) => L::is_text(text),
        None if json == "null" => L::ACCEPTS_NULL,
        None => json.parse().is_ok_and(L::is_integer),
    }
}

/// The empty string.
#[derive(Debug)]
pub struct EmptyString;

impl Literal for EmptyString {
    fn is_text(text: &str) -> bool {
        text.is_empty()
    }

    fn is_integer(_: i128) -> bool {
        false
    }

    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("")
    }
}

/// `null`.
#[derive(Debug)]
pub struct Null;

impl Literal for Null {
    const IS_NULL: bool = true;

    fn is_text(_: &str) -> bool {
        false
    }

    fn is_integer(_: i128) -> bool {
        false
    }

    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// An integer. Decoded from text as well.
#[derive(Debug)]
pub struct Int<const N: i64>;

impl<const N: i64> Literal for Int<N> {
    fn is_text(text: &str) -> bool {
        text.parse() == Ok(N)
    }

    fn is_integer(integer: i128) -> bool {
        integer == N.into()
    }

    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(N)
    }
}

/// Implements `Literal` for tuples of literals. The first one is encoded.
macro_rules! literals {
    ($first:ident, $($other:ident),+) => {
        impl<$first: Literal, $($other: Literal),+> Literal for ($first, $($other),+) {
            const ACCEPTS_NULL: bool = $first::ACCEPTS_NULL $(|| $other::ACCEPTS_NULL)+;

            fn is_text(text: &str) -> bool {
                $first::is_text(text) $(|| $other::is_text(text))+
            }

            fn is_integer(integer: i128) -> bool {
                $first::is_integer(integer) $(|| $other::is_integer(integer))+
            }

            fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
                $first::write(serializer)
            }
        }
    };
}

literals!(A, B);
literals!(A, B, C);

/// An item of a batch response: a value, or the rejection of this item, `{"code": …, "msg": …}`.
#[derive(Debug)]
pub struct OrError<A>(PhantomData<A>);

impl<A: Codec<T>, T> Codec<Result<T, Rejection>> for OrError<A> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Result<T, Rejection>, D::Error> {
        let json = read_raw(deserializer)?;
        match read_text::<T, A, D::Error>(&json) {
            Ok(value) => Ok(Ok(value)),
            Err(error) => read_rejection(&json).map(Err).ok_or(error),
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

/// Decodes a rejection, which has a negative code. Responses that report success have the same fields and a positive code.
fn read_rejection(json: &str) -> Option<Rejection> {
    serde_json::from_str(json)
        .ok()
        .filter(|rejection: &Rejection| rejection.code < 0)
}
