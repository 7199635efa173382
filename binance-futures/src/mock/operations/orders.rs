//! Orders.

use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::{Modification, Order, OrderRequest, codes};
use crate::registry::Operation;
use crate::types::{
    OrderStatus, OrderType, PositionSide, PriceMatch, ResponseType, SelfTradePreventionMode, Side,
    TimeInForce, Timestamp, WorkingType,
};
use crate::wire::RawObject;

use super::Context;
use super::parameters::{self, page};
use super::response::{self, Record};

pub(super) fn place(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let order = place_one(context, request, SelfTradePreventionMode::ExpireMaker)?;
    Ok(render(&order, request.operation))
}

/// Places an order, and returns it as the response shows it.
pub(super) fn place_one(
    context: &mut Context<'_>,
    request: &ParsedRequest,
    prevention: SelfTradePreventionMode,
) -> Result<Order, Rejection> {
    let parsed = order_request(context, request, prevention)?;
    let (account, mut trading) = context.account();
    let order = account.place(&parsed, &mut trading)?;
    Ok(at_acknowledgement(order, request))
}

pub(super) fn test(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let parsed = order_request(context, request, SelfTradePreventionMode::None)?;
    let (account, trading) = context.account();
    let order = account.test(&parsed, &trading)?;
    Ok(render(&order, request.operation))
}

fn order_request(
    context: &Context<'_>,
    request: &ParsedRequest,
    prevention: SelfTradePreventionMode,
) -> Result<OrderRequest, Rejection> {
    let mut parsed = common_request(context, request, prevention)?;
    parsed.client_id = request.get("newClientOrderId").map(str::to_owned);
    parsed.trigger_price = request.value("stopPrice")?;
    parsed.activation_price = request.value("activationPrice")?;
    Ok(parsed)
}

/// Reads the parameters that have the same names for orders and conditional orders.
pub(super) fn common_request(
    context: &Context<'_>,
    request: &ParsedRequest,
    prevention: SelfTradePreventionMode,
) -> Result<OrderRequest, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let side: Side = request.required("side")?;
    let order_type: OrderType = request.required("type")?;
    let mut parsed = OrderRequest::new(&contract, side, order_type);
    parsed.position_side = request.value::<PositionSide>("positionSide")?;
    parsed.quantity = request.value("quantity")?;
    parsed.price = request.value("price")?;
    parsed.time_in_force = request.value::<TimeInForce>("timeInForce")?;
    parsed.reduce_only = request.value("reduceOnly")?;
    parsed.price_match = price_match(request)?;
    parsed.self_trade_prevention = request
        .value("selfTradePreventionMode")?
        .unwrap_or(prevention);
    parsed.good_till = request.value::<Timestamp>("goodTillDate")?;
    parsed.close_position = request.is_true("closePosition");
    parsed.callback_rate = request.value("callbackRate")?;
    parsed.price_protect = request.is_true("priceProtect");
    if let Some(working_type) = request.value::<WorkingType>("workingType")? {
        parsed.working_type = working_type;
    }
    Ok(parsed)
}

fn price_match(request: &ParsedRequest) -> Result<Option<PriceMatch>, Rejection> {
    let price_match: Option<PriceMatch> = request.value("priceMatch")?;
    Ok(price_match.filter(|price_match| *price_match != PriceMatch::None))
}

pub(super) fn modify(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let order = modify_one(context, request)?;
    Ok(render(&order, request.operation))
}

