//! Parameters: defaults, limits and other values suit their types.

use super::{Scope, SpecItem, items};
use crate::{
    problem::Problems,
    spec::{
        Base, EnumValue, Field, Parameter, Rule, Shape, Spec, Text, Type, TypeDef, is_number, types,
    },
    suggest::did_you_mean,
};

/// The type of parameters that the client can generate.
const GENERATED: &str = "ClientOrderId";

/// Defaults and limits suit the type of their parameter.
pub(super) fn parameters(spec: &Spec, problems: &mut Problems) {
    for (ty, _) in &spec.vocabulary.generated {
        if ty.value != GENERATED {
            let hint = did_you_mean(&ty.value, [GENERATED], || {
                format!("only values of {GENERATED} can")
            });
            problems.add(
                ty.place,
                format!("values of `{}` cannot be generated", ty.value),
                hint,
            );
        }
    }
    for product in &spec.products {
        for file in items(product) {
            let scope = Scope::of_head(spec, product, file.head());
            for parameter in file.parameters() {
                one_parameter(&scope, parameter, problems);
                ws_default(&file, parameter, problems);
            }
        }
    }
}

fn one_parameter(scope: &Scope<'_>, parameter: &Parameter, problems: &mut Problems) {
    let field = &parameter.field;
    let name = match &field.ty.base {
        Base::Name(name) => name.as_str(),
        // The rules for an unreadable type are unknown.
        Base::Broken => return,
        _ => "",
    };
    for default in parameter.default.iter().chain(&parameter.ws_default) {
        value_fits(scope, &field.ty, default, problems);
    }
    let number = types::is_integer(name) || name == "Decimal" || name == "Timestamp";
    for rule in &parameter.rules {
        let (what, fits, hint) = match rule {
            Rule::OneOf(values) => (
                "`one_of`",
                one_of_fits(scope, name, values, problems),
                "it applies to whole numbers and to the values of an enum",
            ),
            Rule::Range(minimum, maximum) => {
                range(field, minimum.as_deref(), maximum.as_deref(), problems);
                ("`minimum` or `maximum`", number, "they apply to numbers")
            }
            Rule::MaxLength(_) => ("`max_length`", types::is_text(name), "it applies to text"),
            Rule::Characters { .. } => ("`pattern`", types::is_text(name), "it applies to text"),
            Rule::MaxItems(_) => (
                "`max_items`",
                scope
                    .sent(field)
                    .iter()
                    .all(|sent| matches!(sent.ty.base, Base::Json(_))),
                "it applies to json<[…]>",
            ),
        };
        if !fits {
            let what = format!(
                "{what} does not apply to `{}`, which is {}",
                field.wire.value, field.ty
            );
            problems.add(field.wire.place, what, hint);
        }
    }
    if parameter.generated && (name != GENERATED || !field.optional) {
        let what = format!("`{}` cannot be generated", field.wire.value);
        problems.add(
            field.wire.place,
            what,
            format!("only an optional {GENERATED} can"),
        );
    }
}

/// Whether the values are whole numbers of a type of whole numbers, or texts of an enum. Reports texts that the enum does not have.
fn one_of_fits(scope: &Scope<'_>, ty: &str, values: &[Text], problems: &mut Problems) -> bool {
    let Some(found) = scope.resolve(ty) else {
        let are_numbers = values
            .iter()
            .all(|value| value.value.parse::<i64>().is_ok());
        // An unknown type is reported elsewhere.
        return !types::is_scalar(ty) && !ty.is_empty() || types::is_integer(ty) && are_numbers;
    };
    let Shape::Enum {
        values: known,
        numbers: false,
    } = &found.def.shape
    else {
        return found.def.broken;
    };
    let known = texts(known);
    for value in values {
        if !known.contains(&value.value.as_str()) {
            unknown_value(ty, value, &known, problems);
        }
    }
    true
}

/// The texts of the values of an enum.
fn texts(values: &[EnumValue]) -> Vec<&str> {
    let texts = values.iter().map(|value| value.wire.value.as_str());
    texts.collect()
}

fn unknown_value(name: &str, value: &Text, known: &[&str], problems: &mut Problems) {
    let text = &value.value;
    let hint = did_you_mean(text, known.iter().copied(), || {
        format!("one of {}", known.join(", "))
    });
    let what = format!("`{text}` is not a value of {name}");
    problems.add(value.place, what, hint);
}

/// A default over the websocket API belongs to a request that the websocket API offers, and differs from that over REST.
fn ws_default(file: &SpecItem<'_>, parameter: &Parameter, problems: &mut Problems) {
    let Some(default) = &parameter.ws_default else {
        return;
    };
    let is_offered = matches!(
        file,
        SpecItem::Operation(operation) if operation.rest.is_some() && operation.ws_api.is_some()
    );
    if !is_offered {
        problems.add(
            default.place,
            "only a request of REST and the websocket API has two defaults",
            "write one value, or add `ws_api:` to the file",
        );
    } else if parameter.default.as_ref().map(|rest| &rest.value) == Some(&default.value) {
        problems.add(
            default.place,
            "the two defaults are the same",
            "write one value",
        );
    }
}

fn range(field: &Field, minimum: Option<&str>, maximum: Option<&str>, problems: &mut Problems) {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
    if let (Some(minimum), Some(maximum)) = (number(minimum), number(maximum))
        && minimum > maximum
    {
        let what = format!("the minimum {minimum} is larger than the maximum {maximum}");
        problems.add(
            field.wire.place,
            what,
            "lower the minimum, or raise the maximum",
        );
    }
}

/// Reports a value that is not a value of the type.
pub(super) fn value_fits(scope: &Scope<'_>, ty: &Type, value: &Text, problems: &mut Problems) {
    let text = value.value.as_str();
    let none = |problems: &mut Problems| {
        problems.add(
            value.place,
            format!("{ty} cannot be written as a value"),
            "only scalars and enums can",
        );
    };
    let name = match &ty.base {
        Base::Name(name) => name,
        Base::Broken => return,
        _ => return none(problems),
    };
    let fits = match name.as_str() {
        "bool" => matches!(text, "true" | "false"),
        "Decimal" => is_number(text),
        "Timestamp" | "i64" => text.parse::<i64>().is_ok(),
        "u8" => text.parse::<u8>().is_ok(),
        "u16" => text.parse::<u16>().is_ok(),
        "u32" => text.parse::<u32>().is_ok(),
        "u64" => text.parse::<u64>().is_ok(),
        "i32" => text.parse::<i32>().is_ok(),
        _ => match scope.resolve(name).map(|found| found.def) {
            Some(def) if def.broken => true,
            Some(TypeDef {
                shape: Shape::Enum { values, .. },
                ..
            }) => {
                let wires = texts(values);
                if !wires.contains(&text) {
                    unknown_value(name, value, &wires, problems);
                }
                true
            }
            Some(_) => return none(problems),
            None => true,
        },
    };
    if !fits {
        problems.add(
            value.place,
            format!("`{text}` is not a {name}"),
            "write a value of the type",
        );
    }
}
