//! Values that may be missing: literals that mean "no value", and fields that may be absent.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde_json::Value;

use super::scalar::{Scalar, integer_from_number};
use super::{Codec, List, Map, Number, OneOrMany, OrError, Plain, Serde, Text};
use crate::json::{self, Reader};

/// A value, or a literal that means "no value". `Or<Text, EmptyString>` is `"0.01"` or `""`, and an `Option` in Rust.
#[derive(Debug)]
pub struct Or<A, L>(PhantomData<(A, L)>);

impl<A: Codec<T>, L: Literal, T> Codec<Option<T>> for Or<A, L> {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Option<T>, json::Error> {
        if is_next::<L>(reader)? {
            Ok(None)
        } else {
            A::decode(reader).map(Some)
        }
    }

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

/// Reads the literal if it is next.
#[inline]
fn is_next<L: Literal>(reader: &mut Reader<'_>) -> Result<bool, json::Error> {
    let first = match reader.peek() {
        Some(b'"') => reader.rest().get(1).copied(),
        first => first,
    };
    // Nearly every value is told from the literal by its first byte, unless that is white space or an escape.
    if !first.is_some_and(|first| first <= b' ' || first == b'\\' || L::may_begin_with(first)) {
        return Ok(false);
    }
    read_literal::<L>(reader)
}

fn read_literal<L: Literal>(reader: &mut Reader<'_>) -> Result<bool, json::Error> {
    let mut ahead = reader.clone();
    let is_literal = match ahead.peek() {
        Some(b'"') => L::is_text(&ahead.string_content()?),
        Some(b'-' | b'0'..=b'9') => integer(ahead.number("a number")?).is_some_and(L::is_integer),
        Some(b'n') => ahead.null() && L::ACCEPTS_NULL,
        _ => false,
    };
    if is_literal {
        *reader = ahead;
    }
    Ok(is_literal)
}

/// Parses an integer in any notation: the literal 0 may be written as `0.0`.
fn integer(token: &str) -> Option<i128> {
    token.parse().ok().or_else(|| integer_from_number(token))
}

/// A literal, or several literals of which the first is encoded.
pub trait Literal {
    /// Whether the literal is `null` only, which every deserializer can tell.
    const IS_NULL: bool = false;

    /// Whether the literal includes `null`.
    const ACCEPTS_NULL: bool = Self::IS_NULL;

    /// Returns whether the literal may begin with this byte: that of a number or of `null`, or the byte after the opening quote of a
    /// text, which is the closing quote if the text is empty.
    fn may_begin_with(byte: u8) -> bool;

    /// Returns whether this text is the literal.
    fn is_text(text: &str) -> bool;

    /// Returns whether this integer is the literal.
    fn is_integer(integer: i128) -> bool;

    /// Encodes the literal.
    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error>;
}

/// Returns whether a value is the literal.
pub(super) fn is_literal<L: Literal>(value: &Value) -> bool {
    match value {
        Value::String(text) => L::is_text(text),
        Value::Null => L::ACCEPTS_NULL,
        Value::Number(number) => {
            let integer = number.as_i64().map(i128::from);
            integer
                .or(number.as_u64().map(i128::from))
                .or(number.as_f64().and_then(i64::from_float).map(i128::from))
                .is_some_and(L::is_integer)
        }
        _ => false,
    }
}

/// The empty string.
#[derive(Debug)]
pub struct EmptyString;

impl Literal for EmptyString {
    #[inline]
    fn may_begin_with(byte: u8) -> bool {
        byte == b'"'
    }

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

    #[inline]
    fn may_begin_with(byte: u8) -> bool {
        byte == b'n'
    }

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

/// Returns the first digit of an integer in ASCII.
const fn first_digit(integer: i64) -> u8 {
    let mut rest = integer.unsigned_abs();
    while rest > 9 {
        rest /= 10;
    }
    b'0' + rest as u8
}

/// An integer. Decoded from text as well.
#[derive(Debug)]
pub struct Int<const N: i64>;

impl<const N: i64> Literal for Int<N> {
    /// Other notations, such as `0.1e1`, begin with 0.
    #[inline]
    fn may_begin_with(byte: u8) -> bool {
        matches!(byte, b'0' | b'-') || byte == const { first_digit(N) }
    }

    fn is_text(text: &str) -> bool {
        let text = text.trim_ascii();
        text.parse() == Ok(N) && !text.starts_with('+')
    }

