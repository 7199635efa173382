//! The lower bound: scanners for one order of the fields and no white space, with the same types of values as the crate's.
//!
//! They know neither unknown fields nor another order, and their errors say nothing.

#![allow(dead_code, reason = "the scanned values are not used")]

use compact_str::CompactString;
use rust_decimal::Decimal;

/// The rest of a text.
pub(crate) type Text<'a> = &'a [u8];

pub(crate) trait Scan: Sized {
    fn scan(text: &mut Text<'_>) -> Option<Self>;
}

/// Scans a whole text.
pub(crate) fn scan<T: Scan>(text: &str) -> Option<T> {
    let mut rest = text.as_bytes();
    let value = T::scan(&mut rest)?;
    rest.is_empty().then_some(value)
}

#[inline]
fn expect(text: &mut Text<'_>, prefix: &[u8]) -> Option<()> {
    *text = text.strip_prefix(prefix)?;
    Some(())
}

#[inline]
fn quoted<'a>(text: &mut Text<'a>) -> Option<&'a str> {
    let rest = text.strip_prefix(b"\"")?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    *text = &rest[end + 1..];
    std::str::from_utf8(&rest[..end]).ok()
}

impl Scan for CompactString {
    #[inline]
    fn scan(text: &mut Text<'_>) -> Option<Self> {
        quoted(text).map(Self::from)
    }
}

impl Scan for Decimal {
    #[inline]
    fn scan(text: &mut Text<'_>) -> Option<Self> {
        let mut rest = text.strip_prefix(b"\"")?;
        let (mut mantissa, mut scale, mut is_fraction) = (0_u64, 0, false);
        loop {
            let (byte, after) = rest.split_first()?;
            rest = after;
            match byte {
                b'0'..=b'9' => {
                    mantissa = mantissa * 10 + u64::from(byte - b'0');
                    scale += u32::from(is_fraction);
                }
                b'.' => is_fraction = true,
                b'"' => break,
                _ => return None,
            }
        }
        *text = rest;
        let (low, middle) = (mantissa as u32, (mantissa >> 32) as u32);
        Some(Self::from_parts(low, middle, 0, false, scale))
    }
}

impl Scan for Option<Decimal> {
    #[inline]
    fn scan(text: &mut Text<'_>) -> Option<Self> {
        if expect(text, b"\"\"").is_some() {
            return Some(None);
        }
        Decimal::scan(text).map(Some)
    }
}

impl Scan for i64 {
    #[inline]
    fn scan(text: &mut Text<'_>) -> Option<Self> {
        let mut number = 0_i64;
        while let Some((byte @ b'0'..=b'9', after)) = text.split_first() {
            number = number * 10 + i64::from(byte - b'0');
            *text = after;
        }
        Some(number)
    }
}

impl Scan for bool {
    #[inline]
    fn scan(text: &mut Text<'_>) -> Option<Self> {
        if expect(text, b"true").is_some() {
            return Some(true);
        }
        expect(text, b"false").map(|()| false)
    }
}

impl<T: Scan> Scan for Vec<T> {
    #[inline]
    fn scan(text: &mut Text<'_>) -> Option<Self> {
        expect(text, b"[")?;
        let mut items = Self::new();
        while expect(text, b"]").is_none() {
            items.push(T::scan(text)?);
            let _ = expect(text, b",");
        }
        Some(items)
    }
}

/// The words of enums.
macro_rules! words {
    ($($word:ident $text:literal),+ $(,)?) => {
        #[derive(Clone, Copy)]
        pub(crate) enum Word { $($word),+ }

        impl Scan for Word {
            #[inline]
            fn scan(text: &mut Text<'_>) -> Option<Self> {
                match quoted(text)? {
                    $($text => Some(Self::$word),)+
                    _ => None,
                }
            }
        }
    };
}

words!(
    New "NEW", Filled "FILLED", Trade "TRADE", Gtc "GTC", Gtd "GTD", Limit "LIMIT", Market "MARKET", Buy "BUY", Sell "SELL",
    Both "BOTH", ContractPrice "CONTRACT_PRICE", MarkPrice "MARK_PRICE", No "NONE", ExpireMaker "EXPIRE_MAKER", Minute "1m",
);

