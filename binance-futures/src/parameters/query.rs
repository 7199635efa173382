//! Parameters as a query string: `symbol=BTCUSDT&side=BUY`.

use std::fmt::{self, Write};

use rust_decimal::Decimal;

use super::empty::{any_parameter_is_empty, any_value_is_empty};
use super::json::{ItemList, SetList};
use super::{Parameter, ParameterSet, Parameters, decimal};

/// Writes parameters as a query string, percent-encoded by RFC 3986 exactly once: the bytes that are signed are the bytes that are sent.
///
/// A writer that is cleared and reused does not allocate once its buffer is large enough.
#[derive(Clone, Default)]
pub struct QueryWriter {
    text: String,
    /// Where the query begins.
    start: usize,
    /// Where the first parameter begins that is empty or contains empty text.
    empty: Option<usize>,
}

impl QueryWriter {
    /// Creates an empty query.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates an empty query at the end of a text, such as a URL up to its `?`.
    pub fn after(text: String) -> Self {
        Self {
            start: text.len(),
            text,
            empty: None,
        }
    }

    /// Continues a query that begins within a text.
    #[cfg(feature = "rest")]
    pub(crate) fn within(text: String, start: usize) -> Self {
        Self {
            start,
            text,
            empty: None,
        }
    }

    /// Returns the query so far, without a leading `?`.
    pub fn as_str(&self) -> &str {
        self.text.get(self.start..).unwrap_or_default()
    }

    /// Clears the query and keeps its buffer.
    pub fn clear(&mut self) {
        self.text.truncate(self.start);
        self.empty = None;
    }

    /// Returns the query, with the text that it was written after.
    pub fn into_string(self) -> String {
        self.text
    }

    /// Returns the name of the first parameter that is empty or contains empty text, percent-encoded.
    pub fn first_empty(&self) -> Option<&str> {
        let (name, _) = self.text.get(self.empty?..)?.split_once('=')?;
        Some(name)
    }

    /// Writes a parameter whose value needs no encoding.
    #[inline]
    pub(crate) fn plain(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.text.push_str(value);
    }

    /// Begins a parameter. Inlined, so that the check of a constant name happens at compile time.
    #[inline]
    fn begin(&mut self, name: &str) {
        if are_unreserved(name) {
            self.begin_plain(name);
        } else {
            self.begin_encoded(name);
        }
    }

    fn begin_plain(&mut self, name: &str) {
        if self.text.len() > self.start {
            self.text.push('&');
        }
        self.text.push_str(name);
        self.text.push('=');
    }

    #[cold]
    fn begin_encoded(&mut self, name: &str) {
        if self.text.len() > self.start {
            self.text.push('&');
        }
        encode_bytes(name, &mut self.text);
        self.text.push('=');
    }

    fn value(&mut self, value: &str) {
        if value.is_empty() {
            self.note_empty();
        } else if are_unreserved(value) {
            self.text.push_str(value);
        } else {
            encode_bytes(value, &mut self.text);
        }
    }

    /// Notes that the last parameter is empty, unless an earlier one was.
    #[cold]
    fn note_empty(&mut self) {
        let begin = self.as_str().rfind('&').map_or(0, |before| before + 1);
        self.empty.get_or_insert(self.start + begin);
    }
}

/// Prints the length only. The query may contain secrets.
impl fmt::Debug for QueryWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueryWriter({} bytes)", self.as_str().len())
    }
}

impl Parameters for QueryWriter {
    #[inline]
    fn text(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.value(value);
    }

    #[inline]
    fn signed(&mut self, name: &str, value: i64) {
        self.plain(name, itoa::Buffer::new().format(value));
    }

    #[inline]
    fn unsigned(&mut self, name: &str, value: u64) {
        self.plain(name, itoa::Buffer::new().format(value));
    }

    #[inline]
    fn decimal(&mut self, name: &str, value: Decimal) {
        self.begin(name);
        decimal::push(value, &mut self.text);
    }

    #[inline]
    fn flag(&mut self, name: &str, value: bool) {
        self.plain(name, if value { "true" } else { "false" });
    }

    fn json(&mut self, name: &str, value: &dyn fmt::Display) {
        self.begin(name);
        // Writing to a `String` does not fail.
        let _ = write!(Encoded(&mut self.text), "{value}");
    }

    fn put_json<P: Parameter>(&mut self, name: &str, items: &[P]) {
        self.json(name, &ItemList(items));
        if any_value_is_empty(items) {
            self.note_empty();
        }
    }

    fn put_requests<R: ParameterSet>(&mut self, name: &str, requests: &[R]) {
        self.json(name, &SetList(requests));
        if any_parameter_is_empty(requests) {
            self.note_empty();
        }
    }
}

/// Percent-encodes what is written to it.
struct Encoded<'a>(&'a mut String);

impl Write for Encoded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        encode_bytes(text, self.0);
        Ok(())
    }
}

/// Returns whether no byte needs encoding, which holds for nearly all values. Checked without branches.
#[inline]
fn are_unreserved(text: &str) -> bool {
    text.bytes()
        .fold(true, |all, byte| all & is_unreserved(byte))
}

