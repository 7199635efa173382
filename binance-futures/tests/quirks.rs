//! What the exchange really sends over REST, beyond or against its documents.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what panics here has failed"
)]
#![cfg(all(feature = "usdm", feature = "coinm"))]

use binance_futures::decode::{self, DecodeFailure};
use binance_futures::parameters::QueryWriter;
use binance_futures::request::Request;
use binance_futures::types::{
    AlgoStatus, ContractStatus, ContractType, Decimal, FundingRateType, OrderType, PermissionSet,
    PositionControlSide, PositionMarginType, PriceMatch, Side, Symbol, SymbolFilter, Timestamp,
    UnderlyingType,
};
use binance_futures::{coinm, usdm};
use serde_json::{Value, json};

fn read<R: Request>(answer: &Value) -> Result<R::Response, DecodeFailure> {
    decode::from_str::<R::Response, R::Wire>(&answer.to_string())
}

fn write<R: Request>(answer: &R::Response) -> Value {
    let text = decode::to_string::<R::Response, R::Wire>(answer).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Reads an answer that is written again as it came.
fn kept<R: Request>(answer: &Value) -> R::Response {
    let read = read::<R>(answer).unwrap();
    assert_eq!(write::<R>(&read), *answer);
    read
}

fn query<R: Request>(request: &R) -> String {
    let mut query = QueryWriter::new();
    request.write(&mut query);
    query.into_string()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The record with other values for some of its members.
fn with(mut record: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

fn usdm_symbol(changes: &Value) -> Value {
    let record = json!({
        "symbol": "QQQUSDT", "pair": "QQQUSDT", "contractType": "PERPETUAL",
        "deliveryDate": 1_798_185_600_000_i64, "onboardDate": 1_777_000_000_000_i64, "status": "TRADING",
        "maintMarginPercent": "2.5", "requiredMarginPercent": "5.0", "baseAsset": "QQQ",
        "quoteAsset": "USDT", "marginAsset": "USDT", "pricePrecision": 2, "quantityPrecision": 3,
        "baseAssetPrecision": 8, "quotePrecision": 8, "underlyingType": "COIN",
        "underlyingSubType": [], "triggerProtect": "0.05", "liquidationFee": "0.01",
        "marketTakeBound": "0.05", "filters": [], "orderTypes": ["LIMIT"], "timeInForce": ["GTC"],
    });
    with(record, changes)
}

fn coinm_symbol(changes: &Value) -> Value {
    let record = json!({
        "symbol": "QQQUSD_PERP", "pair": "QQQUSD", "contractType": "PERPETUAL",
        "deliveryDate": 1_798_185_600_000_i64, "onboardDate": 1_777_000_000_000_i64,
        "contractStatus": "TRADING", "contractSize": 10, "maintMarginPercent": "2.5",
        "requiredMarginPercent": "5.0", "baseAsset": "QQQ", "quoteAsset": "USD",
        "marginAsset": "QQQ", "pricePrecision": 2, "quantityPrecision": 0, "baseAssetPrecision": 8,
        "quotePrecision": 8, "equalQtyPrecision": 4, "underlyingType": "COIN",
        "underlyingSubType": [], "triggerProtect": "0.05", "liquidationFee": "0.01",
        "marketTakeBound": "0.05", "filters": [], "orderTypes": ["LIMIT"], "timeInForce": ["GTC"],
    });
    with(record, changes)
}

fn usdm_information(symbols: &[Value]) -> Value {
    json!({
        "timezone": "UTC", "serverTime": 1_790_000_000_000_i64, "rateLimits": [],
        "exchangeFilters": [], "assets": [], "symbols": symbols,
    })
}

fn coinm_information(symbols: &[Value]) -> Value {
    json!({
        "timezone": "UTC", "serverTime": 1_790_000_000_000_i64, "rateLimits": [],
        "exchangeFilters": [], "symbols": symbols,
    })
}

/// One contract of each product that differs from the others in something.
fn contracts(usdm: &Value, coinm: &Value) -> (usdm::SymbolInformation, coinm::SymbolInformation) {
    let mut of_usdm = kept::<usdm::ExchangeInfo>(&usdm_information(&[usdm_symbol(usdm)]));
    let mut of_coinm = kept::<coinm::ExchangeInfo>(&coinm_information(&[coinm_symbol(coinm)]));
    (of_usdm.symbols.remove(0), of_coinm.symbols.remove(0))
}

fn usdm_ack(id: u64) -> Value {
    json!({
        "orderId": id, "symbol": "QQQUSDT", "status": "NEW", "clientOrderId": "mine-1",
        "price": "20.50", "origQty": "0.020", "executedQty": "0", "cumQty": "0",
        "timeInForce": "GTC", "type": "LIMIT", "reduceOnly": false, "closePosition": false,
        "side": "BUY", "positionSide": "BOTH", "stopPrice": "0", "workingType": "CONTRACT_PRICE",
        "priceProtect": false, "origType": "LIMIT", "priceMatch": "NONE",
        "selfTradePreventionMode": "NONE", "goodTillDate": 0, "updateTime": 1_790_000_000_000_i64,
    })
}

fn algo_order(changes: &Value) -> Value {
    let record = json!({
        "algoId": 4_000_000_200_000_001_u64, "clientAlgoId": "stop-1", "algoType": "CONDITIONAL",
        "orderType": "STOP_MARKET", "symbol": "QQQUSDT", "side": "SELL", "positionSide": "BOTH",
        "timeInForce": "GTC", "quantity": "0.020", "algoStatus": "NEW", "actualOrderId": "",
        "triggerPrice": "19.00", "price": "0.00", "icebergQuantity": null,
        "selfTradePreventionMode": "NONE", "workingType": "MARK_PRICE", "priceMatch": "NONE",
        "closePosition": false, "priceProtect": false, "reduceOnly": true,
        "createTime": 1_790_000_000_000_i64, "updateTime": 1_790_000_000_000_i64,
        "triggerTime": 0, "goodTillDate": 0,
    });
    with(record, changes)
}

#[test]
fn fundings_that_dated_contracts_do_not_have_are_none() {
    let dated = json!({
        "symbol": "QQQUSD_261225", "pair": "QQQUSD", "markPrice": "20.10", "indexPrice": "20.00",
        "estimatedSettlePrice": "20.05", "lastFundingRate": "", "interestRate": "",
        "nextFundingTime": 0, "time": 1_790_000_000_000_i64,
    });
    let marks = kept::<coinm::MarkPrices>(&json!([dated]));
    assert_eq!(marks[0].last_funding_rate, None);
    assert_eq!(marks[0].interest_rate, None);
    assert_eq!(marks[0].next_funding_time, None);
    assert_eq!(marks[0].mark_price, decimal("20.10"));

    let mut dated = dated;
    dated.as_object_mut().unwrap().remove("pair");
    let mark = kept::<usdm::MarkPrice>(&dated);
    assert_eq!(
        (mark.last_funding_rate, mark.next_funding_time),
        (None, None)
    );
    let perpetual =
        json!({"lastFundingRate": "0.00010", "interestRate": "0", "nextFundingTime": 5});
    let mark = kept::<usdm::MarkPrice>(&with(dated, &perpetual));
    assert_eq!(mark.last_funding_rate, Some(decimal("0.0001")));
    assert_eq!(mark.interest_rate, Some(Decimal::ZERO));
    assert_eq!(mark.next_funding_time, Some(Timestamp::from_millis(5)));
}

#[test]
fn a_conditional_order_without_an_order_yet_has_neither_its_id_nor_an_iceberg() {
    let waiting = kept::<usdm::QueryAlgoOrder>(&algo_order(&json!({})));
    assert_eq!(waiting.actual_order_id, None);
    assert_eq!(waiting.iceberg_quantity, None);
    assert_eq!((waiting.trigger_time, waiting.good_till_date), (None, None));
    let placed =
        algo_order(&json!({"actualOrderId": "8389765739703625592", "algoStatus": "TRIGGERED"}));
    let placed = kept::<usdm::QueryAlgoOrder>(&placed);
    assert_eq!(placed.actual_order_id, Some(8_389_765_739_703_625_592));
    let iceberg = algo_order(&json!({"icebergQuantity": "0.005"}));
    let iceberg = kept::<usdm::QueryAlgoOrder>(&iceberg);
    assert_eq!(iceberg.iceberg_quantity, Some(decimal("0.005")));
}

#[test]
fn states_of_conditional_orders_are_known_and_new_ones_kept() {
    for (text, status) in [
        ("TRIGGERING", AlgoStatus::Triggering),
        ("TRIGGERED", AlgoStatus::Triggered),
        ("FINISHED", AlgoStatus::Finished),
        ("REJECTED", AlgoStatus::Rejected),
    ] {
        let order = kept::<usdm::QueryAlgoOrder>(&algo_order(&json!({"algoStatus": text})));
        assert_eq!(order.status, status);
    }
    let order = kept::<usdm::QueryAlgoOrder>(&algo_order(&json!({"algoStatus": "SLEEPING"})));
    assert!(matches!(&order.status, AlgoStatus::Unlisted(text) if text.as_str() == "SLEEPING"));
}

#[test]
fn flags_are_read_from_text_beside_flags_of_json() {
    let position = json!({
        "symbol": "QQQUSDT", "positionSide": "BOTH", "positionAmt": "-3", "entryPrice": "20.0",
        "breakEvenPrice": "20.0", "markPrice": "21", "unRealizedProfit": "-3.0",
        "liquidationPrice": "0", "leverage": "10", "maxNotionalValue": "9223372036854775807",
        "marginType": "isolated", "isolatedMargin": "0.0", "isAutoAddMargin": "false",
        "notional": "-63", "isolatedWallet": "0", "updateTime": 0,
    });
    let bare = with(position.clone(), &json!({"isAutoAddMargin": true}));
    let bare = read::<usdm::PositionsV2>(&json!([bare])).unwrap();
    assert!(bare[0].auto_add_margin);
    let [position] = &kept::<usdm::PositionsV2>(&json!([position]))[..] else {
        panic!()
    };
    assert!(!position.auto_add_margin);
    assert_eq!(position.margin_type, PositionMarginType::Isolated);
    assert_eq!(position.leverage, 10);
    assert_eq!(position.max_notional, decimal("9223372036854775807"));
    assert_eq!(position.update_time, None);

    let settings = json!([{
        "symbol": "QQQUSDT", "marginType": "CROSSED", "isAutoAddMargin": true, "leverage": 10,
        "maxNotionalValue": "9223372036854775807",
    }]);
    assert!(kept::<usdm::SymbolConfig>(&settings)[0].auto_add_margin);
}

#[test]
fn brackets_mix_whole_and_broken_numbers_and_reach_the_greatest_of_64_bits() {
    let brackets = json!([{"symbol": "QQQUSDT", "brackets": [
        {"bracket": 1, "initialLeverage": 75, "notionalCap": 9000, "notionalFloor": 0, "maintMarginRatio": 0.005, "cum": 0},
        {"bracket": 2, "initialLeverage": 50, "notionalCap": 9_223_372_036_854_775_807_u64, "notionalFloor": 9000, "maintMarginRatio": 0.0125, "cum": 67.5},
    ]}]);
    let read = kept::<usdm::LeverageBrackets>(&brackets);
    let [first, second] = &read[0].brackets[..] else {
        panic!()
    };
    assert_eq!(
        (first.cumulative, second.cumulative),
        (Decimal::ZERO, decimal("67.5"))
    );
    assert_eq!(second.notional_cap, decimal("9223372036854775807"));
    assert_eq!(second.maintenance_margin_ratio, decimal("0.0125"));

    let lone = kept_as_list(&brackets[0]);
    assert_eq!(lone.len(), 1);
    let none = kept::<usdm::LeverageBrackets>(&json!([{"symbol": "QQQUSDT", "brackets": []}]));
    assert!(none[0].brackets.is_empty());

    let coinm = json!([{"symbol": "QQQUSD_PERP", "notionalCoef": 1.5, "brackets": [
        {"bracket": 1, "initialLeverage": 50, "qtyCap": 40.5, "qtylFloor": 0, "maintMarginRatio": 0.01, "cum": 0},
        {"bracket": 2, "initialLeverage": 20, "qtyCap": 9_223_372_036_854_775_807_u64, "qtylFloor": 40.5, "maintMarginRatio": 0.02, "cum": 0.405},
    ]}]);
    let read = kept::<coinm::LeverageBrackets>(&coinm);
    assert_eq!(read[0].notional_coefficient, Some(decimal("1.5")));
    assert_eq!(
        read[0].brackets[1].quantity_cap,
        decimal("9223372036854775807")
    );
    assert_eq!(read[0].brackets[1].cumulative, decimal("0.405"));
}

/// A lone record comes back as the list it stands for.
fn kept_as_list(record: &Value) -> Vec<usdm::SymbolBrackets> {
    let read = read::<usdm::LeverageBrackets>(record).unwrap();
    assert_eq!(write::<usdm::LeverageBrackets>(&read), json!([record]));
    read
}

#[test]
fn the_greatest_notional_stands_in_a_text_too() {
    let setting =
        json!({"symbol": "QQQUSDT", "leverage": 3, "maxNotionalValue": "9223372036854775807"});
    let setting = kept::<usdm::ChangeLeverage>(&setting);
    assert_eq!(setting.max_notional, decimal("9223372036854775807"));
}

#[test]
fn success_is_200_be_it_a_number_or_a_text() {
    for code in [json!(200), json!("200")] {
        let answer = json!({"code": code, "msg": "All of them are gone."});
        for code in [
            read::<usdm::CancelAllOrders>(&answer).unwrap().code,
            read::<usdm::CancelAllAlgoOrders>(&answer).unwrap().code,
            read::<coinm::CancelAllOrders>(&answer).unwrap().code,
        ] {
            assert_eq!(code, 200);
        }
        let cancelled = json!({"algoId": 4_000_000_200_000_001_u64, "clientAlgoId": "stop-1", "code": code, "msg": "Gone."});
        let cancelled = read::<usdm::CancelAlgoOrder>(&cancelled).unwrap();
        assert_eq!(
            (cancelled.code, cancelled.algo_id),
            (200, 4_000_000_200_000_001)
        );
    }
}

#[test]
fn orders_and_refusals_of_a_batch_stand_side_by_side() {
    let answer = json!([
        usdm_ack(8_389_765_739_703_625_592),
        {"code": -4046, "msg": "Not this one."},
        usdm_ack(933_256_278_426_274_426),
    ]);
    let outcomes = kept::<usdm::NewOrders>(&answer);
    let [Ok(first), Err(refusal), Ok(last)] = &outcomes[..] else {
        panic!("{outcomes:?}")
    };
    assert_eq!(first.order_id, 8_389_765_739_703_625_592);
    assert_eq!(
        (refusal.code, refusal.message.as_str()),
        (-4046, "Not this one.")
    );
    assert_eq!(last.order_id, 933_256_278_426_274_426);
    for outcomes in [
        kept::<usdm::ModifyOrders>(&answer),
        kept::<usdm::CancelOrders>(&answer),
    ] {
        assert!(outcomes[1].is_err());
    }
}

#[test]
fn an_object_in_place_of_a_batch_is_no_list_of_outcomes() {
    let whole = json!({"code": -1130, "msg": "All of it is wrong."});
    assert!(read::<usdm::NewOrders>(&whole).is_err());
    assert!(read::<coinm::NewOrders>(&whole).is_err());
}

#[test]
fn ids_beyond_what_a_double_holds_go_both_ways() {
    for id in [8_389_765_739_703_625_592, 933_256_278_426_274_426, u64::MAX] {
        let order = kept::<usdm::CancelOrder>(&usdm_ack(id));
        assert_eq!(order.order_id, id);
        assert_eq!(
            query(&usdm::CancelOrder::new("QQQUSDT", id)),
            format!("symbol=QQQUSDT&orderId={id}")
        );
        assert_eq!(
            query(&usdm::CancelOrders::new("QQQUSDT", [id])),
            format!("symbol=QQQUSDT&orderIdList=%5B{id}%5D")
        );
    }
}

#[test]
fn coin_margined_tickers_of_one_symbol_are_lists_still() {
    let ticker = json!([{
        "symbol": "QQQUSD_PERP", "pair": "QQQUSD", "priceChange": "-1", "priceChangePercent": "-4.7",
        "weightedAvgPrice": "20.5", "lastPrice": "20.1", "lastQty": "2", "openPrice": "21.1",
        "highPrice": "21.5", "lowPrice": "20.0", "volume": "900", "baseVolume": "439.0",
        "openTime": 1_789_913_600_000_i64, "closeTime": 1_790_000_000_000_i64,
        "firstId": 11, "lastId": 19, "count": 9,
    }]);
    assert_eq!(kept::<coinm::Tickers24hr>(&ticker).len(), 1);
    let book = json!([{
        "lastUpdateId": 77, "symbol": "QQQUSD_PERP", "pair": "QQQUSD", "bidPrice": "20.0",
        "bidQty": "3", "askPrice": "20.1", "askQty": "4", "time": 1_790_000_000_000_i64,
    }]);
    assert_eq!(kept::<coinm::BookTickers>(&book).len(), 1);
    assert!(
        query(&coinm::BookTickers::new().scope(Symbol::from("QQQUSD_PERP"))).starts_with("symbol=")
    );
}

#[test]
fn the_precision_of_a_multiplier_is_a_number_or_a_text_of_one() {
    let filter = |decimal: Value| json!({"filters": [{"filterType": "PERCENT_PRICE", "multiplierUp": "1.05", "multiplierDown": "0.95", "multiplierDecimal": decimal}]});
    let (text, _) = contracts(&filter(json!("4")), &filter(json!("4")));
    let information = usdm_information(&[usdm_symbol(&filter(json!(4)))]);
    let number = read::<usdm::ExchangeInfo>(&information).unwrap();
    assert_eq!(text.filters, number.symbols[0].filters);
    assert!(
        matches!(&text.filters[0], SymbolFilter::PercentPrice(filter) if filter.multiplier_decimal == 4)
    );
}

#[test]
fn balances_below_nothing_are_balances() {
    let balance = json!([{
        "accountAlias": "zZ", "asset": "USDT", "balance": "-12.00450000", "crossWalletBalance": "-12.0045",
        "crossUnPnl": "-0.5", "availableBalance": "0", "maxWithdrawAmount": "0",
        "marginAvailable": true, "updateTime": 0,
    }]);
    let balance = kept::<usdm::Balance>(&balance);
    assert_eq!(balance[0].balance, balance[0].cross_wallet_balance);
    assert_eq!(balance[0].balance, decimal("-12.0045"));
    assert_eq!(balance[0].update_time, None);
}

#[test]
fn padding_of_decimals_is_kept_and_does_not_tell_values_apart() {
    let one = kept::<usdm::CancelOrder>(&with(
        usdm_ack(1),
        &json!({"origQty": "0.020", "price": "0.0000000"}),
    ));
    let other = kept::<usdm::CancelOrder>(&with(
        usdm_ack(1),
        &json!({"origQty": "0.02", "price": "0"}),
    ));
    assert_eq!(one, other);
}

#[test]
fn the_date_of_a_delivery_that_never_comes_is_a_date_like_any_other() {
    let never = json!({"deliveryDate": 4_133_404_800_000_i64});
    let (usdm, coinm) = contracts(&never, &never);
    let never = Timestamp::from_millis(4_133_404_800_000);
    assert_eq!(
        (usdm.delivery_date, coinm.delivery_date),
        (Some(never), Some(never))
    );
    let none = json!({"deliveryDate": 0});
    let (usdm, coinm) = contracts(&none, &none);
    assert_eq!((usdm.delivery_date, coinm.delivery_date), (None, None));
}

#[test]
fn fundings_of_the_first_years_have_no_mark_price() {
    let rate = json!({
        "symbol": "QQQUSDT", "fundingTime": 1_568_102_400_000_i64, "fundingRate": "0.0001", "markPrice": "",
    });
    let priced = with(rate.clone(), &json!({"markPrice": "20.50"}));
    let rates = kept::<usdm::FundingRates>(&json!([rate, priced]));
    let prices: Vec<_> = rates.iter().map(|rate| rate.mark_price).collect();
    assert_eq!(prices, [None, Some(decimal("20.50"))]);
}

#[test]
fn a_mark_price_of_one_symbol_is_a_list_on_coin_m_and_none_on_usd_m() {
    let mark = json!({
        "symbol": "QQQUSD_PERP", "pair": "QQQUSD", "markPrice": "20.10", "indexPrice": "20.00",
        "estimatedSettlePrice": "20.05", "lastFundingRate": "0.0001", "interestRate": "0.0001",
        "nextFundingTime": 1_790_000_000_000_i64, "time": 1_790_000_000_000_i64,
    });
    assert_eq!(kept::<coinm::MarkPrices>(&json!([mark])).len(), 1);
    assert_eq!(
        query(&coinm::MarkPrices::new().scope(Symbol::from("QQQUSD_PERP"))),
        "symbol=QQQUSD_PERP"
    );
    let mut mark = mark;
    mark.as_object_mut().unwrap().remove("pair");
    assert_eq!(kept::<usdm::MarkPrice>(&mark).symbol, "QQQUSD_PERP");
    assert_eq!(query(&usdm::MarkPrice::new("QQQUSDT")), "symbol=QQQUSDT");
}

#[test]
fn a_stream_that_stays_open_may_be_told_of_without_its_key() {
    assert_eq!(kept::<coinm::RenewListenKey>(&json!({})).listen_key, None);
    let key = kept::<usdm::RenewListenKey>(&json!({"listenKey": "aB3"})).listen_key;
    assert_eq!(key.unwrap().as_str(), "aB3");
}

#[test]
fn contract_types_beyond_the_documents_are_known() {
    for (text, known) in [
        ("TRADIFI_PERPETUAL", ContractType::TradifiPerpetual),
        ("PERPETUAL DELIVERING", ContractType::PerpetualDelivering),
        (
            "CURRENT_QUARTER DELIVERING",
            ContractType::CurrentQuarterDelivering,
        ),
    ] {
        let changes = json!({"contractType": text});
        let (usdm, coinm) = contracts(&changes, &changes);
        assert_eq!(usdm.contract_type, Some(known.clone()));
        assert_eq!(coinm.contract_type, Some(known));
    }
    let empty = json!({"contractType": ""});
    let (usdm, coinm) = contracts(&empty, &empty);
    assert_eq!((usdm.contract_type, coinm.contract_type), (None, None));
    let new = json!({"contractType": "NEXT_CENTURY"});
    let (usdm, _) = contracts(&new, &new);
    assert!(
        matches!(usdm.contract_type, Some(ContractType::Unlisted(text)) if text.as_str() == "NEXT_CENTURY")
    );
}

#[test]
fn states_of_contracts_are_known_under_both_names_and_new_ones_kept() {
    for (text, known) in [
        ("PRE_SETTLE", ContractStatus::PreSettle),
        ("SETTLING", ContractStatus::Settling),
        ("PENDING_TRADING", ContractStatus::PendingTrading),
        ("DELIVERING", ContractStatus::Delivering),
    ] {
        let (usdm, coinm) = contracts(&json!({"status": text}), &json!({"contractStatus": text}));
        assert_eq!((&usdm.status, &coinm.status), (&known, &known));
    }
    let (usdm, coinm) = contracts(
        &json!({"status": "ASLEEP"}),
        &json!({"contractStatus": "ASLEEP"}),
    );
    assert_eq!(usdm.status, coinm.status);
    assert!(matches!(usdm.status, ContractStatus::Unlisted(text) if text.as_str() == "ASLEEP"));
}

#[test]
fn underlyings_are_known_and_their_kinds_stay_as_they_are_spelled() {
    for (text, known) in [
        ("PREMARKET", UnderlyingType::Premarket),
        ("EQUITY", UnderlyingType::Equity),
        ("COMMODITY", UnderlyingType::Commodity),
        ("INDEX", UnderlyingType::Index),
    ] {
        let kinds = ["Pre-Market", "PreMarket", "DEFI", "DeFi"];
        let changes = json!({"underlyingType": text, "underlyingSubType": kinds});
        let (usdm, _) = contracts(&changes, &changes);
        assert_eq!(usdm.underlying_type, known);
        assert_eq!(usdm.underlying_sub_types, kinds);
    }
}

#[test]
fn filters_come_and_go_and_new_ones_are_kept() {
    let filters = json!({"filters": [
        {"filterType": "POSITION_RISK_CONTROL", "positionControlSide": "NONE"},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "PHASE_OF_THE_MOON", "phase": "full", "days": [1, 2]},
    ]});
    let (usdm, coinm) = contracts(&filters, &filters);
    assert_eq!(usdm.filters, coinm.filters);
    let [risk, orders, moon] = &usdm.filters[..] else {
        panic!()
    };
    assert!(
        matches!(risk, SymbolFilter::PositionRiskControl(risk) if risk.position_control_side == PositionControlSide::None)
    );
    assert!(matches!(orders, SymbolFilter::MaximumOrders(orders) if orders.limit == 200));
    assert!(matches!(moon, SymbolFilter::Unlisted(moon) if moon.get("days") == Some("[1,2]")));
    let algo = json!({"filters": [{"filterType": "MAX_NUM_ALGO_ORDERS", "limit": 10}]});
    let (usdm, _) = contracts(&algo, &algo);
    assert!(
        matches!(&usdm.filters[..], [SymbolFilter::MaximumAlgoOrders(algo)] if algo.limit == 10)
    );
}

#[test]
fn sets_of_permissions_are_a_flat_list() {
    let sets = json!({"permissionSets": ["GRID", "COPY", "DCA", "PSB", "RPI", "ZZZ"]});
    let (usdm, coinm) = contracts(&sets, &sets);
    assert_eq!(usdm.permission_sets, coinm.permission_sets);
    let sets = usdm.permission_sets.unwrap();
    assert_eq!(
        (&sets[0], &sets[4], sets.len()),
        (&PermissionSet::Grid, &PermissionSet::Rpi, 6)
    );
    let (without, _) = contracts(&json!({}), &json!({}));
    assert_eq!(without.permission_sets, None);
}

#[test]
fn symbols_are_any_text_and_encoded_byte_by_byte() {
    for (symbol, encoded) in [
        ("币安人生USDT", "%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT"),
        ("龙虾USDT", "%E9%BE%99%E8%99%BEUSDT"),
        ("4USDT", "4USDT"),
        ("0GUSDT", "0GUSDT"),
        ("1000000MOGUSDT", "1000000MOGUSDT"),
        ("BTCUSDT_250926", "BTCUSDT_250926"),
    ] {
        assert_eq!(
            query(&usdm::Depth::new(symbol)),
            format!("symbol={encoded}")
        );
        let changes = json!({"symbol": symbol, "pair": symbol, "baseAsset": "4"});
        let (usdm, coinm) = contracts(&changes, &changes);
        assert_eq!(
            (usdm.symbol.as_str(), coinm.symbol.as_str()),
            (symbol, symbol)
        );
        assert_eq!(usdm.base_asset.as_str(), "4");
    }
}

#[test]
fn symbols_in_a_batch_are_encoded_once() {
    let order = usdm::NewOrder::new("龙虾USDT", Side::Buy, OrderType::Market);
    assert_eq!(
        query(&usdm::NewOrders::new([order])),
        "batchOrders=%5B%7B%22symbol%22%3A%22%E9%BE%99%E8%99%BEUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%7D%5D"
    );
}

#[test]
fn members_that_documents_do_not_list_are_read_and_may_be_absent() {
    let trade = json!({"a": 7, "p": "20.5", "q": "3", "f": 1, "l": 2, "T": 1_790_000_000_000_i64, "m": true});
    let newer = with(trade.clone(), &json!({"nq": "2.5"}));
    let trades = kept::<usdm::AggTrades>(&json!([trade, newer]));
    assert_eq!(trades[0].quantity_without_rpi, None);
    assert_eq!(trades[1].quantity_without_rpi, Some(decimal("2.5")));

    let trade = json!({"id": 7, "price": "20.5", "qty": "3", "quoteQty": "61.5", "time": 1_790_000_000_000_i64, "isBuyerMaker": false});
    let newer = with(trade.clone(), &json!({"isRPITrade": true}));
    let trades = kept::<usdm::Trades>(&json!([trade, newer]));
    assert_eq!((trades[0].rpi, trades[1].rpi), (None, Some(true)));

    let settings = json!({
        "symbol": "QQQUSDT", "adjustedFundingRateCap": "0.02", "adjustedFundingRateFloor": "-0.02",
        "fundingIntervalHours": 4, "disclaimer": false,
    });
    let newer = with(
        settings.clone(),
        &json!({"updateTime": 1_790_000_000_000_i64}),
    );
    let settings = kept::<usdm::FundingInfo>(&json!([settings, newer]));
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
    let rates = kept::<coinm::FundingRates>(&json!([rate, newer]));
    assert_eq!((rates[0].mark_price, &rates[0].rate_type), (None, &None));
    assert_eq!(rates[1].mark_price, Some(decimal("20.5")));
    assert_eq!(rates[1].rate_type, Some(FundingRateType::Regular));
}

#[test]
fn a_price_that_follows_nothing_is_said_to_follow_none() {
    let order = kept::<usdm::CancelOrder>(&usdm_ack(1));
    assert_eq!(order.price_match, PriceMatch::None);
}

#[test]
fn a_record_that_cannot_be_read_is_told_by_its_index_and_path() {
    let good = usdm_symbol(&json!({}));
    let filters = json!({"filters": [
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "MAX_NUM_ORDERS", "limit": "many"},
    ]});
    let information = usdm_information(&[good.clone(), good, usdm_symbol(&filters)]);
    let failure = read::<usdm::ExchangeInfo>(&information).unwrap_err();
    assert_eq!(failure.path(), "symbols[2].filters[1].limit");

    let batch = json!([usdm_ack(1), with(usdm_ack(2), &json!({"price": "dear"}))]);
    let failure = read::<usdm::NewOrders>(&batch).unwrap_err();
    assert_eq!(failure.path(), "[1].price");

    let klines = json!([
        [1, "1", "1", "1", "1", "1", 2, "1", 1, "1", "1", "0"],
        [1, "1", "1", "x", "1", "1", 2, "1", 1, "1", "1", "0"],
    ]);
    let failure = read::<usdm::Klines>(&klines).unwrap_err();
    assert_eq!(failure.path(), "[1][3]");
}

/// What a client makes of answers that went wrong.
#[cfg(all(feature = "mock", feature = "rest"))]
mod over_the_network {
    use std::time::Duration;

    use binance_futures::auth::Credentials;
    use binance_futures::error::{Error, Outcome};
    use binance_futures::mock::{Exchange, Fault};
    use binance_futures::rest::Retry;
    use binance_futures::types::{Decimal, Side};
    use binance_futures::usdm::{Client, Depth, NewOrder, NewOrders};

    const UNKNOWN: &str = "Unknown error, please check your request or try again later.";

    fn order() -> NewOrder {
        NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE)
    }

    fn client(exchange: &Exchange) -> Client {
        let (key, secret) = exchange.credentials();
        Client::builder()
            .credentials(
                Credentials::hmac(key, secret)
                    .unwrap()
                    .for_environment(exchange.environment()),
            )
            .retry(Retry::never())
            .build()
            .unwrap()
    }

    /// How asking and placing an order end when the exchange answers so.
    async fn ends(fault: Fault) -> (Error, Error) {
        let exchange = Exchange::start().await.unwrap();
        let client = client(&exchange);
        exchange.inject_fault(fault.clone());
        let asked = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
        exchange.inject_fault(fault);
        let placed = client.send(order()).await.unwrap_err();
        (asked, placed)
    }

    #[tokio::test]
    async fn the_words_of_a_503_leave_open_what_became_of_an_order_whatever_the_code() {
        let body = format!(r#"{{"code":-1003,"msg":"{UNKNOWN}"}}"#);
        let (_, placed) = ends(Fault::status(503, body)).await;
        assert_eq!(placed.outcome(), Outcome::Unknown);
    }

    #[tokio::test]
    async fn one_error_for_a_whole_batch_is_an_error() {
        let exchange = Exchange::start().await.unwrap();
        for status in [200, 400] {
            let body = r#"{"code":-1130,"msg":"All of it is wrong."}"#;
            exchange.inject_fault(Fault::status(status, body));
            let batch = NewOrders::new([order(), order()]);
            let error = client(&exchange).send(batch).await.unwrap_err();
            assert_eq!(
                (error.code(), error.outcome()),
                (Some(-1130), Outcome::Rejected)
            );
        }
    }

    #[tokio::test]
    async fn a_503_without_a_code_leaves_open_what_became_of_an_order() {
        let body =
            format!(r#"{{"timestamp":1790000000000,"path":"/fapi/v1/order","msg":"{UNKNOWN}"}}"#);
        let (asked, placed) = ends(Fault::status(503, body)).await;
        assert!(matches!(asked, Error::Server(_)));
        assert_eq!((placed.outcome(), placed.code()), (Outcome::Unknown, None));
        assert_eq!(placed.answer().unwrap().message, UNKNOWN);
    }

    #[tokio::test]
    async fn pages_of_what_stands_in_between_are_told_by_their_status() {
        let (asked, placed) = ends(Fault::html(403)).await;
        assert!(matches!((asked, placed), (Error::Api(_), Error::Api(_))));
        for status in [502, 503] {
            let (asked, placed) = ends(Fault::html(status)).await;
            assert!(matches!(asked, Error::Server(_)), "{asked:?}");
            assert_eq!(placed.outcome(), Outcome::Unknown, "{placed:?}");
            assert!(placed.answer().unwrap().body.starts_with(b"<html>"));
        }
    }

    #[tokio::test]
    async fn refused_orders_tell_how_many_were_counted() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let fault = Fault::Respond {
            status: 400,
            headers: vec![
                header("content-type", "application/json"),
                header("X-MBX-ORDER-COUNT-10S", "0"),
                header("X-MBX-ORDER-COUNT-1M", "1"),
            ],
            body: r#"{"code":-2019,"msg":"Not enough."}"#.to_owned(),
        };
        let (_, placed) = ends(fault).await;
        let counted = placed.answer().unwrap().limits().order_count;
        let counted: Vec<_> = counted
            .iter()
            .map(|count| (count.per, count.used))
            .collect();
        let seconds = Duration::from_secs;
        assert_eq!(counted, [(seconds(10), 0), (seconds(60), 1)]);
    }

    #[tokio::test]
    async fn a_contract_of_another_script_is_found() {
        let exchange = Exchange::start().await.unwrap();
        let book = client(&exchange).send(Depth::new("币安人生USDT")).await;
        assert!(!book.unwrap().bids.is_empty());
    }
}
