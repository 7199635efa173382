//! Balances, and the settings and limits of an account.

use serde_json::json;

use crate::mock::market::Market;
use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::{Account, Margin, brackets_with_floors, fee_rates, max_notional};
use crate::types::Timestamp;
use crate::wire::RawObject;

use super::Context;
use super::positions::{self, Rows, amount};
use super::response::{self, Record, nested_template, template, to_json};

pub(super) fn balance(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let (account, trading) = context.account();
    let records = assets(account, trading.market, request.operation.product);
    Ok(response::list(request.operation, records))
}

pub(super) fn account(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let product = request.operation.product;
    let (account, trading) = context.account();
    let template = template(request.operation);
    let of_assets = nested_template(&template, "assets");
    let assets = assets(account, trading.market, product);
    let assets: Vec<RawObject> = assets
        .iter()
        .map(|asset| asset.render(&of_assets))
        .collect();
    let of_positions = nested_template(&template, "positions");
    let rows = positions::rows(account, trading.market, product, Rows::of(request));
    let positions = rows.iter().map(|(contract, side)| {
        positions::record(account, trading.market, contract, side).render(&of_positions)
    });
    let total = if account.settings.multi_assets_mode {
        account.total_margin(trading.market)
    } else {
        account.margin("usdm", "USDT", trading.market)
    };
    let record = settings(account)
        .json("assets", &assets)
        .json("positions", &positions.collect::<Vec<_>>())
        .set(
            "totalInitialMargin",
            amount(total.of_positions.saturating_add(total.of_orders)),
        )
        .set("totalMaintMargin", amount(total.maintenance))
        .set("totalWalletBalance", amount(total.wallet))
        .set("totalUnrealizedProfit", amount(total.unrealized_profit))
        .set(
            "totalMarginBalance",
            amount(total.wallet.saturating_add(total.unrealized_profit)),
        )
        .set("totalPositionInitialMargin", amount(total.of_positions))
        .set("totalOpenOrderInitialMargin", amount(total.of_orders))
        .set("totalCrossWalletBalance", amount(total.cross_wallet))
        .set("totalCrossUnPnl", amount(total.cross_unrealized_profit))
        .set("availableBalance", amount(total.available()))
        .set("maxWithdrawAmount", amount(total.withdrawable()));
    Ok(to_json(&record.render(&template)))
}

/// Returns the settings that the account responses show.
fn settings(account: &Account) -> Record {
    Record::default()
        .set("feeTier", 0)
        .set("feeBurn", account.settings.fee_burn)
        .set("multiAssetsMargin", account.settings.multi_assets_mode)
        .set("dualSidePosition", account.settings.hedge_mode)
        .set("updateTime", 0)
}

/// Returns the balances, with the fields of all operations that show balances.
fn assets(account: &Account, market: &Market, product: &'static str) -> Vec<Record> {
    let wallets = account.wallets.of(product);
    let records = wallets.map(|(asset, wallet)| {
        let margin = account.margin(product, asset, market);
        let is_joint = product == "usdm" && account.settings.multi_assets_mode;
        let available = if is_joint {
            account.available(product, asset, market)
        } else {
            margin.available()
        };
        asset_record(&margin)
            .set("asset", asset)
            .set("availableBalance", amount(available))
            .set(
                "updateTime",
                wallet.updated_at.map_or(0, Timestamp::as_millis),
            )
    });
    records.collect()
}

fn asset_record(margin: &Margin) -> Record {
    let equity = margin.wallet.saturating_add(margin.unrealized_profit);
    let initial = margin.of_positions.saturating_add(margin.of_orders);
    Record::default()
        .set("balance", amount(margin.wallet))
        .set("walletBalance", amount(margin.wallet))
        .set("unrealizedProfit", amount(margin.unrealized_profit))
        .set("marginBalance", amount(equity))
        .set("maintMargin", amount(margin.maintenance))
        .set("initialMargin", amount(initial))
        .set("positionInitialMargin", amount(margin.of_positions))
        .set("openOrderInitialMargin", amount(margin.of_orders))
        .set("crossWalletBalance", amount(margin.cross_wallet))
        .set("crossUnPnl", amount(margin.cross_unrealized_profit))
        .set("maxWithdrawAmount", amount(margin.withdrawable()))
        .set("withdrawAvailable", amount(margin.withdrawable()))
        .set("marginAvailable", true)
}

pub(super) fn account_config(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let (account, _) = context.account();
    Ok(response::object(request.operation, &settings(account)))
}

pub(super) fn symbol_config(
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
    let records = contracts.map(|contract| {
        let settings = account.settings.of(&contract.symbol);
        Record::default()
            .set("symbol", &contract.symbol)
            .set("marginType", settings.margin_type())
            .set("isAutoAddMargin", false)
            .set("leverage", settings.leverage)
            .set(
                "maxNotionalValue",
                max_notional(contract.product, settings.leverage),
            )
    });
    Ok(response::list(request.operation, records))
}

pub(super) fn commission_rate(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let rates = fee_rates(contract.product);
    let record = Record::default()
        .set("symbol", &contract.symbol)
        .set("makerCommissionRate", rates.maker)
        .set("takerCommissionRate", rates.taker)
        .set("rpiCommissionRate", rates.rpi);
    Ok(response::object(request.operation, &record))
}

pub(super) fn leverage_brackets(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.contract(&context.state.market)?;
    let operation = request.operation;
    let template = template(operation);
    let brackets = brackets_json(operation.product, &nested_template(&template, "brackets"));
    let contracts = context.state.market.contracts().iter().filter(|of| {
        of.product == operation.product
            && contract
                .as_ref()
                .is_none_or(|contract| contract.index == of.index)
            && request.get("pair").is_none_or(|pair| of.pair == pair)
    });
    let mut contracts: Vec<_> = contracts.collect();
    if template.get("pair").is_some() {
        contracts.sort_by(|one, other| one.pair.cmp(&other.pair));
        contracts.dedup_by(|one, other| one.pair == other.pair);
    }
    let records = contracts.into_iter().map(|contract| {
        Record::default()
            .set("symbol", &contract.symbol)
            .set("pair", &contract.pair)
            .absent("notionalCoef")
            .json("brackets", &brackets)
    });
    Ok(response::list(operation, records))
}

fn brackets_json(product: &str, template: &RawObject) -> Vec<RawObject> {
    let rows = brackets_with_floors(product).into_iter().zip(1..);
    let rows = rows.map(|((bracket, floor, cumulative), number)| {
        Record::default()
            .set("bracket", number)
            .set("initialLeverage", bracket.leverage)
            .set("notionalCap", bracket.cap)
            .set("notionalFloor", floor)
            .set("qtyCap", bracket.cap)
            .set("qtylFloor", floor)
            .set("maintMarginRatio", bracket.maintenance)
            .set("cum", cumulative)
            .render(template)
    });
    rows.collect()
}

/// The limits of the number of orders that this exchange is configured with.
pub(super) fn order_limits(
    context: &mut Context<'_>,
    _: &ParsedRequest,
) -> Result<String, Rejection> {
    let limit = |interval: &str, number: u32, limit: u32| json!({"rateLimitType": "ORDERS", "interval": interval, "intervalNum": number, "limit": limit});
    let limits = context.rate_limits;
    let rows = [
        limit("SECOND", 10, limits.orders_10s),
        limit("MINUTE", 1, limits.orders_1m),
    ];
    Ok(to_json(&rows))
}
