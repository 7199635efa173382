//! Events, and responses of the largest size, made from the samples of the spec: without spaces, as the exchange sends them, and with varying digits.

use std::fmt::Write;

const ORDER: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");
const SYMBOLS: &str = include_str!("../../src/generated/usdm/rest/market_data/exchange_info.json");
const TICKERS: &str = include_str!("../../src/generated/usdm/rest/market_data/tickers_24hr.json");
const BOOK_TICKER: &str = include_str!("../../src/generated/usdm/streams/book_tickers.json");
const AGG_TRADE: &str = include_str!("../../src/generated/usdm/streams/agg_trades.json");
const KLINE: &str = include_str!("../../src/generated/usdm/streams/klines.json");
const MARK_PRICES: &str = include_str!("../../src/generated/usdm/streams/all_mark_prices.json");
const ORDER_UPDATE: &str =
    include_str!("../../src/generated/usdm/user_events/order_trade_update.json");

pub(crate) fn book_ticker() -> String {
    minify(BOOK_TICKER)
}

pub(crate) fn agg_trade() -> String {
    minify(AGG_TRADE)
}

pub(crate) fn kline() -> String {
    minify(KLINE)
}

pub(crate) fn order_update() -> String {
    minify(ORDER_UPDATE)
}

/// 500 copies of the first ticker, each of another symbol.
pub(crate) fn tickers() -> String {
    repeat_first(TICKERS, "ETH", 500)
}

/// 500 copies of the first mark price, each of another symbol.
pub(crate) fn mark_prices() -> String {
    repeat_first(MARK_PRICES, "BTC", 500)
}

fn repeat_first(array: &str, asset: &str, count: usize) -> String {
    let text = minify(array);
    let end = text.find("},{").unwrap() + 1;
    let first = &text[1..end];
    let items: Vec<_> = (0..count)
        .map(|number| first.replace(asset, &format!("C{number}")))
        .collect();
    format!("[{}]", items.join(","))
}

pub(crate) fn depth_update() -> String {
    let mut digits = Digits(3);
    let (bids, asks) = (levels(&mut digits, 50), levels(&mut digits, 50));
    format!(
        r#"{{"e":"depthUpdate","E":1790401512250,"T":1790401512244,"s":"BTCUSDT","U":8104477121010,"u":8104477121377,"pu":8104477120955,"b":[{bids}],"a":[{asks}],"ps":"BTCUSDT","st":1}}"#
    )
}

/// Levels of an order book with prices and quantities that follow no pattern.
fn levels(digits: &mut Digits, count: usize) -> String {
    let levels = (0..count).map(|_| {
        let (price, quantity) = (digits.next(7), digits.next(6));
        format!(
            r#"["{}.{:02}","{}.{:03}"]"#,
            price / 100,
            price % 100,
            quantity / 1_000,
            quantity % 1_000
        )
    });
    levels.collect::<Vec<_>>().join(",")
}

pub(crate) fn order() -> String {
    minify(ORDER)
}

pub(crate) fn depth() -> String {
    let mut digits = Digits(1);
    let (bids, asks) = (levels(&mut digits, 1_000), levels(&mut digits, 1_000));
    format!(
        r#"{{"lastUpdateId":9034188201245,"E":1790401513020,"T":1790401513011,"bids":[{bids}],"asks":[{asks}]}}"#
    )
}

pub(crate) fn klines() -> String {
    let mut digits = Digits(2);
    let mut rows = String::new();
    for minute in 0..1_500_u64 {
        let open = 1_790_398_800_000 + minute * 60_000;
        let mut decimal = |whole, places: usize| {
            let (whole, fraction) = (digits.next(whole), digits.next(places as u32));
            format!("{whole}.{fraction:0places$}")
        };
        let [a, b, c, d] = [(); 4].map(|()| decimal(5, 2));
        let (volume, quote, bought, spent) =
            (decimal(4, 3), decimal(9, 5), decimal(4, 3), decimal(8, 5));
        let close = open + 59_999;
        let _ = write!(
            rows,
            r#",[{open},"{a}","{b}","{c}","{d}","{volume}",{close},"{quote}",{},"{bought}","{spent}","0"]"#,
            minute * 37 + 1_000
        );
    }
    format!("[{}]", rows.trim_start_matches(','))
}

pub(crate) fn symbols() -> String {
    let text = minify(SYMBOLS);
    let begin = text.find(r#"{"symbol":"BTCUSDT""#).unwrap();
    let end = text.find(r#",{"symbol":"NOVAUSDT""#).unwrap();
    let symbol = &text[begin..end];
    let symbols: Vec<_> = (0..500)
        .map(|number| symbol.replace("BTC", &format!("C{number}")))
        .collect();
    format!("{}{}]}}", &text[..begin], symbols.join(","))
}

/// Removes the whitespace between tokens.
fn minify(json: &str) -> String {
    let mut in_string = false;
    json.chars()
        .filter(|letter| {
            in_string ^= *letter == '"';
            in_string || !letter.is_whitespace()
        })
        .collect()
}

/// A generator of numbers without a pattern that a branch predictor could learn.
struct Digits(u64);

impl Digits {
    fn next(&mut self, count: u32) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let low = 10_u64.pow(count - 1);
        low + (self.0 >> 33) % (9 * low)
    }
}
