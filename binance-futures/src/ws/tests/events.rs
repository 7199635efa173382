//! Events of the simulated exchange.

use serde_json::{Value, json};

/// The event time of events whose time does not matter.
pub(crate) const TIME: u64 = 1_790_000_000_000;

/// An aggregate trade of a symbol.
pub(crate) fn trade(symbol: &str, id: u64) -> Value {
    json!({
        "e": "aggTrade", "E": TIME, "s": symbol, "a": id, "p": "1", "q": "1", "nq": "1",
        "f": id, "l": id, "T": TIME, "m": true
    })
}

/// The mark price of a symbol.
pub(crate) fn mark_price(symbol: &str, time: u64) -> Value {
    json!({
        "e": "markPriceUpdate", "E": time, "s": symbol, "p": "1", "ap": "1", "P": "1", "i": "1", "r": "0", "T": 0
    })
}

/// The best bid and ask of a symbol.
pub(crate) fn book_ticker(symbol: &str, id: u64) -> Value {
    json!({
        "e": "bookTicker", "u": id, "E": TIME, "T": TIME, "s": symbol, "b": "1", "B": "1", "a": "2", "A": "1"
    })
}

/// The changes of an order book.
pub(crate) fn depth(symbol: &str, previous: u64, last: u64) -> Value {
    json!({
        "e": "depthUpdate", "E": TIME, "T": TIME, "s": symbol, "U": previous + 1, "u": last, "pu": previous,
        "b": [], "a": []
    })
}

/// A candlestick of one minute.
pub(crate) fn kline(symbol: &str, start: u64, time: u64, is_closed: bool) -> Value {
    json!({
        "e": "kline", "E": time, "s": symbol,
        "k": {
            "t": start, "T": start + 59_999, "s": symbol, "i": "1m", "f": 1, "L": 1, "o": "1", "c": "1", "h": "1",
            "l": "1", "v": "1", "n": 1, "x": is_closed, "q": "1", "V": "1", "Q": "1", "B": "0"
        }
    })
}

/// A liquidation order. Its trade time identifies it.
pub(crate) fn liquidation(symbol: &str, trade_time: u64) -> Value {
    json!({
        "e": "forceOrder", "E": TIME,
        "o": {
            "s": symbol, "S": "SELL", "o": "LIMIT", "f": "IOC", "q": "1", "p": "1", "ap": "1", "X": "FILLED",
            "l": "1", "z": "1", "T": trade_time
        }
    })
}
