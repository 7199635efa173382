//! Types of the spec to types of Rust and the form they are sent in.

use heck::ToUpperCamelCase;

use crate::{
    check::Scope,
    ir::{Declared, Rust, Value, Wire},
    spec::{
        Base, Field, Form, Home, Literal, Operation, Product, Shape, Type, default_form, types,
    },
};

/// The type and form of something that arrives.
pub(super) fn value(scope: &Scope<'_>, ty: &Type) -> Value {
    let (rust, wire) = match &ty.base {
        Base::Name(name) => (named(scope, name), scalar_wire(name, ty)),
        Base::List(item) => {
            let item = value(scope, item);
            let wire = if item.wire.is_plain() {
                Wire::Plain
            } else {
                Wire::List(Box::new(item.wire))
            };
            (Rust::List(Box::new(item.rust)), wire)
        }
        Base::OneOrMany(item) => {
            let item = value(scope, item);
            (
                Rust::List(Box::new(item.rust)),
                Wire::OneOrMany(Box::new(item.wire)),
            )
        }
        Base::OrError(item) => {
            let item = value(scope, item);
            (
                Rust::OrRefusal(Box::new(item.rust)),
                Wire::OrError(Box::new(item.wire)),
            )
        }
        Base::Map(key, item) => {
            let (key, item) = (value(scope, key), value(scope, item));
            let plain = key.wire.is_plain() && item.wire.is_plain();
            let wire = if plain {
                Wire::Plain
            } else {
                Wire::Map(Box::new(key.wire), Box::new(item.wire))
            };
            (Rust::Map(Box::new(key.rust), Box::new(item.rust)), wire)
        }
        // These are for parameters; what they hold stands for them.
        Base::Json(inner) => return value(scope, inner),
        Base::Request(id) => (request(scope, id), Wire::Plain),
        Base::Constant(_) | Base::Broken => (Rust::Scalar("String".to_owned()), Wire::Plain),
    };
    match ty.empties.as_slice() {
        [] => Value { rust, wire },
        [Literal::Null] if wire.is_plain() => Value {
            rust: Rust::Option(Box::new(rust)),
            wire,
        },
        literals => Value {
            rust: Rust::Option(Box::new(rust)),
            wire: Wire::Or(
                Box::new(beside_literals(scope, ty, wire)),
                literals.to_vec(),
            ),
        },
    }
}

/// A scalar whose token is looked at anyway is read from that token, not by serde once more.
fn beside_literals(scope: &Scope<'_>, ty: &Type, wire: Wire) -> Wire {
    let Base::Name(name) = &ty.base else {
        return wire;
    };
    let text = matches!(
        scope.resolve(name).map(|found| &found.def.shape),
        Some(Shape::Enum { numbers: false, .. })
    );
    if !wire.is_plain() || name == "bool" {
        wire
    } else if text || types::is_text(name) {
        Wire::Text
    } else if types::is_integer(name) || name == "Timestamp" {
        Wire::Number
    } else {
        wire
    }
}

/// Likewise of a member, which may be absent.
pub(super) fn member(scope: &Scope<'_>, field: &Field) -> Value {
    let found = value(scope, &field.ty);
    if !field.optional {
        return found;
    }
    let rust = match found.rust {
        Rust::Option(inner) => Rust::Option(inner),
        other => Rust::Option(Box::new(other)),
    };
    let wire = if found.wire.is_plain() {
        Wire::Plain
    } else {
        Wire::Maybe(Box::new(found.wire))
    };
    Value { rust, wire }
}

/// The type alone.
pub(super) fn rust(scope: &Scope<'_>, ty: &Type) -> Rust {
    value(
        scope,
        &Type {
            empties: Vec::new(),
            ..ty.clone()
        },
    )
    .rust
}

/// The field that may be sent as this parameter, where that is one of a choice: with the choice and the variant.
pub(super) fn chosen(
    scope: &Scope<'_>,
    operation: &Operation,
    wire: &str,
) -> Option<(String, Option<(Rust, String)>)> {
    operation.parameters.iter().find_map(|parameter| {
        let member = scope
            .choice(&parameter.field)?
            .iter()
            .find(|member| member.wire.value == wire)?;
        let variant = member.name.to_upper_camel_case();
        let choice = rust(scope, &parameter.field.ty);
        Some((parameter.field.name.clone(), Some((choice, variant))))
    })
}

/// The request type of another operation of the product.
pub(super) fn request(scope: &Scope<'_>, id: &str) -> Rust {
    let found = scope.product.and_then(|product| {
        Some(Declared {
            name: product.operation(id)?.head.name.value.clone(),
            module: Some(root(product)),
        })
    });
    found.map_or_else(|| Rust::Scalar("Empty".to_owned()), Rust::Declared)
}

/// The module where everything of a product's REST operations is found.
fn root(product: &Product) -> Vec<String> {
    ["crate", "generated", &product.id]
        .map(str::to_owned)
        .into()
}

/// The type alone, for another file than the one that names it.
pub(super) fn rust_elsewhere(scope: &Scope<'_>, ty: &Type) -> Rust {
    match rust(scope, ty) {
        Rust::Declared(Declared { name, module: None }) => Rust::Declared(Declared {
            name,
            module: scope.product.map(root),
        }),
        other => other,
    }
}

/// Whether functions take anything that `Into` converts into a type: strings for text, and numbers for decimals.
pub(super) fn is_converted(scope: &Scope<'_>, ty: &Type) -> bool {
    let Base::Name(name) = &ty.base else {
        return false;
    };
    match scope.resolve(name).map(|found| &found.def.shape) {
        Some(Shape::Enum { numbers, .. }) => !numbers,
        Some(_) => false,
        None => types::is_text(name) || matches!(name.as_str(), "Decimal" | "Timestamp"),
    }
}

/// Whether values of a type are `Copy` in Rust.
pub(super) fn is_copy(scope: &Scope<'_>, ty: &Type) -> bool {
    match &ty.base {
        Base::Name(name) => {
            scope.resolve(name).is_none()
                && (types::is_integer(name)
                    || matches!(name.as_str(), "Decimal" | "Timestamp" | "bool"))
        }
        _ => false,
    }
}

fn named(scope: &Scope<'_>, name: &str) -> Rust {
    let Some(found) = scope.resolve(name) else {
        return Rust::Scalar(name.to_owned());
    };
    let parts = |parts: &[&str]| Some(parts.iter().map(|part| (*part).to_owned()).collect());
    let module = match (found.home, scope.product) {
        (Home::Product(_), Some(product)) => parts(&["crate", "generated", &product.id, "types"]),
        (Home::Shared(_), _) => parts(&["crate", "generated", "types"]),
        _ => None,
    };
    Rust::Declared(Declared {
        name: name.to_owned(),
        module,
    })
}

fn scalar_wire(name: &str, ty: &Type) -> Wire {
    match (name, &ty.form) {
        ("Decimal", None | Some((Form::Text, _))) => Wire::Text,
        ("Decimal", Some((Form::Number, _))) => Wire::Number,
        // A timestamp reads both spellings by itself and writes a number.
        ("Timestamp", Some((Form::Number, _))) => Wire::Plain,
        (_, Some((Form::Text, Some(_)) | (Form::Number, Some(_))))
            if default_form(name) == Form::Number =>
        {
            if matches!(ty.form, Some((Form::Text, _))) {
                Wire::Text
            } else {
                Wire::Number
            }
        }
        (_, Some((Form::Text, _))) => Wire::Text,
        _ => Wire::Plain,
    }
}
