//! The values of enums that are sent, written down from the documents of the exchange.

use std::collections::{BTreeMap, BTreeSet};

use binance_futures::parameters::{Parameters, QueryWriter};
use binance_futures::registry;
use binance_futures::types::*;
use binance_futures::{coinm, usdm};

/// What is sent for each value of an enum that this version knows.
type Sent = Vec<String>;

macro_rules! sent {
    ($($name:ident: $type:path,)+) => {
        [$((stringify!($name), {
            let sent = <$type>::ALL.iter().map(|value| {
                let mut query = QueryWriter::new();
                query.put("v", value);
                query.into_string().replacen("v=", "", 1)
            });
            sent.collect::<Sent>()
        })),+]
    };
}

/// The values that are sent, by the name of the enum.
fn sent() -> BTreeMap<&'static str, Sent> {
    let enums = sent! {
        AlgoType: AlgoType,
        AutoCloseType: AutoCloseType,
        ContractType: ContractType,
        DepthLevels: DepthLevels,
        DepthSpeed: DepthSpeed,
        IncomeType: IncomeType,
        KlineInterval: KlineInterval,
        MarginDirection: MarginDirection,
        MarginType: MarginType,
        OrderType: OrderType,
        PositionSide: PositionSide,
        PriceMatch: PriceMatch,
        PriceSpeed: PriceSpeed,
        QuoteLifetime: usdm::types::QuoteLifetime,
        ResponseType: ResponseType,
        SelfTradePreventionMode: SelfTradePreventionMode,
        Side: Side,
        StatisticsPeriod: StatisticsPeriod,
        StreamContractType: usdm::types::StreamContractType,
        TimeInForce: TimeInForce,
        WorkingType: WorkingType,
    };
    BTreeMap::from(enums)
}

/// The values by the documents, in alphabetical order. Some enums are received as well; values that are only received are among them.
const DOCUMENTED: [(&str, &str); 21] = [
    ("AlgoType", "CONDITIONAL"),
    ("AutoCloseType", "ADL LIQUIDATION"),
    (
        "ContractType",
        "ALL CURRENT_MONTH CURRENT_QUARTER CURRENT_QUARTER%20DELIVERING CURRENT_QUARTER_DELIVERING \
         NEXT_MONTH NEXT_QUARTER NEXT_QUARTER%20DELIVERING NEXT_QUARTER_DELIVERING PERPETUAL \
         PERPETUAL%20DELIVERING PERPETUAL_DELIVERING TRADIFI_PERPETUAL",
    ),
    ("DepthLevels", "10 20 5"),
    ("DepthSpeed", "100ms 500ms"),
    (
        "IncomeType",
        "API_REBATE AUTO_EXCHANGE BFUSD_REWARD COIN_SWAP_DEPOSIT COIN_SWAP_WITHDRAW COMMISSION \
         COMMISSION_REBATE CONTEST_REWARD CROSS_COLLATERAL_TRANSFER DELIVERED_SETTELMENT FEE_RETURN \
         FUNDING_FEE INSURANCE_CLEAR INTERNAL_TRANSFER OPTIONS_PREMIUM_FEE OPTIONS_SETTLE_PROFIT \
         POSITION_LIMIT_INCREASE_FEE REALIZED_PNL REFERRAL_KICKBACK SPECIAL_FUNDING_FEE \
         STRATEGY_UMFUTURES_TRANSFER TRANSFER WELCOME_BONUS",
    ),
    (
        "KlineInterval",
        "12h 15m 1M 1d 1h 1m 1s 1w 2h 30m 3d 3m 4h 5m 6h 8h",
    ),
    ("MarginDirection", "1 2"),
    ("MarginType", "CROSSED ISOLATED"),
    (
        "OrderType",
        "LIMIT LIQUIDATION MARKET STOP STOP_MARKET TAKE_PROFIT TAKE_PROFIT_MARKET TRAILING_STOP_MARKET",
    ),
    ("PositionSide", "BOTH LONG SHORT"),
    (
        "PriceMatch",
        "NONE OPPONENT OPPONENT_10 OPPONENT_20 OPPONENT_5 QUEUE QUEUE_10 QUEUE_20 QUEUE_5",
    ),
    ("PriceSpeed", "1s"),
    ("QuoteLifetime", "10s"),
    ("ResponseType", "ACK RESULT"),
    (
        "SelfTradePreventionMode",
        "EXPIRE_BOTH EXPIRE_MAKER EXPIRE_TAKER NONE",
    ),
    ("Side", "BUY SELL"),
    ("StatisticsPeriod", "12h 15m 1d 1h 2h 30m 4h 5m 6h"),
    (
        "StreamContractType",
        "current_quarter next_quarter perpetual tradifi_perpetual",
    ),
    ("TimeInForce", "FOK GTC GTD GTE_GTC GTX IOC RPI"),
    ("WorkingType", "CONTRACT_PRICE MARK_PRICE"),
];

