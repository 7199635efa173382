//! Topics: their names, and the positions of their events.

use super::Scope;
use crate::{
    problem::Problems,
    spec::{Base, Parameter, Part, Shape, Spec, Topic, Type, TypeDef, types},
    suggest::suggest,
};

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
                let near = suggest(
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
