//! Reads recordings: `.jsonl` files with one JSON value on each line.
//!
//! | line | meaning |
//! |---|---|
//! | `{"payload": …, "product": …, "kind": …, …}` | a payload and what is known about its operation |
//! | `{"stream": …, "data": …}` | an event of a combined connection |
//! | `{"e": …}` or `[{"e": …}]` | an event of a raw connection |
//! | `{"method": "SUBSCRIBE", …}` or `{"result": …, "id": …}` | a command to a stream connection, or the reply |
//!
//! Only one line is in memory at a time.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use anyhow::{Context, Result};
use binance_futures::{wire::RawObject, ws::message::Frame};

use serde_json::value::RawValue;

use super::{
    operations::Hint,
    payload::{Payload, Role, Visit},
    progress::Progress,
};
use crate::json::Json;

/// Longer lines are not read, so that a file without line breaks does not fill the memory.
const MAX_LINE: u64 = 64 << 20;

/// Reads a recording. `product` is that of lines that do not name theirs.
///
/// A line that cannot be read is passed on as [`Role::Unreadable`].
pub(super) fn read(path: &Path, product: Option<&str>, visit: Visit<'_>) -> Result<()> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut progress = Progress::new(path, size);
    let mut line = Vec::new();
    let mut number = 0_u64;
    let mut is_empty = true;
    loop {
        line.clear();
        let length = reader
            .by_ref()
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .with_context(|| format!("cannot read {}", path.display()))?;
        if length == 0 {
            break;
        }
        number += 1;
        let name = format!("{}:{number}", path.display());
        let is_complete = line.ends_with(b"\n");
        let mut bytes = line.len();
        let parsed = if !is_complete && line.len() as u64 == MAX_LINE {
            bytes += reader.skip_until(b'\n')?;
            Err(format!("the line is longer than {} MiB", MAX_LINE >> 20))
        } else {
            str::from_utf8(&line)
                .map_err(|error| format!("not UTF-8: {error}"))
                .and_then(|text| parse(text, product))
        };
        progress.line(bytes);
        match parsed {
            Ok(None) => continue,
            Ok(Some(Line { hint, role, text })) => visit(&Payload {
                name,
                hint,
                role,
                text,
            })?,
            Err(mut reason) => {
                if !is_complete {
                    reason.push_str(" (the last line is not complete: it has no line break)");
                }
                visit(&unreadable(name, reason))?;
            }
        }
        is_empty = false;
    }
    if is_empty {
        let name = format!("{}:1", path.display());
        visit(&unreadable(name, "the file has no payloads".to_owned()))?;
    }
    progress.finish();
    Ok(())
}

pub(super) fn unreadable(name: String, reason: String) -> Payload {
    Payload {
        name,
        hint: Hint::default(),
        role: Role::Unreadable,
        text: reason,
    }
}

struct Line {
    hint: Hint,
    role: Role,
    text: String,
}

fn not_json(error: serde_json::Error) -> String {
    format!("not JSON: {error}")
}

/// Reads a line. `None` if it is blank.
fn parse(line: &str, product: Option<&str>) -> Result<Option<Line>, String> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(None);
    }
    // Most lines of a recording are plain frames, which need not be parsed here.
    let can_be_object = line.contains("\"payload\"") || line.contains("\"product\"");
    if !line.starts_with('{') || !can_be_object {
        return frame(line, product.map(str::to_owned)).map(Some);
    }
    let object = RawObject::from_json(line).map_err(not_json)?;
    let text = |name: &str| {
        let value = object.get(name)?;
        serde_json::from_str::<String>(value).ok()
    };
    let product = text("product").or_else(|| product.map(str::to_owned));
    let Some(payload) = object.get("payload") else {
        return frame(line, product).map(Some);
    };
    let hint = Hint {
        product,
        kind: text("kind"),
        id: text("id"),
        method: text("method"),
        path: text("path"),
        stream: text("stream"),
        event: text("event"),
    };
    // Without anything that names the operation, the payload is a frame.
    let is_specified = hint.id.is_some()
        || hint.path.is_some()
        || hint.stream.is_some()
        || hint.event.is_some()
        || hint.method.is_some();
    if !is_specified {
        let mut line = frame(payload, hint.product)?;
        line.hint.kind = hint.kind;
        return Ok(Some(line));
    }
    let role = match hint.kind.as_deref() {
        Some("ws_api") if has_field(payload, "method") => Role::WsRequest,
        Some("ws_api") => Role::WsResponse,
        Some("streams" | "stream") if hint.method.is_some() => {
            if has_field(payload, "method") {
                Role::Command
            } else {
                Role::Reply
            }
        }
        _ => Role::Payload,
    };
    Ok(Some(Line {
        hint,
        role,
        text: payload.to_owned(),
    }))
}

fn has_field(json: &str, name: &str) -> bool {
    RawObject::from_json(json).is_ok_and(|object| object.get(name).is_some())
}

/// Reads a text that went over a stream connection.
fn frame(text: &str, product: Option<String>) -> Result<Line, String> {
    let of = |hint: Hint, role: Role, text: &str| Line {
        hint,
        role,
        text: text.to_owned(),
    };
    let parsed = match Frame::parse(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            Json::parse(text).map_err(not_json)?;
            return Err(error.to_string());
        }
    };
    let (stream, data) = match parsed {
        Frame::Event { stream, data } => (stream, data),
        Frame::Reply(_) if has_field(text, "status") => {
            return Err(
                "a response of the websocket API does not name its operation: \
                 write {\"kind\": \"ws_api\", \"method\": …, \"payload\": …}"
                    .to_owned(),
            );
        }
        Frame::Reply(_) => return Ok(of(Hint::default(), Role::Reply, text)),
        _ => return Err("a frame of an unknown kind".to_owned()),
    };
    let event = event_type(data)?;
    if stream.is_none() && event.is_none() {
        if has_field(text, "method") {
            return Ok(of(Hint::default(), Role::Command, text));
        }
        return Err(
            "not a payload: it has no `payload`, no `stream` and `data`, and no `e`".to_owned(),
        );
    }
    if product.is_none() {
        return Err("the product is not known: use --product usdm or --product coinm".to_owned());
    }
    let hint = Hint {
        product,
        stream: stream.map(std::borrow::Cow::into_owned),
        event,
        ..Hint::default()
    };
    Ok(of(hint, Role::Payload, data))
}

/// Returns the type of an event, or that of the first event of a list.
pub(super) fn event_type(data: &str) -> Result<Option<String>, String> {
    let mut event = data;
    if data.trim_start().starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(data).map_err(not_json)?;
        let Some(first) = items.first() else {
            return Ok(None);
        };
        event = first.get();
    }
    if !event.trim_start().starts_with('{') {
        Json::parse(event).map_err(not_json)?;
        return Ok(None);
    }
    let object = RawObject::from_json(event).map_err(not_json)?;
    let event = object.get("e").map(serde_json::from_str::<String>);
    Ok(event.and_then(Result::ok))
}
