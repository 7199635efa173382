//! What each constructor sends, written down from the documents of the exchange.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use binance_futures::parameters::QueryWriter;
use binance_futures::request::Request;
use binance_futures::types::{
    PriceMatch,
    Side::{Buy, Sell},
    TimeInForce::{Gtc, Gtx},
    Timestamp,
};
use binance_futures::{coinm, usdm};

/// A constructor, such as `usdm::NewOrder::limit`, what it sends, and what it should send.
struct Row {
    constructor: String,
    sent: String,
    expected: &'static str,
}

fn row<R: Request>(constructor: &str, request: &R, expected: &'static str) -> Row {
    let mut query = QueryWriter::new();
    request.write(&mut query);
    let (module, _) = R::NAME.split_once("::").unwrap();
    Row {
        constructor: format!("{module}::{constructor}"),
        sent: query.into_string(),
        expected,
    }
}

macro_rules! rows {
    ($($product:ident $request:ident $constructor:ident ($($argument:expr),*) => $expected:literal,)+) => {
        vec![$(row(
            concat!(stringify!($request), "::", stringify!($constructor)),
            &$product::$request::$constructor($($argument),*),
            $expected,
        )),+]
    };
}

/// 2025-12-31 00:00 UTC.
const EXPIRY: Timestamp = Timestamp::from_millis(1_767_139_200_000);

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    const USDT: &str = "BTCUSDT";
    const PERP: &str = "BTCUSD_PERP";
    rows! {
        usdm NewOrder limit(USDT, Buy, 2, 59_808, Gtx) => "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=2&price=59808&timeInForce=GTX",
        usdm NewOrder limit(USDT, Sell, 2, PriceMatch::Queue5, Gtc) => "symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=2&priceMatch=QUEUE_5&timeInForce=GTC",
        usdm NewOrder limit_until(USDT, Sell, 2, 59_808, EXPIRY) => "symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=2&price=59808&timeInForce=GTD&goodTillDate=1767139200000",
        usdm NewOrder market(USDT, Sell, 2) => "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=2",
        usdm TestOrder limit(USDT, Buy, 2, 59_808, Gtx) => "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=2&price=59808&timeInForce=GTX",
        usdm TestOrder limit_until(USDT, Sell, 2, 59_808, EXPIRY) => "symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=2&price=59808&timeInForce=GTD&goodTillDate=1767139200000",
        usdm TestOrder market(USDT, Sell, 2) => "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=2",
        usdm NewAlgoOrder stop(USDT, Sell, 2, 58_100, 58_200) => "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP&quantity=2&price=58100&triggerPrice=58200",
        usdm NewAlgoOrder stop_market(USDT, Sell, 2, 58_200) => "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&quantity=2&triggerPrice=58200",
        usdm NewAlgoOrder take_profit(USDT, Sell, 2, 61_100, 61_200) => "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT&quantity=2&price=61100&triggerPrice=61200",
        usdm NewAlgoOrder take_profit_market(USDT, Buy, 2, 58_200) => "algoType=CONDITIONAL&symbol=BTCUSDT&side=BUY&type=TAKE_PROFIT_MARKET&quantity=2&triggerPrice=58200",
        usdm NewAlgoOrder trailing_stop_market(USDT, Buy, 2, 5) => "algoType=CONDITIONAL&symbol=BTCUSDT&side=BUY&type=TRAILING_STOP_MARKET&quantity=2&callbackRate=5",
        usdm NewAlgoOrder stop_market_close(USDT, Sell, 58_200) => "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&triggerPrice=58200&closePosition=true",
        usdm NewAlgoOrder take_profit_market_close(USDT, Sell, 61_200) => "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT_MARKET&triggerPrice=61200&closePosition=true",
        usdm ModifyPositionMargin add(USDT, 25) => "symbol=BTCUSDT&amount=25&type=1",
        usdm ModifyPositionMargin reduce(USDT, 25) => "symbol=BTCUSDT&amount=25&type=2",
        coinm NewOrder limit(PERP, Buy, 2, 59_808, Gtx) => "symbol=BTCUSD_PERP&side=BUY&type=LIMIT&quantity=2&price=59808&timeInForce=GTX",
        coinm NewOrder market(PERP, Sell, 2) => "symbol=BTCUSD_PERP&side=SELL&type=MARKET&quantity=2",
        coinm NewOrder stop_market_close(PERP, Sell, 58_200) => "symbol=BTCUSD_PERP&side=SELL&type=STOP_MARKET&stopPrice=58200&closePosition=true",
        coinm NewOrder take_profit_market_close(PERP, Sell, 61_200) => "symbol=BTCUSD_PERP&side=SELL&type=TAKE_PROFIT_MARKET&stopPrice=61200&closePosition=true",
        coinm NewAlgoOrder stop(PERP, Sell, 2, 58_100, 58_200) => "algoType=CONDITIONAL&symbol=BTCUSD_PERP&side=SELL&type=STOP&quantity=2&price=58100&triggerPrice=58200",
        coinm NewAlgoOrder stop_market(PERP, Sell, 2, 58_200) => "algoType=CONDITIONAL&symbol=BTCUSD_PERP&side=SELL&type=STOP_MARKET&quantity=2&triggerPrice=58200",
        coinm NewAlgoOrder take_profit(PERP, Sell, 2, 61_100, 61_200) => "algoType=CONDITIONAL&symbol=BTCUSD_PERP&side=SELL&type=TAKE_PROFIT&quantity=2&price=61100&triggerPrice=61200",
        coinm NewAlgoOrder take_profit_market(PERP, Buy, 2, 58_200) => "algoType=CONDITIONAL&symbol=BTCUSD_PERP&side=BUY&type=TAKE_PROFIT_MARKET&quantity=2&triggerPrice=58200",
        coinm NewAlgoOrder trailing_stop_market(PERP, Buy, 2, 5) => "algoType=CONDITIONAL&symbol=BTCUSD_PERP&side=BUY&type=TRAILING_STOP_MARKET&quantity=2&callbackRate=5",
        coinm NewAlgoOrder stop_market_close(PERP, Sell, 58_200) => "algoType=CONDITIONAL&symbol=BTCUSD_PERP&side=SELL&type=STOP_MARKET&triggerPrice=58200&closePosition=true",
        coinm NewAlgoOrder take_profit_market_close(PERP, Sell, 61_200) => "algoType=CONDITIONAL&symbol=BTCUSD_PERP&side=SELL&type=TAKE_PROFIT_MARKET&triggerPrice=61200&closePosition=true",
        coinm ModifyPositionMargin add(PERP, 25) => "symbol=BTCUSD_PERP&amount=25&type=1",
        coinm ModifyPositionMargin reduce(PERP, 25) => "symbol=BTCUSD_PERP&amount=25&type=2",
    }
}

