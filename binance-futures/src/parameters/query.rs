//! Parameters as a query: `symbol=BTCUSDT&side=BUY`.

use std::fmt::{self, Write};

use rust_decimal::Decimal;

use super::Parameters;

/// Writes parameters as a query into one buffer, percent-encoded once by RFC 3986: what is signed is what is sent, byte for byte.
///
/// Cleared and written again, it allocates nothing once the buffer has room.
#[derive(Clone, Default)]
pub struct QueryWriter {
    query: String,
}

impl QueryWriter {
    /// An empty query.
    pub fn new() -> Self {
        Self::default()
    }

    /// The query so far, without a `?` before it.
    pub fn as_str(&self) -> &str {
        &self.query
    }

    /// Empties the query and keeps its buffer.
    pub fn clear(&mut self) {
        self.query.clear();
    }

    /// The query as a text of its own.
    pub fn into_string(self) -> String {
        self.query
    }

    fn write(&mut self, name: &str, value: impl fmt::Display) {
        self.start(name);
        // Writing to a `String` does not fail.
        let _ = write!(self.query, "{value}");
    }

    fn start(&mut self, name: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        encode(name, &mut self.query);
        self.query.push('=');
    }
}

/// Prints how long it is: what it holds may be secret.
impl fmt::Debug for QueryWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueryWriter({} bytes)", self.query.len())
    }
}

impl Parameters for QueryWriter {
    fn text(&mut self, name: &str, value: &str) {
        self.start(name);
        encode(value, &mut self.query);
    }

    fn signed(&mut self, name: &str, value: i64) {
        self.write(name, value);
    }

    fn unsigned(&mut self, name: &str, value: u64) {
        self.write(name, value);
    }

    fn decimal(&mut self, name: &str, value: Decimal) {
        self.write(name, value);
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.write(name, value);
    }

    fn json(&mut self, name: &str, value: &dyn fmt::Display) {
        self.start(name);
        let _ = write!(Encoded(&mut self.query), "{value}");
    }
}

/// Encodes what is written to it.
struct Encoded<'a>(&'a mut String);

impl Write for Encoded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        encode(text, self.0);
        Ok(())
    }
}

fn encode(text: &str, to: &mut String) {
    for byte in text.bytes() {
        if is_unreserved(byte) {
            to.push(byte.into());
        } else {
            to.extend(['%', hexadecimal(byte >> 4), hexadecimal(byte & 15)]);
        }
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn hexadecimal(digit: u8) -> char {
    let letter = if digit < 10 { b'0' } else { b'A' - 10 };
    (letter + digit).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{ListenKey, Timestamp};

    fn text(value: &str) -> String {
        let mut query = QueryWriter::new();
        query.text("x", value);
        query.into_string()
    }

    #[test]
    fn unreserved_characters_stand_for_themselves() {
        let unreserved = "ABCXYZabcxyz0189-._~";
        assert_eq!(text(unreserved), format!("x={unreserved}"));
    }

    #[test]
    fn all_others_are_encoded_byte_by_byte() {
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
    fn each_kind_of_value_has_its_text() {
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
    fn names_are_encoded_too() {
        let mut query = QueryWriter::new();
        query.put("a&b", "c");
        assert_eq!(query.as_str(), "a%26b=c");
    }

    #[test]
    fn a_cleared_query_starts_anew_in_the_same_buffer() {
        let mut query = QueryWriter::new();
        query.put("symbol", "BTCUSDT");
        let (buffer, room) = (query.query.as_ptr(), query.query.capacity());
        query.clear();
        query.put("symbol", "ETHUSDT");
        assert_eq!(query.as_str(), "symbol=ETHUSDT");
        assert_eq!(
            (query.query.as_ptr(), query.query.capacity()),
            (buffer, room)
        );
    }
}