pub(super) fn modify_one(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<Order, Rejection> {
    let modification = Modification {
        contract: request.required_contract(&context.state.market)?,
        key: request.order_key()?,
        side: request.required("side")?,
        quantity: request.required("quantity")?,
        price: request.value("price")?,
        price_match: price_match(request)?,
        reduce_only: request.is_true("reduceOnly"),
        modify_id: request.value("modifyId")?,
    };
    let (account, mut trading) = context.account();
    account.modify(&modification, &mut trading)
}

pub(super) fn cancel(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let key = request.order_key()?;
    let (account, trading) = context.account();
    let order = account.cancel(&contract, &key, &trading)?;
    Ok(render(&order, request.operation))
}

pub(super) fn cancel_all(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let (account, trading) = context.account();
    account.cancel_all(&contract, &trading);
    Ok(request.operation.sample.to_owned())
}

pub(super) fn countdown(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let millis: u64 = request.required("countdownTime")?;
    let (account, trading) = context.account();
    account.set_countdown(&contract, millis, trading.now);
    let record = Record::default()
        .set("symbol", &contract.symbol)
        .set("countdownTime", millis);
    Ok(response::object(request.operation, &record))
}

pub(super) fn query(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let key = request.order_key()?;
    let (account, trading) = context.account();
    let order = account.orders.find(&contract, &key);
    let order = order.filter(|order| is_kept(order, trading.now));
    let order = order.ok_or_else(codes::unknown_order)?;
    Ok(render(order, request.operation))
}

pub(super) fn query_open(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let key = request.order_key()?;
    let (account, _) = context.account();
    let order = account.orders.find_open(&contract, &key);
    let order = order.ok_or_else(codes::unknown_order)?;
    Ok(render(order, request.operation))
}

pub(super) fn list_open(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.contract(&context.state.market)?;
    let (account, _) = context.account();
    let orders = account.orders.open().filter(|order| {
        order.contract.product == request.operation.product
            && contract
                .as_ref()
                .is_none_or(|contract| order.contract.index == contract.index)
            && request
                .get("pair")
                .is_none_or(|pair| order.contract.pair == pair)
    });
    Ok(response::list(request.operation, orders.map(record)))
}

pub(super) fn list_all(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.contract(&context.state.market)?;
    let first: Option<u64> = request.value("orderId")?;
    if first.is_some() && request.get("pair").is_some() {
        return Err(codes::bad_combination());
    }
    let range = request.time_range(7, context.now)?;
    let limit = request.limit();
    let (account, trading) = context.account();
    let orders = account.orders.all().into_iter().filter(|order| {
        order.contract.product == request.operation.product
            && contract
                .as_ref()
                .is_none_or(|contract| order.contract.index == contract.index)
            && request
                .get("pair")
                .is_none_or(|pair| order.contract.pair == pair)
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

/// Nothing is liquidated.
pub(super) fn list_forced(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    request.contract(&context.state.market)?;
    request.time_range(7, context.now)?;
    Ok("[]".to_owned())
}

/// Whether an order can still be found.
fn is_kept(order: &Order, now: Timestamp) -> bool {
    let has_fill = !order.executed.is_zero();
    parameters::is_kept(!order.is_open(), has_fill, order.created_at, now)
}

/// Returns an order as the response to placing it shows it: without fills, except when `newOrderRespType` is `RESULT` and the order
/// type or time in force makes the result final at once.
fn at_acknowledgement(order: Order, request: &ParsedRequest) -> Order {
    let response_type = request.get("newOrderRespType").map(ResponseType::from);
    let is_final = order.order_type == OrderType::Market
        || matches!(
            order.time_in_force,
            TimeInForce::Ioc | TimeInForce::Fok | TimeInForce::Gtx
        );
    if response_type == Some(ResponseType::Result) && is_final {
        return order;
    }
    Order {
        status: OrderStatus::New,
        executed: rust_decimal::Decimal::ZERO,
        executed_value: rust_decimal::Decimal::ZERO,
        ..order
    }
}

fn render(order: &Order, operation: &Operation) -> String {
    response::to_json(&order_object(order, operation))
}

/// Returns an order with the fields of the operation's sample.
pub(super) fn order_object(order: &Order, operation: &Operation) -> RawObject {
    record(order).render(&response::template(operation))
}

fn record(order: &Order) -> Record {
    let is_inverse = order.contract.is_inverse();
    let value = order.executed_value.round_dp(8).normalize();
    let quote = match order.contract.contract_size {
        Some(size) => order.executed.saturating_mul(size).normalize(),
        None => value,
    };
    let base = if is_inverse {
        value
    } else {
        order.executed.normalize()
    };
    Record::default()
        .set("orderId", order.id)
        .set("clientOrderId", &order.client_id)
        .set("symbol", &order.contract.symbol)
        .set("pair", &order.contract.pair)
        .set("side", &order.side)
        .set("type", &order.order_type)
        .set("origType", &order.original_type)
        .set("timeInForce", &order.time_in_force)
        .set("status", &order.status)
        .set("price", order.price)
        .set("origQty", order.quantity)
        .set("executedQty", order.executed.normalize())
        .set("cumQty", order.executed.normalize())
        .set("avgPrice", order.average_price())
        .set("cumQuote", quote)
        .set("cumBase", base)
        .set("time", order.created_at)
        .set("updateTime", order.updated_at)
        .set("positionSide", &order.position_side)
        .set("reduceOnly", order.reduce_only)
        .set("closePosition", order.close_position)
        .set("stopPrice", order.trigger_price)
        .set("workingType", &order.working_type)
        .set("priceProtect", order.price_protect)
        .set("priceMatch", &order.price_match)
        .set("selfTradePreventionMode", &order.self_trade_prevention)
        .set(
            "goodTillDate",
            order.good_till.map_or(0, Timestamp::as_millis),
        )
        .optional("activatePrice", order.activation_price)
        .optional("priceRate", order.callback_rate)
        .optional("modifyId", order.modify_id)
}
