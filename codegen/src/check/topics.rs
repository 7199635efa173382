//! Topics: their names and cadences.

use std::collections::BTreeSet;

use super::{Scope, positions};
use crate::{
    problem::Problems,
    spec::{Base, Cadence, Parameter, Part, Shape, Spec, Text, Topic, TypeDef},
    suggest::suggest,
};

/// The name of a topic contains its parameters, and its position names fields of its event.
pub(super) fn topics(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for topic in &product.topics {
            let scope = Scope::of_head(spec, product, &topic.head);
            // Parts that cannot be read are reported already.
            if !topic.parts.is_empty() {
                topic_name(&scope, topic, problems);
            }
            if let Some((by, values)) = &topic.cadence.by {
                cadence(&scope, topic, by, values, problems);
            }
            if let Some(position) = &topic.position {
                positions::position(&scope, &topic.event, position, problems);
            }
        }
    }
}

/// The cadence depends on an optional parameter that is an enum, and names each of its values once.
fn cadence(
    scope: &Scope<'_>,
    topic: &Topic,
    by: &Text,
    values: &[(Text, Cadence)],
    problems: &mut Problems,
) {
    let mut parameters = topic.parameters.iter();
    let parameter = parameters.find(|parameter| parameter.field.wire.value == by.value);
    let known = parameter.and_then(|parameter| match &parameter.field.ty.base {
        Base::Name(name) if parameter.field.optional => match scope.resolve(name)?.def {
            TypeDef {
                shape: Shape::Enum { values, .. },
                ..
            } => Some(values),
            _ => None,
        },
        _ => None,
    });
    let Some(known) = known else {
        let what = format!(
            "`{}` is not an optional parameter that is an enum",
            by.value
        );
        problems.add(by.place, what, "name such a parameter of the topic");
        return;
    };
    let mut seen = BTreeSet::new();
    for (value, _) in values {
        let is_known = known.iter().any(|known| known.wire.value == value.value);
        if !is_known || !seen.insert(&value.value) {
            let what = format!(
                "`{}` is not a value of `{}`, or occurs twice",
                value.value, by.value
            );
            let names: Vec<&str> = known
                .iter()
                .map(|known| known.wire.value.as_str())
                .collect();
            problems.add(
                value.place,
                what,
                format!("the values are {}", names.join(", ")),
            );
        }
    }
    for missing in known
        .iter()
        .filter(|known| !seen.contains(&known.wire.value))
    {
        let what = format!("the cadence for `{}` is missing", missing.wire.value);
        problems.add(
            by.place,
            what,
            format!("add `{}: every 1s`", missing.wire.value),
        );
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
                    problems.add(place, what, "write [@<speed>]");
                }
            }
        }
    }
    let mut seen = BTreeSet::new();
    for (name, optional) in &names {
        if !seen.insert(*name) {
            let what = format!("`<{name}>` is in the name twice");
            problems.add(place, what, "remove one of the two");
            continue;
        }
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
                format!(
                    "`{name}` is optional either in the name or under `parameters`, not in both"
                ),
                "an optional parameter has a `?`, and is in brackets in the name",
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
        // A misspelt name is one problem, not two.
        if !unknown && !names.iter().any(|(name, _)| **name == wire.value) {
            let hint = format!("write <{}> in the name", wire.value);
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
            let what = "a parameter of a topic is a scalar or an enum";
            problems.add(field.ty.place, what, "choose another type");
        }
    }
}
