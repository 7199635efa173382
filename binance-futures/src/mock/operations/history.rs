//! Trades, income, modifications of orders and changes of position margin.

use serde_json::json;

use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::codes;
use crate::types::IncomeType;

use super::Context;
use super::parameters::page;
use super::positions::amount;
use super::response::{self, Record, nested_template, template};

pub(super) fn trades(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.contract(&context.state.market)?;
    let pair = request.get("pair");
    if contract.is_none() && pair.is_none() {
        return Err(Rejection::missing_parameter("symbol"));
    }
    let from_id: Option<u64> = request.value("fromId")?;
    let order_id: Option<u64> = request.value("orderId")?;
    let has_time = request.get("startTime").is_some() || request.get("endTime").is_some();
    let by_id = from_id.is_some() || order_id.is_some();
    if (from_id.is_some() && has_time) || (pair.is_some() && by_id) {
        return Err(codes::bad_combination());
    }
    let range = request.time_range(7, context.now)?;
    let limit = request.limit();
    let (account, _) = context.account();
    let trades = account.trades.iter().filter(|trade| {
        trade.contract.product == request.operation.product
            && contract
                .as_ref()
                .is_none_or(|contract| contract.index == trade.contract.index)
            && pair.is_none_or(|pair| trade.contract.pair == pair)
            && order_id.is_none_or(|id| trade.order_id == id)
            && from_id.is_none_or(|id| trade.id >= id)
            && (by_id || range.contains(trade.time))
    });
    let trades = page(trades.collect(), limit, by_id || range.has_start);
    let records = trades.into_iter().map(|trade| {
        let value = match trade.contract.contract_size {
            Some(size) => trade.quantity.saturating_mul(size).checked_div(trade.price),
            None => trade.quantity.checked_mul(trade.price),
        };
        let value = value.unwrap_or_default().round_dp(8);
        let (quote, base) = match trade.contract.contract_size {
            Some(size) => (
                trade.quantity.saturating_mul(size).to_string(),
                value.to_string(),
            ),
            None => (value.to_string(), "0".to_owned()),
        };
        Record::default()
            .set("symbol", &trade.contract.symbol)
            .set("id", trade.id)
            .set("orderId", trade.order_id)
            .set("pair", &trade.contract.pair)
            .set("side", &trade.side)
            .set("price", trade.price)
            .set("qty", trade.quantity)
            .set("realizedPnl", amount(trade.realized_profit))
            .set("marginAsset", &trade.contract.margin_asset)
            .set("quoteQty", quote)
            .set("baseQty", base)
            .set("commission", amount(trade.commission))
            .set("commissionAsset", &trade.contract.margin_asset)
            .set("time", trade.time)
            .set("positionSide", &trade.position_side)
            .set("buyer", trade.side == crate::types::Side::Buy)
            .set("maker", trade.is_maker)
    });
    Ok(response::list(request.operation, records))
}

pub(super) fn income(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    request.contract(&context.state.market)?;
    let wanted: Option<IncomeType> = request.value("incomeType")?;
    // The responses of USDⓈ-M reach back three months, those of COIN-M one year.
    let days = if request.operation.product == "coinm" {
        365
    } else {
        92
    };
    let has_time = request.get("startTime").is_some() || request.get("endTime").is_some();
    let range = request.time_range(if has_time { days } else { 7 }, context.now)?;
    let limit = request.limit();
    let (account, _) = context.account();
    let entries = account.income.iter().filter(|entry| {
        entry.product == request.operation.product
            && request
                .get("symbol")
                .is_none_or(|symbol| entry.symbol == symbol)
            && wanted
                .as_ref()
                .is_none_or(|wanted| entry.income_type == *wanted)
            && range.contains(entry.time)
    });
    let entries = page(entries.collect(), limit, range.has_start);
    let records = entries.into_iter().map(|entry| {
        Record::default()
            .set("symbol", &entry.symbol)
            .set("incomeType", &entry.income_type)
            .set("income", amount(entry.amount))
            .set("asset", &entry.asset)
            .set("info", &entry.income_type)
            .set("time", entry.time)
            .set("tranId", entry.id)
            .set(
                "tradeId",
                entry.trade_id.map(|id| id.to_string()).unwrap_or_default(),
            )
    });
    Ok(response::list(request.operation, records))
}

pub(super) fn amendments(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let key = request.order_key()?;
    let start: Option<i64> = request.value("startTime")?;
    let end: Option<i64> = request.value("endTime")?;
    let limit = request.limit();
    let (account, _) = context.account();
    let order = account.orders.find(&contract, &key);
    let order_id = order
        .map(|order| order.id)
        .ok_or_else(codes::unknown_order)?;
    let amendments = account.amendments.iter().rev().filter(|amendment| {
        let time = amendment.time.as_millis();
        amendment.order_id == order_id
            && start.is_none_or(|start| time >= start)
            && end.is_none_or(|end| time <= end)
    });
    let of_change = nested_template(&template(request.operation), "amendment");
    let records = amendments.take(limit).map(|amendment| {
        let pair = |(before, after): (rust_decimal::Decimal, rust_decimal::Decimal)| {
            json!({"before": before.to_string(), "after": after.to_string()})
        };
        let change = Record::default()
            .json("price", &pair(amendment.price))
            .json("origQty", &pair(amendment.quantity))
            .set("count", amendment.count)
            .optional("modifyId", amendment.modify_id)
            .render(&of_change);
        Record::default()
            .set("amendmentId", amendment.id)
            .set("symbol", &amendment.contract.symbol)
            .set("pair", &amendment.contract.pair)
            .set("orderId", amendment.order_id)
            .set("clientOrderId", &amendment.client_id)
            .set("time", amendment.time)
            .json("amendment", &change)
    });
    Ok(response::list(request.operation, records))
}

pub(super) fn margin_changes(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let direction = request.get("type");
    let range = request.time_range(30, context.now)?;
    let limit = request.limit();
    let (account, _) = context.account();
    let of_direction =
        |amount: rust_decimal::Decimal| if amount.is_sign_negative() { "2" } else { "1" };
    let changes = account.margin_changes.iter().filter(|change| {
        change.contract.index == contract.index
            && direction.is_none_or(|direction| direction == of_direction(change.amount))
            && range.contains(change.time)
    });
    let changes = page(changes.collect(), limit, range.has_start);
    let records = changes.into_iter().map(|change| {
        Record::default()
            .set("symbol", &change.contract.symbol)
            .set("type", of_direction(change.amount))
            .set(
                "deltaType",
                if change.is_trade {
                    "TRADE"
                } else {
                    "USER_ADJUST"
                },
            )
            .set("amount", amount(change.amount))
            .set("asset", &change.contract.margin_asset)
            .set("time", change.time)
            .set("positionSide", &change.position_side)
            .absent("clientTranId")
    });
    Ok(response::list(request.operation, records))
}
