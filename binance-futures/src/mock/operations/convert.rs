//! Conversions of assets.

use rust_decimal::Decimal;

use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::{QuoteAmount, codes, ratio};

use super::Context;
use super::response::{self, Record};

pub(super) fn request_quote(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let from: String = request.required("fromAsset")?;
    let to: String = request.required("toAsset")?;
    let amount = match request.value("fromAmount")? {
        Some(amount) => QuoteAmount::From(amount),
        None => QuoteAmount::To(request.required("toAmount")?),
    };
    let (account, mut trading) = context.account();
    let (quote, is_covered) = account.request_quote(&from, &to, amount, &mut trading)?;
    let record = Record::default()
        .optional("quoteId", is_covered.then_some(quote.id))
        .set("ratio", rate(quote.rate))
        .set("inverseRatio", rate(ratio(Decimal::ONE, quote.rate)))
        .set("validTimestamp", quote.expires)
        .set("toAmount", quote.to_amount)
        .set("fromAmount", quote.from_amount);
    Ok(response::object(request.operation, &record))
}

pub(super) fn accept_quote(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let id = request.get("quoteId").and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| Rejection::invalid_parameter("quoteId"))?;
    let (account, mut trading) = context.account();
    let conversion = account.accept_quote(id, &mut trading)?;
    let record = Record::default()
        .set("orderId", conversion.order_id)
        .set("createTime", conversion.time)
        .set("orderStatus", "SUCCESS");
    Ok(response::object(request.operation, &record))
}

pub(super) fn order_status(
    context: &mut Context<'_>,
    request: &ParsedRequest,
) -> Result<String, Rejection> {
    let order_id: Option<u64> = request.value("orderId")?;
    let quote_id = request.get("quoteId").map(str::to_owned);
    let (account, _) = context.account();
    let quote = account
        .conversions
        .find(|quote| match (order_id, &quote_id) {
            (Some(id), _) => quote
                .conversion
                .is_some_and(|conversion| conversion.order_id == id),
            (None, Some(id)) => quote.conversion.is_some() && quote.id.to_string() == *id,
            (None, None) => false,
        });
    let found = quote.and_then(|quote| Some((quote, quote.conversion?)));
    let (quote, conversion) = found.ok_or_else(codes::unknown_order)?;
    let record = Record::default()
        .set("orderId", conversion.order_id)
        .set("orderStatus", "SUCCESS")
        .set("fromAsset", &quote.from_asset)
        .set("fromAmount", quote.from_amount)
        .set("toAsset", &quote.to_asset)
        .set("toAmount", quote.to_amount)
        .set("ratio", rate(quote.rate))
        .set("inverseRatio", rate(ratio(Decimal::ONE, quote.rate)))
        .set("createTime", conversion.time);
    Ok(response::object(request.operation, &record))
}

fn rate(rate: Decimal) -> Decimal {
    rate.round_dp(8).normalize()
}
