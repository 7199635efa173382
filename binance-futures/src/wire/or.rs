//! Literals that stand where nothing is meant.

use std::marker::PhantomData;

use serde::de::Deserializer;
use serde::ser::Serializer;

use super::Wire;
use super::maybe::{MaybeVisitor, Present};

/// A value, or a literal that says there is none: `Or<Text, Blank>` is `"0.01"` or `""`, an `Option` in Rust.
#[derive(Debug)]
pub struct Or<A, L>(PhantomData<(A, L)>);

impl<A: Wire<T>, L: Literal, T> Wire<Option<T>> for Or<A, L> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        if L::IS_NULL {
            deserializer.deserialize_option(MaybeVisitor::<Present<A>, T>::new())
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

/// A literal, or several of which the first is written.
pub trait Literal {
    /// Whether it is `null` and nothing else, which every deserializer can tell.
    const IS_NULL: bool = false;

    /// Whether `null` is the literal, or one of them.
    const TAKES_NULL: bool = Self::IS_NULL;

    /// Whether this text is the literal.
    fn is_text(text: &str) -> bool;

    /// Whether this integer is the literal.
    fn is_integer(integer: i128) -> bool;

    /// Writes it.
    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error>;
}

/// Whether this JSON text is the literal.
pub(super) fn is<L: Literal>(json: &str) -> bool {
    let text = json
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    match text {
        Some(text) => L::is_text(text),
        None if json == "null" => L::TAKES_NULL,
        None => json.parse().is_ok_and(L::is_integer),
    }
}

/// The empty text.
#[derive(Debug)]
pub struct Blank;

impl Literal for Blank {
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

/// An integer; read from text too, as the value beside it is.
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

/// Several literals: the first is written.
macro_rules! any_of {
    ($first:ident, $($other:ident),+) => {
        impl<$first: Literal, $($other: Literal),+> Literal for ($first, $($other),+) {
            const TAKES_NULL: bool = $first::TAKES_NULL $(|| $other::TAKES_NULL)+;

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

any_of!(A, B);
any_of!(A, B, C);