/// The bytes that RFC 3986 leaves unencoded.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time, and a byte is below 256"
)]
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    while let [byte, after @ ..] = rest {
        table[*byte as usize] = true;
        rest = after;
    }
    table
};

#[inline]
fn is_unreserved(byte: u8) -> bool {
    UNRESERVED
        .get(usize::from(byte))
        .is_some_and(|unreserved| *unreserved)
}

fn encode_bytes(text: &str, to: &mut String) {
    for byte in text.bytes() {
        if is_unreserved(byte) {
            to.push(byte.into());
        } else {
            to.extend(['%', hexadecimal(byte >> 4), hexadecimal(byte & 15)]);
        }
    }
}

fn hexadecimal(digit: u8) -> char {
    (if digit < 10 {
        b'0' + digit
    } else {
        b'A' + digit - 10
    })
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{ListenKey, Symbol, Timestamp};

    fn text(value: &str) -> String {
        let mut query = QueryWriter::new();
        query.text("x", value);
        query.into_string()
    }

    #[test]
    fn unreserved_characters_are_not_encoded() {
        let unreserved = "ABCXYZabcxyz0189-._~";
        assert_eq!(text(unreserved), format!("x={unreserved}"));
    }

    #[test]
    fn all_other_bytes_are_percent_encoded() {
        assert_eq!(
            text(" +&=%/:?#[]@!$'()*,;\"<>\\^`{|}"),
            "x=%20%2B%26%3D%25%2F%3A%3F%23%5B%5D%40%21%24%27%28%29%2A%2C%3B%22%3C%3E%5C%5E%60%7B%7C%7D"
        );
        assert_eq!(
            text("\0\n\u{7f}龙é😀"),
            "x=%00%0A%7F%E9%BE%99%C3%A9%F0%9F%98%80"
        );
    }

    #[test]
    fn values_of_each_type_are_written_as_text() {
        let mut query = QueryWriter::new();
        query.put("a", &i64::MIN);
        query.put("b", &u64::MAX);
        query.put("c", &Decimal::new(-150, 2));
        query.put("d", &true);
        query.put("e", &None::<u8>);
        query.put("f", "x y");
        query.put("g", &Some(String::from("z")));
        query.put("h", &Timestamp::from_millis(-1));
        query.put("i", &ListenKey::from("k"));
        query.put_text("j", &7_u8);
        query.put_json("k", &[true, false]);
        assert_eq!(
            query.as_str(),
            "a=-9223372036854775808&b=18446744073709551615&c=-1.50&d=true&f=x%20y&g=z&h=-1&i=k&j=7&k=%5Btrue%2Cfalse%5D"
        );
    }

    #[test]
    fn parameter_names_are_encoded() {
        let mut query = QueryWriter::new();
        query.put("a&b", "c");
        assert_eq!(query.as_str(), "a%26b=c");
    }

    #[test]
    fn cleared_query_keeps_its_buffer() {
        let mut query = QueryWriter::new();
        query.put("symbol", "BTCUSDT");
        let (buffer, room) = (query.text.as_ptr(), query.text.capacity());
        query.clear();
        query.put("symbol", "ETHUSDT");
        assert_eq!(query.as_str(), "symbol=ETHUSDT");
        assert_eq!((query.text.as_ptr(), query.text.capacity()), (buffer, room));
    }

    #[test]
    fn query_after_a_text_excludes_the_text() {
        let mut query = QueryWriter::after(String::from("https://host/path?"));
        assert_eq!(query.as_str(), "");
        query.put("a", &1_u8);
        query.put("b", &2_u8);
        assert_eq!(query.as_str(), "a=1&b=2");
        query.clear();
        query.put("c", &3_u8);
        assert_eq!(query.into_string(), "https://host/path?c=3");
    }

    #[test]
    fn first_empty_parameter_is_found() {
        let mut query = QueryWriter::new();
        query.put("a", "x");
        assert_eq!(query.first_empty(), None);
        query.put("b", "");
        query.put("c", "");
        assert_eq!(query.first_empty(), Some("b"));
        assert_eq!(query.as_str(), "a=x&b=&c=");
        query.clear();
        assert_eq!(query.first_empty(), None);
        query.put("d", "");
        assert_eq!(query.first_empty(), Some("d"));
    }

    #[test]
    fn empty_text_in_a_list_counts_as_empty() {
        let mut query = QueryWriter::after(String::from("x?"));
        query.put_json(
            "a",
            &["\"\"", "\\", ":\"", ":", ",", "[", "x"].map(Symbol::from),
        );
        assert_eq!(query.first_empty(), None);
        query.put_json("b", &["x", ""].map(Symbol::from));
        query.put_json("c", &[""].map(Symbol::from));
        assert_eq!(query.first_empty(), Some("b"));
        let mut query = QueryWriter::new();
        query.put_json("b", &[""].map(Symbol::from));
        assert_eq!(query.first_empty(), Some("b"));
    }
}
