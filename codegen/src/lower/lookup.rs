//! Lookups of outcomes.

use heck::ToUpperCamelCase;

use super::values;
use crate::{
    check::{Scope, lookups::required},
    ir::{Lookup, LookupArgument},
    spec::{Operation, Product},
};

/// The lookup of an operation, if it has one.
pub(super) fn lookup(
    scope: &Scope<'_>,
    product: &Product,
    operation: &Operation,
) -> Option<Lookup> {
    let lookup = operation.lookup.as_ref()?;
    let target = product.operation(&lookup.request.value)?;
    let target_scope = Scope::of_head(scope.spec, product, &target.head);
    let arguments = required(target).filter_map(|parameter| {
        let sent = target_scope.sent(&parameter.field);
        let (field, own) = sent.iter().find_map(|field| {
            let (_, own) = lookup
                .with
                .iter()
                .find(|(key, _)| key.value == field.wire.value)?;
            Some((field, own))
        })?;
        let own = operation
            .parameters
            .iter()
            .find(|parameter| parameter.field.wire.value == own.value)?;
        let choice = values::rust_elsewhere(&target_scope, &parameter.field.ty);
        Some(LookupArgument {
            field: own.field.name.clone(),
            optional: own.field.optional,
            is_copy: values::is_copy(&target_scope, &field.ty),
            chosen: target_scope
                .choice(&parameter.field)
                .map(|_| (choice, field.name.to_upper_camel_case())),
        })
    });
    Some(Lookup {
        name: target.head.name.value.clone(),
        request: values::request(scope, &lookup.request.value),
        not_found: lookup.not_found.iter().map(|(code, _)| *code).collect(),
        arguments: arguments.collect(),
    })
}
