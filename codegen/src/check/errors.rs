//! Error codes: one meaning and one name per product.

use std::collections::BTreeMap;

use heck::ToShoutySnakeCase;

use super::references::known_product;
use crate::{
    problem::Problems,
    spec::{ErrorClass, ErrorCode, Spec},
};

/// In each product, a code has one meaning, and a name has one code.
pub(super) fn distinct(spec: &Spec, problems: &mut Problems) {
    for error in &spec.errors {
        well_formed(error, spec, problems);
    }
    for product in &spec.products {
        let mut codes: BTreeMap<i64, &ErrorCode> = BTreeMap::new();
        let mut names: BTreeMap<&str, &ErrorCode> = BTreeMap::new();
        for error in spec
            .errors
            .iter()
            .filter(|error| error.holds_in(&product.id))
        {
            if codes.insert(error.code, error).is_some() {
                let what = format!("{} has two meanings in `{}`", error.code, product.id);
                problems.add(
                    error.place(),
                    what,
                    "write under `products:` where each applies",
                );
            }
            if let Some(other) = names.insert(&error.name.value, error) {
                let what = format!("`{}` is also the name of {}", error.name.value, other.code);
                let hint = "rename one of them, with `unofficial: true`";
                problems.add(error.place(), what, hint);
            }
        }
    }
}

fn well_formed(error: &ErrorCode, spec: &Spec, problems: &mut Problems) {
    let name = &error.name;
    if name.value.to_shouty_snake_case() != name.value
        || syn::parse_str::<syn::Ident>(&name.value).is_err()
    {
        let hint = format!("write `{}`", name.value.to_shouty_snake_case());
        problems.add(
            name.place,
            format!("`{}` is not the name of an error code", name.value),
            hint,
        );
    }
    if let Some(evidence) = &error.evidence
        && !evidence.value.ends_with('.')
    {
        let what = "the evidence is not a sentence";
        problems.add(evidence.place, what, "end it with a full stop");
    }
    let is_limit = error.class == Some(ErrorClass::RateLimited);
    match error.limit {
        None if is_limit => problems.add(
            name.place,
            "the exceeded limit is not stated",
            "write `limit: request_weight`, or another word",
        ),
        Some(_) if !is_limit => problems.add(
            name.place,
            "an error of this class exceeds no limit",
            "write `class: rate_limited`, or remove `limit`",
        ),
        _ => {}
    }
    for product in &error.products {
        known_product(product, spec, problems);
    }
}
