//! The commands that a client sends.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
struct Command {
    method: String,
    #[serde(default)]
    params: Vec<Value>,
    id: Value,
}

/// What a command did.
#[derive(Debug, PartialEq)]
pub(super) struct Done {
    pub(super) method: String,
    pub(super) reply: String,
}

/// Carries out a command, and returns the reply. A command with the method `not_carried_out` is only acknowledged.
pub(super) fn execute(
    text: &str,
    topics: &mut BTreeSet<String>,
    not_carried_out: Option<&str>,
) -> Done {
    let Ok(command) = serde_json::from_str::<Command>(text) else {
        return Done {
            method: String::from("(invalid)"),
            reply: json!({"code": 3, "msg": "Invalid JSON", "id": null}).to_string(),
        };
    };
    let names = || {
        let names = command.params.iter().filter_map(Value::as_str);
        names.map(str::to_owned)
    };
    let mut result = Value::Null;
    match command.method.as_str() {
        method if not_carried_out == Some(method) => {}
        "SUBSCRIBE" => topics.extend(names()),
        "UNSUBSCRIBE" => {
            for name in names() {
                topics.remove(&name);
            }
        }
        "LIST_SUBSCRIPTIONS" => result = topics.iter().cloned().collect(),
        _ => {
            let reply = json!({"code": 2, "msg": "Invalid request", "id": command.id});
            return Done {
                reply: reply.to_string(),
                method: command.method,
            };
        }
    }
    Done {
        reply: json!({"result": result, "id": command.id}).to_string(),
        method: command.method,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_change_and_list_the_topics() {
        let mut topics = BTreeSet::new();
        let mut send = |text: &str, ignored| execute(text, &mut topics, ignored).reply;
        let subscribe = r#"{"method":"SUBSCRIBE","params":["a@trade","b@trade"],"id":1}"#;
        assert_eq!(send(subscribe, None), r#"{"id":1,"result":null}"#);
        let unsubscribe = r#"{"method":"UNSUBSCRIBE","params":["a@trade"],"id":2}"#;
        let list = r#"{"method":"LIST_SUBSCRIPTIONS","id":3}"#;
        assert_eq!(
            send(unsubscribe, Some("UNSUBSCRIBE")),
            r#"{"id":2,"result":null}"#
        );
        assert_eq!(
            send(list, None),
            r#"{"id":3,"result":["a@trade","b@trade"]}"#
        );
        send(unsubscribe, None);
        assert_eq!(send(list, None), r#"{"id":3,"result":["b@trade"]}"#);
        assert!(send(r#"{"method":"DANCE","id":4}"#, None).contains(r#""code":2"#));
        assert!(send("{", None).contains(r#""code":3"#));
    }
}
