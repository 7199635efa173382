//! Weights depend on parameters that exist.

use super::{
    Scope,
    references::{find_parameter, wire_names},
};
use crate::{
    problem::Problems,
    spec::{Base, Operation, Spec, Weight, types},
};

/// The parameter of a weight rule exists, and has a suitable type.
pub(super) fn weights(spec: &Spec, problems: &mut Problems) {
    let operations = spec.products.iter().flat_map(|product| {
        product
            .operations
            .iter()
            .map(move |operation| (product, operation))
    });
    for (product, operation) in operations {
        ws_weight(operation, problems);
        match &operation.weight {
            Weight::Fixed(_) | Weight::Unknown => {}
            Weight::Steps { by, steps, absent } => {
                let Some(parameter) = find_parameter(operation, by, "the weight", problems) else {
                    continue;
                };
                let largest = match &parameter.field.ty.base {
                    Base::Name(name) => types::largest(name),
                    Base::Broken => continue,
                    _ => None,
                };
                match largest {
                    None => {
                        let what = format!("`{}` is not a whole number", by.value);
                        problems.add(by.place, what, "bounds are for whole numbers");
                    }
                    Some(largest) => {
                        if let Some((bound, _)) = steps.iter().find(|(bound, _)| *bound > largest) {
                            let what = format!("`{}` is never as large as {bound}", by.value);
                            problems.add(by.place, what, "give the parameter a wider type");
                        }
                    }
                }
                let known = parameter.default.is_some() || !parameter.field.optional;
                if known == absent.is_some() {
                    let (what, hint) = if known {
                        (
                            "`absent` has no effect: the parameter is sent, or has a default",
                            "remove `absent`",
                        )
                    } else {
                        (
                            "the weight of a request without the parameter is missing",
                            "add `absent: 10`, or a default to the parameter",
                        )
                    };
                    problems.add(by.place, what, hint);
                }
            }
            Weight::ByPresence { by, .. } => {
                let scope = Scope::of_head(spec, product, &operation.head);
                let is_chosen = operation.parameters.iter().any(|parameter| {
                    let names = wire_names(&scope, &parameter.field);
                    parameter.field.wire.value != by.value && names.contains(&by.value)
                });
                if is_chosen {
                    continue;
                }
                let Some(parameter) = find_parameter(operation, by, "the weight", problems) else {
                    continue;
                };
                if !parameter.field.optional {
                    let hint = "write one weight, or mark the parameter with `?`";
                    problems.add(by.place, format!("`{}` is always sent", by.value), hint);
                }
            }
        }
    }
}

/// A weight over the websocket API belongs to a method of it, and differs from that over REST.
fn ws_weight(operation: &Operation, problems: &mut Problems) {
    let Some((weight, place)) = operation.ws_weight else {
        return;
    };
    if operation.ws_api.is_none() {
        let what = "the websocket API does not offer the request";
        problems.add(place, what, "add `ws_api:`, or remove `ws_weight`");
    } else if matches!(operation.weight, Weight::Fixed(rest) if rest == weight) {
        problems.add(
            place,
            "the weight over the websocket API is that over REST",
            "remove `ws_weight`",
        );
    }
}
