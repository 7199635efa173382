//! What docs say, from what the spec says.

use crate::{
    ir::Docs,
    spec::{
        Cadence, Case, Constructor, EnumValue, Field, Head, Operation, Parameter, Rule, Topic,
        TypeDef, Weight,
    },
};

/// Of a request: the facts, what it does, the conditions, the page.
pub(super) fn operation(operation: &Operation) -> Docs {
    let mut calls = Vec::new();
    if let Some((method, path)) = &operation.rest {
        calls.push(format!("`{} {}`", method.value, path.value));
    }
    if let Some(method) = &operation.ws_api {
        let what = format!("`{}` over the websocket API", method.value);
        calls.push(if calls.is_empty() {
            what
        } else {
            format!("or {what}")
        });
    }
    let mut facts = vec![calls.join(" ")];
    facts.push(
        match operation.security.as_str() {
            "none" => "public",
            "market_data" | "user_stream" => "needs an API key",
            "trade" => "signed, needs permission to trade",
            _ => "signed",
        }
        .to_owned(),
    );
    facts.push(match &operation.weight {
        Weight::Fixed(weight) => format!("weight {weight}"),
        Weight::Unknown => "weight not documented, counted as 1".to_owned(),
        Weight::ByPresence { by, given, absent } => {
            format!("weight {given} with `{}`, {absent} without", by.value)
        }
        Weight::Steps { by, steps, absent } => {
            let steps: Vec<_> = steps
                .iter()
                .map(|(bound, weight)| format!("{weight} up to {bound}"))
                .collect();
            let absent = absent
                .map(|weight| format!(", {weight} without"))
                .unwrap_or_default();
            format!("weight by `{}`: {}{absent}", by.value, steps.join(", "))
        }
    });
    match operation.cost {
        (0, 0) => {}
        (ten, minute) if ten == minute => facts.push(format!("counts as {}", orders(ten))),
        (ten, minute) => {
            facts.push(format!(
                "counts as {} in the ten-second limit and {} in the minute limit",
                orders(ten),
                orders(minute)
            ));
        }
    }
    if let Some(bucket) = &operation.bucket {
        facts.push(format!("draws on the bucket `{}`", bucket.value));
    }
    head(&operation.head, facts.join(" · "))
}

fn orders(count: u32) -> String {
    match count {
        0 => "no order".to_owned(),
        1 => "1 order".to_owned(),
        count => format!("{count} orders"),
    }
}

/// Of a stream's topic.
pub(super) fn topic(topic: &Topic) -> Docs {
    let mut facts = vec![format!("`{}`", topic.template.value)];
    if let Some(group) = &topic.group {
        facts.push(format!("from `/{}`", group.value));
    }
    let interval = |millis: u64| {
        if millis % 1000 == 0 {
            format!("every {} s", millis / 1000)
        } else {
            format!("every {millis} ms")
        }
    };
    facts.push(match topic.cadence {
        Cadence::Periodic(millis) => interval(millis),
        Cadence::AtMostEvery(millis) => format!("at most {}", interval(millis)),
        Cadence::OnEvent => "on event".to_owned(),
    });
    head(&topic.head, facts.join(" · "))
}

fn head(head: &Head, facts: String) -> Docs {
    let mut paragraphs = vec![facts];
    paragraphs.extend(head.about.as_ref().map(|about| about.value.clone()));
    paragraphs.extend(
        head.announced
            .as_ref()
            .map(|why| format!("**Announced.** {why}")),
    );
    paragraphs.extend(head.notes.clone());
    let page = head
        .docs
        .as_ref()
        .map(|url| format!("[The exchange's page]({})", url.value));
    let names = std::iter::once(&head.id)
        .chain(&head.aliases)
        .map(|text| text.value.clone());
    let mut aliases = Vec::new();
    for name in names {
        if name != head.name.value && !aliases.contains(&name) {
            aliases.push(name);
        }
    }
    Docs {
        paragraphs,
        page,
        aliases,
        deprecated: head.deprecated.clone().or_else(|| {
            let why = head.removed.as_ref()?;
            Some(format!("Removed by the exchange. {why}"))
        }),
    }
}

