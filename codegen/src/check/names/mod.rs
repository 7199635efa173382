//! Names of files, types, fields and values.

mod reserved;

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;

pub(super) use reserved::TAKEN_BY_REQUESTS;
use reserved::{TAKEN_BY_TOPICS, TAKEN_TYPES, USED_BY_TOPICS};

use super::{Scope, SpecItem, definitions, items};
use crate::{
    problem::{Place, Problems},
    spec::{EnumValue, Field, Head, Shape, Spec, TypeDef, TypeFile, types},
};

/// The ids of the operations of a product are distinct.
pub(super) fn file_ids(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        let mut seen = BTreeMap::new();
        for operation in &product.operations {
            let id = &operation.head.id;
            if let Some(other) = seen.insert(id.value.clone(), &operation.head.path) {
                problems.add(
                    id.place,
                    format!("`{}` is also the name of {other}", id.value),
                    "rename one of the two files",
                );
            }
        }
    }
}

/// The names of the types of a module are distinct.
pub(super) fn type_names(spec: &Spec, problems: &mut Problems) {
    for (_, def) in definitions(spec) {
        for (name, place) in names_of(def) {
            well_formed(&name, place, problems);
        }
    }
    // A name that clashes in several modules is one problem.
    let mut clashes = BTreeSet::new();
    let shared = names_of_files(&spec.types);
    unique(&shared, "types/", &mut clashes, problems);
    for product in &spec.products {
        let marker = (product.name.value.clone(), product.name.place);
        if !spec.unreadable.contains(&product.path) {
            well_formed(&marker.0, marker.1, problems);
        }
        let types: Vec<_> = [marker]
            .into_iter()
            .chain(shared.clone())
            .chain(names_of_files(&product.types))
            .collect();
        types.iter().for_each(|name| beside_topics(name, problems));
        let mut ids = BTreeSet::new();
        let (mut requests, mut topics, mut events) = (types.clone(), Vec::new(), types.clone());
        for file in items(product) {
            let head = file.head();
            let types_of_file = head.types.iter().flat_map(names_of);
            match file {
                SpecItem::Operation(_) => {
                    well_formed(&head.name.value, head.name.place, problems);
                    // Two files with one id are reported elsewhere.
                    if ids.insert(&head.id.value) {
                        requests.push(head_name(head));
                    }
                    requests.extend(types_of_file);
                }
                SpecItem::Topic(_) => {
                    well_formed(&head.name.value, head.name.place, problems);
                    topics.push(head_name(head));
                    events.extend(types_of_file.clone());
                    // The topic is in one file with the types of its event.
                    let name = head_name(head);
                    types_of_file
                        .clone()
                        .chain([name.clone()])
                        .for_each(|name| beside_topics(&name, problems));
                    let same = types
                        .iter()
                        .cloned()
                        .chain(types_of_file)
                        .find(|other| other.0 == name.0);
                    if let Some(same) = same {
                        unique(
                            &[same, name],
                            &format!("`{}`", head.path),
                            &mut clashes,
                            problems,
                        );
                    }
                }
                SpecItem::UserEvent(_) => events.extend(types_of_file),
            }
        }
        unique(
            &requests,
            &format!("`{}`", product.id),
            &mut clashes,
            problems,
        );
        unique(
            &topics,
            &format!("`{}::streams`", product.id),
            &mut clashes,
            problems,
        );
        unique(
            &events,
            &format!("`{}::events`", product.id),
            &mut clashes,
            problems,
        );
    }
}

fn head_name(head: &Head) -> (String, Place) {
    (head.name.value.clone(), head.name.place)
}

fn names_of_files(files: &[TypeFile]) -> Vec<(String, Place)> {
    files
        .iter()
        .flat_map(|file| &file.types)
        .flat_map(names_of)
        .collect()
}

