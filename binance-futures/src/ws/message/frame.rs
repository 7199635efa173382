//! Messages that a stream connection receives.

use std::borrow::Cow;
use std::fmt;

use super::command::{CommandError, Reply, ReplyValue};
use crate::json::{self, Reader};
use crate::wire::plain_text;

/// A message that a stream connection receives.
///
/// ```
/// use binance_futures::ws::message::Frame;
///
/// let frame = Frame::parse(r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"BTCUSDT"}}"#)?;
/// let Frame::Event { stream, data } = frame else { panic!("not an event") };
/// assert_eq!(stream.as_deref(), Some("btcusdt@aggTrade"));
/// assert_eq!(data, r#"{"e":"aggTrade","s":"BTCUSDT"}"#);
/// # Ok::<(), binance_futures::ws::message::InvalidFrame>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Frame<'a> {
    /// An event.
    Event {
        /// The name of the stream. `None` on a raw connection, whose frames do not name their stream.
        stream: Option<Cow<'a, str>>,
        /// The event as JSON, to be decoded as the event of the stream's topic.
        data: &'a str,
    },
    /// The reply to a command.
    Reply(Reply),
}

/// A message that could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidFrame {
    expected: &'static str,
    reason: String,
}

impl fmt::Display for InvalidFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {}: {}", self.expected, self.reason)
    }
}

impl std::error::Error for InvalidFrame {}

impl<'a> Frame<'a> {
    /// Parses a message that a stream connection received.
    ///
    /// # Errors
    ///
    /// The text is neither a JSON object nor an array. An event of a raw connection is not checked here, but when it is decoded.
    pub fn parse(text: &'a str) -> Result<Self, InvalidFrame> {
        let raw = Self::Event {
            stream: None,
            data: text,
        };
        // Events of raw connections begin with their type, and no other frame does.
        if text.starts_with("{\"e\":") || text.trim_ascii_start().starts_with('[') {
            return Ok(raw);
        }
        let mut fields = Fields::default();
        json::whole(text, |reader| fields.read(reader))
            .map_err(|error| InvalidFrame::new("a frame of a stream connection", &error))?;
        if let (Some(stream), Some(data)) = (fields.stream, fields.data) {
            return Ok(Self::Event {
                stream: Some(stream),
                data,
            });
        }
        if fields.is_event {
            return Ok(raw);
        }
        let result = match (fields.error, fields.result) {
            (
                Failure {
                    code: Some(code),
                    message: Some(message),
                },
                _,
            ) => Err(CommandError::new(code, message)),
            (_, Some(result)) => Ok(reply_value(result)),
            _ => return Ok(raw),
        };
        let id = fields.id;
        Ok(Self::Reply(Reply { id, result }))
    }
}

/// Prints the length of the data only, and no stream name that is a listen key.
impl fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event { stream, data } => {
                let stream = stream.as_deref().map(PrintedStream);
                f.debug_struct("Event")
                    .field("stream", &stream)
                    .field("data", &format_args!("{} bytes", data.len()))
                    .finish()
            }
            Self::Reply(reply) => reply.fmt(f),
        }
    }
}

/// Prints the name of a stream, unless it is a listen key.
pub(crate) struct PrintedStream<'a>(pub(crate) &'a str);

impl fmt::Debug for PrintedStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_topic = self.0.contains(['@', '!']);
        if is_topic { self.0 } else { "…" }.fmt(f)
    }
}

impl InvalidFrame {
    pub(super) fn new(expected: &'static str, reason: &dyn fmt::Display) -> Self {
        Self {
            expected,
            reason: reason.to_string(),
        }
    }
}

/// The fields that tell frames apart.
#[derive(Default)]
struct Fields<'a> {
    stream: Option<Cow<'a, str>>,
    data: Option<&'a str>,
    result: Option<&'a str>,
    error: Failure,
    id: Option<u64>,
    is_event: bool,
}

#[derive(Default)]
struct Failure {
    code: Option<i64>,
    message: Option<String>,
}

impl<'a> Fields<'a> {
    fn read(&mut self, reader: &mut Reader<'a>) -> Result<(), json::Error> {
        let mut object = reader.object("an object or a list")?;
        while let Some(name) = object.name(reader)? {
            match &*name {
                "stream" => self.stream = Some(reader.string("the name of a stream")?),
                "data" => self.data = Some(reader.raw()?),
                "result" => self.result = Some(reader.raw()?),
                "id" => self.id = plain_text(reader.raw()?).parse().ok(),
                "error" => {
                    let mut error = reader.object("an object")?;
                    while let Some(name) = error.name(reader)? {
                        self.error.read(&name, reader)?;
                    }
                }
                "e" => {
                    self.is_event = true;
                    reader.skip()?;
                }
                name => self.error.read(name, reader)?,
            }
        }
        Ok(())
    }
}

