//! Error codes: those that all products share, and those of a single product.

use crate::{
    ir::ErrorCodes,
    spec::{ErrorCode, Product, Spec},
};

/// The error codes that have the same meaning in all products.
pub(super) fn common(spec: &Spec) -> ErrorCodes {
    let constants = |error: &&ErrorCode| in_all(spec, |product| error.holds_in(&product.id));
    let rows = |error: &&ErrorCode| in_all(spec, |product| is_known(spec, product, error));
    ErrorCodes {
        constants: spec.errors.iter().filter(constants).cloned().collect(),
        rows: spec.errors.iter().filter(rows).cloned().collect(),
    }
}

/// The error codes of a product that are not [`common`].
pub(super) fn own(spec: &Spec, product: &Product, common: &ErrorCodes) -> ErrorCodes {
    let is_in = |errors: &[ErrorCode], error: &ErrorCode| errors.iter().any(|it| same(it, error));
    let errors = || spec.errors.iter();
    ErrorCodes {
        constants: errors()
            .filter(|error| error.holds_in(&product.id) && !is_in(&common.constants, error))
            .cloned()
            .collect(),
        rows: errors()
            .filter(|error| is_known(spec, product, error) && !is_in(&common.rows, error))
            .cloned()
            .collect(),
    }
}

fn in_all(spec: &Spec, is_true: impl Fn(&Product) -> bool) -> bool {
    !spec.products.is_empty() && spec.products.iter().all(is_true)
}

/// Whether a product may respond with an error code in this meaning. It may be a code of another product that means nothing else here.
fn is_known(spec: &Spec, product: &Product, error: &ErrorCode) -> bool {
    let is_borrowed = || {
        let lender = product.errors_of.as_ref();
        lender.is_some_and(|lender| error.holds_in(&lender.value))
            && !spec
                .errors
                .iter()
                .any(|own| own.holds_in(&product.id) && own.code == error.code)
    };
    error.holds_in(&product.id) || is_borrowed()
}

/// Whether two entries are the same one of the spec.
fn same(a: &ErrorCode, b: &ErrorCode) -> bool {
    a.code == b.code && a.name.value == b.name.value
}
