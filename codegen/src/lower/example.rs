//! An example of a call: from parameters and values to how one would write it.

use heck::ToUpperCamelCase;

use super::values;
use crate::{
    check::Scope,
    ir::{Declared, Rust, Shown},
    spec::{Base, Field, Operation, Parameter, Product, Shape, Text, Type, types},
};

/// The request of an operation's example, if it has one.
pub(super) fn request(
    scope: &Scope<'_>,
    product: &Product,
    operation: &Operation,
) -> Option<Shown> {
    let example = &operation.example;
    let mut parameters = operation.parameters.iter();
    // Requests in a list are shown as their own files do.
    if example.is_empty() && !parameters.any(|it| it.field.ty.json_requests().is_some()) {
        return None;
    }
    let given = |wire: &str| {
        let (_, value) = example.iter().find(|(name, _)| name.value == wire)?;
        Some(value)
    };
    let find = |wire: &str| {
        let mut parameters = operation.parameters.iter();
        parameters.find(|parameter| parameter.field.wire.value == wire)
    };
    let show = |parameter: &Parameter| shown(scope, product, &parameter.field, example);
    let named = operation.constructors.iter().find(|constructor| {
        let (mut takes, mut sets) = (constructor.takes.iter(), constructor.sets.iter());
        takes.all(|name| find(&name.value).is_some_and(|taken| show(taken).is_some()))
            && sets
                .all(|(name, value)| given(&name.value).is_some_and(|it| it.value == value.value))
    });
    let required = |parameter: &&Parameter| {
        !parameter.field.optional && !matches!(parameter.field.ty.base, Base::Constant(_))
    };
    let arguments: Vec<&Parameter> = match named {
        Some(constructor) => constructor
            .takes
            .iter()
            .filter_map(|name| find(&name.value))
            .collect(),
        None => operation.parameters.iter().filter(required).collect(),
    };
    let is_set = |parameter: &Parameter| {
        named.is_some_and(|named| {
            named
                .sets
                .iter()
                .any(|(name, _)| name.value == parameter.field.wire.value)
        })
    };
    let setters = operation
        .parameters
        .iter()
        .filter(|parameter| {
            !is_set(parameter)
                && !arguments
                    .iter()
                    .any(|argument| argument.field.wire.value == parameter.field.wire.value)
        })
        .filter_map(|parameter| Some((parameter.field.name.clone(), show(parameter)?)));
    Some(Shown::Request {
        rust: Rust::Declared(Declared {
            name: operation.head.name.value.clone(),
            module: None,
        }),
        constructor: named.map_or_else(|| "new".to_owned(), |named| named.name.value.clone()),
        arguments: arguments
            .iter()
            .filter_map(|parameter| show(parameter))
            .collect(),
        setters: setters.collect(),
    })
}

/// The value the example gives a parameter.
fn shown(
    scope: &Scope<'_>,
    product: &Product,
    field: &Field,
    example: &[(Text, Text)],
) -> Option<Shown> {
    if let Some(id) = field.ty.json_requests() {
        let other = product.operation(id)?;
        let scope = Scope::of_head(scope.spec, product, &other.head);
        return Some(Shown::List(vec![request(&scope, product, other)?]));
    }
    let given = |field: &Field| {
        let mut values = example.iter();
        values
            .find(|(name, _)| name.value == field.wire.value)
            .map(|(_, value)| value)
    };
    let Some(members) = scope.choice(field) else {
        return Some(value(scope, &field.ty, given(field)?));
    };
    let (member, text) = members
        .iter()
        .find_map(|member| Some((member, given(member)?)))?;
    Some(Shown::Chosen(
        values::rust(scope, &field.ty),
        member.name.to_upper_camel_case(),
        Box::new(value(scope, &member.ty, text)),
        matches!(&member.ty.base, Base::Name(name) if is_converted(name)),
    ))
}

/// Whether what one writes is not yet of the type.
fn is_converted(name: &str) -> bool {
    types::is_text(name) || matches!(name, "Decimal" | "Timestamp")
}

fn value(scope: &Scope<'_>, ty: &Type, given: &Text) -> Shown {
    if let Some(item) = ty.json_items() {
        let items = given.parts().map(|part| value(scope, item, &part));
        return Shown::List(items.collect());
    }
    let text = given.value.as_str();
    let Base::Name(name) = &ty.base else {
        return Shown::Text(text.to_owned());
    };
    if let Some(Shape::Enum { values, .. }) = scope.resolve(name).map(|found| &found.def.shape)
        && let Some(variant) = values.iter().find(|variant| variant.wire.value == text)
    {
        return Shown::Variant(values::rust(scope, ty), variant.name.clone());
    }
    match (name.as_str(), text.parse()) {
        ("bool", _) => Shown::Flag(text == "true"),
        (name, Ok(integer)) if !types::is_text(name) => Shown::Integer(integer),
        ("Decimal", Err(_)) => Shown::Decimal(text.to_owned()),
        _ => Shown::Text(text.to_owned()),
    }
}
