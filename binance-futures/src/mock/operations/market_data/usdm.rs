//! Market data of USDⓈ-M.

use super::query::{Query, best, price_levels};
use super::{average_price, change_in_percent, limited, to_json};
use crate::mock::market::Contract;
use crate::mock::server::rejection::Rejection;
use crate::types::{FundingRateType, Side, Symbol};
use crate::usdm::market_data::{
    AggTrade, CurrentOpenInterest, ExchangeTime, FundingRate, IndexConstituent, IndexConstituents,
};
use crate::usdm::types;

/// Responds to a request. `None` when the market has no such data.
pub(super) fn respond(query: &mut Query<'_>, resource: &str) -> Option<Result<String, Rejection>> {
    Some(match resource {
        "time" => server_time(query),
        "depth" | "rpiDepth" => depth(query),
        "trades" | "historicalTrades" => trades(query),
        "aggTrades" => agg_trades(query),
        "klines" | "continuousKlines" => klines(query, resource),
        "ticker/24hr" => of_each(query, day_ticker),
        "ticker/price" => of_each(query, price_ticker),
        "ticker/bookTicker" => of_each(query, top_of_book),
        "premiumIndex" => of_each(query, premium_index),
        "fundingRate" => funding_rates(query),
        "openInterest" => open_interest(query),
        "constituents" => constituents(query),
        _ => return None,
    })
}

