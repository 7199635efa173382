//! Commands to a stream connection, and the replies.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

/// A command to a stream connection.
///
/// A reply proves only that the exchange read the command: it also accepts subscriptions to streams that do not exist.
///
/// ```
/// use binance_futures::ws::message::Command;
///
/// let command = Command::Subscribe(vec!["btcusdt@aggTrade".into()]);
/// assert_eq!(command.to_json(7), r#"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":7}"#);
/// ```
///
/// See [Live Subscribing](https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Live-Subscribing-Unsubscribing-to-streams).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Subscribes to streams.
    Subscribe(Vec<Cow<'static, str>>),
    /// Unsubscribes from streams.
    Unsubscribe(Vec<Cow<'static, str>>),
    /// Requests the names of all streams that the connection is subscribed to.
    ListSubscriptions,
    /// Sets a property of the connection.
    SetProperty(Property, bool),
    /// Requests the value of a property of the connection.
    GetProperty(Property),
}

/// A property of a stream connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Property {
    /// Whether each event comes with the name of its stream. By default `true` on `/stream` and `false` on `/ws`.
    Combined,
}

impl Property {
    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Combined => "combined",
        }
    }
}

impl Command {
    /// Returns the method name, such as `SUBSCRIBE`.
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Subscribe(_) => "SUBSCRIBE",
            Self::Unsubscribe(_) => "UNSUBSCRIBE",
            Self::ListSubscriptions => "LIST_SUBSCRIPTIONS",
            Self::SetProperty(..) => "SET_PROPERTY",
            Self::GetProperty(_) => "GET_PROPERTY",
        }
    }

    /// Returns the command as JSON. The reply contains the same `id`.
    pub fn to_json(&self, id: u64) -> String {
        // Keys are text and values have a JSON form, so that encoding cannot fail.
        serde_json::to_string(&WithId { command: self, id }).unwrap_or_default()
    }
}

struct WithId<'a> {
    command: &'a Command,
    id: u64,
}

impl Serialize for WithId<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("method", self.command.method())?;
        match self.command {
            Command::Subscribe(streams) | Command::Unsubscribe(streams) => {
                map.serialize_entry("params", streams)?;
            }
            Command::ListSubscriptions => {}
            Command::SetProperty(property, value) => {
                map.serialize_entry("params", &(property.as_str(), value))?;
            }
            Command::GetProperty(property) => {
                map.serialize_entry("params", &[property.as_str()])?;
            }
        }
        map.serialize_entry("id", &self.id)?;
        map.end()
    }
}

/// The reply to a [`Command`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The id of the command. `None` in errors about messages that are not commands.
    pub id: Option<u64>,
    /// The result, or why the command failed.
    pub result: Result<ReplyValue, CommandError>,
}

/// The result of a [`Command`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyValue {
    /// The command was accepted: the reply to [`Subscribe`](Command::Subscribe), [`Unsubscribe`](Command::Unsubscribe) and
    /// [`SetProperty`](Command::SetProperty).
    Accepted,
    /// The streams that the connection is subscribed to: the reply to [`ListSubscriptions`](Command::ListSubscriptions).
    Streams(Vec<String>),
    /// The value of a property: the reply to [`GetProperty`](Command::GetProperty).
    Property(bool),
    /// Another result, as JSON.
    Other(String),
}

/// Why the exchange rejected a [`Command`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandError {
    /// 0: unknown property. 1: wrong type of a value. 2: not a valid command. 3: not JSON.
    pub code: i64,
    /// The message of the exchange.
    pub message: String,
}

impl CommandError {
    pub(super) fn new(code: i64, message: String) -> Self {
        Self { code, message }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for CommandError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_the_documented_form() {
        for (command, json) in [
            (
                Command::Subscribe(vec!["ethusdt@depth".into(), "!ticker@arr".into()]),
                r#"{"method":"SUBSCRIBE","params":["ethusdt@depth","!ticker@arr"],"id":1}"#,
            ),
            (
                Command::Unsubscribe(vec!["测试usdt@trade".into()]),
                r#"{"method":"UNSUBSCRIBE","params":["测试usdt@trade"],"id":1}"#,
            ),
            (
                Command::ListSubscriptions,
                r#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#,
            ),
            (
                Command::SetProperty(Property::Combined, false),
                r#"{"method":"SET_PROPERTY","params":["combined",false],"id":1}"#,
            ),
            (
                Command::GetProperty(Property::Combined),
                r#"{"method":"GET_PROPERTY","params":["combined"],"id":1}"#,
            ),
        ] {
            assert_eq!(command.to_json(1), json);
        }
        let id = u64::MAX;
        let json = format!(r#"{{"method":"LIST_SUBSCRIPTIONS","id":{id}}}"#);
        assert_eq!(Command::ListSubscriptions.to_json(id), json);
    }
}
