//! Frames of combined connections, decoded in place.

use std::fmt;

use super::frame::PrintedStream;
use crate::decode::DecodeFailure;
use crate::json::{self, Object, Reader};
use crate::wire::Codec;

/// A frame of a combined connection whose stream is known and whose event is not decoded yet.
///
/// This is the fast way to an event: the name of the stream is read first, the caller chooses the event by it, and the event is decoded in
/// one pass. [`Frame::parse`](super::Frame::parse) reads every frame, in two passes.
///
/// ```
/// use binance_futures::ws::message::CombinedFrame;
///
/// let text = r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"BTCUSDT"}}"#;
/// let frame = CombinedFrame::peek(text).unwrap();
/// assert_eq!(frame.stream(), "btcusdt@aggTrade");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CombinedFrame<'a> {
    stream: &'a str,
    text: &'a str,
    /// Where the event begins in the text.
    event: usize,
}

/// Does not print the event, and no stream name that is a listen key.
impl fmt::Debug for CombinedFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CombinedFrame")
            .field("stream", &PrintedStream(self.stream))
            .finish_non_exhaustive()
    }
}

impl<'a> CombinedFrame<'a> {
    /// Reads the name of the stream at the beginning of a frame. The rest of the frame is not read.
    ///
    /// Returns `None` if the frame begins in another way: a reply, a frame of a raw connection, or another order of the fields.
    /// [`Frame::parse`](super::Frame::parse) reads these.
    #[inline]
    pub fn peek(text: &'a str) -> Option<Self> {
        const BEGIN: &str = "{\"stream\":\"";
        const DATA: &str = "\",\"data\":";
        let name = text.strip_prefix(BEGIN)?;
        let length = json::plain_length(name.as_bytes());
        let (stream, rest) = name.split_at_checked(length)?;
        rest.starts_with(DATA).then_some(Self {
            stream,
            text,
            event: BEGIN.len() + length + DATA.len(),
        })
    }

    /// Returns the name of the stream.
    pub const fn stream(&self) -> &'a str {
        self.stream
    }

    /// Returns the text from the beginning of the event on. The rest of the frame follows it.
    #[cfg(feature = "ws")]
    pub(crate) fn event(&self) -> &'a str {
        self.text.get(self.event..).unwrap_or_default()
    }

    /// Decodes the event in the form `C`. Unknown fields of the frame are skipped.
    ///
    /// # Errors
    ///
    /// The frame is not JSON, or the event is not the expected one. Line and column are those in the frame.
    pub fn decode<T, C: Codec<T>>(&self) -> Result<T, DecodeFailure> {
        let (mut reader, object) = Reader::within_object(self.text, self.event);
        // No `?`, so that large values are not moved.
        let error = match C::decode(&mut reader) {
            Ok(event) => match skip_rest(reader, object) {
                Ok(()) => return Ok(event),
                Err(error) => error,
            },
            Err(error) => error,
        };
        Err(DecodeFailure::new(error, self.text))
    }

    /// Decodes the event with a function, and passes it to `then` before the rest of the frame is read: so a large event is moved once.
    #[cfg(feature = "ws")]
    #[inline]
    pub(crate) fn decode_then<T>(
        &self,
        decode: impl FnOnce(&mut Reader<'_>) -> Result<T, json::Error>,
        then: impl FnOnce(T),
    ) -> Result<(), DecodeFailure> {
        let (mut reader, object) = Reader::within_object(self.text, self.event);
        let rest = match decode(&mut reader) {
            Ok(event) => {
                then(event);
                skip_rest(reader, object)
            }
            Err(error) => Err(error),
        };
        rest.map_err(|error| DecodeFailure::new(error, self.text))
    }
}

/// Reads what follows the event.
#[inline]
fn skip_rest(mut reader: Reader<'_>, mut object: Object) -> Result<(), json::Error> {
    while object.name(&mut reader)?.is_some() {
        reader.skip()?;
    }
    reader.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Empty;
    use crate::wire::Plain;

    #[test]
    fn stream_is_read_from_the_usual_beginning_only() {
        let frame = CombinedFrame::peek(r#"{"stream":"测试usdt@trade","data":{}}"#);
        assert_eq!(frame.unwrap().stream(), "测试usdt@trade");
        for other in [
            r#"{"data":{},"stream":"a"}"#,
            r#"{ "stream":"a","data":{}}"#,
            r#"{"stream":"a\u0062","data":{}}"#,
            r#"{"stream":"a","id":1,"data":{}}"#,
            r#"{"stream":"a""#,
            r#"{"stream":"a"#,
            r#"{"stream":5,"data":{}}"#,
            "{\"stream\":\"a\nb\",\"data\":{}}",
            r#"{"e":"trade"}"#,
            r#"{"result":null,"id":1}"#,
            "",
        ] {
            assert!(CombinedFrame::peek(other).is_none(), "{other}");
        }
    }

    #[test]
    fn event_is_decoded_and_the_rest_of_the_frame_is_checked() {
        let decode = |text| CombinedFrame::peek(text).unwrap().decode::<Empty, Plain>();
        for text in [
            r#"{"stream":"a","data":{}}"#,
            r#"{"stream":"a","data":{},"new":[1,{}]}"#,
            r#"{"stream":"a","data": {} } "#,
        ] {
            assert!(decode(text).is_ok(), "{text}");
        }
        for text in [
            r#"{"stream":"a","data":{}"#,
            r#"{"stream":"a","data":{}}}"#,
            r#"{"stream":"a","data":{},}"#,
            r#"{"stream":"a","data":"#,
            r#"{"stream":"a","data":5}"#,
        ] {
            assert!(decode(text).is_err(), "{text}");
        }
        let error = decode(r#"{"stream":"a","data":5}"#).unwrap_err();
        assert_eq!((error.line(), error.column()), (1, 22));
    }
}
