//! Constructors: names and parameters.

use std::collections::BTreeSet;

use heck::ToSnakeCase;

use super::{
    Scope, names::TAKEN_BY_REQUESTS, parameters::value_fits, references::find_parameter,
    references::wire_names,
};
use crate::{
    problem::Problems,
    spec::{Base, Constructor, Operation, Parameter, Spec, Text},
};

/// A constructor takes or sets all required parameters, and only parameters that exist.
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
        if let Some(choice) = choice_with(scope, operation, name) {
            let what = format!("`{}` is part of the choice `{choice}`", name.value);
            let hint =
                format!("put `{choice}` under `takes`: the argument is any of its parameters");
            problems.add(name.place, what, hint);
            // The choice counts as written, so that it is not reported as missing.
            given.insert(choice);
            continue;
        }
        let Some(parameter) = find_parameter(operation, name, "the constructor", problems) else {
            continue;
        };
        if !given.insert(name.value.as_str()) {
            problems.add(
                name.place,
                format!("`{}` appears twice", name.value),
                "remove one of the two",
            );
        }
        let ty = &parameter.field.ty;
        match value {
            // Enums, booleans, whole numbers and text have constants in Rust.
            Some(value) if matches!(&ty.base, Base::Name(name) if name == "Decimal" || name == "Timestamp") =>
            {
                problems.add(
                    value.place,
                    format!("a value of {ty} cannot be set"),
                    "put the parameter under `takes`",
                );
            }
            Some(value) => value_fits(scope, ty, value, problems),
            None if matches!(ty.base, Base::Constant(_)) => {
                let what = format!("`{}` is a constant", name.value);
                problems.add(name.place, what, "remove it: a constant is always sent");
            }
            None => {}
        }
    }
    for Parameter { field, .. } in &operation.parameters {
        let wire = field.wire.value.as_str();
        if !field.optional && !matches!(field.ty.base, Base::Constant(_)) && !given.contains(wire) {
            let what = format!("the constructor lacks `{wire}`");
            problems.add(
                constructor.name.place,
                what,
                "put it under `takes` or `sets`",
            );
        }
    }
}

/// The parameter that is a choice with a parameter of this name.
fn choice_with<'a>(scope: &Scope<'_>, operation: &'a Operation, name: &Text) -> Option<&'a str> {
    let mut fields = operation
        .parameters
        .iter()
        .map(|parameter| &parameter.field);
    if fields.clone().any(|field| field.wire.value == name.value) {
        return None;
    }
    let choice = fields.find(|field| wire_names(scope, field).contains(&name.value))?;
    Some(&choice.wire.value)
}

fn constructor_name(operation: &Operation, name: &Text, problems: &mut Problems) {
    let text = name.value.as_str();
    let fine = text.is_ascii()
        && text.to_snake_case() == text
        && syn::parse_str::<syn::Ident>(text).is_ok();
    if !fine || TAKEN_BY_REQUESTS.contains(&text) {
        let what = format!("`{text}` cannot be the name of a constructor");
        problems.add(name.place, what, "write another snake_case name");
    }
    if operation
        .parameters
        .iter()
        .any(|parameter| parameter.field.name == text)
    {
        let hint = "both would be methods of the request: choose another name";
        problems.add(name.place, format!("`{text}` is also a parameter"), hint);
    }
}
