//! Finds the operations that a payload may belong to.

use std::fmt;

use binance_futures::registry::{Kind, Operation};

/// What is known about the operation of a payload.
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash)]
pub(super) struct Hint {
    /// `usdm`
    pub(super) product: Option<String>,
    /// `rest`, `ws_api`, `streams`, `stream`, `user_events` or `user_event`.
    pub(super) kind: Option<String>,
    /// Id or alias of the operation.
    pub(super) id: Option<String>,
    /// HTTP method.
    pub(super) method: Option<String>,
    /// Path, or websocket-API method.
    pub(super) path: Option<String>,
    /// Name of the stream.
    pub(super) stream: Option<String>,
    /// Type of the event.
    pub(super) event: Option<String>,
}

/// What an operation must match, such as `: product usdm, stream btcusdt@new`.
impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("product", &self.product),
            ("kind", &self.kind),
            ("id", &self.id),
            ("method", &self.method),
            ("path", &self.path),
            ("stream", &self.stream),
            ("event", &self.event),
        ];
        let known = parts
            .iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)));
        for (index, (name, value)) in known.enumerate() {
            // The stream of user events is named by the listen key, which is a secret.
            let is_secret = *name == "stream" && !value.contains(['@', '!']);
            let value = if is_secret { "…" } else { value };
            let before = if index == 0 { ": " } else { ", " };
            write!(f, "{before}{name} {value}")?;
        }
        Ok(())
    }
}

/// Returns all operations that match; several can share an alias or a path.
pub(super) fn find(hint: &Hint) -> Vec<&'static Operation> {
    let all = binance_futures::registry::operations();
    all.filter(|operation| is_match(operation, hint)).collect()
}

fn is_match(operation: &Operation, hint: &Hint) -> bool {
    let product = hint
        .product
        .as_deref()
        .is_none_or(|product| product == operation.product);
    let kind = hint.kind.as_deref().is_none_or(|kind| match kind {
        "rest" => operation.kind == Kind::Rest,
        "ws_api" => operation.ws_method.is_some(),
        "streams" | "stream" => operation.kind == Kind::Stream,
        "user_events" | "user_event" => operation.kind == Kind::UserEvent,
        _ => false,
    });
    let id = hint.id.as_deref().is_none_or(|id| has_name(operation, id));
    let method = hint.method.as_deref().is_none_or(|method| {
        operation
            .method
            .is_some_and(|known| known.as_str().eq_ignore_ascii_case(method))
            || operation.ws_method == Some(method)
    });
    let path = hint
        .path
        .as_deref()
        .is_none_or(|path| operation.path == Some(path) || operation.ws_method == Some(path));
    let event = hint.event.as_deref();
    let has_event = event.is_none_or(|event| operation.event == Some(event));
    let is_source = hint.stream.as_deref().map_or(has_event, |name| {
        let is_stream = operation
            .stream
            .is_some_and(|template| matches(template, name));
        // Some events have no type. The stream of user events is named by the listen key.
        let is_user_event = operation.kind == Kind::UserEvent && event.is_some();
        (is_stream && (has_event || operation.event.is_none())) || (is_user_event && has_event)
    });
    let is_specified = hint.id.is_some()
        || hint.path.is_some()
        || hint.method.is_some()
        || hint.stream.is_some()
        || hint.event.is_some();
    is_specified && product && kind && id && method && path && is_source
}

/// Whether an operation has a name.
fn has_name(operation: &Operation, name: &str) -> bool {
    operation.id == name
        || operation.name == name
        || operation.aliases.contains(&name)
        || operation.event == Some(name)
}

/// Whether the name of a stream matches a template such as `<symbol>@depth[@<speed>]`.
fn matches(template: &str, name: &str) -> bool {
    let Some((before, rest)) = template.split_once(['<', '[']) else {
        return template == name;
    };
    let Some(name) = name.strip_prefix(before) else {
        return false;
    };
    if template.as_bytes().get(before.len()) == Some(&b'[') {
        let (optional, after) = rest.split_once(']').unwrap_or((rest, ""));
        return matches(after, name) || matches(&format!("{optional}{after}"), name);
    }
    let after = rest.split_once('>').map_or("", |(_, after)| after);
    // A placeholder stands for at least one character and for no `@`.
    let ends = name.char_indices().map(|(index, c)| index + c.len_utf8());
    ends.into_iter().any(|end| {
        let (part, rest) = name.split_at(end);
        !part.contains('@') && matches(after, rest)
    })
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn templates_match_the_names_of_their_streams() {
        for (template, name, expected) in [
            ("<symbol>@aggTrade", "btcusdt@aggTrade", true),
            ("<symbol>@aggTrade", "币安人生usdt@aggTrade", true),
            ("<symbol>@aggTrade", "@aggTrade", false),
            ("<symbol>@depth[@<speed>]", "btcusdt@depth", true),
            ("<symbol>@depth[@<speed>]", "btcusdt@depth@100ms", true),
            ("<symbol>@depth[@<speed>]", "btcusdt@depth20", false),
            ("<symbol>@depth<levels>", "btcusdt@depth20", true),
            ("!ticker@arr", "!ticker@arr", true),
            (
                "<pair>_<contractType>@continuousKline_<interval>",
                "btcusd_next_quarter@continuousKline_1m",
                true,
            ),
        ] {
            assert_eq!(matches(template, name), expected, "{template} {name}");
        }
    }
}
