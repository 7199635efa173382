//! Error numbers: one meaning and one name in each product.

use std::collections::BTreeMap;

use heck::ToShoutySnakeCase;

use crate::{
    problem::Problems,
    spec::{ErrorCode, Spec, Text},
};

/// Every product has at most one meaning for a number, and one number for a name.
pub(super) fn distinct(spec: &Spec, problems: &mut Problems) {
    for error in &spec.errors {
        well_formed(error, spec, problems);
    }
    for product in &spec.products {
        if let Some(other) = &product.errors_of {
            known_product(other, spec, problems);
        }
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
                    "say under `products:` where each holds",
                );
            }
            if let Some(other) = names.insert(&error.name.value, error) {
                let what = format!("`{}` is the name of {} too", error.name.value, other.code);
                let hint = "give one of them another name, with `unofficial: true`";
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
            format!("`{}` is not the name of an error", name.value),
            hint,
        );
    }
    for product in &error.products {
        known_product(product, spec, problems);
    }
}

fn known_product(name: &Text, spec: &Spec, problems: &mut Problems) {
    if spec.product(&name.value).is_none() {
        let known: Vec<_> = spec
            .products
            .iter()
            .map(|product| product.id.as_str())
            .collect();
        let what = format!("there is no product `{}`", name.value);
        let hint = format!("there are {}", known.join(" and "));
        problems.add(name.place, what, hint);
    }
}
