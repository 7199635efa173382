//! The fields that tell the product of an element, in topics with elements of several products.

use std::collections::BTreeSet;

use super::{Scope, positions};
use crate::{
    problem::Problems,
    spec::{Base, EnumValue, Product, Shape, Spec, Text, Topic, Type, types},
    suggest::did_you_mean,
};

/// The fields are of one enum, and each product has one of its values.
pub(super) fn own_products(spec: &Spec, problems: &mut Problems) {
    distinct(spec, problems);
    // A value that an enum lacks is one problem, not one for each topic.
    let mut reported = BTreeSet::new();
    for product in &spec.products {
        for topic in &product.topics {
            let Some(first) = topic.products.first() else {
                continue;
            };
            if product.symbol_type.is_none() {
                let what = format!("{} has no `symbol_type`", product.path);
                let hint = format!("write there the value of `{}` that is its own", first.value);
                problems.add(first.place, what, hint);
            }
            let scope = Scope::of_head(spec, product, &topic.head);
            no_symbol(topic, first, problems);
            let Some((name, values)) = one_enum(&scope, topic, problems) else {
                continue;
            };
            for product in &spec.products {
                if let Some(own) = &product.symbol_type
                    && !values.iter().any(|value| value.wire.value == own.value)
                    && reported.insert(&product.id)
                {
                    unknown(own, &name, values, topic, problems);
                }
            }
        }
    }
}

/// No two products have the same value.
fn distinct(spec: &Spec, problems: &mut Problems) {
    let mut seen: Vec<(&Product, &Text)> = Vec::new();
    for product in &spec.products {
        let Some(own) = &product.symbol_type else {
            continue;
        };
        if let Some((other, _)) = seen.iter().find(|(_, other)| other.value == own.value) {
            let what = format!("`{}` is the value of `{}` already", own.value, other.id);
            problems.add(own.place, what, "write the value of this product");
        }
        seen.push((product, own));
    }
}

/// A symbol that the caller named is never left out.
fn no_symbol(topic: &Topic, products: &Text, problems: &mut Problems) {
    let is_symbol =
        |ty: &Type| matches!(&ty.base, Base::Name(name) if name == "Symbol" || name == "Pair");
    let mut parameters = topic.parameters.iter();
    if let Some(symbol) = parameters.find(|parameter| is_symbol(&parameter.field.ty)) {
        let what = format!(
            "the topic names its elements by `{}`, so that none is left out",
            symbol.field.wire.value
        );
        problems.add(products.place, what, "remove `products`");
    }
}

/// The enum of the fields, with its name.
fn one_enum<'a>(
    scope: &Scope<'a>,
    topic: &Topic,
    problems: &mut Problems,
) -> Option<(String, &'a [EnumValue])> {
    let mut found: Option<(String, &'a [EnumValue])> = None;
    for path in &topic.products {
        let Some((scope, field)) = positions::field(scope, &topic.event, path, problems) else {
            continue;
        };
        let definition = match &field.ty.base {
            Base::Name(name) => match scope.resolve(name) {
                Some(found) if found.def.broken => continue,
                Some(found) => Some((name, &found.def.shape)),
                None if types::is_scalar(name) => None,
                // An unknown type is reported elsewhere.
                None => continue,
            },
            Base::Broken => continue,
            _ => None,
        };
        let (name, values) = match definition {
            Some((name, Shape::Enum { values, .. })) => (name, values),
            _ => {
                let what = format!(
                    "`{}` has the type {}, which is not an enum",
                    path.value, field.ty
                );
                let hint = "name a field whose values tell the products apart";
                problems.add(path.place, what, hint);
                continue;
            }
        };
        match &found {
            None => found = Some((name.clone(), values)),
            Some((first, _)) if first != name => {
                let what = format!("`{}` has the type {name}, not {first}", path.value);
                problems.add(path.place, what, "name fields of one type");
            }
            Some(_) => {}
        }
    }
    found
}

fn unknown(own: &Text, name: &str, values: &[EnumValue], topic: &Topic, problems: &mut Problems) {
    let what = format!(
        "`{}` is not a value of {name}, by which {} tells products apart",
        own.value, topic.head.path
    );
    let values = || values.iter().map(|value| value.wire.value.as_str());
    let hint = did_you_mean(&own.value, values(), || {
        let values: Vec<&str> = values().collect();
        format!("the values are {}", values.join(", "))
    });
    problems.add(own.place, what, hint);
}
