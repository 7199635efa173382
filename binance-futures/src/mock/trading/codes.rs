//! The rejections of trading rules, with the exchange's codes and messages.
//!
//! For some rules, COIN-M has a code of its own. Where none is documented, it gets that of USDⓈ-M.

use rust_decimal::Decimal;

use crate::mock::server::rejection::Rejection;
use crate::types::OrderType;

/// Returns the code of a product for a rule.
fn code_of(product: &str, usdm: i64, coinm: i64) -> i64 {
    if product == "coinm" { coinm } else { usdm }
}

// Ids.

pub(in crate::mock) fn unknown_order() -> Rejection {
    Rejection::new(-2013, "Order does not exist.")
}

pub(in crate::mock) fn not_open() -> Rejection {
    Rejection::new(-2011, "Unknown order sent.")
}

pub(in crate::mock) fn duplicate_client_id() -> Rejection {
    Rejection::new(-4116, "ClientOrderId is duplicated.")
}

// Parameters.

pub(in crate::mock) fn not_required(name: &str) -> Rejection {
    Rejection::new(-1106, format!("Parameter '{name}' sent when not required."))
}

pub(in crate::mock) fn bad_combination() -> Rejection {
    Rejection::new(-1128, "Combination of optional parameters invalid.")
}

pub(in crate::mock) fn start_after_end() -> Rejection {
    Rejection::new(-1023, "Start time is greater than end time.")
}

pub(in crate::mock) fn range_too_long(product: &str, days: i64) -> Rejection {
    Rejection::new(
        code_of(product, -4165, -4088),
        format!("Maximum time interval is {days} days."),
    )
}

pub(in crate::mock) fn invalid_order_type() -> Rejection {
    Rejection::new(-1116, "Invalid orderType.")
}

pub(in crate::mock) fn conditional_orders_moved() -> Rejection {
    Rejection::new(
        -4120,
        "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
    )
}

pub(in crate::mock) fn close_position_needs_stop(order_type: &OrderType) -> Rejection {
    let message = format!("Target strategy invalid for orderType {order_type},closePosition true");
    Rejection::new(-4136, message)
}

pub(in crate::mock) fn quantity_with_close_position() -> Rejection {
    Rejection::new(
        -4137,
        "Quantity must be zero with closePosition equals true.",
    )
}

pub(in crate::mock) fn reduce_only_with_close_position() -> Rejection {
    Rejection::new(
        -4138,
        "Reduce only must be true with closePosition equals true.",
    )
}

pub(in crate::mock) fn close_position_order_exists() -> Rejection {
    Rejection::new(
        -4130,
        "An open stop or take profit order with GTE and closePosition in the direction is existing.",
    )
}

pub(in crate::mock) fn needs_position() -> Rejection {
    Rejection::new(
        -4509,
        "Time in Force (TIF) GTE can only be used with open positions.",
    )
}

pub(in crate::mock) fn good_till_date() -> Rejection {
    Rejection::new(
        -5040,
        "Good till date must be more than 600 seconds ahead and before the year 10000.",
    )
}

// Symbol and filters.

pub(in crate::mock) fn symbol_not_open() -> Rejection {
    Rejection::new(-4140, "Invalid symbol status for opening position.")
}

pub(in crate::mock) fn symbol_closed() -> Rejection {
    Rejection::new(-4141, "Symbol is closed.")
}

pub(in crate::mock) fn precision() -> Rejection {
    Rejection::new(
        -1111,
        "Precision is over the maximum defined for this asset.",
    )
}

pub(in crate::mock) fn price_not_positive() -> Rejection {
    Rejection::new(-4001, "Price less than or equal to zero.")
}

pub(in crate::mock) fn price_above_maximum() -> Rejection {
    Rejection::new(-4002, "Price greater than max price.")
}

pub(in crate::mock) fn price_below_minimum() -> Rejection {
    Rejection::new(-4013, "Price less than min price.")
}

pub(in crate::mock) fn price_off_tick() -> Rejection {
    Rejection::new(-4014, "Price not increased by tick size.")
}

pub(in crate::mock) fn trigger_price_not_positive() -> Rejection {
    Rejection::new(-4006, "Stop price less than zero.")
}

pub(in crate::mock) fn trigger_price_above_maximum() -> Rejection {
    Rejection::new(-4007, "Stop price greater than max price.")
}