#[test]
fn values_of_enums_are_those_of_the_documents() {
    let sent = sent();
    assert_eq!(sent.len(), DOCUMENTED.len());
    for (name, documented) in DOCUMENTED {
        let documented: BTreeSet<&str> = documented.split_whitespace().collect();
        let values: BTreeSet<&str> = sent[name].iter().map(String::as_str).collect();
        assert_eq!(values, documented, "{name}");
    }
    // A COIN-M stream has no `tradifi_perpetual`.
    let coinm = coinm::types::StreamContractType::ALL;
    let coinm: Vec<&str> = coinm
        .iter()
        .map(coinm::types::StreamContractType::as_str)
        .collect();
    assert_eq!(coinm, ["perpetual", "current_quarter", "next_quarter"]);
}

/// The variants whose names say which value they mean.
#[test]
fn variants_mean_what_their_names_say() {
    for (variant, value) in [
        (Side::Buy.to_string(), "BUY"),
        (Side::Sell.to_string(), "SELL"),
        (PositionSide::Both.to_string(), "BOTH"),
        (PositionSide::Long.to_string(), "LONG"),
        (PositionSide::Short.to_string(), "SHORT"),
        (MarginDirection::Add.to_string(), "1"),
        (MarginDirection::Reduce.to_string(), "2"),
        (MarginType::Isolated.to_string(), "ISOLATED"),
        (MarginType::Crossed.to_string(), "CROSSED"),
        (WorkingType::MarkPrice.to_string(), "MARK_PRICE"),
        (WorkingType::ContractPrice.to_string(), "CONTRACT_PRICE"),
        (TimeInForce::Gtc.to_string(), "GTC"),
        (TimeInForce::Ioc.to_string(), "IOC"),
        (TimeInForce::Fok.to_string(), "FOK"),
        (TimeInForce::Gtx.to_string(), "GTX"),
        (TimeInForce::Gtd.to_string(), "GTD"),
        (TimeInForce::Rpi.to_string(), "RPI"),
        (OrderType::Limit.to_string(), "LIMIT"),
        (OrderType::Market.to_string(), "MARKET"),
        (OrderType::Stop.to_string(), "STOP"),
        (OrderType::StopMarket.to_string(), "STOP_MARKET"),
        (OrderType::TakeProfit.to_string(), "TAKE_PROFIT"),
        (
            OrderType::TakeProfitMarket.to_string(),
            "TAKE_PROFIT_MARKET",
        ),
        (
            OrderType::TrailingStopMarket.to_string(),
            "TRAILING_STOP_MARKET",
        ),
        (PriceMatch::Opponent.to_string(), "OPPONENT"),
        (PriceMatch::Opponent5.to_string(), "OPPONENT_5"),
        (PriceMatch::Opponent10.to_string(), "OPPONENT_10"),
        (PriceMatch::Opponent20.to_string(), "OPPONENT_20"),
        (PriceMatch::Queue.to_string(), "QUEUE"),
        (PriceMatch::Queue5.to_string(), "QUEUE_5"),
        (PriceMatch::Queue10.to_string(), "QUEUE_10"),
        (PriceMatch::Queue20.to_string(), "QUEUE_20"),
        (SelfTradePreventionMode::None.to_string(), "NONE"),
        (
            SelfTradePreventionMode::ExpireTaker.to_string(),
            "EXPIRE_TAKER",
        ),
        (
            SelfTradePreventionMode::ExpireMaker.to_string(),
            "EXPIRE_MAKER",
        ),
        (
            SelfTradePreventionMode::ExpireBoth.to_string(),
            "EXPIRE_BOTH",
        ),
        (ResponseType::Ack.to_string(), "ACK"),
        (ResponseType::Result.to_string(), "RESULT"),
        (AutoCloseType::Liquidation.to_string(), "LIQUIDATION"),
        (AutoCloseType::Adl.to_string(), "ADL"),
        (KlineInterval::Minute1.to_string(), "1m"),
        (KlineInterval::Month1.to_string(), "1M"),
        (KlineInterval::Hour1.to_string(), "1h"),
        (KlineInterval::Day1.to_string(), "1d"),
        (KlineInterval::Week1.to_string(), "1w"),
        (StatisticsPeriod::Minute5.to_string(), "5m"),
        (StatisticsPeriod::Day1.to_string(), "1d"),
        (DepthSpeed::Ms100.to_string(), "100ms"),
        (DepthSpeed::Ms500.to_string(), "500ms"),
        (DepthLevels::Five.to_string(), "5"),
        (DepthLevels::Twenty.to_string(), "20"),
    ] {
        assert_eq!(variant, value);
    }
}

/// Types of parameters that are not enums.
const OTHER: [&str; 13] = [
    "Asset",
    "ClientOrderId",
    "Decimal",
    "ListenKey",
    "Pair",
    "String",
    "Symbol",
    "Timestamp",
    "bool as text",
    "i64",
    "u16",
    "u32",
    "u64",
];

#[test]
fn every_enum_that_is_sent_has_a_line() {
    let operations = registry::operations();
    let types: BTreeSet<&str> = operations
        .flat_map(|operation| operation.parameters)
        .map(|info| info.ty)
        .filter(|name| !name.starts_with("json<") && !name.starts_with('='))
        .filter(|name| !OTHER.contains(name))
        .collect();
    let written: BTreeSet<&str> = DOCUMENTED.iter().map(|(name, _)| *name).collect();
    assert_eq!(types, written);
}
