//! Positions.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::json;

use crate::mock::market::{Contract, Market};
use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::{Account, Valuation, maintenance_margin, max_notional, money, ratio};
use crate::types::{MarginDirection, PositionSide, Timestamp};

use super::Context;
use super::response::{self, Record};

/// Which positions a response contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// One for each contract and position side, whether there is a position or not.
    All,
    /// Those of contracts with a position or an open order.
    InUse,
}

impl Rows {
    /// The rows of an operation. Since version 3, USDⓈ-M returns only positions in use.
    pub(super) fn of(request: &ParsedRequest) -> Self {
        let path = request.operation.path.unwrap_or_default();
        if path.contains("/v3/") {
            Self::InUse
        } else {
            Self::All
        }
    }
}

pub(super) fn list(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.contract(&context.state.market)?;
    let (account, trading) = context.account();
    let rows = rows(
        account,
        trading.market,
        request.operation.product,
        Rows::of(request),
    );
    let rows = rows.into_iter().filter(|(of, _)| {
        contract
            .as_ref()
            .is_none_or(|contract| contract.index == of.index)
            && request.get("pair").is_none_or(|pair| of.pair == pair)
            && request
                .get("marginAsset")
                .is_none_or(|asset| of.margin_asset == asset)
    });
    let records = rows.map(|(contract, side)| record(account, trading.market, &contract, &side));
    Ok(response::list(request.operation, records))
}

/// Returns the contracts and position sides of a list of positions.
pub(super) fn rows(
    account: &Account,
    market: &Market,
    product: &str,
    rows: Rows,
) -> Vec<(Arc<Contract>, PositionSide)> {
    let sides: &[PositionSide] = match (account.settings.hedge_mode, rows) {
        (false, _) => &[PositionSide::Both],
        (true, Rows::All) => &[PositionSide::Both, PositionSide::Long, PositionSide::Short],
        (true, Rows::InUse) => &[PositionSide::Long, PositionSide::Short],
    };
    let is_listed = |contract: &&Arc<Contract>| match rows {
        Rows::All => contract.is_trading(),
        Rows::InUse => {
            let has_position = sides
                .iter()
                .any(|side| !account.position(contract, side).is_empty());
            has_position || account.orders.open_of(contract).next().is_some()
        }
    };
    let contracts = market.contracts().iter();
    let contracts = contracts.filter(|contract| contract.product == product);
    contracts
        .filter(is_listed)
        .flat_map(|contract| {
            sides
                .iter()
                .map(|side| (Arc::clone(contract), side.clone()))
        })
        .collect()
}

/// Returns a position, with the fields of all operations that show positions.
pub(super) fn record(
    account: &Account,
    market: &Market,
    contract: &Contract,
    side: &PositionSide,
) -> Record {
    let position = account.position(contract, side);
    let settings = account.settings.of(&contract.symbol);
    let valuation = Valuation::of(contract.contract_size);
    let mark = market.mark_price(contract);
    let profit = position.unrealized_profit(valuation, mark);
    let exposure = account.exposure(contract, side, market);
    let of_position = money(ratio(exposure.position.abs(), settings.divisor()));
    let of_orders = money(ratio(exposure.of_orders(), settings.divisor()));
    let isolated_margin = if settings.is_isolated && !position.is_empty() {
        position.isolated_wallet.saturating_add(profit)
    } else {
        Decimal::ZERO
    };
    let margin_type = if settings.is_isolated {
        "isolated"
    } else {
        "cross"
    };
    let maximum = max_notional(contract.product, settings.leverage);
    let mut quantity = position.quantity;
    quantity.rescale(contract.step.size().scale());
    let adl = u8::from(!position.is_empty());
    Record::default()
        .set("symbol", &contract.symbol)
        .set("positionSide", side)
        .set("positionAmt", quantity)
        .set("entryPrice", price(position.entry_price(valuation)))
        .set(
            "breakEvenPrice",
            price(position.break_even_price(valuation)),
        )
        .set("markPrice", amount(mark))
        .set("unRealizedProfit", amount(profit))
        .set("unrealizedProfit", amount(profit))
        .set("liquidationPrice", "0")
        .set("leverage", settings.leverage)
        .set("maxNotionalValue", maximum)
        .set("maxNotional", maximum)
        .set("maxQty", maximum)
        .set("marginType", margin_type)
        .set("isolated", settings.is_isolated)
        .set("isolatedMargin", amount(isolated_margin))
        .set("isolatedWallet", amount(position.isolated_wallet))
        .set("isAutoAddMargin", "false")
        .set("notional", amount(exposure.position))
        .set("notionalValue", amount(exposure.position))
        .set("marginAsset", &contract.margin_asset)
        .set(
            "initialMargin",
            amount(of_position.saturating_add(of_orders)),
        )
        .set(
            "maintMargin",
            amount(maintenance_margin(contract.product, exposure.position)),
        )
        .set("positionInitialMargin", amount(of_position))
        .set("openOrderInitialMargin", amount(of_orders))
        .set("adl", adl)
        .set("adlQuantile", adl)
        .set("bidNotional", amount(exposure.bids))
        .set("askNotional", amount(exposure.asks))
        .set(
            "updateTime",
            position.updated_at.map_or(0, Timestamp::as_millis),
        )
}

pub(super) fn adl_quantiles(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.contract(&context.state.market)?;
    let (account, trading) = context.account();
    let contracts = trading.market.contracts().iter().filter(|of| {
        of.product == request.operation.product
            && contract
                .as_ref()
                .is_none_or(|contract| contract.index == of.index)
    });
    let rank = |contract: &Contract, side| u8::from(!account.position(contract, &side).is_empty());
    let rows = contracts.filter_map(|contract| {
        let long = rank(contract, PositionSide::Long);
        let short = rank(contract, PositionSide::Short);
        let both = rank(contract, PositionSide::Both);
        let quantiles = match (long, short, both) {
            (0, 0, 0) => return None,
            _ if account.settings.of(&contract.symbol).is_isolated || both > 0 => {
                json!({"LONG": long, "SHORT": short, "BOTH": both})
            }
            _ => json!({"LONG": long, "SHORT": short, "HEDGE": 0}),
        };
        Some(json!({"symbol": contract.symbol, "adlQuantile": quantiles}))
    });
    Ok(response::to_json(&rows.collect::<Vec<_>>()))
}

pub(super) fn change_margin(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let asked: Decimal = request.required("amount")?;
    let direction: MarginDirection = request.required("type")?;
    let side = request.value("positionSide")?.unwrap_or(PositionSide::Both);
    // A negative amount must not turn the direction around.
    let asked = asked.max(Decimal::ZERO);
    let change = if direction == MarginDirection::Add {
        asked
    } else {
        -asked
    };
    let (account, mut trading) = context.account();
    account.change_position_margin(&contract, &side, money(change), &mut trading)?;
    let record = Record::default()
        .set("amount", asked)
        .set("type", direction);
    Ok(response::object(request.operation, &record))
}

/// Formats a balance or a profit with eight decimal places.
pub(super) fn amount(amount: Decimal) -> String {
    let mut amount = money(amount);
    amount.rescale(8);
    amount.to_string()
}

/// Formats the price of a position.
fn price(price: Decimal) -> String {
    if price.is_zero() {
        return "0.0".to_owned();
    }
    price.round_dp(8).normalize().to_string()
}