impl Failure {
    fn read(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<(), json::Error> {
        match name {
            "code" => self.code = reader.raw()?.parse().ok(),
            "msg" => self.message = Some(plain_text(reader.raw()?).into_owned()),
            _ => reader.skip()?,
        }
        Ok(())
    }
}

fn reply_value(json: &str) -> ReplyValue {
    match json {
        "null" => ReplyValue::Accepted,
        "true" => ReplyValue::Property(true),
        "false" => ReplyValue::Property(false),
        _ => serde_json::from_str(json)
            .map_or_else(|_| ReplyValue::Other(json.to_owned()), ReplyValue::Streams),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Reply {
        match Frame::parse(text) {
            Ok(Frame::Reply(reply)) => reply,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn event(text: &str) -> (Option<String>, String) {
        match Frame::parse(text) {
            Ok(Frame::Event { stream, data }) => (stream.map(Cow::into_owned), data.to_owned()),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn combined_frames_name_their_stream() {
        for text in [
            r#"{"stream":"测试usdt@trade","data":{"e":"trade","d":{}}}"#,
            r#" { "data" : {"e":"trade","d":{}} , "new":1, "stream" : "测试usdt@trade" } "#,
            r#"{"stream":"\u6d4b试usdt@trade","data":{"e":"trade","d":{}}}"#,
        ] {
            let (stream, data) = event(text);
            assert_eq!(stream.as_deref(), Some("测试usdt@trade"));
            assert_eq!(data, r#"{"e":"trade","d":{}}"#);
        }
        let (_, data) = event(r#"{"stream":"!ticker@arr","data":[{"e":"24hrTicker"}]}"#);
        assert_eq!(data, r#"[{"e":"24hrTicker"}]"#);
    }

    #[test]
    fn raw_frames_are_the_event() {
        for text in [
            r#"{"e":"trade","result":null,"id":1}"#,
            r#"{"E":5,"e":"trade","code":1,"msg":"a"}"#,
            r#"[{"e":"24hrTicker"}]"#,
            " [1]",
            "{}",
            r#"{"new":1}"#,
        ] {
            assert_eq!(event(text), (None, text.to_owned()));
        }
    }

    #[test]
    fn replies_are_read() {
        for (result, value) in [
            ("null", ReplyValue::Accepted),
            ("[]", ReplyValue::Streams(Vec::new())),
            (
                r#"["btcusdt@trade","!ticker@arr"]"#,
                ReplyValue::Streams(vec!["btcusdt@trade".into(), "!ticker@arr".into()]),
            ),
            ("true", ReplyValue::Property(true)),
            ("false", ReplyValue::Property(false)),
            (r#"{"a":1}"#, ReplyValue::Other(r#"{"a":1}"#.into())),
        ] {
            let reply = reply(&format!(
                r#"{{"result":{result},"id":18446744073709551615}}"#
            ));
            assert_eq!((reply.id, reply.result), (Some(u64::MAX), Ok(value)));
        }
        assert_eq!(reply(r#"{"id":null,"result":null}"#).id, None);
    }

    #[test]
    fn errors_are_read_in_both_forms() {
        let expected = CommandError::new(2, "Invalid request: too many parameters".to_owned());
        for (text, id) in [
            (
                r#"{"code":2,"msg":"Invalid request: too many parameters","id":3}"#,
                Some(3),
            ),
            (
                r#"{"code":2,"msg":"Invalid request: too many parameters"}"#,
                None,
            ),
            (
                r#"{"error":{"code":2,"msg":"Invalid request: too many parameters"},"id":3}"#,
                Some(3),
            ),
            (
                r#"{"id":"3","error":{"msg":"Invalid request: too many parameters","code":2}}"#,
                Some(3),
            ),
        ] {
            let reply = reply(text);
            assert_eq!((reply.id, reply.result), (id, Err(expected.clone())));
        }
        assert_eq!(
            expected.to_string(),
            "Invalid request: too many parameters (2)"
        );
    }

    #[test]
    fn other_texts_are_rejected() {
        for text in [
            "",
            "5",
            "\"text\"",
            "null",
            "{",
            "{}}",
            "<html>",
            r#"{"error":5}"#,
        ] {
            let error = Frame::parse(text).unwrap_err().to_string();
            assert!(
                error.starts_with("not a frame of a stream connection: "),
                "{error}"
            );
        }
    }

    #[test]
    fn debug_prints_no_listen_key() {
        let text = r#"{"stream":"hush","data":{"listenKey":"hush"}}"#;
        let printed = format!("{:?}", Frame::parse(text).unwrap());
        assert_eq!(printed, r#"Event { stream: Some("…"), data: 20 bytes }"#);
    }
}