pub(in crate::mock) fn activation_price() -> Rejection {
    Rejection::new(-4135, "Invalid activation price.")
}

pub(in crate::mock) fn quantity_not_positive() -> Rejection {
    Rejection::new(-4003, "Quantity less than or equal to zero.")
}

pub(in crate::mock) fn quantity_below_minimum() -> Rejection {
    Rejection::new(-4004, "Quantity less than min quantity.")
}

pub(in crate::mock) fn quantity_above_maximum() -> Rejection {
    Rejection::new(-4005, "Quantity greater than max quantity.")
}

pub(in crate::mock) fn quantity_off_step() -> Rejection {
    Rejection::new(-4023, "Quantity not increased by step size.")
}

pub(in crate::mock) fn price_too_high(limit: Decimal) -> Rejection {
    Rejection::new(-4016, format!("Limit price can't be higher than {limit}."))
}

pub(in crate::mock) fn price_too_low(limit: Decimal) -> Rejection {
    Rejection::new(-4024, format!("Limit price can't be lower than {limit}."))
}

pub(in crate::mock) fn price_too_high_for_trigger(product: &str, limit: Decimal) -> Rejection {
    let code = code_of(product, -4183, -4151);
    Rejection::new(code, format!("Limit price can't be higher than {limit}."))
}

pub(in crate::mock) fn price_too_low_for_trigger(product: &str, limit: Decimal) -> Rejection {
    let code = code_of(product, -4184, -4152);
    Rejection::new(code, format!("Limit price can't be lower than {limit}."))
}

pub(in crate::mock) fn market_price_out_of_range(product: &str) -> Rejection {
    Rejection::new(
        code_of(product, -4131, -4113),
        "The counterparty's best price does not meet the PERCENT_PRICE filter limit.",
    )
}

pub(in crate::mock) fn notional_too_small(product: &str, minimum: Decimal) -> Rejection {
    Rejection::new(
        code_of(product, -4164, -4178),
        format!(
            "Order's notional must be no smaller than {minimum} (unless you choose reduce only)."
        ),
    )
}

pub(in crate::mock) fn modified_notional_too_small(minimum: Decimal) -> Rejection {
    Rejection::new(
        -5029,
        format!("Order's notional must be no smaller than {minimum}."),
    )
}

pub(in crate::mock) fn too_many_orders() -> Rejection {
    Rejection::new(-2025, "Reach max open order limit.")
}

pub(in crate::mock) fn too_many_conditional_orders() -> Rejection {
    Rejection::new(-4045, "Reach max stop order limit.")
}

// Matching.

pub(in crate::mock) fn would_trigger() -> Rejection {
    Rejection::new(-2021, "Order would immediately trigger.")
}

pub(in crate::mock) fn fill_or_kill() -> Rejection {
    Rejection::new(
        -5021,
        "Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history",
    )
}

pub(in crate::mock) fn post_only() -> Rejection {
    Rejection::new(
        -5022,
        "Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history",
    )
}

pub(in crate::mock) fn price_match_unsupported() -> Rejection {
    Rejection::new(
        -5038,
        "Price match only supports order type: LIMIT, STOP AND TAKE_PROFIT",
    )
}

pub(in crate::mock) fn no_price_to_match() -> Rejection {
    Rejection::new(-5041, "No depth matches this BBO order")
}

pub(in crate::mock) fn price_match_invalid() -> Rejection {
    Rejection::new(-5037, "Invalid price match")
}

// Positions and margin.

pub(in crate::mock) fn position_side_mismatch() -> Rejection {
    Rejection::new(
        -4061,
        "Order's position side does not match user's setting.",
    )
}

pub(in crate::mock) fn reduce_only(position: Decimal) -> Rejection {
    Rejection::new(-2022, "ReduceOnly Order is rejected.")
        .with_detail(format!("the position is {position}"))
}

pub(in crate::mock) fn margin_insufficient(required: Decimal, available: Decimal) -> Rejection {
    Rejection::new(-2019, "Margin is insufficient.").with_detail(format!(
        "the order needs {required}, the available balance is {available}"
    ))
}

pub(in crate::mock) fn position_too_large(maximum: Decimal) -> Rejection {
    Rejection::new(
        -2027,
        "Exceeded the maximum allowable position at current leverage.",
    )
    .with_detail(format!("the maximum is {maximum}"))
}

