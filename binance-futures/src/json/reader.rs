//! The reader: one pass over a text, value by value.

use std::borrow::Cow;

use super::error::{Error, Syntax};
use super::{Key, Reason, text};

/// The deepest nesting of objects and arrays that is read.
const MAX_DEPTH: u32 = 128;

/// A pull reader over a JSON text.
///
/// Each method reads the next value of one kind. Its argument `expected` describes the value in the error, such as `a string`. To look
/// ahead, clone the reader and read from the clone.
#[derive(Clone)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// Creates a reader at the start of a text.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
        }
    }

    /// Creates a reader of a text whose first bytes are the beginning of an object, up to the value of its first fields. Returns the reader
    /// at the value, and the state of the object after it.
    #[inline]
    pub(crate) const fn within_object(text: &'a str, at: usize) -> (Self, Object) {
        let reader = Self { text, at, depth: 1 };
        let object = Object {
            is_first: false,
            next: 0,
        };
        (reader, object)
    }

    /// Returns the number of bytes read so far.
    pub const fn offset(&self) -> usize {
        self.at
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Returns the bytes from the next value on.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Consumes bytes that the caller has read from [`rest`](Self::rest). They must end at the end of a value.
    #[inline]
    pub(crate) fn advance(&mut self, length: usize) {
        self.at += length;
    }

    /// The text from the next value on.
    fn rest_text(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Returns the first byte of the next value, after white space. Consumes the white space only.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        match self.byte() {
            Some(byte) if byte > b' ' => Some(byte),
            _ => self.peek_after_space(),
        }
    }

    #[cold]
    fn peek_after_space(&mut self) -> Option<u8> {
        while let Some(byte) = self.byte() {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    #[cold]
    pub(super) fn syntax(&self, syntax: Syntax) -> Error {
        let syntax = if self.byte().is_none() {
            Syntax::End
        } else {
            syntax
        };
        Error::syntax(syntax, self.at)
    }

    /// The next value is not what the caller expected.
    #[cold]
    pub(crate) fn unexpected(&self, expected: &'static str) -> Error {
        let mut value = self.clone();
        value.peek();
        let start = value.at;
        match value.raw() {
            Ok(found) => Error::unexpected(expected, found, start),
            // The text is not JSON, which is the better explanation.
            Err(error) => error,
        }
    }

    /// The scalar at an offset is not what the caller expected.
    #[cold]
    pub(crate) fn unexpected_at(&mut self, offset: usize, expected: &'static str) -> Error {
        self.at = offset;
        self.unexpected(expected)
    }

    /// Reads a string. Borrows from the text unless the string has escapes.
    ///
    /// # Errors
    ///
    /// The next value is not a string.
    #[inline]
    pub fn string(&mut self, expected: &'static str) -> Result<Cow<'a, str>, Error> {
        if self.peek() == Some(b'"') {
            self.string_content()
        } else {
            Err(self.unexpected(expected))
        }
    }

    /// Reads a string whose opening quote is next.
    #[inline]
    pub(crate) fn string_content(&mut self) -> Result<Cow<'a, str>, Error> {
        let start = self.at + 1;
        let end = start + text::plain_length(self.text.as_bytes().get(start..).unwrap_or_default());
        if self.text.as_bytes().get(end) == Some(&b'"')
            && let Some(content) = self.text.get(start..end)
        {
            self.at = end + 1;
            Ok(Cow::Borrowed(content))
        } else {
            self.string_with_escapes(start, end)
        }
    }

    #[cold]
    fn string_with_escapes(&mut self, start: usize, plain: usize) -> Result<Cow<'a, str>, Error> {
        let mut content = self.text.get(start..plain).unwrap_or_default().to_owned();
        self.at = plain;
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(content));
                }
                Some(b'\\') => {
                    let (escaped, length) = text::unescape(self.rest_text())
                        .ok_or_else(|| self.syntax(Syntax::Escape))?;
                    content.push(escaped);
                    self.at += length;
                }
                Some(0..0x20) => return Err(self.syntax(Syntax::ControlCharacter)),
                Some(_) => {
                    let length = text::plain_length(self.rest());
                    content.push_str(self.rest_text().get(..length).unwrap_or_default());
                    self.at += length;
                }
                None => return Err(self.syntax(Syntax::End)),
            }
        }
    }

    /// Reads a number and returns its text.
    ///
    /// # Errors
    ///
    /// The next value is not a number.
    #[inline]
    pub fn number(&mut self, expected: &'static str) -> Result<&'a str, Error> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => {
                let length =
                    text::number_length(self.rest()).ok_or_else(|| self.syntax(Syntax::Number))?;
                let digits = self.rest_text().get(..length).unwrap_or_default();
                self.at += length;
                Ok(digits)
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Reads `true`, `false` or `null` if it is next.
    #[inline]
    pub(crate) fn word(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word.as_bytes());
        if found {
            self.at += word.len();
        }
        found
    }

    /// Reads `null` if it is next.
    #[inline]
    pub fn null(&mut self) -> bool {
        self.peek() == Some(b'n') && self.word("null")
    }

    fn enter(&mut self) -> Result<(), Error> {
        if self.depth == MAX_DEPTH {
            return Err(Error::new(Reason::TooDeep, self.at));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    /// Begins to read an object. Its fields are then read with [`Object::field`] or [`Object::name`].
    ///
    /// # Errors
    ///
    /// The next value is not an object, or is nested too deeply.
    #[inline]
    pub fn object(&mut self, expected: &'static str) -> Result<Object, Error> {
        if self.peek() != Some(b'{') {
            return Err(self.unexpected(expected));
        }
        self.enter()?;
        Ok(Object {
            is_first: true,
            next: 0,
        })
    }

    /// Begins to read an array. [`Array::item`] then moves to each item.
    ///
    /// # Errors
    ///
    /// The next value is not an array, or is nested too deeply.
    #[inline]
    pub fn array(&mut self, expected: &'static str) -> Result<Array, Error> {
        if self.peek() != Some(b'[') {
            return Err(self.unexpected(expected));
        }
        self.enter()?;
        Ok(Array { is_first: true })
    }

    /// Skips the next value.
    ///
    /// # Errors
    ///
    /// The next value is not JSON, or is nested too deeply.
    pub fn skip(&mut self) -> Result<(), Error> {
        match self.peek() {
            Some(b'"') => self.string_content().map(drop),
            Some(b'{') => {
                let mut object = self.object("")?;
                while object.name(self)?.is_some() {
                    self.skip()?;
                }
                Ok(())
            }
            Some(b'[') => {
                let mut array = self.array("")?;
                while array.item(self)? {
                    self.skip()?;
                }
                Ok(())
            }
            Some(b'-' | b'0'..=b'9') => self.number("").map(drop),
            Some(b't') if self.word("true") => Ok(()),
            Some(b'f') if self.word("false") => Ok(()),
            Some(b'n') if self.word("null") => Ok(()),
            _ => Err(self.syntax(Syntax::Value)),
        }
    }

    /// Skips the next value, which usually has this text. Faster than [`skip`](Self::skip) then.
    #[inline]
    pub(crate) fn skip_usual(&mut self, text: &str) -> Result<(), Error> {
        if self.word(text) { Ok(()) } else { self.skip() }
    }

    /// Skips the next value and returns its text.
    ///
    /// # Errors
    ///
    /// The next value is not JSON, or is nested too deeply.
    pub fn raw(&mut self) -> Result<&'a str, Error> {
        self.peek();
        let start = self.at;
        self.skip()?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Checks that nothing follows the value.
    ///
    /// # Errors
    ///
    /// There is more text.
    pub fn end(&mut self) -> Result<(), Error> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Error::syntax(Syntax::Trailing, self.at)),
        }
    }
}

