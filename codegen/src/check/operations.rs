//! Operations and topics: what they say of their own parameters and of each other.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;

use super::{Scope, definitions, described, names::TAKEN_BY_REQUESTS};
use crate::{
    problem::{Problems, nearest},
    spec::{
        Base, Constructor, Field, Operation, Parameter, Part, Rule, Shape, Spec, Text, Topic, Type,
        TypeDef, Weight, is_number, types,
    },
};

/// Every file has a sentence that ends, and a page that is a URL.
pub(super) fn sentences(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for file in described(product) {
            let head = file.head();
            if let Some(about) = &head.about {
                ends(about, problems);
            }
            if let Some(docs) = &head.docs
                && !docs.value.starts_with("https://")
            {
                let what = format!("`{}` is not a link", docs.value);
                problems.add(docs.place, what, "links begin with https://");
            }
        }
    }
    for (_, def) in definitions(spec) {
        if let Some(about) = &def.about {
            ends(about, problems);
        }
    }
}

fn ends(about: &Text, problems: &mut Problems) {
    if !about.value.ends_with(['.', '?', '!']) {
        problems.add(
            about.place,
            "`about` is not a sentence",
            "end it with a full stop",
        );
    }
}

/// Defaults and limits suit the type of their parameter.
pub(super) fn parameters(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for file in described(product) {
            let scope = Scope::of_head(spec, product, file.head());
            for parameter in file.parameters() {
                one_parameter(&scope, parameter, problems);
            }
        }
    }
}

fn one_parameter(scope: &Scope<'_>, parameter: &Parameter, problems: &mut Problems) {
    let field = &parameter.field;
    let name = match &field.ty.base {
        Base::Name(name) => name.as_str(),
        // What would suit it is not known.
        Base::Broken => return,
        _ => "",
    };
    if let Some(default) = &parameter.default {
        value_fits(scope, &field.ty, default, problems);
    }
    let number = types::is_integer(name) || name == "Decimal" || name == "Timestamp";
    for rule in &parameter.rules {
        let (what, fits, hint) = match rule {
            Rule::OneOf(values) => (
                "one_of",
                types::is_integer(name) && values.iter().all(|value| value.parse::<i64>().is_ok()),
                "it is for whole numbers; the values of text are an enum",
            ),
            Rule::Range(minimum, maximum) => {
                range(field, minimum.as_deref(), maximum.as_deref(), problems);
                ("minimum or maximum", number, "they are for numbers")
            }
            Rule::MaxLength(_) => ("max_length", types::is_text(name), "it is for text"),
            Rule::Characters { .. } => ("pattern", types::is_text(name), "it is for text"),
            Rule::MaxItems(_) => (
                "max_items",
                scope
                    .sent(field)
                    .iter()
                    .all(|sent| matches!(sent.ty.base, Base::Json(_))),
                "it is for json<[…]>",
            ),
        };
        if !fits {
            let what = format!(
                "`{}` is {}: {what} says nothing about it",
                field.wire.value, field.ty
            );
            problems.add(field.wire.place, what, hint);
        }
    }
    if parameter.generated && (name != "ClientOrderId" || !field.optional) {
        let what = format!("`{}` cannot be generated", field.wire.value);
        problems.add(field.wire.place, what, "only an optional ClientOrderId can");
    }
}

fn range(field: &Field, minimum: Option<&str>, maximum: Option<&str>, problems: &mut Problems) {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
    if let (Some(minimum), Some(maximum)) = (number(minimum), number(maximum))
        && minimum > maximum
    {
        let what = format!("nothing is from {minimum} to {maximum}");
        problems.add(field.wire.place, what, "the minimum is the smaller one");
    }
}

