//! Responses of the largest size, made from the samples of the spec: without spaces, as the exchange sends them, and with varying digits.

use std::fmt::Write;

const ORDER: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");
const SYMBOLS: &str = include_str!("../../src/generated/usdm/rest/market_data/exchange_info.json");

pub(crate) fn order() -> String {
    minify(ORDER)
}

pub(crate) fn depth() -> String {
    let mut digits = Digits(1);
    let mut side = || {
        let levels = (0..1_000).map(|_| {
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
    };
    let (bids, asks) = (side(), side());
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
