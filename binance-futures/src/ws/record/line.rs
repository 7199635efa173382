//! The lines of a recording: how they are written and parsed.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::json::{self, Reader, Reason};
use crate::topic::TopicName;
use crate::ws::event::{ConnectionId, Event, Notice};
use crate::ws::raw::RawEvent;

/// What the first line of a file calls the format.
pub(super) const FORMAT: &str = "binance-futures-recording";

/// The version of the format.
pub(super) const VERSION: u64 = 1;

/// A line of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Line {
    /// The first line of a file.
    Header(Header),
    /// An event.
    Event(RecordedEvent),
    /// A notice.
    Notice(RecordedNotice),
    /// Not a line: the file ends before it was finished. The program that wrote it crashed or is still running, or the file is damaged. What
    /// was written after its last flush is missing.
    Incomplete {
        /// The file.
        path: PathBuf,
        /// The number of complete lines.
        lines: u64,
    },
}

/// The first line of a file. It describes the file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The version of the format.
    pub version: u64,
    /// The [id](crate::request::Product::ID) of the product, such as `usdm`.
    pub product: String,
    /// The name of the environment, such as `production`.
    pub environment: String,
    /// Identifies the recorder: when it was opened, in nanoseconds since 1970-01-01. All files of one recorder have the same.
    pub run: i64,
    /// The number of the file among those of the recorder, starting at 1.
    pub file: u64,
}

/// A recorded event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedEvent {
    /// When it was received, in nanoseconds since 1970-01-01.
    pub received: i64,
    /// The connection that it was received from. Connections of different recorders may have equal ids.
    pub connection: ConnectionId,
    /// The topic.
    pub topic: TopicName,
    /// Whether it may repeat an earlier event.
    pub may_repeat: bool,
    /// The JSON of the event, as received.
    pub text: String,
}

/// A recorded notice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedNotice {
    /// When it was recorded, in nanoseconds since 1970-01-01.
    pub received: i64,
    /// The kind: `gap`, `malformed`, `stale`, `reconnecting`, `resumed`, `closed` or `lagged`. Later versions may write others.
    pub kind: String,
    /// The topic. `None` if the notice is about all topics, or not about topics.
    pub topic: Option<TopicName>,
    /// The notice in words. For `reconnecting` and `closed`, the cause.
    pub text: String,
    /// The message that could not be decoded. `None` for other kinds.
    pub message: Option<String>,
    /// How long the topic was silent, in milliseconds. `None` for other kinds than `stale`.
    pub silent_millis: Option<u64>,
}

/// Appends the first line of a file.
pub(super) fn push_header(line: &mut String, header: &Header) {
    line.push_str("{\"format\":");
    push_text(line, FORMAT);
    line.push_str(",\"version\":");
    push_number(line, header.version);
    line.push_str(",\"product\":");
    push_text(line, &header.product);
    line.push_str(",\"environment\":");
    push_text(line, &header.environment);
    line.push_str(",\"run\":");
    push_number(line, header.run);
    line.push_str(",\"file\":");
    push_number(line, header.file);
    line.push_str("}\n");
}

/// Appends the line of an event.
pub(super) fn push_event(line: &mut String, event: &Event<RawEvent>) {
    line.push_str("{\"received\":");
    push_number(line, event.received.unix_nanos);
    line.push_str(",\"connection\":");
    push_number(line, event.connection.as_u64());
    line.push_str(",\"stream\":\"");
    // No name contains a character that JSON escapes.
    line.push_str(event.data.topic.as_str());
    line.push_str(if event.may_repeat {
        "\",\"may_repeat\":true,\"data\":"
    } else {
        "\",\"data\":"
    });
    if event.data.text.contains('\n') {
        // A line break between two tokens: a string contains none.
        line.extend(event.data.text.chars().map(|c| match c {
            '\n' => ' ',
            c => c,
        }));
    } else {
        line.push_str(&event.data.text);
    }
    line.push_str("}\n");
}

/// Appends the line of a notice.
pub(super) fn push_notice(line: &mut String, received: i64, notice: &Notice) {
    let (kind, topic, text) = match notice {
        Notice::Gap(gap) => ("gap", gap.topic(), gap.to_string()),
        Notice::Malformed(malformed) => {
            ("malformed", malformed.topic.as_ref(), malformed.to_string())
        }
        Notice::Stale(stale) => ("stale", Some(&stale.topic), stale.to_string()),
        Notice::Reconnecting(cause) => ("reconnecting", None, cause.to_string()),
        Notice::Resumed => ("resumed", None, notice.to_string()),
        Notice::Lagged(_) => ("lagged", None, notice.to_string()),
        Notice::Rejected(rejected) => ("rejected", Some(&rejected.topic), notice.to_string()),
        Notice::Closed(cause) => ("closed", None, cause.to_string()),
    };
    begin_notice(line, received, kind, topic, &text);
    match notice {
        Notice::Malformed(malformed) => {
            line.push_str(",\"message\":");
            push_text(line, &malformed.text);
        }
        Notice::Stale(stale) => {
            line.push_str(",\"silent_millis\":");
            let millis = u64::try_from(stale.silent_for.as_millis());
            push_number(line, millis.unwrap_or(u64::MAX));
        }
        _ => {}
    }
    line.push_str("}\n");
}