/// Whether a value, as the spec writes it, is one of a type.
fn value_fits(scope: &Scope<'_>, ty: &Type, value: &Text, problems: &mut Problems) {
    let text = value.value.as_str();
    let none = |problems: &mut Problems| {
        problems.add(
            value.place,
            format!("{ty} has no such value"),
            "only scalars and enums have",
        );
    };
    let name = match &ty.base {
        Base::Name(name) => name,
        Base::Broken => return,
        _ => return none(problems),
    };
    let fits = match name.as_str() {
        "bool" => matches!(text, "true" | "false"),
        "Decimal" => is_number(text),
        "Timestamp" | "i64" => text.parse::<i64>().is_ok(),
        "u8" => text.parse::<u8>().is_ok(),
        "u16" => text.parse::<u16>().is_ok(),
        "u32" => text.parse::<u32>().is_ok(),
        "u64" => text.parse::<u64>().is_ok(),
        "i32" => text.parse::<i32>().is_ok(),
        _ => match scope.resolve(name).map(|found| found.def) {
            Some(def) if def.broken => true,
            Some(TypeDef {
                shape: Shape::Enum { values, .. },
                ..
            }) => {
                let wires: Vec<_> = values
                    .iter()
                    .map(|value| value.wire.value.as_str())
                    .collect();
                if !wires.contains(&text) {
                    let hint = nearest(text, wires.iter().copied()).map_or_else(
                        || format!("one of {}", wires.join(", ")),
                        |near| format!("did you mean `{near}`?"),
                    );
                    problems.add(
                        value.place,
                        format!("`{text}` is not a value of {name}"),
                        hint,
                    );
                }
                true
            }
            Some(_) => return none(problems),
            None => true,
        },
    };
    if !fits {
        problems.add(
            value.place,
            format!("`{text}` is not a {name}"),
            "write a value the type can hold",
        );
    }
}

/// A weight rule goes by a parameter there is, and of the right kind.
pub(super) fn weights(spec: &Spec, problems: &mut Problems) {
    let operations = spec.products.iter().flat_map(|product| {
        product
            .operations
            .iter()
            .map(move |operation| (product, operation))
    });
    for (product, operation) in operations {
        match &operation.weight {
            Weight::Fixed(_) | Weight::Unknown => {}
            Weight::Steps { by, steps, absent } => {
                let Some(parameter) = find_parameter(operation, by, "the weight", problems) else {
                    continue;
                };
                let largest = match &parameter.field.ty.base {
                    Base::Name(name) => types::largest(name),
                    Base::Broken => continue,
                    _ => None,
                };
                match largest {
                    None => {
                        let what = format!("`{}` is not a whole number", by.value);
                        problems.add(by.place, what, "steps go by a number");
                    }
                    Some(largest) => {
                        if let Some((bound, _)) = steps.iter().find(|(bound, _)| *bound > largest) {
                            let what = format!("`{}` is never as large as {bound}", by.value);
                            problems.add(by.place, what, "give the parameter a wider type");
                        }
                    }
                }
                let known = parameter.default.is_some() || !parameter.field.optional;
                if known == absent.is_some() {
                    let (what, hint) = if known {
                        (
                            "is decided already",
                            "take `absent` away: the parameter is sent, or has its default",
                        )
                    } else {
                        (
                            "is not said",
                            "write `absent: 10` among the steps, or give the parameter its default",
                        )
                    };
                    problems.add(
                        by.place,
                        format!("the weight without `{}` {what}", by.value),
                        hint,
                    );
                }
            }
            Weight::ByPresence { by, .. } => {
                let scope = Scope::of_head(spec, product, &operation.head);
                let is_chosen = operation.parameters.iter().any(|parameter| {
                    let names = wire_names(&scope, &parameter.field);
                    parameter.field.wire.value != by.value && names.contains(&by.value)
                });
                if is_chosen {
                    continue;
                }
                let Some(parameter) = find_parameter(operation, by, "the weight", problems) else {
                    continue;
                };
                if !parameter.field.optional {
                    let hint = "write the one weight, or mark the parameter with `?`";
                    problems.add(by.place, format!("`{}` is always there", by.value), hint);
                }
            }
        }
    }
}

