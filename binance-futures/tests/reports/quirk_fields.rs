//! Fields that the exchange sends although its documentation does not list them, or lists them elsewhere.

use crate::samples::operation;

/// The path of a field, and the start of its type.
type Field = (&'static str, &'static str);

/// Product, item and fields.
const FIELDS: &[(&str, &str, &[Field])] = &[
    // The product and the pair of a symbol.
    ("usdm", "DiffDepth", &[("st", "SymbolType"), ("ps", "Pair")]),
    ("usdm", "BookTickers", &[("[].symbol", "Symbol")]),
    ("usdm", "MarkPrice", &[("symbol", "Symbol")]),
    (
        "usdm",
        "Liquidations",
        &[("o.st", "SymbolType"), ("o.ps", "Pair")],
    ),
    (
        "usdm",
        "MiniTickers",
        &[("st", "SymbolType"), ("ps", "Pair")],
    ),
    ("coinm", "DiffDepth", &[("st", "SymbolType")]),
    // Fields that no document lists, or that came later.
    ("usdm", "Trades", &[("[].isRPITrade", "bool")]),
    ("usdm", "AggTrades", &[("[].nq", "Decimal")]),
    ("usdm", "FundingInfo", &[("[].updateTime", "Timestamp")]),
    (
        "coinm",
        "FundingRates",
        &[
            ("[].markPrice", "Decimal"),
            ("[].rateType", "FundingRateType"),
        ],
    ),
    // Orders.
    (
        "usdm",
        "OrderTradeUpdate",
        &[
            ("o.er", "ExpiryReason"),
            ("o.st", "StrategyType"),
            ("o.si", "i64"),
            ("o.ss", "i64"),
            ("o.V", "SelfTradePreventionMode"),
            ("o.x", "ExecutionType"),
        ],
    ),
    (
        "coinm",
        "OrderTradeUpdate",
        &[
            ("o.ma", "Asset"),
            ("o.pm", "PriceMatch"),
            ("o.er", "ExpiryReason"),
        ],
    ),
    (
        "usdm",
        "AlgoUpdate",
        &[("o.X", "AlgoStatus"), ("o.rm", "String"), ("o.ai", "u64")],
    ),
    (
        "usdm",
        "QueryAlgoOrder",
        &[("icebergQuantity", "Decimal"), ("actualOrderId", "u64")],
    ),
    // Accounts.
    (
        "usdm",
        "AccountUpdate",
        &[
            ("a.m", "AccountUpdateReason"),
            ("a.P[].ma", "Asset"),
            ("a.P[].bep", "Decimal"),
        ],
    ),
    (
        "usdm",
        "PositionsV2",
        &[
            ("[].isolated", "bool"),
            ("[].adlQuantile", "u8"),
            ("[].isAutoAddMargin", "bool"),
        ],
    ),
    ("usdm", "ConvertPairs", &[("[].fromIsBase", "bool")]),
    (
        "usdm",
        "LeverageBrackets",
        &[("[].brackets[].cum", "Decimal")],
    ),
    ("usdm", "TradeLite", &[("p", "Decimal"), ("L", "Decimal")]),
    (
        "usdm",
        "ListenKeyExpired",
        &[("E", "Timestamp as number or text")],
    ),
    (
        "coinm",
        "MarkPrices",
        &[
            ("[].lastFundingRate", "Decimal or \"\""),
            ("[].interestRate", "Decimal or \"\""),
        ],
    ),
    ("coinm", "Tickers24hr", &[("[].symbol", "Symbol")]),
];

#[test]
fn fields_that_the_exchange_sends_are_in_the_spec() {
    let mut missing = Vec::new();
    for (product, name, fields) in FIELDS {
        let declared = operation(product, name).fields;
        for (path, ty) in *fields {
            let is_declared = declared
                .iter()
                .any(|field| field.path == *path && field.ty.starts_with(ty));
            if !is_declared {
                missing.push(format!("{product} {name} {path}: {ty}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn event_of_trades_has_its_kind() {
    let stream = binance_futures::registry::operations()
        .find(|operation| operation.id == "trades" && operation.stream.is_some());
    let fields = stream.unwrap().fields;
    assert!(
        fields
            .iter()
            .any(|field| (field.path, field.ty) == ("X", "TradeKind"))
    );
}
