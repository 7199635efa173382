//! Rules of orders that depend on the contract and the market only: required parameters, filters and the status of the contract.

use rust_decimal::Decimal;

use super::amount::is_multiple;
use super::codes;
use super::order::{Order, OrderRequest};
use super::trigger::is_conditional;
use crate::mock::market::{Contract, Market};
use crate::mock::server::rejection::Rejection;
use crate::types::{ContractStatus, OrderType, PriceMatch, Side, TimeInForce, Timestamp};

/// Minimum time from now to the good-till date of an order, in milliseconds.
const MIN_GOOD_TILL: i64 = 600_000;

/// Upper bound of the good-till date of an order, in milliseconds: the end of the year 9999.
const MAX_GOOD_TILL_DATE: i64 = 253_402_300_799_000;

/// Rejects orders of contracts that are not open for trading.
pub(super) fn check_status(contract: &Contract) -> Result<(), Rejection> {
    let detail = || format!("the status of {} is {}", contract.symbol, contract.status);
    match contract.status {
        ContractStatus::Trading => Ok(()),
        ContractStatus::Close => Err(codes::symbol_closed().with_detail(detail())),
        _ => Err(codes::symbol_not_open().with_detail(detail())),
    }
}

/// Rejects a request without the parameters that its order type requires, or with parameters that the type does not accept. The name of the
/// trigger price differs between endpoints.
pub(super) fn check_parameters(
    request: &OrderRequest,
    trigger_price: &str,
) -> Result<(), Rejection> {
    check_close_position(request)?;
    let closes = request.close_position;
    let required: &[&str] = match request.order_type {
        OrderType::Limit => &["timeInForce", "quantity", "price"],
        OrderType::Market => &["quantity"],
        OrderType::Stop | OrderType::TakeProfit => &["quantity", "price", "trigger"],
        OrderType::StopMarket | OrderType::TakeProfitMarket if closes => &["trigger"],
        OrderType::StopMarket | OrderType::TakeProfitMarket => &["trigger", "quantity"],
        OrderType::TrailingStopMarket => &["quantity", "callbackRate"],
        _ => return Err(codes::invalid_order_type()),
    };
    let matches_price = request.price_match.is_some();
    for name in required {
        let is_present = match *name {
            "quantity" => request.quantity.is_some(),
            "price" => request.price.is_some() || matches_price,
            "trigger" => request.trigger_price.is_some(),
            "callbackRate" => request.callback_rate.is_some(),
            _ => request.time_in_force.is_some(),
        };
        if !is_present {
            let name = if *name == "trigger" {
                trigger_price
            } else {
                name
            };
            return Err(Rejection::missing_parameter(name));
        }
    }
    check_price_parameters(request)?;
    check_time_in_force(request)
}

fn check_close_position(request: &OrderRequest) -> Result<(), Rejection> {
    if !request.close_position {
        return Ok(());
    }
    let is_stop = matches!(
        request.order_type,
        OrderType::StopMarket | OrderType::TakeProfitMarket
    );
    if !is_stop {
        return Err(codes::close_position_needs_stop(&request.order_type));
    }
    if request.quantity.is_some_and(|quantity| !quantity.is_zero()) {
        return Err(codes::quantity_with_close_position());
    }
    match request.reduce_only {
        Some(false) => Err(codes::reduce_only_with_close_position()),
        Some(true) => Err(codes::not_required("reduceOnly")),
        None => Ok(()),
    }
}

fn check_price_parameters(request: &OrderRequest) -> Result<(), Rejection> {
    let has_price = matches!(
        request.order_type,
        OrderType::Limit | OrderType::Stop | OrderType::TakeProfit
    );
    if request.price_match.is_some() && !has_price {
        return Err(codes::price_match_unsupported());
    }
    if request.price.is_some()
        && (request.price_match.is_some() || request.order_type == OrderType::Market)
    {
        return Err(codes::not_required("price"));
    }
    if request.time_in_force.is_some() && request.order_type == OrderType::Market {
        return Err(codes::not_required("timeInForce"));
    }
    Ok(())
}

fn check_time_in_force(request: &OrderRequest) -> Result<(), Rejection> {
    let accepted = &request.contract.times_in_force;
    match &request.time_in_force {
        // It is not listed, because it needs a position.
        None | Some(TimeInForce::GteGtc) => Ok(()),
        Some(time_in_force) if accepted.is_empty() || accepted.contains(time_in_force) => Ok(()),
        Some(time_in_force) => Err(Rejection::new(-1115, "Invalid timeInForce.").with_detail(
            format!(
                "{} does not accept {time_in_force}",
                request.contract.symbol
            ),
        )),
    }
}

/// Rejects a good-till date that is missing, too early or too late.
pub(super) fn check_good_till_date(
    request: &OrderRequest,
    now: Timestamp,
) -> Result<(), Rejection> {
    if request.time_in_force != Some(TimeInForce::Gtd) {
        return Ok(());
    }
    let date = request.good_till;
    let date = date.ok_or_else(|| Rejection::missing_parameter("goodTillDate"))?;
    let date = date.as_millis();
    if date > now.as_millis().saturating_add(MIN_GOOD_TILL) && date < MAX_GOOD_TILL_DATE {
        return Ok(());
    }
    Err(codes::good_till_date())
}

/// Checks a limit price against the price filter.
pub(super) fn check_price(contract: &Contract, price: Decimal) -> Result<(), Rejection> {
    if price <= Decimal::ZERO {
        return Err(codes::price_not_positive());
    }
    check_precision(contract, "pricePrecision", price)?;
    let Some(filter) = &contract.filters.price else {
        return Ok(());
    };
    if price < filter.min_price {
        return Err(codes::price_below_minimum());
    }
    if filter.max_price > Decimal::ZERO && price > filter.max_price {
        return Err(codes::price_above_maximum());
    }
    if !is_multiple(price, Decimal::ZERO, filter.tick_size) {
        return Err(codes::price_off_tick());
    }
    Ok(())
}

