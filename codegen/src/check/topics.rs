//! Topics: their names, and the positions of their events.

use std::collections::BTreeSet;

use super::Scope;
use crate::{
    problem::Problems,
    spec::{
        Base, Cadence, Field, Parameter, Part, PositionFields, Shape, Spec, Text, Topic, Type,
        TypeDef, types,
    },
    suggest::{did_you_mean, suggest},
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
            let event = event_fields(&scope, &topic.event);
            if let (Some(position), Some((scope, fields))) = (&topic.position, event) {
                position_fields(&scope, fields, position, problems);
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

/// A position consists of fields of the event: text that tells sequences apart, and numbers.
fn position_fields(
    scope: &Scope<'_>,
    fields: &[Field],
    position: &PositionFields,
    problems: &mut Problems,
) {
    for name in &position.key {
        if let Some(field) = position_field(fields, name, problems)
            && !is_key(scope, &field.ty)
        {
            let what = format!(
                "`{}` has the type {}, which is not text",
                name.value, field.ty
            );
            let hint = "name a field that is a Symbol, another text, or an enum of texts";
            problems.add(name.place, what, hint);
        }
    }
    let numbers = [&position.first, &position.previous].into_iter().flatten();
    for name in numbers.chain([&position.last]) {
        // The number of the event before it may be missing, in the first event.
        let may_be_missing = position.previous.as_ref() == Some(name);
        if let Some(field) = position_field(fields, name, problems)
            && !is_position(scope, &field.ty, may_be_missing)
        {
            let what = format!(
                "`{}` has the type {}, which is not a position",
                name.value, field.ty
            );
            problems.add(
                name.place,
                what,
                "name a field that is a u64 or a Timestamp",
            );
        }
    }
}

fn position_field<'a>(
    fields: &'a [Field],
    name: &Text,
    problems: &mut Problems,
) -> Option<&'a Field> {
    let found = fields.iter().find(|field| field.wire.value == name.value);
    if found.is_none() {
        let names = fields.iter().map(|field| field.wire.value.as_str());
        let hint = did_you_mean(&name.value, names, || {
            "name a field of the event by its name on the wire".to_owned()
        });
        let what = format!("the event has no field `{}`", name.value);
        problems.add(name.place, what, hint);
    }
    found
}

fn is_key(scope: &Scope<'_>, ty: &Type) -> bool {
    match &ty.base {
        Base::Name(name) => match scope.resolve(name).map(|found| found.def) {
            Some(def) => {
                def.broken
                    || ty.empties.is_empty()
                        && matches!(def.shape, Shape::Enum { numbers: false, .. })
            }
            // An unknown type is reported elsewhere.
            None => !types::is_scalar(name) || ty.empties.is_empty() && types::is_text(name),
        },
        Base::Broken => true,
        _ => false,
    }
}

fn is_position(scope: &Scope<'_>, ty: &Type, may_be_missing: bool) -> bool {
    match &ty.base {
        Base::Name(name) if types::is_scalar(name) => {
            (may_be_missing || ty.empties.is_empty())
                && matches!(name.as_str(), "u64" | "Timestamp")
        }
        // An unknown type is reported elsewhere.
        Base::Name(name) => scope.resolve(name).is_none(),
        Base::Broken => true,
        _ => false,
    }
}

/// The fields of an event, or of each event of a list.
fn event_fields<'a>(scope: &Scope<'a>, event: &Type) -> Option<(Scope<'a>, &'a [Field])> {
    match &event.base {
        Base::List(item) | Base::OneOrMany(item) => event_fields(scope, item),
        _ => scope.fields(event),
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
