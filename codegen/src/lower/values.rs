//! The Rust types and codecs of the spec's types.

use heck::ToUpperCamelCase;

use super::error::{Expect, Result};
use crate::{
    check::Scope,
    ir::{ChoiceVariant, Codec, Declared, RustType, Scalar, Value},
    spec::{Base, Field, Form, Home, Literal, Operation, Product, Shape, Type, Word, default_form},
};

/// The type and the codec of a value that is received.
pub(super) fn value(scope: &Scope<'_>, ty: &Type) -> Result<Value> {
    let (rust, codec) = match &ty.base {
        Base::Name(name) => (named(scope, name)?, scalar_codec(name, ty)),
        Base::List(item) => {
            let item = value(scope, item)?;
            let codec = if item.codec.is_plain() {
                Codec::Plain
            } else {
                Codec::List(Box::new(item.codec))
            };
            (RustType::List(Box::new(item.rust)), codec)
        }
        Base::OneOrMany(item) => {
            let item = value(scope, item)?;
            (
                RustType::List(Box::new(item.rust)),
                Codec::OneOrMany(Box::new(item.codec)),
            )
        }
        Base::OrError(item) => {
            let item = value(scope, item)?;
            (
                RustType::OrRejection(Box::new(item.rust)),
                Codec::OrRejection(Box::new(item.codec)),
            )
        }
        Base::Map(key, item) => {
            let (key, item) = (value(scope, key)?, value(scope, item)?);
            let codec = if key.codec.is_plain() && item.codec.is_plain() {
                Codec::Plain
            } else {
                Codec::Map(Box::new(key.codec), Box::new(item.codec))
            };
            (
                RustType::Map(Box::new(key.rust), Box::new(item.rust)),
                codec,
            )
        }
        // JSON text occurs in parameters only. Its type is that of its content.
        Base::Json(inner) => return value(scope, inner),
        Base::Request(id) => (request(scope, id)?, Codec::Plain),
        Base::Constant(_) | Base::Broken => {
            return None.or_missing(|| format!("the Rust type of `{ty}`"));
        }
    };
    Ok(match ty.empties.as_slice() {
        [] => Value { rust, codec },
        [Literal::Null] if codec.is_plain() => Value {
            rust: RustType::Option(Box::new(rust)),
            codec,
        },
        literals => Value {
            rust: RustType::Option(Box::new(rust)),
            codec: Codec::Or(Box::new(with_literals(scope, ty, codec)), literals.to_vec()),
        },
    })
}

/// The codec of a scalar that may be a spelling of "no value". Its token is read anyway, so the value is parsed from the token and not by serde.
fn with_literals(scope: &Scope<'_>, ty: &Type, codec: Codec) -> Codec {
    let Base::Name(name) = &ty.base else {
        return codec;
    };
    let is_text_enum = matches!(
        scope.resolve(name).map(|found| &found.def.shape),
        Some(Shape::Enum { numbers: false, .. })
    );
    if !codec.is_plain() {
        return codec;
    }
    match Scalar::of_word(name) {
        _ if is_text_enum => Codec::Text,
        Some(scalar) if scalar.is_text() => Codec::Text,
        Some(scalar) if scalar.is_integer() || scalar == Scalar::Timestamp => Codec::Number,
        _ => codec,
    }
}

/// The type and the codec of a field, which may be absent.
pub(super) fn field(scope: &Scope<'_>, field: &Field) -> Result<Value> {
    let found = value(scope, &field.ty)?;
    if !field.optional {
        return Ok(found);
    }
    let rust = match found.rust {
        RustType::Option(inner) => RustType::Option(inner),
        other => RustType::Option(Box::new(other)),
    };
    let codec = Codec::Optional(Box::new(found.codec));
    Ok(Value { rust, codec })
}

/// The type without its spellings of "no value".
pub(super) fn rust(scope: &Scope<'_>, ty: &Type) -> Result<RustType> {
    let ty = Type {
        empties: Vec::new(),
        ..ty.clone()
    };
    Ok(value(scope, &ty)?.rust)
}

