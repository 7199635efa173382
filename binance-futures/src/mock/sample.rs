//! Answers that are the description's samples, with what was asked for put in.

use serde::Serialize;

use super::market::{Level, Listing, Market};
use super::object::Object;
use super::routes::{self, Reading};
use crate::registry::Operation;
use crate::types::Timestamp;

/// The answer to a request that changes nothing.
pub(super) fn answer(reading: &Reading, market: &Market, now: Timestamp) -> String {
    let operation = reading.operation;
    let sample = market
        .information(operation)
        .cloned()
        .or_else(|| Object::read(operation.sample));
    if let Some(mut object) = sample {
        fill(&mut object, reading, market, now);
        return text(&object, operation);
    }
    match serde_json::from_str::<Vec<Object>>(operation.sample) {
        Ok(objects) => {
            let mut objects = asked_for(objects, reading);
            for object in &mut objects {
                fill(object, reading, market, now);
            }
            text(&objects, operation)
        }
        // Rows hold no names to put anything under.
        Err(_) => operation.sample.to_owned(),
    }
}

/// Of a list with an item for each contract, the item of the one that is asked for.
fn asked_for(mut objects: Vec<Object>, reading: &Reading) -> Vec<Object> {
    let Some(symbol) = reading.get("symbol") else {
        return objects;
    };
    let is_meant = |object: &Object| object.text("symbol").as_deref() == Some(symbol);
    if objects.iter().any(is_meant) {
        objects.retain(is_meant);
    } else {
        objects.truncate(1);
    }
    objects
}

fn fill(object: &mut Object, reading: &Reading, market: &Market, now: Timestamp) {
    echo(object, reading);
    object.set("serverTime", &now.to_string());
    let product = reading.operation.product;
    let symbol = object.text("symbol");
    let symbol = symbol.as_deref().or(reading.get("symbol"));
    if let Some(listing) = symbol.and_then(|symbol| market.listing(product, symbol)) {
        object.set("pair", &listing.pair);
        quote(object, reading, listing, now);
    }
}

/// Puts in what was sent, where the answer has a member of that name and of that type.
fn echo(object: &mut Object, reading: &Reading) {
    let operation = reading.operation;
    for (name, value) in reading.pairs() {
        let parameter = operation.parameters.iter().find(|info| info.name == name);
        let member = operation
            .members
            .iter()
            .find(|member| member.path.trim_start_matches("[].") == name);
        let (Some(parameter), Some(member)) = (parameter, member) else {
            continue;
        };
        if same_type(parameter.ty, member.ty) {
            object.set(name, value);
        }
    }
}

/// Whether two types are the same but for how they are written: `bool as text` and `bool`.
fn same_type(one: &str, other: &str) -> bool {
    one.split(' ').next() == other.split(' ').next()
}

/// Lets prices agree with the book that orders trade against.
fn quote(object: &mut Object, reading: &Reading, listing: &Listing, now: Timestamp) {
    let book = &listing.book;
    let (Some(bid), Some(ask)) = (book.bids.first(), book.asks.first()) else {
        return;
    };
    let set = |object: &mut Object, members: &[(&str, String)]| {
        for (name, value) in members {
            object.set(name, value);
        }
    };
    match routes::resource(reading.operation.path.unwrap_or_default()) {
        "depth" => {
            let limit = reading.get("limit").and_then(|limit| limit.parse().ok());
            let levels = |side: &[Level]| {
                let nearest = side.iter().take(limit.unwrap_or(usize::MAX));
                let rows =
                    nearest.map(|level| [level.price.to_string(), level.quantity.to_string()]);
                rows.collect::<Vec<_>>()
            };
            object.set_json("bids", levels(&book.bids));
            object.set_json("asks", levels(&book.asks));
            set(object, &[("E", now.to_string()), ("T", now.to_string())]);
        }
        "ticker/price" => set(
            object,
            &[("price", bid.price.to_string()), ("time", now.to_string())],
        ),
        "ticker/bookTicker" => set(
            object,
            &[
                ("bidPrice", bid.price.to_string()),
                ("bidQty", bid.quantity.to_string()),
                ("askPrice", ask.price.to_string()),
                ("askQty", ask.quantity.to_string()),
                ("time", now.to_string()),
            ],
        ),
        "premiumIndex" => set(
            object,
            &[
                ("markPrice", bid.price.to_string()),
                ("indexPrice", bid.price.to_string()),
                ("estimatedSettlePrice", bid.price.to_string()),
                ("time", now.to_string()),
            ],
        ),
        _ => {}
    }
}

/// Objects are made of JSON and always become it again.
fn text(value: &impl Serialize, operation: &Operation) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| operation.sample.to_owned())
}