    fn is_integer(integer: i128) -> bool {
        integer == N.into()
    }

    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(N)
    }
}

/// An integer as text. Decoded from a number as well.
#[derive(Debug)]
pub struct IntText<const N: i64>;

impl<const N: i64> Literal for IntText<N> {
    #[inline]
    fn may_begin_with(byte: u8) -> bool {
        Int::<N>::may_begin_with(byte)
    }

    /// Only the usual digits: other spellings may be values of an enum.
    fn is_text(text: &str) -> bool {
        text == itoa::Buffer::new().format(N)
    }

    fn is_integer(integer: i128) -> bool {
        Int::<N>::is_integer(integer)
    }

    fn write<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&N)
    }
}

/// Implements `Literal` for tuples of literals. The first one is encoded.
macro_rules! literals {
    ($first:ident, $($other:ident),+) => {
        impl<$first: Literal, $($other: Literal),+> Literal for ($first, $($other),+) {
            const ACCEPTS_NULL: bool = $first::ACCEPTS_NULL $(|| $other::ACCEPTS_NULL)+;

            #[inline]
            fn may_begin_with(byte: u8) -> bool {
                $first::may_begin_with(byte) $(|| $other::may_begin_with(byte))+
            }

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

/// A field that may be absent or `null`. Used with serde's `default` and `skip_serializing_if`.
///
/// Over an [`Or`] there is one `Option`: an absent field and one with the literal both decode to `None`.
#[derive(Debug)]
pub struct Optional<A>(PhantomData<A>);

impl<A: OptionalCodec<T>, T> Codec<Option<T>> for Optional<A> {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Option<T>, json::Error> {
        if reader.null() {
            Ok(None)
        } else {
            A::decode_optional(reader)
        }
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }

    fn is_absent(value: &Option<T>) -> bool {
        value.is_none()
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_option(OptionalVisitor::<A, T>::new())
    }

    fn write<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        A::write_optional(value, serializer)
    }
}

/// Tells `null` from a value without reading the value's text.
pub(super) struct OptionalVisitor<A, T>(PhantomData<(A, T)>);

impl<A, T> OptionalVisitor<A, T> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, A: OptionalCodec<T>, T> Visitor<'de> for OptionalVisitor<A, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or nothing")
    }

    fn visit_none<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        A::read_optional(deserializer)
    }
}

/// How a codec decodes a field that is present. Most codecs always decode a value. [`Or`] may decode `None`.
pub trait OptionalCodec<T> {
    /// Decodes a field that is present and not `null`, from JSON.
    ///
    /// # Errors
    ///
    /// The next value is not one of type `T` in this form.
    fn decode_optional(reader: &mut Reader<'_>) -> Result<Option<T>, json::Error>;

    /// Decodes a field that is present and not `null`.
    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error>;

    /// Encodes a field that is not skipped.
    fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error>;
}

impl<A: Codec<T>, L: Literal, T> OptionalCodec<T> for Or<A, L> {
    #[inline]
    fn decode_optional(reader: &mut Reader<'_>) -> Result<Option<T>, json::Error> {
        Self::decode(reader)
    }

    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Self::read(deserializer)
    }

    fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        Self::write(value, serializer)
    }
}

/// A codec that always decodes a value.
pub(super) struct AlwaysValue<A>(PhantomData<A>);

impl<A: Codec<T>, T> OptionalCodec<T> for AlwaysValue<A> {
    #[inline]
    fn decode_optional(reader: &mut Reader<'_>) -> Result<Option<T>, json::Error> {
        A::decode(reader).map(Some)
    }

    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        A::read(deserializer).map(Some)
    }

    fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => A::write(value, serializer),
            None => serializer.serialize_none(),
        }
    }
}

/// Implements `OptionalCodec` for each listed codec. A blanket implementation would overlap with that of [`Or`].
macro_rules! always_value {
    ($($codec:ty $([$($parameter:ident),+])?;)+) => {$(
        impl<T $(, $($parameter),+)?> OptionalCodec<T> for $codec
        where
            Self: Codec<T>,
        {
            #[inline]
            fn decode_optional(reader: &mut Reader<'_>) -> Result<Option<T>, json::Error> {
                AlwaysValue::<Self>::decode_optional(reader)
            }

            fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
                AlwaysValue::<Self>::read_optional(deserializer)
            }

            fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
                AlwaysValue::<Self>::write_optional(value, serializer)
            }
        }
    )+};
}

always_value! {
    Plain;
    Serde;
    Text;
    Number;
    List<A> [A];
    OneOrMany<A> [A];
    OrError<A> [A];
    Map<K, V> [K, V];
}
