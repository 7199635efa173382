//! Types are known, allowed where they are used, finite, and used.

use std::collections::{BTreeMap, BTreeSet};

use super::{Scope, definitions, items};
use crate::{
    problem::{Place, Problems},
    spec::{Base, Field, Form, Found, Literal, Parameter, Shape, Spec, Type, TypeDef, types},
    suggest::suggest,
};

/// Every type name is known.
pub(super) fn known(spec: &Spec, problems: &mut Problems) {
    // The types of an unreadable file are unknown, so their uses are not reported.
    if spec.unreadable.iter().any(|path| path.contains("/types/")) {
        return;
    }
    every_type(spec, &mut |scope, ty| {
        ty.walk(&mut |ty| {
            let Base::Name(name) = &ty.base else { return };
            if types::is_scalar(name) || scope.resolve(name).is_some() {
                return;
            }
            let names = visible(scope);
            let hint = match suggest(name, names.keys().map(String::as_str)) {
                Some(near) => match names.get(near).filter(|path| !path.is_empty()) {
                    Some(path) => format!("did you mean `{near}`? ({path})"),
                    None => format!("did you mean `{near}`?"),
                },
                None => "declare it under `types:` here, or in a file of types/".to_owned(),
            };
            problems.add(ty.place, format!("unknown type `{name}`"), hint);
        });
    });
}

fn visible(scope: &Scope<'_>) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = types::SCALARS
        .iter()
        .map(|(name, _)| ((*name).to_owned(), String::new()))
        .collect();
    let files = scope
        .spec
        .types
        .iter()
        .chain(scope.product.iter().flat_map(|product| &product.types));
    for file in files {
        names.extend(
            file.types
                .iter()
                .map(|def| (def.name.value.clone(), file.path.clone())),
        );
    }
    names.extend(
        scope
            .file_types
            .iter()
            .map(|def| (def.name.value.clone(), String::new())),
    );
    names
}

fn every_type<'a>(spec: &'a Spec, with: &mut dyn FnMut(&Scope<'a>, &'a Type)) {
    for (scope, def) in definitions(spec) {
        for field in fields_of(def) {
            with(&scope, &field.ty);
        }
    }
    for product in &spec.products {
        for file in items(product) {
            let scope = Scope::of_head(spec, product, file.head());
            for parameter in file.parameters() {
                with(&scope, &parameter.field.ty);
            }
            with(&scope, file.payload());
        }
    }
}

pub(super) fn fields_of(def: &TypeDef) -> Vec<&Field> {
    match &def.shape {
        Shape::Record(fields) | Shape::Row(fields) | Shape::Choice(fields) => {
            fields.iter().collect()
        }
        Shape::Tagged { cases, .. } => cases.iter().flat_map(|case| &case.fields).collect(),
        Shape::Enum { .. } => Vec::new(),
    }
}

/// Where a type is used.
#[derive(Clone, Copy, PartialEq)]
enum TypeContext {
    Field,
    Column,
    ChoiceParameter,
    Parameter,
    Response,
}

/// Each kind of type is used only where it is allowed.
pub(super) fn where_allowed(spec: &Spec, problems: &mut Problems) {
    for (scope, def) in definitions(spec) {
        let context = match def.shape {
            Shape::Row(_) => TypeContext::Column,
            Shape::Choice(_) => TypeContext::ChoiceParameter,
            _ => TypeContext::Field,
        };
        let mut constants = 0;
        for field in fields_of(def) {
            allowed(&scope, &field.ty, context, problems);
            let constant = matches!(field.ty.base, Base::Constant(_));
            constants += usize::from(constant);
            if constant && context != TypeContext::Field {
                problems.add(
                    field.ty.place,
                    "a column cannot be a constant",
                    "write its type",
                );
            } else if constant && constants > 1 && !matches!(def.shape, Shape::Tagged { .. }) {
                problems.add(
                    field.ty.place,
                    "a second constant in one record",
                    "declare it as an enum or String",
                );
            } else if constant && field.optional {
                problems.add(
                    field.wire.place,
                    "a constant that may be absent",
                    "declare it as an enum or String",
                );
            }
            if matches!(def.shape, Shape::Tagged { .. }) && constant {
                problems.add(
                    field.ty.place,
                    "a constant in a case",
                    "remove it: the tag is the constant of a case",
                );
            }
            if context == TypeContext::Column && field.optional {
                problems.add(
                    field.wire.place,
                    "a column cannot be absent",
                    "write `T or null`, or `T or \"\"`",
                );
            }
            if context == TypeContext::ChoiceParameter && field.optional {
                problems.add(
                    field.wire.place,
                    "a parameter of a choice cannot be optional",
                    "remove the `?`, or mark the choice with `?`",
                );
            }
        }
    }
    for product in &spec.products {
        for file in items(product) {
            let scope = Scope::of_head(spec, product, file.head());
            for Parameter { field, .. } in file.parameters() {
                allowed(&scope, &field.ty, TypeContext::Parameter, problems);
                if field.optional && matches!(field.ty.base, Base::Constant(_)) {
                    let hint = "remove the `?`: a constant is always sent";
                    problems.add(field.wire.place, "a constant that may be absent", hint);
                }
            }
            allowed(&scope, file.payload(), TypeContext::Response, problems);
        }
    }
}

