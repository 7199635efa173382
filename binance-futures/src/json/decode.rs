//! Values that are decoded from JSON, and what the decoders of generated types share.

use std::borrow::Cow;

use compact_str::CompactString;
use serde_json::value::RawValue;

use super::{Array, Error, Key, Object, Reader, Reason, Segment};

/// A value that can be decoded from JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be decoded from JSON",
    note = "the types of responses and events can be, and `wire::Serde` decodes all types that implement serde's `Deserialize`"
)]
pub trait Decode: Sized {
    /// Decodes the next value.
    ///
    /// # Errors
    ///
    /// The next value is not a value of this type, or the text is not JSON.
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error>;
}

impl<T: Decode> Decode for Vec<T> {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        list(reader, T::decode)
    }
}

impl<T: Decode> Decode for Option<T> {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        if reader.null() {
            Ok(None)
        } else {
            T::decode(reader).map(Some)
        }
    }
}

/// Decodes a whole text.
pub(crate) fn whole<'a, T>(
    text: &'a str,
    decode: impl FnOnce(&mut Reader<'a>) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut reader = Reader::new(text);
    // No `?`, so that large values are not moved.
    match decode(&mut reader) {
        Ok(value) => match reader.end() {
            Ok(()) => Ok(value),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// Returns the error for a required field that is absent.
#[cold]
pub(crate) fn missing(name: &'static str, offset: usize) -> Error {
    Error::new(Reason::Missing(name), offset)
}

/// Decodes the next column of a row.
#[inline]
pub(crate) fn column<T>(
    row: &mut Array,
    reader: &mut Reader<'_>,
    name: &'static str,
    decode: impl FnOnce(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    if row.item(reader)? {
        decode(reader).map_err(|error| error.within(Segment::Field(name)))
    } else {
        Err(missing(name, reader.offset()))
    }
}

/// Skips the columns that this version of the crate does not know.
#[inline]
pub(crate) fn end_of_row(mut row: Array, reader: &mut Reader<'_>) -> Result<(), Error> {
    while row.item(reader)? {
        reader.skip()?;
    }
    Ok(())
}

/// Decodes the items of a list.
#[inline]
pub(crate) fn list<T>(
    reader: &mut Reader<'_>,
    decode: impl Fn(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut array = reader.array("a list")?;
    let mut items = Vec::new();
    while array.item(reader)? {
        match decode(reader) {
            Ok(item) => items.push(item),
            Err(error) => return Err(error.within(Segment::Index(items.len()))),
        }
    }
    Ok(items)
}

/// Returns the value of the tag of the next object, at any place among its fields. Consumes nothing.
#[inline]
pub(crate) fn tag<'a>(
    reader: &mut Reader<'a>,
    keys: &'static [Key],
    expected: &'static str,
) -> Result<Cow<'a, str>, Error> {
    let mut ahead = reader.clone();
    let mut object = ahead.object(expected)?;
    let name = keys.first().map_or("", Key::name);
    loop {
        match object.field(&mut ahead, keys)? {
            0 => {
                let tag = ahead.string("text");
                return tag.map_err(|error| error.within(Segment::Field(name)));
            }
            Object::END => {
                // The error has the place of the object, not of the white space before it.
                reader.peek();
                return Err(missing(name, reader.offset()));
            }
            _ => ahead.skip()?,
        }
    }
}

/// Reads all fields of an object as JSON texts.
pub(crate) fn raw_fields(
    reader: &mut Reader<'_>,
) -> Result<Vec<(CompactString, Box<RawValue>)>, Error> {
    let mut object: Object = reader.object("an object")?;
    let mut fields = Vec::new();
    while let Some(name) = object.name(reader)? {
        let offset = reader.offset();
        let json = RawValue::from_string(reader.raw()?.to_owned())
            .map_err(|error| Error::from_serde(&error, offset))?;
        fields.push((CompactString::from(name), json));
    }
    Ok(fields)
}
