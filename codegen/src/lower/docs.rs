//! Docs of items, from the sentences and facts of the spec.

use heck::ToLowerCamelCase;

use crate::{
    ir::{Declared, Docs, RustType},
    spec::{
        Cadence, Case, Constructor, EnumValue, Field, Head, Literal, Operation, OrderCount,
        Parameter, Product, Rule, Security, Topic, Type, TypeDef, UserEvent, Weight, Word,
    },
};

/// The docs of a request: what it does, notes, facts, the response, and how to look up its outcome.
pub(super) fn operation(product: &Product, operation: &Operation, response: &RustType) -> Docs {
    let mut facts = Vec::new();
    if let Some(call) = &operation.rest {
        facts.push(format!("`{} {}`", call.method.word(), call.path.value));
    }
    if let Some(method) = &operation.ws_api {
        facts.push(format!("Websocket API: `{}`", method.value));
    }
    facts.push(format!("Security: {}", security(operation.security)));
    let over_ws = operation
        .ws_weight
        .map(|(weight, _)| format!("; {weight} over the websocket API"));
    facts.push(weight(&operation.weight) + &over_ws.unwrap_or_default());
    match operation.orders {
        orders if orders.is_zero() => {}
        OrderCount {
            ten_seconds,
            minute,
        } if ten_seconds == minute => facts.push(format!("Order count: {minute}")),
        OrderCount {
            ten_seconds,
            minute,
        } => facts.push(format!(
            "Order count: {ten_seconds} in the 10-second limit, {minute} in the 1-minute limit"
        )),
    }
    if let Some(bucket) = &operation.bucket {
        facts.push(format!("Rate-limit bucket: `{}`", bucket.value));
    }
    let returns = match response {
        RustType::List(item) if matches!(**item, RustType::OrRejection(_)) => format!(
            "Returns {}. The call succeeds even if every item is rejected, so check each item.",
            linked(response)
        ),
        _ => format!("Returns {}.", linked(response)),
    };
    let mut docs = head(&operation.head, &facts, Some(returns));
    docs.paragraphs.extend(lookup(product, operation));
    docs.paragraphs.extend(remedies(operation));
    docs
}

/// What to do about the error codes that mean something special for a request.
fn remedies(operation: &Operation) -> Option<String> {
    if operation.remedies.is_empty() {
        return None;
    }
    let remedies = operation
        .remedies
        .iter()
        .map(|(code, remedy)| format!("\n- {}: {}", code.value, remedy.value));
    Some(format!(
        "Error codes of this request:\n{}",
        remedies.collect::<String>()
    ))
}

/// What finds out the outcome of a request whose response was lost, or those of the requests of a batch.
fn lookup(product: &Product, operation: &Operation) -> Option<String> {
    let has_lookup = |id: &str| {
        let contained = product.operation(id);
        contained.is_some_and(|contained| contained.lookup.is_some())
    };
    let mut types = operation
        .parameters
        .iter()
        .map(|parameter| &parameter.field.ty);
    if operation.lookup.is_some() {
        Some("If the response is lost, `Client::resolve` looks up the outcome.".to_owned())
    } else if types.any(|ty| ty.json_requests().is_some_and(has_lookup)) {
        Some(
            "If the response is lost, `Client::resolve_each` looks up the outcome of each item."
                .to_owned(),
        )
    } else {
        None
    }
}

fn security(security: Security) -> &'static str {
    match security {
        Security::None => "none",
        Security::MarketData => "`MARKET_DATA` (API key)",
        Security::UserStream => "`USER_STREAM` (API key)",
        Security::Trade => "`TRADE` (signed, API key with permission to trade)",
        Security::UserData => "`USER_DATA` (signed)",
    }
}

fn weight(weight: &Weight) -> String {
    match weight {
        Weight::Fixed(weight) => format!("Weight: {weight}"),
        Weight::Unknown => "Weight: not documented, counted as 1".to_owned(),
        Weight::ByPresence { by, given, absent } => {
            format!("Weight: {given} with `{}`, {absent} without", by.value)
        }
        Weight::Steps { by, steps, absent } => {
            let steps: Vec<_> = steps
                .iter()
                .map(|(bound, weight)| format!("{weight} up to {bound}"))
                .collect();
            let absent = absent
                .map(|weight| format!(", {weight} if omitted"))
                .unwrap_or_default();
            format!("Weight by `{}`: {}{absent}", by.value, steps.join(", "))
        }
    }
}

