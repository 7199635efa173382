//! Quirks of market data.

use binance_futures::types::{Decimal, FundingRateType, Symbol, Timestamp};
use binance_futures::{coinm, usdm};
use serde_json::json;

use crate::payloads::{decimal, decode, query, round_trip, with};

#[test]
fn delivery_contract_has_no_funding_rate() {
    let dated = json!({
        "symbol": "QQQUSD_261225", "pair": "QQQUSD", "markPrice": "20.10", "indexPrice": "20.00",
        "estimatedSettlePrice": "20.05", "lastFundingRate": "", "interestRate": "",
        "nextFundingTime": 0, "time": 1_790_000_000_000_i64,
    });
    let marks = round_trip::<coinm::MarkPrices>(&json!([dated]));
    assert_eq!(marks[0].last_funding_rate, None);
    assert_eq!(marks[0].interest_rate, None);
    assert_eq!(marks[0].next_funding_time, None);
    assert_eq!(marks[0].mark_price, decimal("20.10"));

    let mut dated = dated;
    dated.as_object_mut().unwrap().remove("pair");
    let mark = round_trip::<usdm::MarkPrice>(&dated);
    assert_eq!(
        (mark.last_funding_rate, mark.next_funding_time),
        (None, None)
    );
    let perpetual =
        json!({"lastFundingRate": "0.00010", "interestRate": "0", "nextFundingTime": 5});
    let mark = round_trip::<usdm::MarkPrice>(&with(dated, &perpetual));
    assert_eq!(mark.last_funding_rate, Some(decimal("0.0001")));
    assert_eq!(mark.interest_rate, Some(Decimal::ZERO));
    assert_eq!(mark.next_funding_time, Some(Timestamp::from_millis(5)));
}

#[test]
fn coin_m_tickers_of_one_symbol_are_lists() {
    let ticker = json!([{
        "symbol": "QQQUSD_PERP", "pair": "QQQUSD", "priceChange": "-1", "priceChangePercent": "-4.7",
        "weightedAvgPrice": "20.5", "lastPrice": "20.1", "lastQty": "2", "openPrice": "21.1",
        "highPrice": "21.5", "lowPrice": "20.0", "volume": "900", "baseVolume": "439.0",
        "openTime": 1_789_913_600_000_i64, "closeTime": 1_790_000_000_000_i64,
        "firstId": 11, "lastId": 19, "count": 9,
    }]);
    assert_eq!(round_trip::<coinm::Tickers24hr>(&ticker).len(), 1);
    let book = json!([{
        "lastUpdateId": 77, "symbol": "QQQUSD_PERP", "pair": "QQQUSD", "bidPrice": "20.0",
        "bidQty": "3", "askPrice": "20.1", "askQty": "4", "time": 1_790_000_000_000_i64,
    }]);
    assert_eq!(round_trip::<coinm::BookTickers>(&book).len(), 1);
    assert!(
        query(&coinm::BookTickers::new().scope(Symbol::from("QQQUSD_PERP"))).starts_with("symbol=")
    );
}

#[test]
fn old_funding_rates_have_no_mark_price() {
    let rate = json!({
        "symbol": "QQQUSDT", "fundingTime": 1_568_102_400_000_i64, "fundingRate": "0.0001", "markPrice": "",
    });
    let priced = with(rate.clone(), &json!({"markPrice": "20.50"}));
    let rates = decode::<usdm::FundingRates>(&json!([rate, priced])).unwrap();
    let prices: Vec<_> = rates.iter().map(|rate| rate.mark_price).collect();
    assert_eq!(prices, [None, Some(decimal("20.50"))]);
}

#[test]
fn mark_price_of_one_symbol_is_a_list_on_coin_m_only() {
    let mark = json!({
        "symbol": "QQQUSD_PERP", "pair": "QQQUSD", "markPrice": "20.10", "indexPrice": "20.00",
        "estimatedSettlePrice": "20.05", "lastFundingRate": "0.0001", "interestRate": "0.0001",
        "nextFundingTime": 1_790_000_000_000_i64, "time": 1_790_000_000_000_i64,
    });
    assert_eq!(round_trip::<coinm::MarkPrices>(&json!([mark])).len(), 1);
    assert_eq!(
        query(&coinm::MarkPrices::new().scope(Symbol::from("QQQUSD_PERP"))),
        "symbol=QQQUSD_PERP"
    );
    let mut mark = mark;
    mark.as_object_mut().unwrap().remove("pair");
    assert_eq!(round_trip::<usdm::MarkPrice>(&mark).symbol, "QQQUSD_PERP");
    assert_eq!(query(&usdm::MarkPrice::new("QQQUSDT")), "symbol=QQQUSDT");
}

#[test]
fn undocumented_fields_are_decoded_and_may_be_absent() {
    let trade = json!({"a": 7, "p": "20.5", "q": "3", "f": 1, "l": 2, "T": 1_790_000_000_000_i64, "m": true});
    let newer = with(trade.clone(), &json!({"nq": "2.5"}));
    let trades = round_trip::<usdm::AggTrades>(&json!([trade, newer]));
    assert_eq!(trades[0].quantity_without_rpi, None);
    assert_eq!(trades[1].quantity_without_rpi, Some(decimal("2.5")));

    let trade = json!({"id": 7, "price": "20.5", "qty": "3", "quoteQty": "61.5", "time": 1_790_000_000_000_i64, "isBuyerMaker": false});
    let newer = with(trade.clone(), &json!({"isRPITrade": true}));
    let trades = round_trip::<usdm::Trades>(&json!([trade, newer]));
    assert_eq!((trades[0].rpi, trades[1].rpi), (None, Some(true)));

    let settings = json!({
        "symbol": "QQQUSDT", "adjustedFundingRateCap": "0.02", "adjustedFundingRateFloor": "-0.02",
        "fundingIntervalHours": 4, "disclaimer": false,
    });
    let newer = with(
        settings.clone(),
        &json!({"updateTime": 1_790_000_000_000_i64}),
    );
    let settings = round_trip::<usdm::FundingInfo>(&json!([settings, newer]));
    assert_eq!(settings[0].update_time, None);
    assert_eq!(
        settings[1].update_time,
        Some(Timestamp::from_millis(1_790_000_000_000))
    );

    let rate = json!({"symbol": "QQQUSD_PERP", "fundingTime": 1_790_000_000_000_i64, "fundingRate": "-0.0001"});
    let newer = with(
        rate.clone(),
        &json!({"markPrice": "20.5", "rateType": "Regular"}),
    );
    let rates = round_trip::<coinm::FundingRates>(&json!([rate, newer]));
    assert_eq!((rates[0].mark_price, &rates[0].rate_type), (None, &None));
    assert_eq!(rates[1].mark_price, Some(decimal("20.5")));
    assert_eq!(rates[1].rate_type, Some(FundingRateType::Regular));
}
