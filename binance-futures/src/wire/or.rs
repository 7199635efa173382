//! Literals that stand where nothing is meant.

use std::marker::PhantomData;

use serde::de::Deserializer;
use serde::ser::Serializer;

use super::maybe::{MaybeVisitor, Present};
use super::{Wire, read_raw};

/// A value, or a literal that says there is none: `Or<Text, Blank>` is `"0.01"` or `""`, an `Option` in Rust.
#[derive(Debug)]
pub struct Or<A, L>(PhantomData<(A, L)>);

impl<A: Wire<T>, L: Literal, T> Wire<Option<T>> for Or<A, L> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        if L::IS_NULL {
            return deserializer.deserialize_option(MaybeVisitor::<Present<A>, T>::new());
        }
        let json = read_raw(deserializer)?;
        if L::is(&json) {
            Ok(None)
        } else {
            A::read_token(&json).map(Some)
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

    /// Whether this JSON text is the literal.
    fn is(json: &str) -> bool;

    /// Writes it.
    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error>;
}

/// The empty text.
#[derive(Debug)]
pub struct Blank;

impl Literal for Blank {
    fn is(json: &str) -> bool {
        json == "\"\""
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

    fn is(json: &str) -> bool {
        json == "null"
    }

    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// An integer; read from text too, as the value beside it is.
#[derive(Debug)]
pub struct Int<const N: i64>;

impl<const N: i64> Literal for Int<N> {
    fn is(json: &str) -> bool {
        let digits = json
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .unwrap_or(json);
        digits.parse() == Ok(N)
    }

    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(N)
    }
}

impl<A: Literal, B: Literal> Literal for (A, B) {
    fn is(json: &str) -> bool {
        A::is(json) || B::is(json)
    }

    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        A::write(serializer)
    }
}

impl<A: Literal, B: Literal, C: Literal> Literal for (A, B, C) {
    fn is(json: &str) -> bool {
        A::is(json) || B::is(json) || C::is(json)
    }

    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        A::write(serializer)
    }
}
