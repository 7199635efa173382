//! Conditional orders.

use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::{AlgoOrder, codes};
use crate::types::{OrderType, PriceMatch, SelfTradePreventionMode, TimeInForce, Timestamp};

use super::Context;
use super::orders::common_request;
use super::parameters::{self, page};
use super::response::{self, Record};

pub(super) fn place(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let mut parsed = common_request(context, request, SelfTradePreventionMode::None)?;
    parsed.client_id = request.get("clientAlgoId").map(str::to_owned);
    parsed.trigger_price = request.value("triggerPrice")?;
    parsed.activation_price = request.value("activatePrice")?;
    let (account, mut trading) = context.account();
    let order = account.place_algo(&parsed, &mut trading)?;
    Ok(response::object(request.operation, &record(&order)))
}

pub(super) fn cancel(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let key = request.algo_key()?;
    let (account, trading) = context.account();
    let order = account.cancel_algo(request.operation.product, &key, &trading)?;
    let record = Record::default()
        .set("algoId", order.id)
        .set("clientAlgoId", &order.client_id);
    Ok(response::object(request.operation, &record))
}

pub(super) fn cancel_all(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let (account, trading) = context.account();
    account.cancel_all_algo(&contract, &trading);
    Ok(request.operation.sample.to_owned())
}

pub(super) fn query(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let key = request.algo_key()?;
    let (account, trading) = context.account();
    let order = account.algo_orders.find(request.operation.product, &key);
    let order = order.filter(|order| is_kept(order, trading.now));
    let order = order.ok_or_else(codes::unknown_order)?;
    Ok(response::object(request.operation, &record(order)))
}

pub(super) fn list_open(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.contract(&context.state.market)?;
    let id: Option<u64> = request.value("algoId")?;
    let (account, _) = context.account();
    let orders = account
        .algo_orders
        .open(request.operation.product)
        .filter(|order| {
            contract
                .as_ref()
                .is_none_or(|contract| order.contract().index == contract.index)
                && id.is_none_or(|id| order.id == id)
        });
    Ok(response::list(request.operation, orders.map(record)))
}

pub(super) fn list_all(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let first: Option<u64> = request.value("algoId")?;
    let range = request.time_range(7, context.now)?;
    let limit = request.limit();
    let (account, trading) = context.account();
    let orders = account.algo_orders.all().into_iter().filter(|order| {
        order.contract().index == contract.index
            && first.is_none_or(|first| order.id >= first)
            && (first.is_some() || range.contains(order.created_at))
            && is_kept(order, trading.now)
    });
    let orders = page(orders.collect(), limit, first.is_some());
    Ok(response::list(
        request.operation,
        orders.into_iter().map(record),
    ))
}

/// Whether an order can still be found.
fn is_kept(order: &AlgoOrder, now: Timestamp) -> bool {
    let triggered = order.order.as_ref();
    let has_fill = triggered.is_some_and(|order| !order.quantity.is_zero());
    parameters::is_kept(!order.is_active(), has_fill, order.created_at, now)
}

fn record(order: &AlgoOrder) -> Record {
    let request = &order.request;
    let triggered = order.order.as_ref();
    let trailing = order.trigger.trailing();
    let activation = trailing.and_then(|trailing| trailing.activation_price);
    let is_filled = triggered.is_some_and(|order| !order.quantity.is_zero());
    let record = Record::default()
        .set("algoId", order.id)
        .set("clientAlgoId", &order.client_id)
        .set("algoType", "CONDITIONAL")
        .set("orderType", &request.order_type)
        .set("symbol", &request.contract.symbol)
        .set("side", &request.side)
        .set("positionSide", request.position_side())
        .set(
            "timeInForce",
            request.time_in_force.clone().unwrap_or(TimeInForce::Gtc),
        )
        .set("quantity", request.quantity.unwrap_or_default())
        .set("algoStatus", &order.status)
        .set(
            "actualOrderId",
            triggered
                .map(|order| order.id.to_string())
                .unwrap_or_default(),
        )
        .set(
            "actualPrice",
            triggered.map(|order| order.price).unwrap_or_default(),
        )
        .optional(
            "actualQty",
            triggered
                .filter(|_| is_filled)
                .map(|order| order.quantity.normalize()),
        )
        .set(
            "actualType",
            triggered
                .map(|order| order.order_type.to_string())
                .unwrap_or_default(),
        )
        .optional(
            "isActivated",
            trailing.map(|trailing| trailing.extreme.is_some()),
        )
        .set("triggerPrice", order.trigger.price())
        .set("price", order.price)
        .set("selfTradePreventionMode", &request.self_trade_prevention)
        .set("workingType", &request.working_type)
        .set(
            "priceMatch",
            request.price_match.clone().unwrap_or(PriceMatch::None),
        )
        .set("closePosition", request.close_position)
        .set("priceProtect", request.price_protect)
        .set(
            "reduceOnly",
            request.reduce_only == Some(true) || request.close_position,
        )
        .set("createTime", order.created_at)
        .set("updateTime", order.updated_at)
        .set(
            "triggerTime",
            order.triggered_at.map_or(0, Timestamp::as_millis),
        )
        .set(
            "goodTillDate",
            request.good_till.map_or(0, Timestamp::as_millis),
        );
    if request.order_type == OrderType::TrailingStopMarket {
        record
            .set(
                "activatePrice",
                activation
                    .map(|price| price.to_string())
                    .unwrap_or_default(),
            )
            .optional("callbackRate", request.callback_rate)
    } else {
        record.absent("activatePrice").absent("callbackRate")
    }
}