/// Checks a trigger or activation price against the price filter.
pub(super) fn check_trigger_price(contract: &Contract, price: Decimal) -> Result<(), Rejection> {
    if price <= Decimal::ZERO {
        return Err(codes::trigger_price_not_positive());
    }
    check_precision(contract, "pricePrecision", price)?;
    let Some(filter) = &contract.filters.price else {
        return Ok(());
    };
    if filter.max_price > Decimal::ZERO && price > filter.max_price {
        return Err(codes::trigger_price_above_maximum());
    }
    if !is_multiple(price, Decimal::ZERO, filter.tick_size) {
        return Err(codes::price_off_tick());
    }
    Ok(())
}

/// Checks a quantity against the filters for lot sizes.
pub(super) fn check_quantity(
    contract: &Contract,
    is_market: bool,
    quantity: Decimal,
) -> Result<(), Rejection> {
    if quantity <= Decimal::ZERO {
        return Err(codes::quantity_not_positive());
    }
    check_precision(contract, "quantityPrecision", quantity)?;
    let filters = &contract.filters;
    let of_limit = filters.lot_size.as_ref();
    let of_limit =
        of_limit.map(|filter| (filter.min_quantity, filter.max_quantity, filter.step_size));
    let of_market = filters.market_lot_size.as_ref();
    let of_market =
        of_market.map(|filter| (filter.min_quantity, filter.max_quantity, filter.step_size));
    let lots = [of_limit, of_market.filter(|_| is_market)];
    for (minimum, maximum, step) in lots.into_iter().flatten() {
        if quantity < minimum {
            return Err(codes::quantity_below_minimum());
        }
        if maximum > Decimal::ZERO && quantity > maximum {
            return Err(codes::quantity_above_maximum());
        }
        if !is_multiple(quantity, Decimal::ZERO, step) {
            return Err(codes::quantity_off_step());
        }
    }
    Ok(())
}

fn check_precision(contract: &Contract, name: &str, number: Decimal) -> Result<(), Rejection> {
    let digits = contract
        .entry
        .text(name)
        .and_then(|digits| digits.parse().ok());
    if digits.is_some_and(|digits: u32| number.normalize().scale() > digits) {
        return Err(codes::precision());
    }
    Ok(())
}

/// Checks how far a limit price is from the mark price, and that of a conditional order also from the trigger price.
pub(super) fn check_percent_price(order: &Order, mark: Decimal) -> Result<(), Rejection> {
    let contract = &order.contract;
    let Some(filter) = &contract.filters.percent_price else {
        return Ok(());
    };
    let limit = |reference: Decimal| {
        let multiplier = if order.is_buy() {
            filter.multiplier_up
        } else {
            filter.multiplier_down
        };
        reference.saturating_mul(multiplier)
    };
    if is_conditional(&order.order_type) {
        if order.price.is_zero() || order.trigger_price.is_zero() {
            return Ok(());
        }
        let limit = limit(order.trigger_price);
        return match order.side {
            Side::Buy if order.price > limit => {
                Err(codes::price_too_high_for_trigger(contract.product, limit))
            }
            Side::Sell if order.price < limit => {
                Err(codes::price_too_low_for_trigger(contract.product, limit))
            }
            _ => Ok(()),
        };
    }
    let limit = limit(mark);
    match order.side {
        Side::Buy if order.price > limit => Err(codes::price_too_high(limit)),
        Side::Sell if order.price < limit => Err(codes::price_too_low(limit)),
        _ => Ok(()),
    }
}

/// Checks how far the best price for a market order is from the mark price.
pub(super) fn check_market_price(order: &Order, market: &Market) -> Result<(), Rejection> {
    let contract = &order.contract;
    let book = market.book(contract);
    let best = book.opposite_side(&order.side).first();
    let (Some(filter), Some(best)) = (&contract.filters.percent_price, best) else {
        return Ok(());
    };
    let mark = market.mark_price(contract);
    let is_acceptable = if order.is_buy() {
        best.price <= mark.saturating_mul(filter.multiplier_up)
    } else {
        best.price >= mark.saturating_mul(filter.multiplier_down)
    };
    if is_acceptable {
        Ok(())
    } else {
        Err(codes::market_price_out_of_range(contract.product))
    }
}

/// Returns the minimum notional of a contract if an order is below it. Reduce-only orders are exempt.
pub(super) fn missed_notional(order: &Order, reference: Decimal) -> Option<Decimal> {
    let minimum = order.contract.filters.min_notional?;
    let price = if order.price > Decimal::ZERO {
        order.price
    } else {
        reference
    };
    (!order.reduce_only && order.quote_notional(price) < minimum).then_some(minimum)
}

/// Returns the price of the order book that a price match names: `OPPONENT_5` is the fifth level of the opposite side.
pub(super) fn matched_price(
    contract: &Contract,
    side: &Side,
    price_match: &PriceMatch,
    market: &Market,
) -> Result<Decimal, Rejection> {
    let book = market.book(contract);
    let mode = price_match.as_str();
    let (side_of_book, rank) = mode.split_once('_').unwrap_or((mode, "1"));
    let levels = match side_of_book {
        "QUEUE" => book.same_side(side),
        "OPPONENT" => book.opposite_side(side),
        _ => return Err(codes::price_match_invalid()),
    };
    let rank = rank.parse::<usize>().unwrap_or(1);
    let level = levels.get(rank.saturating_sub(1));
    level
        .map(|level| level.price)
        .ok_or_else(codes::no_price_to_match)
}
