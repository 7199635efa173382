//! Lookups of outcomes.

use heck::ToUpperCamelCase;

use super::{
    error::{Expect, Result},
    values,
};
use crate::{
    check::{Scope, lookups::required},
    ir::{ChoiceVariant, Lookup, LookupArgument},
    spec::{self, Operation, Parameter, Product},
};

/// The lookup of an operation, if it has one.
pub(super) fn lookup(
    scope: &Scope<'_>,
    product: &Product,
    operation: &Operation,
) -> Result<Option<Lookup>> {
    let Some(lookup) = operation.lookup.as_ref() else {
        return Ok(None);
    };
    let target = product
        .operation(&lookup.request.value)
        .or_missing(|| format!("the operation `{}`", lookup.request.value))?;
    let target_scope = Scope::of_head(scope.spec, product, &target.head);
    let arguments: Result<Vec<LookupArgument>> = required(target)
        .map(|parameter| argument(&target_scope, operation, lookup, parameter))
        .collect();
    Ok(Some(Lookup {
        name: target.head.name.value.clone(),
        request: values::request(scope, &lookup.request.value)?,
        not_found: lookup.not_found.iter().map(|(code, _)| *code).collect(),
        arguments: arguments?,
    }))
}

/// The argument for a parameter of the lookup.
fn argument(
    target: &Scope<'_>,
    operation: &Operation,
    lookup: &spec::Lookup,
    parameter: &Parameter,
) -> Result<LookupArgument> {
    let name = &parameter.field.wire.value;
    let sent = target.sent(&parameter.field);
    let source = sent.iter().find_map(|field| {
        let mut with = lookup.with.iter();
        let (_, own) = with.find(|(key, _)| key.value == field.wire.value)?;
        Some((field, own))
    });
    let (field, own) = source.or_missing(|| format!("the value of `{name}` in `with`"))?;
    let mut parameters = operation.parameters.iter();
    let own = parameters
        .find(|parameter| parameter.field.wire.value == own.value)
        .or_missing(|| format!("the parameter `{}`", own.value))?;
    let chosen = match target.choice(&parameter.field) {
        Some(_) => Some(ChoiceVariant {
            choice: values::rust_elsewhere(target, &parameter.field.ty)?,
            variant: field.name.to_upper_camel_case(),
        }),
        None => None,
    };
    Ok(LookupArgument {
        field: own.field.name.clone(),
        optional: own.field.optional,
        is_copy: values::is_copy(target, &field.ty),
        chosen,
    })
}
