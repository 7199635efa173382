//! Checks of lookups: whether the fields of a request are enough to look up its outcome.

use super::{
    Scope,
    references::{known_code, named_operation, parameter_names},
};
use crate::{
    problem::Problems,
    spec::{Base, Field, Lookup, Operation, Parameter, Product, Spec, Text, types},
    suggest::did_you_mean,
};

/// Every lookup uses a read-only operation, takes all its parameters from the request, and lists known error codes.
pub(super) fn lookups(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for operation in &product.operations {
            if let Some(lookup) = &operation.lookup {
                check(spec, product, operation, lookup, problems);
            }
        }
    }
}

fn check(
    spec: &Spec,
    product: &Product,
    operation: &Operation,
    lookup: &Lookup,
    problems: &mut Problems,
) {
    for (code, place) in &lookup.not_found {
        known_code(*code, *place, spec, product, problems);
    }
    let request = &lookup.request;
    if operation.is_read_only() {
        let what = format!(
            "`{}` is read-only: it has no outcome to look up",
            operation.head.id.value
        );
        problems.add(request.place, what, "remove the lookup");
        return;
    }
    for (_, own) in &lookup.with {
        own_parameter(spec, product, operation, own, problems);
    }
    let rest = |operation: &&Operation| operation.rest.is_some();
    let Some(target) = product.operation(&request.value).filter(rest) else {
        named_operation(request, spec, product, problems);
        return;
    };
    if !target.is_read_only() {
        let what = format!("`{}` is not read-only", request.value);
        problems.add(
            request.place,
            what,
            "use a read-only request: the lookup may be sent many times",
        );
        return;
    }
    arguments_match(spec, product, operation, target, lookup, problems);
}

fn own_parameter(
    spec: &Spec,
    product: &Product,
    operation: &Operation,
    own: &Text,
    problems: &mut Problems,
) {
    let found = operation
        .parameters
        .iter()
        .any(|parameter| parameter.field.wire.value == own.value);
    let names = parameter_names(spec, product, operation);
    if !found && names.contains(&own.value) {
        problems.add(
            own.place,
            format!(
                "`{}` is part of a choice: a request may send another parameter of it",
                own.value
            ),
            "take it from a parameter that is not part of a choice",
        );
    } else if !found {
        let hint = did_you_mean(&own.value, names.iter().map(String::as_str), || {
            "name a parameter of this request".to_owned()
        });
        let what = format!(
            "the lookup names a parameter `{}` that does not exist",
            own.value
        );
        problems.add(own.place, what, hint);
    }
}

/// Each required parameter of the lookup is taken from a parameter of the same type, and nothing else is.
fn arguments_match(
    spec: &Spec,
    product: &Product,
    operation: &Operation,
    target: &Operation,
    lookup: &Lookup,
    problems: &mut Problems,
) {
    let scope = Scope::of_head(spec, product, &target.head);
    let request = &lookup.request;
    for parameter in required(target) {
        let sent = scope.sent(&parameter.field);
        let given = |field: &&Field| {
            let name = &field.wire.value;
            lookup.with.iter().any(|(key, _)| key.value == *name)
        };
        match sent.iter().filter(given).count() {
            1 => {}
            0 => {
                let names: Vec<_> = sent
                    .iter()
                    .map(|field| format!("`{}`", field.wire.value))
                    .collect();
                problems.add(
                    request.place,
                    format!("`{}` needs {}", request.value, names.join(" or ")),
                    "write under `with` which parameter it is taken from",
                );
            }
            _ => problems.add(
                request.place,
                format!(
                    "`{}` takes only one of the parameters of `{}`",
                    request.value, parameter.field.name
                ),
                "remove the others from `with`",
            ),
        }
    }
    for (key, own) in &lookup.with {
        let fields = || required(target).flat_map(|parameter| scope.sent(&parameter.field));
        let Some(field) = fields().find(|field| field.wire.value == key.value) else {
            let names: Vec<_> = fields().map(|field| field.wire.value.as_str()).collect();
            let hint = did_you_mean(&key.value, names.iter().copied(), || {
                format!("its required parameters are {}", names.join(", "))
            });
            let what = format!(
                "`{}` has no required parameter `{}`",
                request.value, key.value
            );
            problems.add(key.place, what, hint);
            continue;
        };
        let own_field = operation
            .parameters
            .iter()
            .map(|parameter| &parameter.field)
            .find(|field| field.wire.value == own.value);
        let own_scope = Scope::of_head(spec, product, &operation.head);
        if let Some(own_field) = own_field
            && is_known(&scope, field)
            && is_known(&own_scope, own_field)
            && field.ty.base != own_field.ty.base
        {
            let what = format!(
                "`{}` has the type {}, and `{}` the type {}",
                key.value, field.ty, own.value, own_field.ty
            );
            problems.add(own.place, what, "take it from a parameter of the same type");
        }
    }
}

/// Whether the type is known. Types that cannot be read and unknown names are reported elsewhere.
fn is_known(scope: &Scope<'_>, field: &Field) -> bool {
    match &field.ty.base {
        Base::Broken => false,
        Base::Name(name) => types::is_scalar(name) || scope.resolve(name).is_some(),
        _ => true,
    }
}

/// The parameters that a call of the operation must have.
pub(crate) fn required(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().filter(|parameter| {
        !parameter.field.optional && !matches!(parameter.field.ty.base, Base::Constant(_))
    })
}