fn allowed(scope: &Scope<'_>, ty: &Type, context: TypeContext, problems: &mut Problems) {
    let shape = match &ty.base {
        Base::Name(name) => match scope.resolve(name) {
            Some(found) if found.def.broken => return,
            // An unknown name is reported elsewhere.
            None if !types::is_scalar(name) => return,
            found => found.map(|found| &found.def.shape),
        },
        _ => None,
    };
    let scalar = matches!(&ty.base, Base::Name(name) if types::is_scalar(name) && name != "Empty");
    let value = scalar || matches!(shape, Some(Shape::Enum { .. }));
    let sent = matches!(
        context,
        TypeContext::Parameter | TypeContext::ChoiceParameter
    );
    let mut wrong = |what: &str, hint: &str| problems.add(ty.place, what, hint);
    if ty.form.is_some() && !scalar {
        wrong(
            "only numbers, booleans and times have a form",
            "remove `as …`",
        );
    }
    if matches!(ty.form, Some((Form::Number, _)) if matches!(&ty.base, Base::Name(name) if types::is_text(name) || name == "bool"))
    {
        wrong("text is not sent as a number", "remove `as number`");
    }
    if !ty.empties.is_empty()
        && !value
        && !ty.empties.iter().all(|literal| *literal == Literal::Null)
    {
        wrong(
            "only scalars and enums have such a spelling of \"no value\"",
            "records and lists can only be `or null`",
        );
    }
    if ty.empties.len() > 3 {
        wrong(
            "more than three spellings of \"no value\"",
            "write at most three",
        );
    }
    if sent && !ty.empties.is_empty() {
        wrong(
            "a parameter has no spelling of \"no value\"",
            "mark an optional parameter with `?`",
        );
    }
    match (&ty.base, shape) {
        (Base::Name(_), Some(Shape::Choice(_))) if context != TypeContext::Parameter => {
            wrong(
                "a choice can only be a parameter",
                "write its parameters as fields with `?`",
            );
        }
        (Base::Name(_), Some(Shape::Record(_) | Shape::Row(_) | Shape::Tagged { .. })) if sent => {
            let hint = "parameters are scalars, enums, choices and json<…>";
            wrong("a record cannot be a parameter", hint);
        }
        (Base::Name(name), None) if sent && name == "Empty" => {
            wrong("`Empty` cannot be a parameter", "remove the parameter");
        }
        (Base::Json(_) | Base::Request(_), _) if !sent => {
            wrong(
                "`json` and `request` are for parameters only",
                "write the type itself",
            );
        }
        (Base::Constant(_), _) if context == TypeContext::Response => {
            wrong("a constant cannot be a response", "write its type");
        }
        (Base::Request(id), _) => {
            wrong(
                "a request cannot be a parameter without a list",
                &format!("write json<[request {id}]>"),
            );
        }
        (Base::List(_) | Base::OneOrMany(_) | Base::Map(..), _) if sent => {
            wrong(
                "a list or map cannot be a parameter",
                "it is sent as JSON text: write json<[T]>",
            );
        }
        (Base::Map(key, _), _) => {
            let plain = match &key.base {
                Base::Name(name) => {
                    let text = |found: Found<'_>| {
                        found.def.broken
                            || matches!(found.def.shape, Shape::Enum { numbers: false, .. })
                    };
                    let unknown = !types::is_scalar(name) && scope.resolve(name).is_none();
                    unknown || types::is_text(name) || scope.resolve(name).is_some_and(text)
                }
                _ => false,
            };
            if !plain || key.form.is_some() || !key.empties.is_empty() {
                wrong(
                    "the keys of a JSON object are text",
                    "write map<Symbol, T>, map<String, T> or an enum",
                );
            }
        }
        _ => {}
    }
    match &ty.base {
        Base::Json(_)
            if context == TypeContext::ChoiceParameter && ty.json_requests().is_some() =>
        {
            let hint = "write it as a separate parameter";
            problems.add(
                ty.place,
                "a list of requests cannot be part of a choice",
                hint,
            );
        }
        Base::Json(inner) => json(scope, inner, problems),
        Base::List(inner) => {
            let inner = if let Base::OrError(item) = &inner.base {
                item
            } else {
                inner
            };
            allowed(scope, inner, context, problems);
        }
        Base::OneOrMany(inner) => allowed(scope, inner, context, problems),
        Base::Map(_, inner) => allowed(scope, inner, context, problems),
        _ => {}
    }
}