/// A struct with its fields in the order of the text. The first field may be preceded by a literal.
macro_rules! object {
    ($name:ident $begin:literal { $first:ident: $first_type:ty = $first_key:literal, $($field:ident: $type:ty = $key:literal),* $(,)? } $end:literal) => {
        pub(crate) struct $name {
            $first: $first_type,
            $($field: $type,)*
        }

        impl Scan for $name {
            #[inline]
            fn scan(text: &mut Text<'_>) -> Option<Self> {
                expect(text, concat!($begin, "\"", $first_key, "\":").as_bytes())?;
                let $first = Scan::scan(text)?;
                $(
                    expect(text, concat!(",\"", $key, "\":").as_bytes())?;
                    let $field = Scan::scan(text)?;
                )*
                expect(text, $end.as_bytes())?;
                Some(Self { $first, $($field),* })
            }
        }
    };
}

/// A row with its columns.
macro_rules! columns {
    ($name:ident { $first:ident: $first_type:ty, $($column:ident: $type:ty),* $(,)? }) => {
        pub(crate) struct $name {
            $first: $first_type,
            $($column: $type,)*
        }

        impl Scan for $name {
            #[inline]
            fn scan(text: &mut Text<'_>) -> Option<Self> {
                expect(text, b"[")?;
                let $first = Scan::scan(text)?;
                $(
                    expect(text, b",")?;
                    let $column = Scan::scan(text)?;
                )*
                expect(text, b"]")?;
                Some(Self { $first, $($column),* })
            }
        }
    };
}

object!(Order "{" {
    order_id: i64 = "orderId",
    symbol: CompactString = "symbol",
    status: Word = "status",
    client_order_id: CompactString = "clientOrderId",
    price: Decimal = "price",
    original_quantity: Decimal = "origQty",
    executed_quantity: Decimal = "executedQty",
    cumulative_quantity: Decimal = "cumQty",
    time_in_force: Word = "timeInForce",
    order_type: Word = "type",
    reduce_only: bool = "reduceOnly",
    close_position: bool = "closePosition",
    side: Word = "side",
    position_side: Word = "positionSide",
    stop_price: Decimal = "stopPrice",
    working_type: Word = "workingType",
    price_protect: bool = "priceProtect",
    original_type: Word = "origType",
    price_match: Word = "priceMatch",
    self_trade_prevention_mode: Word = "selfTradePreventionMode",
    good_till_date: i64 = "goodTillDate",
    update_time: i64 = "updateTime",
} "}");

columns!(Level {
    price: Decimal,
    quantity: Decimal
});

object!(Book "{" {
    last_update_id: i64 = "lastUpdateId",
    event_time: i64 = "E",
    transaction_time: i64 = "T",
    bids: Vec<Level> = "bids",
    asks: Vec<Level> = "asks",
} "}");

columns!(KlineRow {
    open_time: i64,
    open: Decimal,
    high: Decimal,
    low: Decimal,
    close: Decimal,
    volume: Decimal,
    close_time: i64,
    quote_volume: Decimal,
    trades: i64,
    taker_volume: Decimal,
    taker_quote_volume: Decimal,
    unused: Decimal,
});

object!(Ticker "{" {
    symbol: CompactString = "symbol",
    price_change: Decimal = "priceChange",
    price_change_percent: Decimal = "priceChangePercent",
    weighted_average_price: Decimal = "weightedAvgPrice",
    last_price: Decimal = "lastPrice",
    last_quantity: Decimal = "lastQty",
    open_price: Decimal = "openPrice",
    high_price: Decimal = "highPrice",
    low_price: Decimal = "lowPrice",
    volume: Decimal = "volume",
    quote_volume: Decimal = "quoteVolume",
    open_time: i64 = "openTime",
    close_time: i64 = "closeTime",
    first_id: i64 = "firstId",
    last_id: i64 = "lastId",
    count: i64 = "count",
} "}");