fn names_of(def: &TypeDef) -> Vec<(String, Place)> {
    let mut names = vec![(def.name.value.clone(), def.name.place)];
    if let Shape::Tagged { cases, .. } = &def.shape {
        names.extend(
            cases
                .iter()
                .map(|case| (case.name.clone(), case.wire.place)),
        );
    }
    names
}

fn unique(
    names: &[(String, Place)],
    module: &str,
    clashes: &mut BTreeSet<Place>,
    problems: &mut Problems,
) {
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    for (name, place) in names {
        let Some(first) = seen.get(name.as_str()).filter(|first| *first != place) else {
            seen.insert(name, *place);
            continue;
        };
        if !clashes.insert(*place) {
            continue;
        }
        let hint = match place.heir {
            Some(_) => "move it to a file of types/, which both can use".to_owned(),
            None => format!(
                "rename it, or the one at {}:{}",
                problems.path(*first),
                first.line
            ),
        };
        problems.add(*place, format!("{module} has another `{name}`"), hint);
    }
}

fn beside_topics((name, place): &(String, Place), problems: &mut Problems) {
    if USED_BY_TOPICS.contains(&name.as_str()) {
        taken(name, *place, problems);
    }
}

fn taken(name: &str, place: Place, problems: &mut Problems) {
    let what = format!("`{name}` is the name of a type that generated code uses");
    problems.add(place, what, "choose another name");
}

fn well_formed(name: &str, place: Place, problems: &mut Problems) {
    if !is_type_name(name) {
        let better = name.to_upper_camel_case();
        let hint = if is_type_name(&better) {
            format!("write `{better}`")
        } else {
            "write a name such as `OrderBook`".to_owned()
        };
        problems.add(place, format!("`{name}` is not the name of a type"), hint);
    } else if TAKEN_TYPES.contains(&name) || types::is_scalar(name) {
        taken(name, place, problems);
    }
}

/// The names of the fields of a record, and of the parameters of a request, are distinct.
pub(super) fn fields(spec: &Spec, problems: &mut Problems) {
    for (_, def) in definitions(spec) {
        match &def.shape {
            Shape::Record(fields) | Shape::Row(fields) | Shape::Choice(fields) => {
                distinct(&fields.iter().collect::<Vec<_>>(), &[], problems);
            }
            Shape::Tagged { cases, tag } => {
                for case in cases {
                    distinct(&case.fields.iter().collect::<Vec<_>>(), &[], problems);
                    if let Some(field) = case
                        .fields
                        .iter()
                        .find(|field| field.wire.value == tag.value)
                    {
                        problems.add(
                            field.wire.place,
                            format!("`{}` is the tag", tag.value),
                            "remove it: the tag is added automatically",
                        );
                    }
                }
            }
            Shape::Enum { .. } => {}
        }
    }
    for product in &spec.products {
        for file in items(product) {
            let taken: &[&str] = match file {
                SpecItem::Topic(_) => &TAKEN_BY_TOPICS,
                _ => &TAKEN_BY_REQUESTS,
            };
            let fields: Vec<&Field> = file
                .parameters()
                .iter()
                .map(|parameter| &parameter.field)
                .collect();
            distinct(&fields, taken, problems);
            sent_once(
                &Scope::of_head(spec, product, file.head()),
                &fields,
                problems,
            );
        }
    }
}

/// No parameter is also part of a choice.
fn sent_once(scope: &Scope<'_>, fields: &[&Field], problems: &mut Problems) {
    let mut sent: BTreeSet<&str> = fields
        .iter()
        .map(|field| field.wire.value.as_str())
        .collect();
    for field in fields {
        let Some(parameters) = scope.choice(field) else {
            continue;
        };
        // The name of the choice is not sent.
        sent.remove(field.wire.value.as_str());
        for parameter in parameters {
            if !sent.insert(&parameter.wire.value) {
                let what = format!("`{}` is also sent by `{}`", parameter.wire.value, field.ty);
                problems.add(field.wire.place, what, "remove the parameter or the choice");
            }
        }
    }
}