fn json(scope: &Scope<'_>, ty: &Type, problems: &mut Problems) {
    let fine = match &ty.base {
        Base::List(item) if item.form.is_none() && item.empties.is_empty() => match &item.base {
            Base::Request(_) => true,
            Base::Name(name) => {
                let value = |found: Found<'_>| {
                    found.def.broken || matches!(found.def.shape, Shape::Enum { .. })
                };
                let known = types::is_scalar(name) || scope.resolve(name).is_some();
                // An unknown name is reported elsewhere.
                !known
                    || types::is_text(name)
                    || types::is_integer(name)
                    || scope.resolve(name).is_some_and(value)
            }
            _ => false,
        },
        _ => false,
    };
    if !fine {
        let hint =
            "write json<[u64]>, json<[Symbol]>, json<[SomeEnum]> or json<[request some_operation]>";
        problems.add(ty.place, format!("`json<{ty}>` is not supported"), hint);
    }
}

/// No record contains itself.
pub(super) fn no_cycles(spec: &Spec, problems: &mut Problems) {
    let mut reported = BTreeSet::new();
    for (scope, def) in definitions(spec) {
        let mut path = vec![def];
        if reported.contains(&def.name.place)
            || !reaches(&scope, def, def, &mut path, &mut BTreeSet::new())
        {
            continue;
        }
        // Each type of a cycle contains itself, but a cycle is one problem.
        reported.extend(path.iter().map(|def| def.name.place));
        let names = path.iter().chain([&def]).map(|def| def.name.value.as_str());
        let circle: Vec<_> = names.collect();
        problems.add(
            def.name.place,
            format!(
                "`{}` contains itself: {}",
                def.name.value,
                circle.join(" → ")
            ),
            "JSON is finite: one of these types must be another type",
        );
    }
}

/// Whether the fields of `def` lead back to `start`. If so, `path` has the types between them.
fn reaches<'a>(
    scope: &Scope<'a>,
    start: &TypeDef,
    def: &'a TypeDef,
    path: &mut Vec<&'a TypeDef>,
    seen: &mut BTreeSet<Place>,
) -> bool {
    let mut names = Vec::new();
    for field in fields_of(def) {
        field.ty.walk(&mut |ty| {
            if let Base::Name(name) = &ty.base {
                names.push(name.as_str());
            }
        });
    }
    for name in names {
        let Some(found) = scope.resolve(name) else {
            continue;
        };
        if found.def.name == start.name {
            return true;
        }
        if seen.insert(found.def.name.place) {
            path.push(found.def);
            if reaches(&scope.at(found.home), start, found.def, path, seen) {
                return true;
            }
            path.pop();
        }
    }
    false
}

/// Every declared type is used by a parameter, response or event.
pub(super) fn all_used(spec: &Spec, problems: &mut Problems) {
    let mut used = BTreeSet::new();
    for product in &spec.products {
        for file in items(product) {
            let scope = Scope::of_head(spec, product, file.head());
            for parameter in file.parameters() {
                reach(&scope, &parameter.field.ty, &mut used);
            }
            reach(&scope, file.payload(), &mut used);
        }
    }
    for (_, def) in definitions(spec) {
        if !used.contains(&def.name.place) {
            problems.add(
                def.name.place,
                format!("the type `{}` is not used", def.name.value),
                "use it in a parameter, response or event, or delete it",
            );
        }
    }
}

fn reach(scope: &Scope<'_>, ty: &Type, used: &mut BTreeSet<Place>) {
    ty.walk(&mut |ty| {
        let Base::Name(name) = &ty.base else { return };
        let Some(found) = scope.resolve(name) else {
            return;
        };
        if used.insert(found.def.name.place) {
            let home = scope.at(found.home);
            for field in fields_of(found.def) {
                reach(&home, &field.ty, used);
            }
        }
    });
}
