//! Examples: parameters and values.

use super::{Scope, parameters::value_fits, references::parameter_names};
use crate::{
    problem::Problems,
    spec::{Base, Field, Parameter, Spec, Text},
    suggest::did_you_mean,
};

/// An example has all required parameters, and only parameters that exist.
pub(super) fn examples(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for operation in &product.operations {
            let scope = Scope::of_head(spec, product, &operation.head);
            let Some((first, _)) = operation.example.first() else {
                continue;
            };
            for Parameter { field, .. } in &operation.parameters {
                one_shown(&scope, field, &operation.example, first, problems);
            }
            let names = parameter_names(spec, product, operation);
            for (name, _) in &operation.example {
                if !names.contains(&name.value) {
                    let hint = did_you_mean(&name.value, names.iter().map(String::as_str), || {
                        format!("the parameters are {}", names.join(", "))
                    });
                    let what = format!(
                        "the example names a parameter `{}` that does not exist",
                        name.value
                    );
                    problems.add(name.place, what, hint);
                }
            }
        }
    }
}

/// An example has a parameter once, with a value of its type.
fn one_shown(
    scope: &Scope<'_>,
    field: &Field,
    example: &[(Text, Text)],
    first: &Text,
    problems: &mut Problems,
) {
    let given: Vec<_> = scope
        .sent(field)
        .iter()
        .filter_map(|sent| {
            let mut shown = example.iter();
            let found = shown.find(|(name, _)| name.value == sent.wire.value)?;
            Some((sent, found))
        })
        .collect();
    let constant = matches!(field.ty.base, Base::Constant(_));
    for (sent, (name, value)) in &given {
        if constant {
            let what = format!("`{}` is a constant", name.value);
            problems.add(name.place, what, "remove it: a constant is always sent");
        } else if let Some(item) = sent.ty.json_items() {
            for part in value.parts() {
                value_fits(scope, item, &part, problems);
            }
        } else {
            value_fits(scope, &sent.ty, value, problems);
        }
    }
    let wire = &field.wire.value;
    // Requests in a list are shown with the examples of their own files.
    let shown_elsewhere = constant || field.ty.json_requests().is_some();
    match given.as_slice() {
        [] if !field.optional && !shown_elsewhere => {
            let what = format!("the example lacks `{wire}`");
            problems.add(first.place, what, "add it with a value");
        }
        [_, (_, (second, _)), ..] => {
            let what = format!("the example has `{wire}` twice");
            problems.add(second.place, what, "keep one parameter of the choice");
        }
        _ => {}
    }
}