/// The order of the parameters does not matter to the exchange.
fn sorted(query: &str) -> Vec<&str> {
    let mut parameters: Vec<&str> = query.split('&').collect();
    parameters.sort_unstable();
    parameters
}

#[test]
fn constructors_send_what_their_names_say() {
    for row in rows() {
        let (sent, expected) = (sorted(&row.sent), sorted(row.expected));
        assert_eq!(sent, expected, "{}", row.constructor);
    }
}

/// Returns the constructors of the generated requests, except `new`.
fn generated(product: &str, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            generated(product, &path, found);
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let mut request = "";
        for item in source.split("\nimpl ").skip(1) {
            request = item.split([' ', '<']).next().unwrap_or(request);
            for function in item.split("\n    pub fn ").skip(1) {
                let (head, _) = function.split_once('{').unwrap();
                let (name, arguments) = head.split_once('(').unwrap();
                if name != "new" && head.ends_with("-> Self ") && !arguments.contains("self") {
                    found.insert(format!("{product}::{request}::{name}"));
                }
            }
        }
    }
}

#[test]
fn every_constructor_has_a_line() {
    let mut found = BTreeSet::new();
    for product in ["usdm", "coinm"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");
        generated(product, &root.join(product).join("rest"), &mut found);
        generated(product, &root.join(product).join("ws_api"), &mut found);
    }
    assert!(found.contains("usdm::NewOrder::limit"), "{found:?}");
    let written: BTreeSet<String> = rows().into_iter().map(|row| row.constructor).collect();
    assert_eq!(written, found);
}
