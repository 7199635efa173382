//! How to learn what became of a request: the question, and what it is made of.

use heck::ToUpperCamelCase;

use super::values;
use crate::{
    check::{
        Scope,
        lookups::{Argument, Sent, arguments},
    },
    ir::{Asked, Lookup},
    spec::{Operation, Product},
};

/// The lookup of an operation, if it has one.
pub(super) fn lookup(
    scope: &Scope<'_>,
    product: &Product,
    operation: &Operation,
) -> Option<Lookup> {
    let lookup = operation.lookup.as_ref()?;
    let question = product.operation(&lookup.ask.value)?;
    let sent = Sent::of(scope.spec, product, operation);
    let value = sent.find(&lookup.by.value)?;
    let of_question = Scope::of_head(scope.spec, product, &question.head);
    let arguments = arguments(&of_question, question, &sent, value);
    Some(Lookup {
        name: question.head.name.value.clone(),
        question: values::request(scope, &lookup.ask.value),
        by: lookup.by.value.clone(),
        absent: lookup.absent.iter().map(|(code, _)| *code).collect(),
        arguments: arguments
            .iter()
            .filter_map(|argument| asked(&of_question, argument))
            .collect(),
    })
}

fn asked(scope: &Scope<'_>, argument: &Argument<'_>) -> Option<Asked> {
    let choice = values::rust_elsewhere(scope, &argument.parameter.ty);
    Some(Asked {
        sent: argument.made_of?.to_owned(),
        rust: values::rust_elsewhere(scope, &argument.value.ty),
        chosen: scope
            .choice(argument.parameter)
            .map(|_| (choice, argument.value.name.to_upper_camel_case())),
    })
}
