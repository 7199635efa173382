//! What the model exchange sends for each class of topics.

use std::collections::HashMap;

use super::classes::{
    Numbers, books, candles, depth, liquidations, mark_prices, trades, unnumbered,
};
use super::model::{Random, Source, TICK};
use super::*;
use crate::usdm::streams::{
    AggTrades, AllBookTickers, AllLiquidations, AllMarkPrices, DiffDepth, Klines,
};

/// Trades, with other event times on each connection.
pub(super) fn trade_source() -> Source<AggTrades> {
    let mut id = 0;
    Source {
        class: trades(),
        emit: Box::new(move |now, links, random| {
            id += 1;
            let event = |link: &ConnectionId| (*link, format!("{id}@{}", now + random.below(50)));
            links.iter().map(event).collect()
        }),
    }
}

/// Changes of an order book, divided into the same events on all connections.
pub(super) fn depth_source() -> Source<DiffDepth> {
    let mut id = 0;
    Source {
        class: depth(),
        emit: Box::new(move |now, links, random| {
            let previous = id;
            id += 1 + random.below(5);
            let mut event = |link: &ConnectionId| {
                let time = now + random.below(50);
                (*link, format!("{previous}>{id}@{time}"))
            };
            links.iter().map(&mut event).collect()
        }),
    }
}

/// Changes of an order book, divided into other events on each connection.
pub(super) fn divided_depth_source() -> Source<DiffDepth> {
    let mut id = 0;
    let mut ends = HashMap::new();
    Source {
        class: depth(),
        emit: Box::new(move |_, links, random| {
            let before = id;
            id += 1 + random.below(5);
            let mut events = Vec::new();
            for link in links {
                let end = ends.entry(*link).or_insert(before);
                if random.chance(400) {
                    events.push((*link, format!("{end}>{id}")));
                    *end = id;
                }
            }
            events
        }),
    }
}

/// Best bids and asks of several symbols. Update ids rise with holes.
pub(super) fn book_source() -> Source<AllBookTickers> {
    let mut id = 0;
    Source {
        class: books(),
        emit: Box::new(move |now, links, random| {
            id += 1 + random.below(9);
            let symbol = random.below(5);
            let mut event = |link: &ConnectionId| {
                let time = now + random.below(50);
                (*link, format!("S{symbol}:{id}@{time}"))
            };
            links.iter().map(&mut event).collect()
        }),
    }
}

/// Lists of mark prices, divided into other lists on each connection.
pub(super) fn mark_price_source() -> Source<AllMarkPrices> {
    Source {
        class: mark_prices(),
        emit: Box::new(move |now, links, random| {
            let items: Vec<_> = (0..4).map(|symbol| format!("S{symbol}:{now}")).collect();
            divide(&items, links, random)
        }),
    }
}

/// Candlesticks of 600 ms. Event times differ by less than `skew` ms between connections.
pub(super) fn candle_source(skew: u64) -> Source<Klines> {
    Source {
        class: candles(),
        emit: Box::new(move |now, links, _| {
            let start = now / 600 * 600;
            let closed = if now - start + TICK >= 600 { "c" } else { "" };
            let event = |link: &ConnectionId| {
                let time = now + link.as_u64() * 13 % skew;
                (*link, format!("{start}:{time}{closed}"))
            };
            links.iter().map(event).collect()
        }),
    }
}

/// Liquidations, with other event times and divided into other lists on each connection.
pub(super) fn liquidation_source() -> Source<AllLiquidations> {
    let mut id = 0;
    Source {
        class: liquidations(),
        emit: Box::new(move |now, links, random| {
            let count = 1 + random.below(3);
            let mut lists = Vec::new();
            for link in links {
                let time = now + random.below(50);
                let ids = id..id + count;
                let items: Vec<_> = ids.map(|id| format!("{id}@{time}")).collect();
                lists.extend(divide(&items, &[*link], random));
            }
            id += count;
            lists
        }),
    }
}

pub(super) fn unnumbered_source() -> Source<Numbers> {
    let mut id = 0;
    Source {
        class: unnumbered(),
        emit: Box::new(move |_, links, _| {
            id += 1;
            links.iter().map(|link| (*link, id.to_string())).collect()
        }),
    }
}

/// Divides items into lists, in another way for each connection.
fn divide(
    items: &[String],
    links: &[ConnectionId],
    random: &mut Random,
) -> Vec<(ConnectionId, String)> {
    let mut lists = Vec::new();
    for link in links {
        let mut list: Vec<&str> = Vec::new();
        for item in items {
            list.push(item);
            if random.chance(300) {
                lists.push((*link, list.join(",")));
                list.clear();
            }
        }
        if !list.is_empty() {
            lists.push((*link, list.join(",")));
        }
    }
    lists
}