fn find_parameter<'a>(
    operation: &'a Operation,
    name: &Text,
    what: &str,
    problems: &mut Problems,
) -> Option<&'a Parameter> {
    let found = operation
        .parameters
        .iter()
        .find(|parameter| parameter.field.wire.value == name.value);
    if found.is_none() {
        let names: Vec<&str> = operation
            .parameters
            .iter()
            .map(|parameter| parameter.field.wire.value.as_str())
            .collect();
        let hint = match nearest(&name.value, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => "there are no parameters".to_owned(),
            None => format!("the parameters are {}", names.join(", ")),
        };
        problems.add(
            name.place,
            format!(
                "{what} names a parameter `{}` that is not there",
                name.value
            ),
            hint,
        );
    }
    found
}

/// Pools, groups and batched operations exist.
pub(super) fn references(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        // What a file that cannot be read declares is not known.
        let described = !spec.lost.contains(&product.path);
        for operation in &product.operations {
            if let Some(bucket) = operation.bucket.as_ref().filter(|_| described) {
                let buckets: Vec<_> = product
                    .rate_limits
                    .iter()
                    .filter_map(|limit| limit.bucket.as_deref())
                    .collect();
                in_list(
                    bucket,
                    &buckets,
                    "bucket",
                    &format!("declare it in {}", product.path),
                    problems,
                );
            }
            for parameter in &operation.parameters {
                parameter.field.ty.walk(&mut |ty| {
                    if let Base::Request(id) = &ty.base {
                        let id = Text {
                            value: id.clone(),
                            place: ty.place,
                        };
                        named_operation(&id, spec, product, problems);
                    }
                });
            }
        }
        for topic in product.topics.iter().filter(|_| described) {
            let groups: Vec<_> = product
                .groups
                .iter()
                .map(|group| group.value.as_str())
                .collect();
            match &topic.group {
                Some(group) => in_list(
                    group,
                    &groups,
                    "group",
                    &format!("declare it in {}", product.path),
                    problems,
                ),
                None if !groups.is_empty() => problems.add(
                    topic.template.place,
                    "the stream has no `group`",
                    format!("write `group:` with one of {}", groups.join(", ")),
                ),
                None => {}
            }
        }
    }
}

/// The name of another operation that goes over REST is that of one.
pub(super) fn named_operation(
    id: &Text,
    spec: &Spec,
    product: &crate::spec::Product,
    problems: &mut Problems,
) {
    let described = product
        .operations
        .iter()
        .filter(|operation| operation.rest.is_some())
        .map(|operation| operation.head.id.value.as_str());
    // What a file that cannot be read declares is not known.
    let folder = format!("spec/{}/", product.id);
    let lost = spec.lost.iter().filter(|path| path.starts_with(&folder));
    let stems = lost.filter_map(|path| path.rsplit('/').next()?.strip_suffix(".yaml"));
    let ids: Vec<_> = described.chain(stems).collect();
    let hint = format!(
        "its file would be spec/{}/rest/<group>/{}.yaml",
        product.id, id.value
    );
    in_list(id, &ids, "operation", &hint, problems);
}

/// Names of the parameters that can be sent, those inside choices included.
pub(super) fn parameter_names(
    spec: &Spec,
    product: &crate::spec::Product,
    operation: &Operation,
) -> Vec<String> {
    let scope = Scope::of_head(spec, product, &operation.head);
    operation
        .parameters
        .iter()
        .flat_map(|parameter| wire_names(&scope, &parameter.field))
        .collect()
}

fn wire_names(scope: &Scope<'_>, field: &Field) -> Vec<String> {
    scope
        .sent(field)
        .iter()
        .map(|sent| sent.wire.value.clone())
        .collect()
}

