//! Batches of orders. Each item has an outcome of its own.

use serde::{Deserialize, Serialize};

use crate::mock::object;
use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::{ErrorObject, Rejection};
use crate::mock::server::routes::{self, Route};
use crate::mock::trading::{Order, OrderKey, codes};
use crate::registry::Operation;
use crate::types::SelfTradePreventionMode;
use crate::wire::RawObject;

use super::Context;
use super::orders;
use super::response;

pub(super) fn place(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    each(context, request, |context, item| {
        orders::place_one(context, item, SelfTradePreventionMode::None)
    })
}

pub(super) fn modify(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    each(context, request, orders::modify_one)
}

/// Executes each item of a batch. The rejection of one item does not affect the others.
fn each(
    context: &mut Context<'_>,
    request: &ParsedRequest,
    execute: impl Fn(&mut Context<'_>, &ParsedRequest) -> Result<Order, Rejection>,
) -> Result<String, Rejection> {
    let items = request.get("batchOrders").unwrap_or_default();
    let items: Vec<RawObject> =
        serde_json::from_str(items).map_err(|_| Rejection::missing_parameter("batchOrders"))?;
    let maximum = request.max_items("batchOrders").unwrap_or(usize::MAX);
    if items.is_empty() || items.len() > maximum {
        return Err(
            Rejection::new(-4082, "Invalid number of batch place orders.")
                .with_detail(format!("the batch has {} items", items.len())),
        );
    }
    let of_one = operation_of_one(request.operation).unwrap_or(request.operation);
    let outcomes = items.into_iter().map(|item| {
        let item = ParsedRequest::new(of_one, &object::parameters(&item));
        item.check().and_then(|()| execute(context, &item))
    });
    let outcomes: Vec<_> = outcomes.collect();
    Ok(render(context, outcomes, request.operation))
}

pub(super) fn cancel(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let (parameter, is_id) = match request.get("orderIdList") {
        Some(_) => ("orderIdList", true),
        None => ("origClientOrderIdList", false),
    };
    let ids = request.get(parameter).unwrap_or_default();
    let ids: Vec<Id> =
        serde_json::from_str(ids).map_err(|_| Rejection::missing_parameter(parameter))?;
    let outcomes = ids.into_iter().map(|id| {
        let key = id.into_key(is_id).ok_or_else(codes::not_open)?;
        let (account, trading) = context.account();
        account.cancel(&contract, &key, &trading)
    });
    let outcomes: Vec<_> = outcomes.collect();
    Ok(render(context, outcomes, request.operation))
}

/// An exchange or client order id in a list: a number or a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

impl Id {
    fn into_key(self, is_id: bool) -> Option<OrderKey> {
        match self {
            Self::Number(number) if is_id => Some(OrderKey::Id(number)),
            Self::Number(number) => Some(OrderKey::ClientId(number.to_string())),
            Self::Text(text) if is_id => text.parse().ok().map(OrderKey::Id),
            Self::Text(text) => Some(OrderKey::ClientId(text)),
        }
    }
}

/// Returns the operation on one order that belongs to a batch operation.
fn operation_of_one(batch: &Operation) -> Option<&'static Operation> {
    let path = batch.path?.replace("batchOrders", "order");
    match routes::find(batch.method?.as_str(), &path) {
        Route::Operations(operations) => operations.first().copied(),
        Route::OtherMethods | Route::UnknownPath => None,
    }
}

/// An item in the response of a batch.
#[derive(Serialize)]
#[serde(untagged)]
enum Item<'a> {
    Order(RawObject),
    Error(ErrorObject<'a>),
}

/// Returns the response of a batch: an order or an error for each item.
fn render(
    context: &mut Context<'_>,
    outcomes: Vec<Result<Order, Rejection>>,
    operation: &Operation,
) -> String {
    let items = outcomes.iter().map(|outcome| match outcome {
        Ok(order) => Item::Order(orders::order_object(order, operation)),
        Err(rejection) => Item::Error(rejection.error_object()),
    });
    let json = response::to_json(&items.collect::<Vec<_>>());
    context
        .rejected_items
        .extend(outcomes.into_iter().filter_map(Result::err));
    json
}