/// The state of reading an object.
#[derive(Debug)]
pub struct Object {
    is_first: bool,
    /// The field that is expected next, by its index.
    next: usize,
}

impl Object {
    /// What [`field`](Self::field) returns at the end of the object.
    pub const END: usize = usize::MAX;

    /// Reads the name of the next field. Returns its index in `keys`, the length of `keys` for a name that is not among them, or
    /// [`END`](Self::END) at the end of the object.
    ///
    /// Fastest if the fields arrive in the order of `keys`.
    ///
    /// # Errors
    ///
    /// The text is not JSON.
    #[inline]
    pub fn field(&mut self, reader: &mut Reader<'_>, keys: &'static [Key]) -> Result<usize, Error> {
        if reader.byte() == Some(b'}') {
            reader.leave();
            return Ok(Self::END);
        }
        let index = self.next;
        if let Some(key) = keys.get(index)
            && self.next_is(reader, key, index + 1)
        {
            return Ok(index);
        }
        self.other_field(reader, keys)
    }

    /// Reads the name of a field that is not the expected one, or the end of the object after white space.
    #[inline(never)]
    fn other_field(
        &mut self,
        reader: &mut Reader<'_>,
        keys: &'static [Key],
    ) -> Result<usize, Error> {
        if let Some(name) = self.next_name(reader.rest())
            && let Some(index) = self.find(name, keys)
            && let Some(key) = keys.get(index)
            && self.next_is(reader, key, index + 1)
        {
            return Ok(index);
        }
        // White space, an escape in the name, an unknown field, or an error.
        let Some(name) = self.name(reader)? else {
            return Ok(Self::END);
        };
        let index = keys.iter().position(|key| key.name() == name);
        if let Some(index) = index {
            self.next = index + 1;
        }
        Ok(index.unwrap_or(keys.len()))
    }

