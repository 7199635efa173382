//! Products: their paths, the operation that returns the time, and the products they refer to.

use super::{
    Scope,
    lookups::required,
    references::{known_product, named_operation},
};
use crate::{
    problem::Problems,
    spec::{Base, Field, Operation, Product, Spec, Text},
    suggest::did_you_mean,
};

/// Names of products and operations exist, and each path belongs to its product.
pub(super) fn products(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for other in product.errors_of.iter().chain(&product.limits_of) {
            other_product(other, spec, product, problems);
        }
        for prefix in &product.paths {
            if !prefix.value.starts_with('/') || !prefix.value.ends_with('/') {
                let what = format!("`{}` is not the prefix of a path", prefix.value);
                problems.add(prefix.place, what, "begin and end it with `/`");
            }
        }
        if let Some((request, field)) = &product.server_time {
            server_time(spec, product, request, field, problems);
        }
        for operation in &product.operations {
            if let Some(call) = &operation.rest {
                path_of_product(spec, product, &call.path, problems);
            }
        }
    }
}

fn other_product(name: &Text, spec: &Spec, product: &Product, problems: &mut Problems) {
    if name.value == product.id {
        let what = format!("`{}` names itself", name.value);
        problems.add(name.place, what, "name another product, or remove the key");
    } else {
        known_product(name, spec, problems);
    }
}

/// The path begins with a prefix of the product.
fn path_of_product(spec: &Spec, product: &Product, path: &Text, problems: &mut Problems) {
    let has_prefix = |product: &Product| {
        let mut prefixes = product.paths.iter();
        prefixes.any(|prefix| path.value.starts_with(&prefix.value))
    };
    // A path without `/` is reported elsewhere.
    if product.paths.is_empty() || has_prefix(product) || !path.value.starts_with('/') {
        return;
    }
    let others = || spec.products.iter().filter(|other| other.id != product.id);
    if let Some(owner) = others().find(|other| has_prefix(other)) {
        problems.add(
            path.place,
            format!("`{}` is a path of `{}`", path.value, owner.id),
            format!(
                "write a path of `{}`, or move this file to spec/{}/",
                product.id, owner.id
            ),
        );
    } else {
        let prefixes: Vec<_> = product
            .paths
            .iter()
            .map(|prefix| prefix.value.as_str())
            .collect();
        problems.add(
            path.place,
            format!("`{}` is not a path of `{}`", path.value, product.id),
            format!(
                "its paths begin with {}, see {}",
                prefixes.join(" or "),
                product.path
            ),
        );
    }
}

/// The operation is read-only, needs no parameters, and its response has that field.
fn server_time(
    spec: &Spec,
    product: &Product,
    request: &Text,
    field: &Text,
    problems: &mut Problems,
) {
    let is_rest = |operation: &&Operation| operation.rest.is_some();
    let Some(operation) = product.operation(&request.value).filter(is_rest) else {
        named_operation(request, spec, product, problems);
        return;
    };
    let mut wrong = |what: &str, hint: &str| {
        problems.add(request.place, format!("`{}` {what}", request.value), hint);
    };
    if !operation.is_read_only() {
        wrong("is not read-only", "name a read-only request");
    }
    if required(operation).next().is_some() {
        wrong(
            "has required parameters",
            "name a request without required parameters",
        );
    }
    let scope = Scope::of_head(spec, product, &operation.head);
    let Some((_, fields)) = scope.fields(&operation.response) else {
        return;
    };
    time_field(request, field, fields, problems);
}

fn time_field(request: &Text, name: &Text, fields: &[Field], problems: &mut Problems) {
    let Some(field) = fields.iter().find(|field| field.wire.value == name.value) else {
        let names = fields.iter().map(|field| field.wire.value.as_str());
        let hint = did_you_mean(&name.value, names, || {
            "name a field of the response by its name on the wire".to_owned()
        });
        let what = format!(
            "the response of `{}` has no field `{}`",
            request.value, name.value
        );
        problems.add(name.place, what, hint);
        return;
    };
    let is_time = match &field.ty.base {
        Base::Name(name) => name == "Timestamp" && field.ty.empties.is_empty(),
        Base::Broken => true,
        _ => false,
    };
    let what = if !is_time {
        format!("`{}` has the type {}", name.value, field.ty)
    } else if field.optional {
        format!("`{}` may be absent", name.value)
    } else {
        return;
    };
    let hint = "name a field of the type Timestamp that is always present";
    problems.add(name.place, what, hint);
}