/// A type in words, with links.
fn linked(rust: &RustType) -> String {
    let result = |name: &str| format!("[`Result<{name}, Rejection>`]({name})");
    match rust {
        RustType::Scalar(scalar) => format!("[`{}`]", scalar.word()),
        RustType::Declared(declared) => format!("[`{}`]", declared.name),
        RustType::List(item) => format!("a list of {}", linked(item)),
        RustType::Option(item) => format!("{}, if there is one", linked(item)),
        RustType::Map(key, value) => format!("a map from {} to {}", linked(key), linked(value)),
        // Code contains no links, so the whole type is one.
        RustType::OrRejection(item) => match &**item {
            RustType::Declared(Declared { name, .. }) => result(name),
            RustType::Scalar(scalar) => result(scalar.word()),
            item => format!("{} or [`Rejection`]", linked(item)),
        },
    }
}

/// The docs of a topic: what it pushes, notes, facts and the event.
pub(super) fn topic(topic: &Topic, event: &RustType) -> Docs {
    let mut facts = vec![format!("Name: `{}`", topic.template.value)];
    if let Some(group) = &topic.group {
        facts.push(format!("URL group: `{}`", group.value));
    }
    let mut rule = format!("Cadence: {}", cadence(topic.cadence.usual));
    if let Some((by, values)) = &topic.cadence.by {
        for (value, special) in values {
            let special = cadence(*special);
            rule.push_str(&format!(
                ", {special} if `{}` is `{}`",
                by.value, value.value
            ));
        }
    }
    facts.push(rule);
    facts.push(format!(
        "Continuity: [`{0}`](Continuity::{0})",
        topic.continuity.variant()
    ));
    let event = format!("Event: {}", linked(event));
    head(&topic.head, &facts, Some(event))
}

fn cadence(cadence: Cadence) -> String {
    let interval = |millis: u64| {
        if millis.is_multiple_of(1000) {
            format!("every {} s", millis / 1000)
        } else {
            format!("every {millis} ms")
        }
    };
    match cadence {
        Cadence::Periodic(millis) => interval(millis),
        Cadence::AtMostEvery(millis) => format!("at most {}", interval(millis)),
        Cadence::OnEvent => "on event".to_owned(),
    }
}

/// The docs of the record of a user data event: its own sentence, and what the file says about the event.
pub(super) fn user_event(event: &UserEvent, sentence: String) -> Docs {
    let facts = [format!("Event type: `{}`", event.event_type.value)];
    let mut docs = head(&event.head, &facts, None);
    if let Some(about) = docs.paragraphs.first_mut() {
        *about = sentence;
    }
    docs
}

/// The docs of a variant that holds the item of a file.
pub(super) fn variant(head: &Head) -> Docs {
    Docs {
        paragraphs: head.about.iter().map(|about| about.value.clone()).collect(),
        ..Docs::default()
    }
}

