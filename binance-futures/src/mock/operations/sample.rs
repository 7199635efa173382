//! Responses that are the samples of the spec, with the values of the request filled in.

use serde::Serialize;

use crate::mock::market::Market;
use crate::mock::object;
use crate::mock::server::parsed_request::ParsedRequest;
use crate::registry::Operation;
use crate::types::Timestamp;
use crate::wire::RawObject;

/// Returns the response of an operation that has no logic in the mock.
pub(in crate::mock) fn response(
    request: &ParsedRequest,
    market: &Market,
    now: Timestamp,
) -> String {
    let operation = request.operation;
    if let Ok(mut object) = RawObject::from_json(operation.sample) {
        fill(&mut object, request, market, now);
        return to_json(&object, operation);
    }
    match serde_json::from_str::<Vec<RawObject>>(operation.sample) {
        Ok(objects) => {
            let mut objects = of_symbol(objects, request);
            for object in &mut objects {
                fill(object, request, market, now);
            }
            to_json(&objects, operation)
        }
        // Rows have no field names, so nothing can be filled in.
        Err(_) => operation.sample.to_owned(),
    }
}

/// Returns the items of the requested symbol, or the first item when the sample has none of it. All items when no symbol is requested.
fn of_symbol(mut objects: Vec<RawObject>, request: &ParsedRequest) -> Vec<RawObject> {
    let Some(symbol) = request.get("symbol") else {
        return objects;
    };
    let matches = |object: &RawObject| object.text("symbol").as_deref() == Some(symbol);
    if objects.iter().any(matches) {
        objects.retain(matches);
    } else {
        objects.truncate(1);
    }
    objects
}

fn fill(object: &mut RawObject, request: &ParsedRequest, market: &Market, now: Timestamp) {
    echo(object, request);
    object::set(object, "serverTime", &now.to_string());
    let product = request.operation.product;
    let symbol = object.text("symbol");
    let symbol = symbol.as_deref().or(request.get("symbol"));
    let contract = symbol.and_then(|symbol| market.contract(product, symbol));
    if let Some(contract) = contract {
        object::set(object, "pair", &contract.pair);
    }
}

/// Copies parameters into the fields of the response with the same name and type.
fn echo(object: &mut RawObject, request: &ParsedRequest) {
    let operation = request.operation;
    for (name, value) in request.parameters() {
        let parameter = operation.parameters.iter().find(|info| info.name == name);
        let field = operation
            .fields
            .iter()
            .find(|field| field.path.trim_start_matches("[].") == name);
        let (Some(parameter), Some(field)) = (parameter, field) else {
            continue;
        };
        if same_type(parameter.ty, field.ty) {
            object::set(object, name, value);
        }
    }
}

/// Whether two types of the spec are the same apart from their encoding: `bool as text` and `bool`.
fn same_type(one: &str, other: &str) -> bool {
    one.split(' ').next() == other.split(' ').next()
}

/// Writes JSON. Falls back to the sample, although objects that were parsed from JSON can always be written.
fn to_json(value: &impl Serialize, operation: &Operation) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| operation.sample.to_owned())
}
