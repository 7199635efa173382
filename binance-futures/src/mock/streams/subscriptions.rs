//! What a connection is subscribed to, and the commands that change it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The methods of commands.
const METHODS: [&str; 5] = [
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "LIST_SUBSCRIPTIONS",
    "SET_PROPERTY",
    "GET_PROPERTY",
];

/// The subscriptions and properties of a connection.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    /// Names, and when each was added.
    names: BTreeMap<String, u64>,
    added: u64,
    /// Maximum number of names.
    max_names: usize,
    /// Whether events come with the name of their stream.
    pub(super) combined: bool,
}

/// What a command did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Executed {
    /// The reply.
    pub(super) reply: String,
    /// New names.
    pub(super) added: Vec<String>,
    /// Names that are no longer subscribed to.
    pub(super) removed: Vec<String>,
    /// Whether the connection has more streams than a connection may have.
    pub(super) is_over_limit: bool,
}

/// Why a command was rejected.
struct CommandRejection {
    code: i64,
    message: String,
}

impl CommandRejection {
    fn invalid(message: impl AsRef<str>) -> Self {
        Self {
            code: 2,
            message: format!("Invalid request: {}", message.as_ref()),
        }
    }

    fn reply(&self, id: Option<u64>) -> String {
        let (code, message) = (self.code, Value::from(self.message.as_str()));
        match id {
            Some(id) => format!(r#"{{"code":{code},"msg":{message},"id":{id}}}"#),
            None => format!(r#"{{"code":{code},"msg":{message}}}"#),
        }
    }
}

impl Subscriptions {
    /// The subscriptions of a new connection.
    pub(super) fn new(combined: bool, names: &[String], max_names: usize) -> Self {
        let mut subscriptions = Self {
            combined,
            max_names,
            ..Self::default()
        };
        subscriptions.add(names);
        subscriptions
    }

    /// Whether the connection is subscribed to a stream.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Returns the names in the order in which they were added.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_by_key(|(_, added)| **added);
        names.into_iter().map(|(name, _)| name.clone()).collect()
    }

    /// Whether the connection has more streams than a connection may have.
    pub(super) fn is_over_limit(&self) -> bool {
        self.names.len() > self.max_names
    }

    fn add(&mut self, names: &[String]) -> Vec<String> {
        let mut added = Vec::new();
        for name in names {
            if !self.names.contains_key(name) {
                self.names.insert(name.clone(), self.added);
                self.added += 1;
                added.push(name.clone());
            }
        }
        added
    }

    fn remove(&mut self, names: &[String]) -> Vec<String> {
        let subscribed = names.iter();
        let removed = subscribed.filter(|name| self.names.remove(*name).is_some());
        removed.cloned().collect()
    }

    /// Executes a command.
    pub(super) fn execute(&mut self, text: &str) -> Executed {
        let command: Value = match serde_json::from_str(text) {
            Ok(command) => command,
            Err(error) => {
                let rejection = CommandRejection {
                    code: 3,
                    message: format!("Invalid JSON: {error}"),
                };
                return Executed {
                    reply: rejection.reply(None),
                    ..Executed::default()
                };
            }
        };
        let id = command.get("id").and_then(Value::as_u64);
        let mut executed = Executed::default();
        let reply = match self.result(&command, id, &mut executed) {
            Ok(result) => format!(r#"{{"result":{result},"id":{}}}"#, id.unwrap_or_default()),
            Err(rejection) => rejection.reply(id),
        };
        executed.reply = reply;
        executed.is_over_limit = self.is_over_limit();
        executed
    }

    fn result(
        &mut self,
        command: &Value,
        id: Option<u64>,
        executed: &mut Executed,
    ) -> Result<Value, CommandRejection> {
        if !command.is_object() {
            return Err(CommandRejection::invalid("expected an object"));
        }
        let method = command
            .get("method")
            .ok_or_else(|| CommandRejection::invalid("missing field `method`"))?;
        let method = method
            .as_str()
            .ok_or_else(|| CommandRejection::invalid("method must be a string"))?;
        if !METHODS.contains(&method) {
            let methods = METHODS.map(|method| format!("`{method}`")).join(", ");
            return Err(CommandRejection::invalid(format!(
                "unknown variant `{method}`, expected one of {methods}"
            )));
        }
        if id.is_none() {
            return Err(match command.get("id") {
                Some(_) => CommandRejection::invalid("request ID must be an unsigned integer"),
                None => CommandRejection::invalid("missing field `id`"),
            });
        }
        match method {
            "SUBSCRIBE" => {
                executed.added = self.add(&names(command)?);
                Ok(Value::Null)
            }
            "UNSUBSCRIBE" => {
                executed.removed = self.remove(&names(command)?);
                Ok(Value::Null)
            }
            "LIST_SUBSCRIPTIONS" => Ok(json!(self.names())),
            "SET_PROPERTY" => {
                let parameters = property_parameters(command, 2)?;
                let value = parameters.get(1).and_then(Value::as_bool);
                self.combined = value.ok_or_else(|| CommandRejection {
                    code: 1,
                    message: "Invalid value type: expected Boolean".to_owned(),
                })?;
                Ok(Value::Null)
            }
            _ => {
                property_parameters(command, 1)?;
                Ok(Value::Bool(self.combined))
            }
        }
    }
}

/// Returns the parameters of a command that are names of streams.
fn names(command: &Value) -> Result<Vec<String>, CommandRejection> {
    let parameters = parameters(command)?.iter();
    let names = parameters.map(|name| name.as_str().map(ToOwned::to_owned));
    let names: Option<Vec<String>> = names.collect();
    names.ok_or_else(|| CommandRejection::invalid("stream name must be a string"))
}

fn parameters(command: &Value) -> Result<&Vec<Value>, CommandRejection> {
    let parameters = command
        .get("params")
        .ok_or_else(|| CommandRejection::invalid("missing field `params`"))?;
    let parameters = parameters.as_array();
    parameters.ok_or_else(|| CommandRejection::invalid("params must be an array"))
}

/// Returns the parameters of a command that begin with the name of a property.
fn property_parameters(command: &Value, maximum: usize) -> Result<&Vec<Value>, CommandRejection> {
    let parameters = parameters(command)?;
    if parameters.len() > maximum {
        return Err(CommandRejection::invalid("too many parameters"));
    }
    match parameters.first().map(Value::as_str) {
        Some(Some("combined")) => Ok(parameters),
        Some(Some(_)) => Err(CommandRejection {
            code: 0,
            message: "Unknown property".to_owned(),
        }),
        _ => Err(CommandRejection::invalid("property name must be a string")),
    }
}

#[cfg(test)]
mod tests {
    use super::Subscriptions;

    const MAX_NAMES: usize = 1_024;

    fn reply(subscriptions: &mut Subscriptions, command: &str) -> String {
        subscriptions.execute(command).reply
    }

    #[test]
    fn commands_change_subscriptions_and_properties() {
        let mut subscriptions = Subscriptions::new(false, &["b@trade".to_owned()], MAX_NAMES);
        let subscribe = r#"{"method":"SUBSCRIBE","params":["c@trade","a@trade","b@trade"],"id":1}"#;
        let executed = subscriptions.execute(subscribe);
        assert_eq!(executed.reply, r#"{"result":null,"id":1}"#);
        assert_eq!(executed.added, ["c@trade", "a@trade"]);
        let unsubscribe = r#"{"method":"UNSUBSCRIBE","params":["c@trade","x@trade"],"id":2}"#;
        assert_eq!(subscriptions.execute(unsubscribe).removed, ["c@trade"]);
        let list = r#"{"method":"LIST_SUBSCRIPTIONS","id":18446744073709551615}"#;
        assert_eq!(
            reply(&mut subscriptions, list),
            r#"{"result":["b@trade","a@trade"],"id":18446744073709551615}"#
        );
        let get = r#"{"method":"GET_PROPERTY","params":["combined"],"id":4}"#;
        assert_eq!(reply(&mut subscriptions, get), r#"{"result":false,"id":4}"#);
        let set = r#"{"method":"SET_PROPERTY","params":["combined",true],"id":5}"#;
        assert_eq!(reply(&mut subscriptions, set), r#"{"result":null,"id":5}"#);
        assert_eq!(reply(&mut subscriptions, get), r#"{"result":true,"id":4}"#);
    }

    #[test]
    fn invalid_commands_have_the_documented_codes() {
        for (command, code, message) in [
            ("", 3, "Invalid JSON: EOF"),
            ("x", 3, "Invalid JSON: expected value at line 1 column 1"),
            ("[]", 2, "Invalid request: expected an object"),
            (r#"{"id":1}"#, 2, "missing field `method`"),
            (r#"{"method":5,"id":1}"#, 2, "method must be a string"),
            (
                r#"{"method":"subscribe","id":1}"#,
                2,
                "unknown variant `subscribe`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`",
            ),
            (
                r#"{"method":"LIST_SUBSCRIPTIONS","id":"1"}"#,
                2,
                "request ID must be an unsigned integer",
            ),
            (
                r#"{"method":"LIST_SUBSCRIPTIONS","id":-1}"#,
                2,
                "request ID must be an unsigned integer",
            ),
            (
                r#"{"method":"LIST_SUBSCRIPTIONS"}"#,
                2,
                "missing field `id`",
            ),
            (
                r#"{"method":"SUBSCRIBE","id":1}"#,
                2,
                "missing field `params`",
            ),
            (
                r#"{"method":"SUBSCRIBE","params":[1],"id":1}"#,
                2,
                "stream name must be a string",
            ),
            (
                r#"{"method":"GET_PROPERTY","params":[5],"id":1}"#,
                2,
                "property name must be a string",
            ),
            (
                r#"{"method":"GET_PROPERTY","params":["combined",true],"id":1}"#,
                2,
                "too many parameters",
            ),
            (
                r#"{"method":"GET_PROPERTY","params":["x"],"id":1}"#,
                0,
                "Unknown property",
            ),
            (
                r#"{"method":"SET_PROPERTY","params":["combined","true"],"id":1}"#,
                1,
                "Invalid value type: expected Boolean",
            ),
        ] {
            let mut subscriptions = Subscriptions::default();
            let reply = reply(&mut subscriptions, command);
            let json: serde_json::Value = serde_json::from_str(&reply).unwrap();
            assert_eq!(json["code"], code, "{command}: {reply}");
            let text = json["msg"].as_str().unwrap();
            assert!(text.contains(message), "{command}: {reply}");
            assert!(!subscriptions.combined && subscriptions.names().is_empty());
        }
    }

    #[test]
    fn number_of_streams_is_limited() {
        let names = (0..MAX_NAMES).map(|number| format!("{number}@trade"));
        let names: Vec<String> = names.collect();
        let mut subscriptions = Subscriptions::new(true, &names, MAX_NAMES);
        assert!(!subscriptions.is_over_limit());
        let subscribe = r#"{"method":"SUBSCRIBE","params":["one@trade"],"id":1}"#;
        assert!(subscriptions.execute(subscribe).is_over_limit);
    }
}
