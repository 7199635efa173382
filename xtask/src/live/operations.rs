//! Which operation a payload belongs to.

use binance_futures::registry::{Kind, Operation};

/// What is known of a payload's operation.
#[derive(Debug, Default, Clone)]
pub(crate) struct Hint {
    /// `usdm`
    pub(crate) product: Option<String>,
    /// `rest`, `ws_api`, `streams`, `stream`, `user_events` or `user_event`.
    pub(crate) kind: Option<String>,
    /// An operation's id or any alias.
    pub(crate) id: Option<String>,
    /// HTTP method.
    pub(crate) method: Option<String>,
    /// Path, or method of the websocket API.
    pub(crate) path: Option<String>,
    /// Name of a stream.
    pub(crate) stream: Option<String>,
    /// Type of an event.
    pub(crate) event: Option<String>,
}

/// All operations that fit; several may share an alias or a path.
pub(crate) fn find(hint: &Hint) -> Vec<&'static Operation> {
    let all = binance_futures::registry::operations();
    all.filter(|operation| fits(operation, hint)).collect()
}

fn fits(operation: &Operation, hint: &Hint) -> bool {
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
    let id = hint.id.as_deref().is_none_or(|id| named(operation, id));
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
    let stream = hint.stream.as_deref().is_none_or(|name| {
        operation
            .stream
            .is_some_and(|template| matches(template, name))
    });
    let event = hint
        .event
        .as_deref()
        .is_none_or(|event| operation.event == Some(event));
    let something = hint.id.is_some()
        || hint.path.is_some()
        || hint.method.is_some()
        || hint.stream.is_some()
        || hint.event.is_some();
    something && product && kind && id && method && path && stream && event
}

/// Whether an operation goes by a name.
fn named(operation: &Operation, name: &str) -> bool {
    operation.id == name
        || operation.name == name
        || operation.aliases.contains(&name)
        || operation.event == Some(name)
}

/// Whether a stream's name is one the template makes: `<symbol>@depth[@<speed>]`.
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
    // The shortest part that lets the rest fit; a part is never empty and never holds an `@`.
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
    fn templates_match_the_names_they_make() {
        for (template, name, fits) in [
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
            assert_eq!(matches(template, name), fits, "{template} {name}");
        }
    }
}
