//! Amounts that may be blank.

use std::collections::BTreeMap;

use super::{SpecItem, items};
use crate::{
    problem::{Place, Problems},
    spec::{Operation, Security, Spec},
};

/// Signed read-only requests that return decimals say whether these can be blank.
pub(super) fn stated(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for operation in &product.operations {
            let (types, response) = (&operation.head.types, &operation.response);
            let returns_decimals = !spec.decimals(product, types, response).is_empty();
            match operation.blank_amounts {
                None if returns_decimals && is_signed_query(operation) => problems.add(
                    response.place,
                    "the file does not say whether amounts of the response can be blank",
                    "write `blank_amounts: true` for balances, positions and income, and `blank_amounts: false` for all others",
                ),
                Some(_) if !returns_decimals => problems.add(
                    response.place,
                    "`blank_amounts` has no effect: the response has no decimals",
                    "remove it",
                ),
                _ => {}
            }
        }
    }
}

fn is_signed_query(operation: &Operation) -> bool {
    operation.is_read_only() && operation.security == Security::UserData
}

/// All items with a type agree on whether its amounts can be blank.
pub(super) fn agree(spec: &Spec, problems: &mut Problems) {
    // The decimals that can be blank, with the file that says so.
    let mut blank: BTreeMap<Place, &str> = BTreeMap::new();
    for product in &spec.products {
        for operation in &product.operations {
            if operation.blank_amounts == Some(true) {
                let types = &operation.head.types;
                for place in spec.decimals(product, types, &operation.response) {
                    blank.insert(place, &operation.head.path);
                }
            }
        }
    }
    for product in &spec.products {
        for item in items(product) {
            if matches!(item, SpecItem::Operation(operation) if operation.blank_amounts == Some(true))
            {
                continue;
            }
            let decimals = spec.decimals(product, &item.head().types, item.payload());
            let shared = decimals.iter().find_map(|place| blank.get(place));
            if let Some(path) = shared {
                let what = format!("{path} says that amounts of the same type can be blank");
                let hint = "write `blank_amounts: true` here too, or declare a separate type";
                problems.add(item.payload().place, what, hint);
            }
        }
    }
}
