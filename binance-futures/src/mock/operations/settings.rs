//! Settings of an account and of its symbols.

use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::max_notional;
use crate::types::MarginType;

use super::Context;
use super::response::{self, Record};

pub(super) fn position_mode(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let (account, _) = context.account();
    let record = Record::default().set("dualSidePosition", account.settings.hedge_mode);
    Ok(response::object(request.operation, &record))
}

pub(super) fn set_position_mode(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let hedge_mode = request.required("dualSidePosition")?;
    let (account, _) = context.account();
    account.set_hedge_mode(hedge_mode)?;
    Ok(request.operation.sample.to_owned())
}

pub(super) fn multi_assets_mode(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let (account, _) = context.account();
    let record = Record::default().set("multiAssetsMargin", account.settings.multi_assets_mode);
    Ok(response::object(request.operation, &record))
}

pub(super) fn set_multi_assets_mode(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let enabled = request.required("multiAssetsMargin")?;
    let (account, trading) = context.account();
    account.set_multi_assets_mode(enabled, trading.market)?;
    Ok(request.operation.sample.to_owned())
}

pub(super) fn fee_burn(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let (account, _) = context.account();
    let record = Record::default().set("feeBurn", account.settings.fee_burn);
    Ok(response::object(request.operation, &record))
}

pub(super) fn set_fee_burn(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let fee_burn = request.required("feeBurn")?;
    let (account, _) = context.account();
    account.settings.fee_burn = fee_burn;
    Ok(request.operation.sample.to_owned())
}

pub(super) fn set_leverage(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let leverage: u64 = request.required("leverage")?;
    let leverage = u32::try_from(leverage).unwrap_or(u32::MAX);
    let (account, trading) = context.account();
    account.set_leverage(&contract, leverage, trading.market)?;
    let maximum = max_notional(contract.product, leverage);
    let record = Record::default()
        .set("symbol", &contract.symbol)
        .set("leverage", leverage)
        .set("maxNotionalValue", maximum)
        .set("maxQty", maximum);
    Ok(response::object(request.operation, &record))
}

pub(super) fn set_margin_type(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let contract = request.required_contract(&context.state.market)?;
    let margin_type: MarginType = request.required("marginType")?;
    let (account, _) = context.account();
    account.set_margin_type(&contract, margin_type == MarginType::Isolated)?;
    Ok(request.operation.sample.to_owned())
}
