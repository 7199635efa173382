//! Names of buckets, groups, operations and parameters.

use super::Scope;
use crate::{
    problem::{Place, Problems},
    spec::{Base, ErrorCode, Field, Operation, Parameter, Product, Spec, Text},
    suggest::did_you_mean,
};

/// Buckets, groups and batched operations exist.
pub(super) fn references(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        // The declarations of an unreadable file are unknown.
        let readable = !spec.unreadable.contains(&product.path);
        for operation in &product.operations {
            if let Some(bucket) = operation.bucket.as_ref().filter(|_| readable) {
                let buckets: Vec<_> = product
                    .rate_limits
                    .iter()
                    .filter_map(|limit| limit.bucket.as_deref())
                    .collect();
                in_list(
                    bucket,
                    &buckets,
                    "bucket",
                    &format!("declare it in {}", product.path),
                    problems,
                );
            }
            for parameter in &operation.parameters {
                parameter.field.ty.walk(&mut |ty| {
                    if let Base::Request(id) = &ty.base {
                        let id = Text {
                            value: id.clone(),
                            place: ty.place,
                        };
                        named_operation(&id, spec, product, problems);
                    }
                });
            }
        }
        for topic in product.topics.iter().filter(|_| readable) {
            let groups: Vec<_> = product
                .groups
                .iter()
                .map(|group| group.value.as_str())
                .collect();
            match &topic.group {
                Some(group) => in_list(
                    group,
                    &groups,
                    "group",
                    &format!("declare it in {}", product.path),
                    problems,
                ),
                None if !groups.is_empty() => problems.add(
                    topic.template.place,
                    "the stream has no `group`",
                    format!("write `group:` with one of {}", groups.join(", ")),
                ),
                None => {}
            }
        }
    }
}

/// A name is the name of a REST operation.
pub(super) fn named_operation(id: &Text, spec: &Spec, product: &Product, problems: &mut Problems) {
    let known = product
        .operations
        .iter()
        .filter(|operation| operation.rest.is_some())
        .map(|operation| operation.head.id.value.as_str());
    // The declarations of an unreadable file are unknown.
    let folder = format!("spec/{}/", product.id);
    let unreadable = spec
        .unreadable
        .iter()
        .filter(|path| path.starts_with(&folder));
    let stems = unreadable.filter_map(|path| path.rsplit('/').next()?.strip_suffix(".yaml"));
    let ids: Vec<_> = known.chain(stems).collect();
    let hint = format!(
        "its file would be spec/{}/rest/<group>/{}.yaml",
        product.id, id.value
    );
    in_list(id, &ids, "operation", &hint, problems);
}

fn in_list(name: &Text, list: &[&str], what: &str, else_hint: &str, problems: &mut Problems) {
    if list.contains(&name.value.as_str()) {
        return;
    }
    let hint = did_you_mean(&name.value, list.iter().copied(), || else_hint.to_owned());
    problems.add(
        name.place,
        format!("there is no {what} `{}`", name.value),
        hint,
    );
}

/// A code is an error code of the product, or of the product whose error codes apply as well.
pub(super) fn known_code(
    code: i64,
    place: Place,
    spec: &Spec,
    product: &Product,
    problems: &mut Problems,
) {
    // The codes of a file that cannot be read are unknown.
    if spec.unreadable.contains("spec/errors.yaml") {
        return;
    }
    let known: Vec<String> = spec
        .errors
        .iter()
        .filter(|error| is_of(error, product))
        .map(|error| error.code.to_string())
        .collect();
    let text = code.to_string();
    if !known.contains(&text) {
        let hint = did_you_mean(&text, known.iter().map(String::as_str), || {
            "add it to spec/errors.yaml".to_owned()
        });
        let what = format!("`{}` has no error code {text}", product.id);
        problems.add(place, what, hint);
    }
}

/// Whether a product may respond with an error code in this meaning.
pub(super) fn is_of(error: &ErrorCode, product: &Product) -> bool {
    let lender = product.errors_of.as_ref();
    error.holds_in(&product.id) || lender.is_some_and(|other| error.holds_in(&other.value))
}

/// A name is the folder of a product.
pub(super) fn known_product(name: &Text, spec: &Spec, problems: &mut Problems) {
    let ids: Vec<_> = spec
        .products
        .iter()
        .map(|product| product.id.as_str())
        .collect();
    let hint = match ids.as_slice() {
        [id] => format!("the only product is {id}"),
        ids => format!("the products are {}", ids.join(" and ")),
    };
    in_list(name, &ids, "product", &hint, problems);
}

/// Names of all parameters that can be sent, including those of choices.
pub(super) fn parameter_names(
    spec: &Spec,
    product: &Product,
    operation: &Operation,
) -> Vec<String> {
    let scope = Scope::of_head(spec, product, &operation.head);
    operation
        .parameters
        .iter()
        .flat_map(|parameter| wire_names(&scope, &parameter.field))
        .collect()
}

pub(super) fn wire_names(scope: &Scope<'_>, field: &Field) -> Vec<String> {
    scope
        .sent(field)
        .iter()
        .map(|sent| sent.wire.value.clone())
        .collect()
}

pub(super) fn find_parameter<'a>(
    operation: &'a Operation,
    name: &Text,
    what: &str,
    problems: &mut Problems,
) -> Option<&'a Parameter> {
    let found = operation
        .parameters
        .iter()
        .find(|parameter| parameter.field.wire.value == name.value);
    if found.is_none() {
        let names: Vec<&str> = operation
            .parameters
            .iter()
            .map(|parameter| parameter.field.wire.value.as_str())
            .collect();
        let hint = did_you_mean(&name.value, names.iter().copied(), || {
            if names.is_empty() {
                "there are no parameters".to_owned()
            } else {
                format!("the parameters are {}", names.join(", "))
            }
        });
        problems.add(
            name.place,
            format!(
                "{what} names a parameter `{}` that does not exist",
                name.value
            ),
            hint,
        );
    }
    found
}
