//! Checks commands to a stream connection, and the replies.

use std::borrow::Cow;

use binance_futures::ws::message::{Command, Frame, Property, Reply, ReplyValue};

use super::{
    compare::{Declared, compare},
    findings::Findings,
};
use crate::json::Json;

pub(super) fn parse(text: &str) -> Result<Json, Findings> {
    Json::parse(text).map_err(|error| error.to_string().into())
}

/// Compares a message with what the crate makes of it. No field of a message is declared in the spec.
pub(super) fn compare_all(original: &Json, encoded: &Json) -> Findings {
    compare(&Declared::new(&[]), original, encoded)
}

/// A command to a stream connection. `method` is the method that the name of the payload promises.
pub(super) fn command(text: &str, method: Option<&str>) -> Result<Findings, Findings> {
    let original = parse(text)?;
    let command = build_command(&original)?;
    if let Some(method) = method
        && method != command.method()
    {
        return Err(format!("the method is not {method}").into());
    }
    let id = match original.get("id") {
        Some(Json::Number(id)) => id.parse().ok(),
        _ => None,
    };
    let Some(id) = id else {
        return Err("the command has no id that is an unsigned integer"
            .to_owned()
            .into());
    };
    Ok(compare_all(&original, &parse(&command.to_json(id))?))
}

fn build_command(message: &Json) -> Result<Command, Findings> {
    let method = message.get("method").and_then(Json::as_text);
    let params = match message.get("params") {
        Some(Json::List(items)) => items.as_slice(),
        None => &[],
        Some(_) => return Err("`params` is not a list".to_owned().into()),
    };
    let streams = || -> Option<Vec<Cow<'static, str>>> {
        let names = params.iter().map(|name| name.as_text());
        names
            .map(|name| name.map(|name| Cow::Owned(name.to_owned())))
            .collect()
    };
    let property = || {
        let name = params.first().and_then(Json::as_text);
        let combined = Property::Combined;
        (name == Some(combined.as_str())).then_some(combined)
    };
    let flag = || match params.get(1) {
        Some(Json::Word(word)) => word.parse().ok(),
        _ => None,
    };
    let command = match method {
        Some("SUBSCRIBE") => streams().map(Command::Subscribe),
        Some("UNSUBSCRIBE") => streams().map(Command::Unsubscribe),
        Some("LIST_SUBSCRIPTIONS") => Some(Command::ListSubscriptions),
        Some("SET_PROPERTY") => property()
            .zip(flag())
            .map(|(property, value)| Command::SetProperty(property, value)),
        Some("GET_PROPERTY") => property().map(Command::GetProperty),
        _ => return Err("the method is not that of a command".to_owned().into()),
    };
    command.ok_or_else(|| "these parameters do not fit the command".to_owned().into())
}

/// The reply to a command of a stream connection. Without a method, the result can have any form.
pub(super) fn reply(text: &str, method: Option<&str>) -> Result<Findings, Findings> {
    let original = parse(text)?;
    let frame = Frame::parse(text).map_err(|error| error.to_string())?;
    let Frame::Reply(reply) = frame else {
        return Err("not the reply to a command".to_owned().into());
    };
    let Reply { id, result } = reply;
    let mut encoded = Vec::new();
    match &result {
        Ok(value) => {
            if !fits(value, method) {
                let text = format!("not the result of {}", method.unwrap_or("a command"));
                return Err(text.into());
            }
            let value = match value {
                ReplyValue::Accepted => Json::Word("null".to_owned()),
                ReplyValue::Property(value) => Json::Word(value.to_string()),
                ReplyValue::Streams(names) => {
                    Json::List(names.iter().cloned().map(Json::Text).collect())
                }
                ReplyValue::Other(json) => parse(json)?,
                _ => return Err("a result of an unknown kind".to_owned().into()),
            };
            encoded.push(("result".to_owned(), value));
        }
        Err(error) => {
            let fields = vec![
                ("code".to_owned(), Json::Number(error.code.to_string())),
                ("msg".to_owned(), Json::Text(error.message.clone())),
            ];
            if original.get("error").is_some() {
                encoded.push(("error".to_owned(), Json::Object(fields)));
            } else {
                encoded.extend(fields);
            }
        }
    }
    if original.get("id").is_some() {
        let id = id.map_or(Json::Word("null".to_owned()), |id| {
            Json::Number(id.to_string())
        });
        encoded.push(("id".to_owned(), id));
    }
    Ok(compare_all(&original, &Json::Object(encoded)))
}

/// Whether a result belongs to a command.
fn fits(value: &ReplyValue, method: Option<&str>) -> bool {
    match method {
        Some("SUBSCRIBE" | "UNSUBSCRIBE" | "SET_PROPERTY") => *value == ReplyValue::Accepted,
        Some("LIST_SUBSCRIPTIONS") => matches!(value, ReplyValue::Streams(_)),
        Some("GET_PROPERTY") => matches!(value, ReplyValue::Property(_)),
        Some(_) => false,
        None => true,
    }
}