// Modifications.

pub(in crate::mock) fn only_limit_orders(product: &str) -> Rejection {
    Rejection::new(
        code_of(product, -5025, -4196),
        "Only limit order is supported.",
    )
}

pub(in crate::mock) fn nothing_to_modify(product: &str) -> Rejection {
    Rejection::new(
        code_of(product, -5027, -4197),
        "No need to modify the order.",
    )
}

pub(in crate::mock) fn too_many_modifications(product: &str) -> Rejection {
    Rejection::new(
        code_of(product, -5026, -4198),
        "Exceed maximum modify order limit.",
    )
}

pub(in crate::mock) fn original_not_reduce_only() -> Rejection {
    let message = "The original order is not a reduce-only order.";
    Rejection::new(-5047, message)
}

// Settings.

pub(in crate::mock) fn leverage(leverage: u32) -> Rejection {
    Rejection::new(-4028, format!("Leverage {leverage} is not valid"))
}

pub(in crate::mock) fn leverage_needs_margin() -> Rejection {
    Rejection::new(
        -2028,
        "Leverage is smaller than permitted: insufficient margin balance.",
    )
}

pub(in crate::mock) fn isolated_leverage_reduction(product: &str) -> Rejection {
    Rejection::new(
        code_of(product, -4161, -4150),
        "Leverage reduction is not supported in Isolated Margin Mode with open positions.",
    )
}

pub(in crate::mock) fn margin_type_unchanged() -> Rejection {
    Rejection::new(-4046, "No need to change margin type.")
}

pub(in crate::mock) fn margin_type_with_orders() -> Rejection {
    Rejection::new(
        -4047,
        "Margin type cannot be changed if there exists open orders.",
    )
}

pub(in crate::mock) fn margin_type_with_position() -> Rejection {
    Rejection::new(
        -4048,
        "Margin type cannot be changed if there exists position.",
    )
}

pub(in crate::mock) fn isolated_in_multi_assets_mode() -> Rejection {
    Rejection::new(
        -4168,
        "Unable to adjust to isolated-margin mode under the Multi-Assets mode.",
    )
}

pub(in crate::mock) fn multi_assets_with_isolated() -> Rejection {
    Rejection::new(
        -4167,
        "Unable to adjust to Multi-Assets mode with symbols of USDⓈ-M Futures under isolated-margin mode.",
    )
}

pub(in crate::mock) fn multi_assets_with_orders() -> Rejection {
    Rejection::new(
        -4170,
        "Unable to adjust Multi-Assets Mode with open orders in USDⓈ-M Futures.",
    )
}

pub(in crate::mock) fn multi_assets_unchanged() -> Rejection {
    Rejection::new(
        -4171,
        "Adjusted asset mode is currently set and does not need to be adjusted repeatedly.",
    )
}

pub(in crate::mock) fn position_mode_unchanged() -> Rejection {
    Rejection::new(-4059, "No need to change position side.")
}

pub(in crate::mock) fn position_mode_with_orders() -> Rejection {
    Rejection::new(
        -4067,
        "Position side cannot be changed if there exists open orders.",
    )
}

pub(in crate::mock) fn position_mode_with_position() -> Rejection {
    Rejection::new(
        -4068,
        "Position side cannot be changed if there exists position.",
    )
}

pub(in crate::mock) fn not_isolated() -> Rejection {
    Rejection::new(-4049, "Add margin only support for isolated position.")
}

pub(in crate::mock) fn no_position_for_margin() -> Rejection {
    Rejection::new(-4054, "Cannot add position margin: position is 0.")
}

pub(in crate::mock) fn amount_not_positive() -> Rejection {
    Rejection::new(-4055, "Amount must be positive.")
}

pub(in crate::mock) fn cross_balance() -> Rejection {
    Rejection::new(-4050, "Cross balance insufficient.")
}

pub(in crate::mock) fn isolated_balance() -> Rejection {
    Rejection::new(-4051, "Isolated balance insufficient.")
}

// Conversions.

pub(in crate::mock) fn balance_insufficient() -> Rejection {
    Rejection::new(-2018, "Balance is insufficient.")
}

pub(in crate::mock) fn asset_not_supported(asset: &str) -> Rejection {
    Rejection::new(-1126, format!("Unsupported asset {asset}."))
}