fn in_list(name: &Text, list: &[&str], what: &str, else_hint: &str, problems: &mut Problems) {
    if list.contains(&name.value.as_str()) {
        return;
    }
    let hint = nearest(&name.value, list.iter().copied()).map_or_else(
        || else_hint.to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    problems.add(
        name.place,
        format!("there is no {what} `{}`", name.value),
        hint,
    );
}

/// A constructor takes or sets all that must be sent, and only what there is.
pub(super) fn constructors(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for operation in &product.operations {
            let scope = Scope::of_head(spec, product, &operation.head);
            for constructor in &operation.constructors {
                constructor_name(operation, &constructor.name, problems);
                one_constructor(&scope, operation, constructor, problems);
            }
        }
    }
}

fn constructor_name(operation: &Operation, name: &Text, problems: &mut Problems) {
    let text = name.value.as_str();
    let fine = text.is_ascii()
        && text.to_snake_case() == text
        && syn::parse_str::<syn::Ident>(text).is_ok();
    if !fine || TAKEN_BY_REQUESTS.contains(&text) {
        let what = format!("`{text}` cannot be a constructor's name");
        problems.add(name.place, what, "write a new snake_case name");
    }
    if operation
        .parameters
        .iter()
        .any(|parameter| parameter.field.name == text)
    {
        let hint = "the two methods would collide: choose another name";
        problems.add(name.place, format!("`{text}` is also a parameter"), hint);
    }
}

fn one_constructor(
    scope: &Scope<'_>,
    operation: &Operation,
    constructor: &Constructor,
    problems: &mut Problems,
) {
    let mut given = BTreeSet::new();
    let named = constructor
        .sets
        .iter()
        .map(|(name, value)| (name, Some(value)));
    for (name, value) in named.chain(constructor.takes.iter().map(|name| (name, None))) {
        let Some(parameter) = find_parameter(operation, name, "the constructor", problems) else {
            continue;
        };
        if !given.insert(name.value.as_str()) {
            problems.add(
                name.place,
                format!("`{}` stands here twice", name.value),
                "keep one of the two",
            );
        }
        let ty = &parameter.field.ty;
        match value {
            // Enums, flags, whole numbers and text have a constant in Rust.
            Some(value) if matches!(&ty.base, Base::Name(name) if name == "Decimal" || name == "Timestamp") =>
            {
                problems.add(
                    value.place,
                    format!("{ty} cannot be set"),
                    "put the parameter under `takes`",
                );
            }
            Some(value) => value_fits(scope, ty, value, problems),
            None if matches!(ty.base, Base::Constant(_)) => {
                let what = format!("`{}` is always the same", name.value);
                problems.add(name.place, what, "take it out: it is sent by itself");
            }
            None => {}
        }
    }
    for Parameter { field, .. } in &operation.parameters {
        let wire = field.wire.value.as_str();
        if !field.optional && !matches!(field.ty.base, Base::Constant(_)) && !given.contains(wire) {
            let what = format!("the constructor leaves out `{wire}`");
            problems.add(
                constructor.name.place,
                what,
                "put it under `takes` or `sets`",
            );
        }
    }
}

/// An example gives what is required and nothing that is not sent.
pub(super) fn examples(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for operation in &product.operations {
            let scope = Scope::of_head(spec, product, &operation.head);
            let Some((first, _)) = operation.example.first() else {
                continue;
            };
            for Parameter { field, .. } in &operation.parameters {
                one_shown(&scope, field, &operation.example, first, problems);
            }
            let names = parameter_names(spec, product, operation);
            for (name, _) in &operation.example {
                if !names.contains(&name.value) {
                    let hint = match nearest(&name.value, names.iter().map(String::as_str)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the parameters are {}", names.join(", ")),
                    };
                    let what = format!(
                        "the example names a parameter `{}` that is not there",
                        name.value
                    );
                    problems.add(name.place, what, hint);
                }
            }
        }
    }
}