/// Of a parameter: its sentence and what the exchange accepts.
pub(super) fn parameter(parameter: &Parameter, sentence: Option<String>) -> Docs {
    let field = &parameter.field;
    let mut text = sentence.unwrap_or_else(|| format!("`{}`.", field.wire.value));
    if let Some(default) = &parameter.default {
        text.push_str(&format!(" Default `{}`.", default.value));
    }
    if parameter.generated {
        text.push_str(" Made by the client when left out.");
    }
    for rule in &parameter.rules {
        text.push(' ');
        text.push_str(&rule_sentence(rule));
    }
    Docs {
        paragraphs: vec![text],
        aliases: wire_alias(field),
        deprecated: field.deprecated.clone(),
        page: None,
    }
}

fn rule_sentence(rule: &Rule) -> String {
    match rule {
        Rule::OneOf(values) => format!("One of {}.", values.join(", ")),
        Rule::Range(Some(minimum), Some(maximum)) => format!("From {minimum} to {maximum}."),
        Rule::Range(Some(minimum), None) => format!("At least {minimum}."),
        Rule::Range(None, Some(maximum)) => format!("At most {maximum}."),
        Rule::Range(None, None) => String::new(),
        Rule::MaxLength(length) => format!("At most {length} characters."),
        Rule::Characters { pattern, .. } => format!("Of the form `{pattern}`."),
        Rule::MaxItems(items) => format!("At most {items} items."),
    }
}

/// Of a member: its sentence and when it is absent.
pub(super) fn member(field: &Field, sentence: Option<String>) -> Docs {
    let mut paragraphs = vec![sentence.unwrap_or_else(|| format!("`{}`.", field.wire.value))];
    if let Some(absent) = &field.absent {
        let end = if absent.ends_with('.') { "" } else { "." };
        paragraphs.push(format!("Absent {}{end}", lower_first(absent)));
    }
    if let Some(why) = &field.deprecated {
        paragraphs.push(format!("**Deprecated.** {why}"));
    }
    Docs {
        paragraphs,
        aliases: wire_alias(field),
        deprecated: None,
        page: None,
    }
}

/// The name on the wire, where ours is not the same in another case.
fn wire_alias(field: &Field) -> Vec<String> {
    use heck::ToLowerCamelCase;
    let wire = &field.wire.value;
    if field.name.to_lower_camel_case() == *wire || field.name == *wire {
        Vec::new()
    } else {
        vec![wire.clone()]
    }
}

/// Of a value of an enum.
pub(super) fn enum_value(value: &EnumValue) -> Docs {
    let wire = if value.wire.value.is_empty() {
        "Empty text".to_owned()
    } else {
        format!("`{}`", value.wire.value)
    };
    let paragraph = match &value.about {
        Some(about) => format!("{wire}: {}", lower_first(about)),
        None => format!("{wire}."),
    };
    Docs {
        paragraphs: vec![paragraph],
        ..Docs::default()
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    let (Some(first), second) = (chars.next(), text.chars().nth(1)) else {
        return String::new();
    };
    // An abbreviation keeps its capitals.
    if second.is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    first.to_lowercase().chain(chars).collect()
}

/// Of a named type.
pub(super) fn type_sentence(def: &TypeDef) -> String {
    match &def.about {
        Some(about) => about.value.clone(),
        None => format!("`{}` as the exchange sends it.", def.name.value),
    }
}

/// Of one case of a tagged record.
pub(super) fn case_sentence(tag: &str, case: &Case) -> String {
    if case.about.is_empty() {
        format!("What comes with the `{tag}` `{}`.", case.wire.value)
    } else {
        case.about.clone()
    }
}

/// Of a constructor.
pub(super) fn constructor(constructor: &Constructor) -> Docs {
    let sets: Vec<_> = constructor
        .sets
        .iter()
        .map(|(name, value)| format!("`{}` = `{}`", name.value, value.value))
        .collect();
    let mut paragraphs = Vec::new();
    paragraphs.extend(constructor.about.clone());
    if !sets.is_empty() {
        paragraphs.push(format!("Sends {}.", sets.join(", ")));
    }
    if paragraphs.is_empty() {
        paragraphs.push(format!(
            "Takes what a {} needs.",
            constructor.name.value.replace('_', " ")
        ));
    }
    Docs {
        paragraphs,
        ..Docs::default()
    }
}