/// Appends the line that says that events were not recorded.
pub(super) fn push_lagged(line: &mut String, received: i64, topic: Option<&TopicName>, text: &str) {
    begin_notice(line, received, "lagged", topic, text);
    line.push_str("}\n");
}

fn begin_notice(
    line: &mut String,
    received: i64,
    kind: &str,
    topic: Option<&TopicName>,
    text: &str,
) {
    line.push_str("{\"received\":");
    push_number(line, received);
    line.push_str(",\"notice\":");
    push_text(line, kind);
    if let Some(topic) = topic {
        line.push_str(",\"stream\":");
        push_text(line, topic.as_str());
    }
    line.push_str(",\"text\":");
    push_text(line, text);
}

fn push_number(line: &mut String, number: impl itoa::Integer) {
    line.push_str(itoa::Buffer::new().format(number));
}

fn push_text(line: &mut String, text: &str) {
    // The JSON of a text. Writing to a string does not fail.
    let _ = write!(line, "{}", serde_json::Value::from(text));
}

/// The fields of a line.
#[derive(Default)]
struct Fields<'a> {
    format: Option<Cow<'a, str>>,
    version: Option<u64>,
    product: Option<String>,
    environment: Option<String>,
    run: Option<i64>,
    file: Option<u64>,
    received: Option<i64>,
    connection: Option<u64>,
    stream: Option<TopicName>,
    may_repeat: bool,
    data: Option<&'a str>,
    notice: Option<String>,
    text: Option<String>,
    message: Option<String>,
    silent_millis: Option<u64>,
}

/// Parses a line. The fields may be in any order, and unknown ones are skipped.
pub(super) fn parse(text: &str) -> Result<Line, json::Error> {
    let mut reader = Reader::new(text);
    let mut object = reader.object("a line of a recording")?;
    let mut fields = Fields::default();
    while let Some(name) = object.name(&mut reader)? {
        match &*name {
            "format" => fields.format = Some(reader.string("a text")?),
            "version" => fields.version = Some(number(&mut reader)?),
            "product" => fields.product = Some(owned(&mut reader)?),
            "environment" => fields.environment = Some(owned(&mut reader)?),
            "run" => fields.run = Some(number(&mut reader)?),
            "file" => fields.file = Some(number(&mut reader)?),
            "received" => fields.received = Some(number(&mut reader)?),
            "connection" => fields.connection = Some(number(&mut reader)?),
            "stream" => fields.stream = Some(stream(&mut reader)?),
            "may_repeat" => fields.may_repeat = reader.raw()? == "true",
            "data" => fields.data = Some(reader.raw()?),
            "notice" => fields.notice = Some(owned(&mut reader)?),
            "text" => fields.text = Some(owned(&mut reader)?),
            "message" => fields.message = Some(owned(&mut reader)?),
            "silent_millis" => fields.silent_millis = Some(number(&mut reader)?),
            _ => reader.skip()?,
        }
    }
    reader.end()?;
    fields.line(text.len())
}

impl Fields<'_> {
    fn line(self, end: usize) -> Result<Line, json::Error> {
        if let Some(format) = &self.format {
            if *format != FORMAT {
                let reason = format!("the format is `{format}`, not `{FORMAT}`");
                return Err(json::Error::new(Reason::Other(reason), 0));
            }
            return Ok(Line::Header(Header {
                version: required(self.version, "version", end)?,
                product: required(self.product, "product", end)?,
                environment: required(self.environment, "environment", end)?,
                run: required(self.run, "run", end)?,
                file: required(self.file, "file", end)?,
            }));
        }
        let received = required(self.received, "received", end)?;
        if let Some(kind) = self.notice {
            return Ok(Line::Notice(RecordedNotice {
                received,
                kind,
                topic: self.stream,
                text: required(self.text, "text", end)?,
                message: self.message,
                silent_millis: self.silent_millis,
            }));
        }
        Ok(Line::Event(RecordedEvent {
            received,
            connection: ConnectionId::new(required(self.connection, "connection", end)?),
            topic: required(self.stream, "stream", end)?,
            may_repeat: self.may_repeat,
            text: required(self.data, "data", end)?.to_owned(),
        }))
    }
}

fn required<T>(value: Option<T>, name: &'static str, end: usize) -> Result<T, json::Error> {
    value.ok_or_else(|| json::Error::new(Reason::Missing(name), end))
}

fn number<T: std::str::FromStr>(reader: &mut Reader<'_>) -> Result<T, json::Error> {
    const EXPECTED: &str = "an integer";
    let at = reader.offset();
    let digits = reader.number(EXPECTED)?;
    digits
        .parse()
        .map_err(|_| json::Error::unexpected(EXPECTED, digits, at))
}

fn owned(reader: &mut Reader<'_>) -> Result<String, json::Error> {
    reader.string("a text").map(Cow::into_owned)
}

fn stream(reader: &mut Reader<'_>) -> Result<TopicName, json::Error> {
    let at = reader.offset();
    let name = reader.string("the name of a stream")?;
    name.parse::<TopicName>()
        .map_err(|error| json::Error::new(Reason::Other(error.to_string()), at))
}