/// An example gives a parameter once, and a value that fits.
fn one_shown(
    scope: &Scope<'_>,
    field: &Field,
    example: &[(Text, Text)],
    first: &Text,
    problems: &mut Problems,
) {
    let given: Vec<_> = scope
        .sent(field)
        .iter()
        .filter_map(|sent| {
            let mut shown = example.iter();
            let found = shown.find(|(name, _)| name.value == sent.wire.value)?;
            Some((sent, found))
        })
        .collect();
    let constant = matches!(field.ty.base, Base::Constant(_));
    for (sent, (name, value)) in &given {
        if constant {
            let what = format!("`{}` is always the same", name.value);
            problems.add(name.place, what, "take it out: it is sent by itself");
        } else if let Some(item) = sent.ty.json_items() {
            for part in value.parts() {
                value_fits(scope, item, &part, problems);
            }
        } else {
            value_fits(scope, &sent.ty, value, problems);
        }
    }
    let wire = &field.wire.value;
    // Requests in a list are shown as their own files do.
    let shown_elsewhere = constant || field.ty.json_requests().is_some();
    match given.as_slice() {
        [] if !field.optional && !shown_elsewhere => {
            let what = format!("the example leaves out `{wire}`");
            problems.add(first.place, what, "give it a value");
        }
        [_, (_, (second, _)), ..] => {
            let what = format!("the example gives `{wire}` twice");
            problems.add(second.place, what, "keep one of the choice");
        }
        _ => {}
    }
}

/// The name of a topic consists of its parameters, and its position of fields of its event.
pub(super) fn topics(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for topic in &product.topics {
            let scope = Scope::of_head(spec, product, &topic.head);
            // Parts that cannot be read are reported already.
            if !topic.parts.is_empty() {
                topic_name(&scope, topic, problems);
            }
            let Some(members) = event_members(&scope, topic.event.as_ref()) else {
                continue;
            };
            continuity(topic, problems);
            let names = topic.position.iter().flat_map(|position| {
                let numbers = [
                    position.first.as_ref(),
                    Some(&position.last),
                    position.previous.as_ref(),
                ];
                position.key.iter().chain(numbers.into_iter().flatten())
            });
            for name in names {
                if !members.contains(&name.value.as_str()) {
                    let hint = "name a field of the event by its name on the wire";
                    problems.add(
                        name.place,
                        format!("the event has no field `{}`", name.value),
                        hint,
                    );
                }
            }
        }
    }
}

/// A topic has a position unless it is unnumbered, and a chained one names the previous number.
fn continuity(topic: &Topic, problems: &mut Problems) {
    let place = topic.continuity.place;
    match (topic.continuity.value.as_str(), &topic.position) {
        ("", _) => {}
        ("unnumbered", Some(_)) => problems.add(
            place,
            "an unnumbered topic has no position",
            "remove `position`, or choose another continuity",
        ),
        ("unnumbered", None) => {}
        (continuity, None) => problems.add(
            place,
            format!("a {continuity} topic needs a position"),
            "write `position: {key: [s], last: u}`",
        ),
        ("chained", Some(position)) if position.previous.is_none() => problems.add(
            place,
            "a chained topic names the previous number",
            "add `previous` to `position`",
        ),
        (_, Some(_)) => {}
    }
}

