//! Remedies of operations: error codes and sentences.

use super::references::{is_of, known_code};
use crate::{
    problem::Problems,
    spec::{Operation, Product, Spec, Text},
};

/// An operation has remedies for error codes of its product, and each says something else than the remedy of the code.
pub(super) fn remedies(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for operation in &product.operations {
            for remedy in &operation.remedies {
                one_remedy(spec, product, operation, remedy, problems);
            }
        }
    }
}

fn one_remedy(
    spec: &Spec,
    product: &Product,
    operation: &Operation,
    (code, remedy): &(Text, Text),
    problems: &mut Problems,
) {
    let Ok(number) = code.value.parse() else {
        let what = format!("`{}` is not an error code", code.value);
        problems.add(code.place, what, "write `-2013: …`");
        return;
    };
    known_code(number, code.place, spec, product, problems);
    if !remedy.value.ends_with(['.', '?', '!']) {
        let what = "the remedy is not a sentence";
        problems.add(remedy.place, what, "end it with a full stop");
    }
    let is_general = spec.errors.iter().any(|error| {
        error.code == number
            && is_of(error, product)
            && error.remedy.as_ref() == Some(&remedy.value)
    });
    if is_general {
        let what = format!(
            "{number} has this remedy for every request, not only for `{}`",
            operation.head.id.value
        );
        problems.add(remedy.place, what, "remove it");
    }
}