/// Writes the value of the requested contract, or a list of those of all contracts.
fn of_each<T: serde::Serialize>(
    query: &mut Query<'_>,
    value: fn(&mut Query<'_>, &Contract) -> T,
) -> Result<String, Rejection> {
    let contracts = query.named_contracts()?;
    let values = contracts.iter().map(|contract| value(query, contract));
    let values: Vec<T> = values.collect();
    match values.first() {
        Some(value) if query.request.get("symbol").is_some() => to_json(value),
        _ => to_json(&values),
    }
}

fn symbol(contract: &Contract) -> Symbol {
    Symbol::from(contract.symbol.as_str())
}

fn server_time(query: &Query<'_>) -> Result<String, Rejection> {
    to_json(&ExchangeTime {
        server_time: query.now,
    })
}

fn depth(query: &Query<'_>) -> Result<String, Rejection> {
    let contract = query.contract()?;
    let book = query.book(&contract);
    to_json(&types::OrderBook {
        last_update_id: book.update_id,
        event_time: Some(query.market.now()),
        transaction_time: Some(book.time),
        bids: price_levels(&book.bids),
        asks: price_levels(&book.asks),
    })
}

fn trades(query: &Query<'_>) -> Result<String, Rejection> {
    let contract = query.contract()?;
    let trades = query
        .market
        .trades(&contract, query.number("fromId"), query.limit());
    let trades = trades.into_iter().map(|trade| types::Trade {
        id: trade.id,
        price: trade.price,
        quantity: trade.quantity,
        quote_quantity: trade.value,
        time: trade.time,
        buyer_is_maker: trade.taker == Side::Sell,
        rpi: Some(false),
    });
    to_json(&trades.collect::<Vec<_>>())
}

fn agg_trades(query: &Query<'_>) -> Result<String, Rejection> {
    let contract = query.contract()?;
    let window = query.aggregate_window()?;
    let trades = query
        .market
        .aggregate_trades(&contract, query.number("fromId"), &window);
    let trades = trades.into_iter().map(|trade| AggTrade {
        id: trade.id,
        price: trade.price,
        quantity: trade.quantity,
        quantity_without_rpi: Some(trade.quantity),
        first_trade_id: trade.ids.0,
        last_trade_id: trade.ids.1,
        trade_time: trade.time,
        buyer_is_maker: trade.taker == Side::Sell,
    });
    to_json(&trades.collect::<Vec<_>>())
}

fn klines(query: &mut Query<'_>, resource: &str) -> Result<String, Rejection> {
    let contract = match resource {
        "klines" => Some(query.contract_of_any_product()?),
        _ => query.continuous_contract()?,
    };
    let (interval, window) = (query.interval()?, query.kline_window()?);
    let Some(contract) = contract else {
        return to_json(&[(); 0]);
    };
    let candles = query.market.candles(&contract, interval, &window);
    let klines = candles.into_iter().map(|candle| types::Kline {
        open_time: candle.open_time,
        open: candle.open,
        high: candle.high,
        low: candle.low,
        close: candle.close,
        volume: candle.volume,
        close_time: candle.close_time,
        quote_volume: candle.value,
        trades: candle.trades,
        taker_buy_volume: candle.taker_buy_volume,
        taker_buy_quote_volume: candle.taker_buy_value,
        unused: crate::types::Decimal::ZERO,
    });
    to_json(&klines.collect::<Vec<_>>())
}

fn day_ticker(query: &mut Query<'_>, contract: &Contract) -> types::DayTicker {
    let day = query.market.day(contract);
    let candle = day.candle;
    types::DayTicker {
        symbol: symbol(contract),
        price_change: candle.close.saturating_sub(candle.open),
        price_change_percent: change_in_percent(candle.open, candle.close),
        weighted_average_price: average_price(contract, &candle),
        last_price: candle.close,
        last_quantity: day
            .last
            .as_ref()
            .map_or(candle.volume, |last| last.quantity),
        open_price: candle.open,
        high_price: candle.high,
        low_price: candle.low,
        volume: candle.volume,
        quote_volume: candle.value,
        open_time: candle.open_time,
        close_time: candle.close_time,
        first_trade_id: candle.ids.map(|(first, _)| first),
        last_trade_id: candle.ids.map(|(_, last)| last),
        trades: candle.trades,
    }
}

fn price_ticker(query: &mut Query<'_>, contract: &Contract) -> types::PriceTicker {
    let last = query.market.last_trade(contract);
    types::PriceTicker {
        symbol: symbol(contract),
        price: query.market.last_price(contract),
        time: last.map_or(query.market.now(), |last| last.time),
    }
}

fn top_of_book(query: &mut Query<'_>, contract: &Contract) -> types::TopOfBook {
    let book = query.market.book(contract);
    let (bid, ask) = (best(&book.bids), best(&book.asks));
    types::TopOfBook {
        last_update_id: Some(book.update_id),
        symbol: symbol(contract),
        bid_price: bid.price,
        bid_quantity: bid.quantity,
        ask_price: ask.price,
        ask_quantity: ask.quantity,
        time: Some(book.time),
    }
}

fn premium_index(query: &mut Query<'_>, contract: &Contract) -> types::PremiumIndex {
    let market = &query.market;
    let rate = market.funding_rate(contract);
    let index_price = market.index_price(contract);
    types::PremiumIndex {
        symbol: symbol(contract),
        mark_price: market.mark_price(contract),
        index_price,
        estimated_settle_price: index_price,
        last_funding_rate: rate,
        interest_rate: rate.map(|_| market.interest_rate()),
        next_funding_time: market.next_funding_time(contract),
        time: market.now(),
    }
}

fn funding_rates(query: &Query<'_>) -> Result<String, Rejection> {
    let window = query.window()?;
    let mut rates: Vec<FundingRate> = Vec::new();
    for contract in query.named_contracts()? {
        let payments = query.market.funding_payments(&contract, &window);
        rates.extend(payments.into_iter().map(|payment| FundingRate {
            symbol: symbol(&contract),
            funding_rate: payment.rate,
            funding_time: payment.time,
            mark_price: Some(payment.mark_price),
            rate_type: Some(FundingRateType::Regular),
        }));
    }
    rates.sort_by_key(|rate| rate.funding_time);
    to_json(&limited(rates, &window))
}

fn open_interest(query: &Query<'_>) -> Result<String, Rejection> {
    let contract = query.contract()?;
    to_json(&CurrentOpenInterest {
        open_interest: query.market.open_interest(&contract),
        symbol: symbol(&contract),
        time: Some(query.market.now()),
    })
}

fn constituents(query: &Query<'_>) -> Result<String, Rejection> {
    let contract = query.contract()?;
    let index_price = query.market.index_price(&contract);
    let sample: Option<IndexConstituents> =
        serde_json::from_str(query.request.operation.sample).ok();
    let constituents = sample.map_or_else(Vec::new, |sample| sample.constituents);
    let constituent = |constituent: IndexConstituent| IndexConstituent {
        symbol: contract.pair.clone(),
        price: constituent.price.map(|_| index_price),
        ..constituent
    };
    to_json(&IndexConstituents {
        symbol: symbol(&contract),
        time: query.market.now(),
        constituents: constituents.into_iter().map(constituent).collect(),
    })
}