object!(BookTicker "{\"e\":\"bookTicker\"," {
    update_id: i64 = "u",
    event_time: i64 = "E",
    transaction_time: i64 = "T",
    symbol: CompactString = "s",
    pair: CompactString = "ps",
    bid_price: Decimal = "b",
    bid_quantity: Decimal = "B",
    ask_price: Decimal = "a",
    ask_quantity: Decimal = "A",
    product: i64 = "st",
} "}");

object!(AggTrade "{\"e\":\"aggTrade\"," {
    event_time: i64 = "E",
    symbol: CompactString = "s",
    id: i64 = "a",
    price: Decimal = "p",
    quantity: Decimal = "q",
    normal_quantity: Decimal = "nq",
    first_trade_id: i64 = "f",
    last_trade_id: i64 = "l",
    time: i64 = "T",
    buyer_is_maker: bool = "m",
    product: i64 = "st",
} "}");

object!(Candle "{" {
    open_time: i64 = "t",
    close_time: i64 = "T",
    symbol: CompactString = "s",
    interval: Word = "i",
    first_trade_id: i64 = "f",
    last_trade_id: i64 = "L",
    open: Decimal = "o",
    close: Decimal = "c",
    high: Decimal = "h",
    low: Decimal = "l",
    volume: Decimal = "v",
    trades: i64 = "n",
    is_closed: bool = "x",
    quote_volume: Decimal = "q",
    taker_volume: Decimal = "V",
    taker_quote_volume: Decimal = "Q",
    unused: Decimal = "B",
} "}");

object!(Kline "{\"e\":\"kline\"," {
    event_time: i64 = "E",
    symbol: CompactString = "s",
    candle: Candle = "k",
} "}");

object!(DepthUpdate "{\"e\":\"depthUpdate\"," {
    event_time: i64 = "E",
    transaction_time: i64 = "T",
    symbol: CompactString = "s",
    first_update_id: i64 = "U",
    last_update_id: i64 = "u",
    previous_update_id: i64 = "pu",
    bids: Vec<Level> = "b",
    asks: Vec<Level> = "a",
    pair: CompactString = "ps",
    product: i64 = "st",
} "}");

object!(MarkPrice "{\"e\":\"markPriceUpdate\"," {
    event_time: i64 = "E",
    symbol: CompactString = "s",
    mark_price: Decimal = "p",
    average_price: Decimal = "ap",
    settle_price: Decimal = "P",
    index_price: Decimal = "i",
    funding_rate: Option<Decimal> = "r",
    next_funding_time: i64 = "T",
    product: i64 = "st",
} "}");

object!(UpdatedOrder "{" {
    symbol: CompactString = "s",
    client_order_id: CompactString = "c",
    side: Word = "S",
    order_type: Word = "o",
    time_in_force: Word = "f",
    quantity: Decimal = "q",
    price: Decimal = "p",
    average_price: Decimal = "ap",
    stop_price: Decimal = "sp",
    execution: Word = "x",
    status: Word = "X",
    order_id: i64 = "i",
    last_quantity: Decimal = "l",
    cumulative_quantity: Decimal = "z",
    last_price: Decimal = "L",
    commission_asset: CompactString = "N",
    commission: Decimal = "n",
    time: i64 = "T",
    trade_id: i64 = "t",
    bid_notional: Decimal = "b",
    ask_notional: Decimal = "a",
    is_maker: bool = "m",
    reduce_only: bool = "R",
    working_type: Word = "wt",
    original_type: Word = "ot",
    position_side: Word = "ps",
    close_position: bool = "cp",
    price_protect: bool = "pP",
    unused_1: i64 = "si",
    unused_2: i64 = "ss",
    realized_profit: Decimal = "rp",
    self_trade_prevention_mode: Word = "V",
    price_match: Word = "pm",
    good_till_date: i64 = "gtd",
    expiry_reason: CompactString = "er",
} "}");

object!(OrderTradeUpdate "{\"e\":\"ORDER_TRADE_UPDATE\"," {
    event_time: i64 = "E",
    transaction_time: i64 = "T",
    order: UpdatedOrder = "o",
} "}");
