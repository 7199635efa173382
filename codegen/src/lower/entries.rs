//! One line of the registry for each operation, stream and event.

use super::{
    error::{Expect, Result},
    values,
};
use crate::{
    check::{Scope, SpecItem},
    ir::{Entry, EntryField, EntryKind, EntryParameter, EntryWeight},
    spec::{Base, Field, Operation, OrderCount, Product, Shape, Type, Weight},
};

/// The line of one file.
pub(super) fn entry(scope: &Scope<'_>, product: &Product, file: &SpecItem<'_>) -> Result<Entry> {
    let head = file.head();
    let payload = file.payload();
    let mut fields = Vec::new();
    walk(scope, payload, String::new(), &mut fields);
    let mut aliases: Vec<String> = head
        .aliases
        .iter()
        .map(|alias| alias.value.clone())
        .collect();
    let mut seen = Vec::new();
    aliases.retain(|alias| {
        let new = !seen.contains(alias);
        seen.push(alias.clone());
        new
    });
    let mut entry = Entry {
        product: product.id.clone(),
        kind: EntryKind::Rest,
        id: head.id.value.clone(),
        name: head.name.value.clone(),
        group: String::new(),
        aliases,
        spec: head.path.clone(),
        method: None,
        path: None,
        ws_method: None,
        stream: None,
        event: None,
        security: None,
        weight: None,
        ws_weight: None,
        orders: OrderCount::default(),
        bucket: None,
        is_idempotent: false,
        parameters: parameters(scope, file),
        fields,
        sdk: head.sdk.as_ref().map(|name| name.value.clone()),
        connector: head.connector.as_ref().map(|name| name.value.clone()),
        docs: head.docs.as_ref().map(|url| url.value.clone()),
        deprecated: head.deprecated.clone(),
        removed: head.removed.clone(),
        announced: head.announced.clone(),
        undocumented: head.undocumented.clone(),
        value: values::value(scope, payload)?,
        sample: head
            .sample
            .as_ref()
            .map(|sample| sample.text.clone())
            .or_missing(|| "the sample".to_owned())?,
    };
    match file {
        SpecItem::Operation(operation) => fill_operation(&mut entry, operation),
        SpecItem::Topic(topic) => {
            entry.kind = EntryKind::Stream;
            entry.stream = Some(topic.template.value.clone());
            entry.event = event_type(scope, &topic.event);
            entry.group = topic
                .group
                .as_ref()
                .map(|group| group.value.clone())
                .unwrap_or_default();
        }
        SpecItem::UserEvent(event) => {
            entry.kind = EntryKind::UserEvent;
            entry.event = Some(event.event_type.value.clone());
            if let Base::Name(name) = &event.event.base {
                entry.name = name.clone();
            }
        }
    }
    Ok(entry)
}

fn fill_operation(entry: &mut Entry, operation: &Operation) {
    if let Some(call) = &operation.rest {
        entry.method = Some(call.method);
        entry.path = Some(call.path.value.clone());
    } else {
        entry.kind = EntryKind::WsApi;
    }
    entry.ws_method = operation.ws_api.as_ref().map(|method| method.value.clone());
    entry.security = Some(operation.security);
    let default = match &operation.weight {
        Weight::Steps { by, .. } => operation
            .parameters
            .iter()
            .find(|parameter| parameter.field.wire.value == by.value)
            .and_then(|parameter| parameter.default.as_ref()?.value.parse().ok()),
        _ => None,
    };
    entry.weight = Some(EntryWeight {
        weight: operation.weight.clone(),
        default,
    });
    entry.ws_weight = operation.ws_weight.map(|(weight, _)| weight);
    entry.orders = operation.orders;
    entry.bucket = operation.bucket.as_ref().map(|name| name.value.clone());
    entry.is_idempotent = operation.repeatable;
    entry.group.clone_from(&operation.group);
}