    /// Returns the index of the name that a text begins with. The expected fields are tried first, because the missing ones among them are
    /// usually few.
    fn find(&self, text: &[u8], keys: &[Key]) -> Option<usize> {
        let (before, after) = keys.split_at_checked(self.next)?;
        let position = |keys: &[Key]| keys.iter().position(|key| key.begins(text));
        position(after)
            .map(|index| self.next + index)
            .or_else(|| position(before))
    }

    /// Reads the name of the next field if it is this key, after which the key with the index `next` is expected.
    #[inline]
    pub(crate) fn next_is(&mut self, reader: &mut Reader<'_>, key: &Key, next: usize) -> bool {
        let found = self
            .next_name(reader.rest())
            .is_some_and(|name| key.begins(name));
        if found {
            reader.at += usize::from(!self.is_first) + key.len();
            self.is_first = false;
            self.next = next;
        }
        found
    }

    /// Returns the text from the name of the next field on. Returns `None` if white space or the end of the object comes first.
    #[inline]
    fn next_name<'a>(&self, rest: &'a [u8]) -> Option<&'a [u8]> {
        if self.is_first {
            Some(rest)
        } else {
            rest.strip_prefix(b",")
        }
    }

    /// Reads the name of the next field, known or not. Returns `None` at the end of the object.
    ///
    /// # Errors
    ///
    /// The text is not JSON.
    pub fn name<'a>(&mut self, reader: &mut Reader<'a>) -> Result<Option<Cow<'a, str>>, Error> {
        match (reader.peek(), self.is_first) {
            (Some(b'}'), _) => {
                reader.leave();
                return Ok(None);
            }
            (Some(b','), false) => {
                reader.at += 1;
                reader.peek();
            }
            (_, false) => return Err(reader.syntax(Syntax::ObjectEnd)),
            (_, true) => {}
        }
        self.is_first = false;
        if reader.peek() != Some(b'"') {
            return Err(reader.syntax(Syntax::Name));
        }
        let name = reader.string_content()?;
        if reader.peek() != Some(b':') {
            return Err(reader.syntax(Syntax::Colon));
        }
        reader.at += 1;
        Ok(Some(name))
    }
}

/// The state of reading an array.
#[derive(Debug)]
pub struct Array {
    is_first: bool,
}

impl Array {
    /// Moves to the next item. Returns `false` at the end of the array.
    ///
    /// # Errors
    ///
    /// The text is not JSON.
    #[inline]
    pub fn item(&mut self, reader: &mut Reader<'_>) -> Result<bool, Error> {
        match reader.peek() {
            Some(b',') if !self.is_first => {
                reader.at += 1;
                Ok(true)
            }
            Some(b']') => {
                reader.leave();
                Ok(false)
            }
            Some(_) if self.is_first => {
                self.is_first = false;
                Ok(true)
            }
            _ => Err(reader.syntax(Syntax::ArrayEnd)),
        }
    }
}