/// The field that is sent under a name on the wire if that is one of a choice, and the variant of the choice.
pub(super) fn chosen(
    scope: &Scope<'_>,
    operation: &Operation,
    wire: &str,
) -> Result<(String, ChoiceVariant)> {
    let found = operation.parameters.iter().find_map(|parameter| {
        let mut alternatives = scope.choice(&parameter.field)?.iter();
        let alternative = alternatives.find(|alternative| alternative.wire.value == wire)?;
        Some((parameter, alternative))
    });
    let (parameter, alternative) = found.or_missing(|| format!("the parameter `{wire}`"))?;
    let variant = ChoiceVariant {
        choice: rust(scope, &parameter.field.ty)?,
        variant: alternative.name.to_upper_camel_case(),
    };
    Ok((parameter.field.name.clone(), variant))
}

/// The request type of another operation of the product.
pub(super) fn request(scope: &Scope<'_>, id: &str) -> Result<RustType> {
    let found = scope.product.and_then(|product| {
        Some(Declared {
            name: product.operation(id)?.head.name.value.clone(),
            module: Some(root(product)),
        })
    });
    let found = found.or_missing(|| format!("the operation `{id}`"))?;
    Ok(RustType::Declared(found))
}

/// The module that exports everything of a product's REST operations.
fn root(product: &Product) -> Vec<String> {
    ["crate", "generated", &product.id]
        .map(str::to_owned)
        .into()
}

/// The type as it is named in another file than the one that the scope belongs to.
pub(super) fn rust_elsewhere(scope: &Scope<'_>, ty: &Type) -> Result<RustType> {
    Ok(match rust(scope, ty)? {
        RustType::Declared(Declared { name, module: None }) => RustType::Declared(Declared {
            name,
            module: scope.product.map(root),
        }),
        other => other,
    })
}

/// Whether functions take anything that `Into` converts into a type: strings for text, and numbers for decimals and times.
pub(super) fn is_converted(scope: &Scope<'_>, ty: &Type) -> bool {
    let Base::Name(name) = &ty.base else {
        return false;
    };
    match scope.resolve(name).map(|found| &found.def.shape) {
        Some(Shape::Enum { numbers, .. }) => !numbers,
        Some(_) => false,
        None => Scalar::of_word(name).is_some_and(|scalar| {
            scalar.is_text() || matches!(scalar, Scalar::Decimal | Scalar::Timestamp)
        }),
    }
}

/// Whether values of a type are `Copy` in Rust.
pub(super) fn is_copy(scope: &Scope<'_>, ty: &Type) -> bool {
    let Base::Name(name) = &ty.base else {
        return false;
    };
    scope.resolve(name).is_none()
        && Scalar::of_word(name).is_some_and(|scalar| {
            scalar.is_integer()
                || matches!(scalar, Scalar::Decimal | Scalar::Timestamp | Scalar::Bool)
        })
}

fn named(scope: &Scope<'_>, name: &str) -> Result<RustType> {
    let Some(found) = scope.resolve(name) else {
        let scalar = Scalar::of_word(name).or_missing(|| format!("the type `{name}`"))?;
        return Ok(RustType::Scalar(scalar));
    };
    let parts = |parts: &[&str]| Some(parts.iter().map(|part| (*part).to_owned()).collect());
    let module = match (found.home, scope.product) {
        (Home::Product(_), Some(product)) => parts(&["crate", "generated", &product.id, "types"]),
        (Home::Shared(_), _) => parts(&["crate", "generated", "types"]),
        _ => None,
    };
    Ok(RustType::Declared(Declared {
        name: name.to_owned(),
        module,
    }))
}

fn scalar_codec(name: &str, ty: &Type) -> Codec {
    let codec = |form| match form {
        Form::Text => Codec::Text,
        Form::Number => Codec::Number,
    };
    match (Scalar::of_word(name), ty.form) {
        (Some(Scalar::Decimal), None) => Codec::Text,
        (Some(Scalar::Decimal), Some((form, _))) => codec(form),
        // A timestamp reads both forms itself and writes a number.
        (Some(Scalar::Timestamp), Some((Form::Number, _))) => Codec::Plain,
        (_, Some((form, Some(_)))) if default_form(name) == Form::Number => codec(form),
        (_, Some((Form::Text, _))) => Codec::Text,
        _ => Codec::Plain,
    }
}