fn head(head: &Head, facts: &[String], result: Option<String>) -> Docs {
    let mut paragraphs = Vec::new();
    paragraphs.extend(head.about.as_ref().map(|about| about.value.clone()));
    paragraphs.extend(
        head.announced
            .as_ref()
            .map(|why| format!("**Announced.** {why}")),
    );
    paragraphs.extend(
        head.undocumented
            .as_ref()
            .map(|known| format!("**Undocumented.** {known}")),
    );
    paragraphs.extend(head.notes.clone());
    let facts: Vec<String> = facts.iter().map(|fact| format!("- {fact}")).collect();
    paragraphs.push(facts.join("\n"));
    paragraphs.extend(result);
    let page = head
        .docs
        .as_ref()
        .map(|url| format!("[Binance documentation]({})", url.value));
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

/// The docs of a parameter: its sentence, default and rules.
pub(super) fn parameter(parameter: &Parameter, sentence: Option<String>) -> Docs {
    let field = &parameter.field;
    let mut text = sentence.unwrap_or_else(|| format!("`{}`.", field.wire.value));
    if let Some(default) = &parameter.default {
        let over_ws = parameter.ws_default.as_ref();
        let over_ws =
            over_ws.map(|default| format!("; `{}` over the websocket API", default.value));
        let over_ws = over_ws.unwrap_or_default();
        let is_only = parameter
            .rules
            .iter()
            .any(|rule| accepts_only(rule, &default.value));
        let only = if is_only {
            ", the only accepted value"
        } else {
            ""
        };
        text.push_str(&format!(" Default: `{}`{only}{over_ws}.", default.value));
    }
    if parameter.generated {
        text.push_str(" Filled in by the client if omitted.");
    }
    let default = parameter.default.as_ref();
    for rule in &parameter.rules {
        // Such a rule has been written with the default.
        if default.is_none_or(|default| !accepts_only(rule, &default.value)) {
            text.push(' ');
            text.push_str(&rule_sentence(rule));
        }
    }
    Docs {
        paragraphs: vec![text],
        aliases: wire_alias(field),
        deprecated: field.deprecated.clone(),
        page: None,
    }
}

/// Whether a rule accepts this value only.
fn accepts_only(rule: &Rule, value: &str) -> bool {
    matches!(rule, Rule::OneOf(values) if matches!(values.as_slice(), [only] if only.value == value))
}

fn rule_sentence(rule: &Rule) -> String {
    match rule {
        Rule::OneOf(values) => {
            let values: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
            match values.as_slice() {
                [only] => format!("Must be {only}."),
                _ => format!("One of {}.", values.join(", ")),
            }
        }
        Rule::Range(Some(minimum), Some(maximum)) => format!("From {minimum} to {maximum}."),
        Rule::Range(Some(minimum), None) => format!("At least {minimum}."),
        Rule::Range(None, Some(maximum)) => format!("At most {maximum}."),
        Rule::Range(None, None) => String::new(),
        Rule::MaxLength(length) => format!("At most {length} characters."),
        Rule::Characters { pattern, .. } => format!("Must match `{pattern}`."),
        Rule::MaxItems(items) => format!("At most {items} items."),
    }
}

/// The docs of a field: its sentence and when it is absent.
pub(super) fn field(field: &Field, sentence: Option<String>) -> Docs {
    let mut text = sentence.unwrap_or_else(|| format!("`{}`.", field.wire.value));
    if !text.contains("None") {
        text.extend(placeholders(&field.ty).map(|sentence| format!(" {sentence}")));
    }
    if let Some((minimum, maximum)) = &field.range {
        text.push_str(&format!(" From {} to {}.", minimum.value, maximum.value));
    }
    let mut paragraphs = vec![text];
    let mut absent = Vec::new();
    absent.extend(field.absent.as_ref().map(|absent| {
        let end = if absent.ends_with('.') { "" } else { "." };
        format!("Absent {}{end}", lower_first(absent))
    }));
    absent.extend(
        field
            .since
            .as_ref()
            .map(|date| format!("Absent in some data from before {}.", date.value)),
    );
    absent.extend(
        field
            .until
            .as_ref()
            .map(|date| format!("Absent since {}.", date.value)),
    );
    if !absent.is_empty() {
        paragraphs.push(absent.join(" "));
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

/// Which values of the exchange mean "no value". `None` if all of its values are values.
fn placeholders(ty: &Type) -> Option<String> {
    let placeholders: Vec<String> = ty
        .empties
        .iter()
        .map(|literal| match literal {
            Literal::Blank => "an empty string".to_owned(),
            literal => format!("`{literal}`"),
        })
        .collect();
    (!placeholders.is_empty()).then(|| {
        format!(
            "`None` if the exchange sends {}.",
            placeholders.join(" or ")
        )
    })
}

/// The name on the wire, if it differs from the Rust name in more than case.
fn wire_alias(field: &Field) -> Vec<String> {
    let wire = &field.wire.value;
    if field.name.to_lower_camel_case() == *wire || field.name == *wire {
        Vec::new()
    } else {
        vec![wire.clone()]
    }
}

/// The docs of an enum value.
pub(super) fn enum_value(value: &EnumValue) -> Docs {
    let wire = if value.wire.value.is_empty() {
        "The empty string".to_owned()
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

/// The first sentence of a named type.
pub(super) fn type_sentence(def: &TypeDef) -> String {
    match &def.about {
        Some(about) => about.value.clone(),
        None => format!("`{}`, as the exchange sends it.", def.name.value),
    }
}

/// The first sentence of one case of a tagged record.
pub(super) fn case_sentence(tag: &str, case: &Case) -> String {
    if case.about.is_empty() {
        format!(
            "Fields of an object whose `{tag}` is `{}`.",
            case.wire.value
        )
    } else {
        case.about.clone()
    }
}

/// The docs of a constructor.
pub(super) fn constructor(constructor: &Constructor) -> Docs {
    let sets: Vec<_> = constructor
        .sets
        .iter()
        .map(|(name, value)| format!("`{}` to `{}`", name.value, value.value))
        .collect();
    let mut paragraphs = Vec::new();
    paragraphs.extend(constructor.about.clone());
    if !sets.is_empty() {
        paragraphs.push(format!("Sets {}.", sets.join(" and ")));
    }
    if paragraphs.is_empty() {
        paragraphs.push(format!(
            "Creates a request for `{}`.",
            constructor.name.value
        ));
    }
    Docs {
        paragraphs,
        ..Docs::default()
    }
}