/// The constant `e` of a stream's event.
fn event_type(scope: &Scope<'_>, ty: &Type) -> Option<String> {
    match &ty.base {
        Base::List(inner) | Base::OneOrMany(inner) => event_type(scope, inner),
        Base::Name(name) => match &scope.resolve(name)?.def.shape {
            Shape::Record(fields) => fields.iter().find_map(|field| match &field.ty.base {
                Base::Constant(value) if field.wire.value == "e" => Some(value.clone()),
                _ => None,
            }),
            _ => None,
        },
        _ => None,
    }
}

fn parameters(scope: &Scope<'_>, file: &SpecItem<'_>) -> Vec<EntryParameter> {
    let mut found = Vec::new();
    for parameter in file.parameters() {
        let field = &parameter.field;
        if let Some(alternatives) = scope.choice(field) {
            found.extend(alternatives.iter().map(|alternative| EntryParameter {
                name: alternative.wire.value.clone(),
                ty: alternative.ty.to_string(),
                required: false,
                rules: parameter.rules.clone(),
                default: None,
                ws_default: None,
                deprecated: alternative.deprecated.clone(),
            }));
            continue;
        }
        found.push(EntryParameter {
            name: field.wire.value.clone(),
            ty: field.ty.to_string(),
            required: !field.optional,
            rules: parameter.rules.clone(),
            default: parameter.default.as_ref().map(|text| text.value.clone()),
            ws_default: parameter.ws_default.as_ref().map(|text| text.value.clone()),
            deprecated: field.deprecated.clone(),
        });
    }
    found
}

/// Adds the fields of a type, whose path is `path`.
fn walk(scope: &Scope<'_>, ty: &Type, path: String, into: &mut Vec<EntryField>) {
    match &ty.base {
        Base::List(item) | Base::OneOrMany(item) => walk(scope, item, format!("{path}[]"), into),
        Base::OrError(item) => {
            walk(scope, item, path.clone(), into);
            for (name, ty) in [("code", "i64"), ("msg", "String")] {
                let path = join(&path, name);
                into.push(EntryField {
                    path,
                    others: Vec::new(),
                    ty: ty.to_owned(),
                    optional: true,
                });
            }
        }
        Base::Map(_, item) => walk(scope, item, join(&path, "*"), into),
        Base::Name(name) => {
            let Some(found) = scope.resolve(name) else {
                return;
            };
            let scope = &scope.at(found.home);
            match &found.def.shape {
                Shape::Record(fields) => fields
                    .iter()
                    .for_each(|field| self::field(scope, field, &path, false, into)),
                Shape::Row(columns) => {
                    for (index, column) in columns.iter().enumerate() {
                        let path = format!("{path}[{index}]");
                        into.push(EntryField {
                            path: path.clone(),
                            others: Vec::new(),
                            ty: column.ty.to_string(),
                            optional: false,
                        });
                        walk(scope, &column.ty, path, into);
                    }
                }
                Shape::Tagged { tag, cases } => {
                    into.push(EntryField {
                        path: join(&path, &tag.value),
                        others: Vec::new(),
                        ty: "String".to_owned(),
                        optional: false,
                    });
                    for field in cases.iter().flat_map(|case| &case.fields) {
                        self::field(scope, field, &path, true, into);
                    }
                }
                Shape::Enum { .. } | Shape::Choice(_) => {}
            }
        }
        Base::Json(_) | Base::Request(_) | Base::Constant(_) | Base::Broken => {}
    }
}

fn field(scope: &Scope<'_>, field: &Field, path: &str, in_case: bool, into: &mut Vec<EntryField>) {
    let path = join(path, &field.wire.value);
    // Two cases may have the same field.
    if !into.iter().any(|known| known.path == path) {
        let ty = field.ty.to_string();
        into.push(EntryField {
            path: path.clone(),
            others: field.others.clone(),
            ty,
            optional: field.optional || in_case,
        });
    }
    walk(scope, &field.ty, path, into);
}

fn join(path: &str, step: &str) -> String {
    if path.is_empty() {
        step.to_owned()
    } else {
        format!("{path}.{step}")
    }
}