fn distinct(fields: &[&Field], taken: &[&str], problems: &mut Problems) {
    let mut wires = BTreeSet::new();
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for field in fields {
        let (wire, place) = (field.wire.value.as_str(), field.wire.place);
        let all = std::iter::once(wire).chain(field.others.iter().map(String::as_str));
        for wire in all {
            if !wires.insert(wire) {
                problems.add(
                    place,
                    format!("`{wire}` appears twice"),
                    "remove one of the two",
                );
            }
        }
        if taken.contains(&field.name.as_str()) {
            let hint = format!("rename it: `{wire} as {}_value`", field.name);
            problems.add(
                place,
                format!("`{}` is a name that generated code uses", field.name),
                hint,
            );
        }
        if let Some(other) = names.insert(&field.name, wire)
            && other != wire
        {
            let what = format!("`{wire}` and `{other}` are both `{}` in Rust", field.name);
            problems.add(
                place,
                what,
                format!("rename one of them: `{wire} as other_name`"),
            );
        }
    }
}

/// The values of an enum and the cases of a tagged record are distinct, and there is at least one.
pub(super) fn values(spec: &Spec, problems: &mut Problems) {
    for (_, def) in definitions(spec).into_iter().filter(|(_, def)| !def.broken) {
        let count = match &def.shape {
            Shape::Enum { numbers, values } => {
                enum_values(*numbers, values, problems);
                values.len()
            }
            Shape::Tagged { cases, .. } => {
                let mut wires = BTreeSet::new();
                for case in cases
                    .iter()
                    .filter(|case| !wires.insert(case.wire.value.as_str()))
                {
                    let what = format!("the case `{}` appears twice", case.wire.value);
                    problems.add(case.wire.place, what, "remove one of the two");
                }
                cases.len()
            }
            Shape::Choice(fields) | Shape::Row(fields) => fields.len(),
            Shape::Record(_) => continue,
        };
        if count == 0 {
            let what = format!("`{}` is empty", def.name.value);
            problems.add(
                def.name.place,
                what,
                "write its values, cases, columns or parameters",
            );
        }
    }
}

fn enum_values(numbers: bool, values: &[EnumValue], problems: &mut Problems) {
    let mut wires = BTreeSet::new();
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for value in values {
        let (wire, place) = (value.wire.value.as_str(), value.wire.place);
        if !wires.insert(wire) {
            problems.add(
                place,
                format!("the value `{wire}` appears twice"),
                "remove one of the two",
            );
        }
        // `+1` and `01` are numbers in Rust, but not in JSON.
        if numbers
            && !wire
                .parse::<i64>()
                .is_ok_and(|number| number.to_string() == wire)
        {
            let hint = "write `1 as Name`, or remove `wire: number`";
            problems.add(place, format!("`{wire}` is not a whole number"), hint);
        }
        let better = value.name.to_upper_camel_case();
        if !is_type_name(&value.name) {
            let better = if is_type_name(&better) {
                &better
            } else {
                "Name"
            };
            let what = format!("`{}` cannot be the name of a variant", value.name);
            problems.add(place, what, format!("rename it: \"{wire} as {better}\""));
        } else if value.name == "Unlisted" {
            problems.add(
                place,
                "`Unlisted` is the variant for unknown values",
                "choose another name",
            );
        }
        if let Some(other) = names.insert(&value.name, wire)
            && other != wire
        {
            let what = format!("`{wire}` and `{other}` are both `{}` in Rust", value.name);
            problems.add(
                place,
                what,
                format!("rename one of them: \"{wire} as OtherName\""),
            );
        }
    }
}

fn is_type_name(name: &str) -> bool {
    name.is_ascii()
        && name.to_upper_camel_case() == name
        && syn::parse_str::<syn::Ident>(name).is_ok()
}