fn topic_name(scope: &Scope<'_>, topic: &Topic, problems: &mut Problems) {
    let place = topic.template.place;
    let mut names = Vec::new();
    for part in &topic.parts {
        match part {
            Part::Literal(_) => {}
            Part::Parameter(name) => names.push((name, false)),
            Part::Optional(inner) => {
                let before = names.len();
                names.extend(inner.iter().filter_map(|part| match part {
                    Part::Parameter(name) => Some((name, true)),
                    _ => None,
                }));
                if names.len() != before + 1 {
                    let what = "an optional part has exactly one parameter";
                    problems.add(place, what, "for example [@<speed>]");
                }
            }
        }
    }
    for (name, optional) in &names {
        match topic
            .parameters
            .iter()
            .find(|parameter| parameter.field.wire.value == **name)
        {
            None => {
                let near = nearest(
                    name,
                    topic
                        .parameters
                        .iter()
                        .map(|parameter| parameter.field.wire.value.as_str()),
                );
                let hint = near.map_or_else(
                    || format!("declare `{name}` under `parameters:`"),
                    |near| format!("did you mean `<{near}>`?"),
                );
                problems.add(place, format!("`<{name}>` is not a parameter"), hint);
            }
            Some(parameter) if parameter.field.optional != *optional => problems.add(
                parameter.field.wire.place,
                format!("`{name}` is optional on one side only"),
                "an optional parameter has a `?`, and stands in brackets in the name",
            ),
            Some(_) => {}
        }
    }
    let unknown = names.iter().any(|(name, _)| {
        !topic
            .parameters
            .iter()
            .any(|parameter| parameter.field.wire.value == **name)
    });
    for Parameter { field, .. } in &topic.parameters {
        let wire = &field.wire;
        // A misspelt name is one mistake, not two.
        if !unknown && !names.iter().any(|(name, _)| **name == wire.value) {
            let hint = format!("put <{}> where it stands", wire.value);
            problems.add(
                wire.place,
                format!("`{}` is not in the name", wire.value),
                hint,
            );
        }
        let fits = match &field.ty.base {
            Base::Name(name) => !matches!(
                scope.resolve(name).map(|found| found.def),
                Some(TypeDef {
                    shape: Shape::Choice(_),
                    ..
                })
            ),
            Base::Broken => true,
            _ => false,
        };
        if !fits {
            let what = "a part of a name is a scalar or an enum";
            problems.add(field.ty.place, what, "choose another type");
        }
    }
}

/// Each event is a record of its file that begins with its type, and no two have one type.
pub(super) fn user_events(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for event in &product.user_events {
            let (ty, path) = (&event.event_type, event.head.path.as_str());
            if let Some(other) = seen.insert(&ty.value, path) {
                let what = format!("{other} describes `{}` already", ty.value);
                problems.add(ty.place, what, "keep one of the two files");
            }
            let Some(arrives) = &event.event else {
                continue;
            };
            let own = match &arrives.base {
                Base::Broken => continue,
                Base::Name(name) => event.head.types.iter().find(|def| def.name.value == *name),
                _ => None,
            };
            let Some(TypeDef {
                shape: Shape::Record(fields),
                broken: false,
                ..
            }) = own
            else {
                if own.is_none_or(|def| !def.broken) {
                    let hint = "write it in place, or name a record under `types:` of this file";
                    problems.add(arrives.place, "an event is a record of its own file", hint);
                }
                continue;
            };
            let constant = fields
                .iter()
                .find(|field| field.wire.value == "e")
                .map(|field| &field.ty.base);
            if constant != Some(&Base::Constant(ty.value.clone())) {
                let what = format!("the member `e` of the event does not say `{}`", ty.value);
                problems.add(
                    arrives.place,
                    what,
                    format!("write `e: \"={}\"` among its fields", ty.value),
                );
            }
        }
    }
}

/// Names of the event's members; `None` where they cannot be known.
fn event_members<'a>(scope: &Scope<'a>, event: Option<&Type>) -> Option<Vec<&'a str>> {
    match &event?.base {
        Base::List(inner) | Base::OneOrMany(inner) => event_members(scope, Some(inner)),
        Base::Name(name) => match scope.resolve(name).map(|found| found.def) {
            Some(TypeDef {
                shape: Shape::Record(fields),
                broken: false,
                ..
            }) => Some(
                fields
                    .iter()
                    .map(|field| field.wire.value.as_str())
                    .collect(),
            ),
            Some(TypeDef { broken: false, .. }) => Some(Vec::new()),
            // What is unknown is reported as such.
            _ => (types::is_scalar(name)).then(Vec::new),
        },
        Base::Broken => None,
        _ => Some(Vec::new()),
    }
}
