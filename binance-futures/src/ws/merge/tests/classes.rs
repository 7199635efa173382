//! Topics of each continuity, with short texts for their events.

use super::*;
use crate::json::{Decode, Error, Reader};
use crate::topic::{Cadence, ParseTopicError, PositionKey, TopicName};
use crate::usdm::Usdm;
use crate::usdm::streams::{
    AggTrades, AllBookTickers, AllLiquidations, AllMarkPrices, ContractInfo, DiffDepth, Klines,
};

/// A topic, and how its events are written in tests.
pub(super) struct Class<T: Subscribable> {
    pub(super) topic: T,
    /// Returns the JSON of an event.
    json: fn(&str) -> String,
    /// Returns the short text of an event.
    pub(super) text: fn(&T::Event) -> String,
}

impl<T: Subscribable> Class<T> {
    /// Decodes an event from its short text.
    pub(super) fn event(&self, text: &str) -> T::Event {
        let json = (self.json)(text);
        let mut reader = Reader::new(&json);
        let event = self.topic.decode(&mut reader);
        event.unwrap_or_else(|error| panic!("{error}: {json}"))
    }
}

/// Splits `value@time`. The event time is `time` or 0.
fn at_time(text: &str) -> (&str, &str) {
    text.split_once('@').unwrap_or((text, "0"))
}

fn list(text: &str, item: impl Fn(&str) -> String) -> String {
    let items: Vec<String> = text.split(',').map(item).collect();
    format!("[{}]", items.join(","))
}

/// `5` or `5@7`: id and event time. `x5`: no id.
pub(super) fn trades() -> Class<AggTrades> {
    Class {
        topic: AggTrades::new("BTCUSDT"),
        json: |text| {
            let (id, time) = at_time(text);
            let (id, first) = match id.strip_prefix('x') {
                Some(first) => (String::new(), first),
                None => (format!(r#""a":{id},"#), id),
            };
            format!(
                r#"{{"e":"aggTrade","E":{time},"s":"BTCUSDT",{id}"p":"1","q":"1","f":{first},"l":{first},"T":1,"m":true}}"#
            )
        },
        text: |event| match event.id {
            Some(id) => id.to_string(),
            None => format!("x{}", event.first_trade_id),
        },
    }
}

/// `10>20`: previous and last update id.
pub(super) fn depth() -> Class<DiffDepth> {
    Class {
        topic: DiffDepth::new("BTCUSDT"),
        json: |text| {
            let (ids, time) = at_time(text);
            let (previous, last) = ids.split_once('>').unwrap();
            let first = previous.parse::<u64>().unwrap() + 1;
            format!(
                r#"{{"e":"depthUpdate","E":{time},"T":1,"s":"BTCUSDT","U":{first},"u":{last},"pu":{previous},"b":[],"a":[]}}"#
            )
        },
        text: |event| format!("{}>{}", event.previous_update_id, event.last_update_id),
    }
}

/// `BTC:5`: symbol and update id.
pub(super) fn books() -> Class<AllBookTickers> {
    Class {
        topic: AllBookTickers::new(),
        json: |text| {
            let (text, time) = at_time(text);
            let (symbol, id) = text.split_once(':').unwrap();
            format!(
                r#"{{"e":"bookTicker","u":{id},"E":{time},"T":1,"s":"{symbol}","b":"1","B":"1","a":"2","A":"1"}}"#
            )
        },
        text: |event| format!("{}:{}", event.symbol, event.last_update_id),
    }
}

/// `BTC:5,ETH:5`: symbols and event times.
pub(super) fn mark_prices() -> Class<AllMarkPrices> {
    Class {
        topic: AllMarkPrices::new(),
        json: |text| {
            list(text, |item| {
                let (symbol, time) = item.split_once(':').unwrap();
                format!(
                    r#"{{"e":"markPriceUpdate","E":{time},"s":"{symbol}","p":"1","ap":"1","P":"1","i":"1","r":"","T":0}}"#
                )
            })
        },
        text: |event| {
            let items = event
                .iter()
                .map(|item| format!("{}:{}", item.symbol, item.event_time.as_millis()));
            items.collect::<Vec<_>>().join(",")
        },
    }
}

/// `60:5` or `60:5c`: start of the period and event time. `c` if the candlestick is closed.
pub(super) fn candles() -> Class<Klines> {
    Class {
        topic: Klines::new("BTCUSDT", crate::types::KlineInterval::Minute1),
        json: |text| {
            let (start, time) = text.split_once(':').unwrap();
            let closed = time.ends_with('c');
            let time = time.trim_end_matches('c');
            format!(
                r#"{{"e":"kline","E":{time},"s":"BTCUSDT","k":{{"t":{start},"T":1,"s":"BTCUSDT","i":"1m","f":1,"L":1,"o":"1","c":"1","h":"1","l":"1","v":"1","n":1,"x":{closed},"q":"1","V":"1","Q":"1","B":"0"}}}}"#
            )
        },
        text: |event| {
            let closed = if event.kline.closed { "c" } else { "" };
            let start = event.kline.open_time.as_millis();
            format!("{start}:{}{closed}", event.event_time.as_millis())
        },
    }
}

/// `5,6`: trade times, which identify the orders. `5@7` has the event time 7.
pub(super) fn liquidations() -> Class<AllLiquidations> {
    Class {
        topic: AllLiquidations::new(),
        json: |text| {
            list(text, |item| {
                let (trade_time, time) = at_time(item);
                format!(
                    r#"{{"e":"forceOrder","E":{time},"o":{{"s":"SOLUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"1","p":"1","ap":"1","X":"FILLED","l":"1","z":"1","T":{trade_time}}}}}"#
                )
            })
        },
        text: |event| {
            let items = event
                .iter()
                .map(|item| item.order.trade_time.as_millis().to_string());
            items.collect::<Vec<_>>().join(",")
        },
    }
}

/// `SOL@7`: symbol and event time.
pub(super) fn contracts() -> Class<ContractInfo> {
    Class {
        topic: ContractInfo::new(),
        json: |text| {
            let (symbol, time) = at_time(text);
            format!(
                r#"{{"e":"contractInfo","E":{time},"s":"{symbol}","ps":"{symbol}","ct":"PERPETUAL","dt":1,"ot":1,"cs":"TRADING"}}"#
            )
        },
        text: |event| event.symbol.to_string(),
    }
}

/// A topic without sequence numbers, such as one that the spec does not have. An event is a number.
#[derive(Debug, Clone)]
pub(super) struct Numbers;

pub(super) fn unnumbered() -> Class<Numbers> {
    Class {
        topic: Numbers,
        json: str::to_owned,
        text: u64::to_string,
    }
}

impl Subscribable for Numbers {
    type Product = Usdm;
    type Event = u64;

    fn wire_name(&self) -> Result<TopicName, ParseTopicError> {
        "btcusdt@aggTrade".parse()
    }

    fn url_group(&self) -> Option<&'static str> {
        None
    }

    fn continuity(&self) -> Continuity {
        Continuity::Unnumbered
    }

    fn event_cadence(&self) -> Cadence {
        Cadence::OnEvent
    }

    fn decode(&self, reader: &mut Reader<'_>) -> Result<u64, Error> {
        u64::decode(reader)
    }

    fn visit_positions(&self, _: &u64, visit: &mut dyn FnMut(Option<Position>)) {
        visit(None);
    }

    fn retain_positions(
        &self,
        _: &mut u64,
        keep: &mut dyn FnMut(Option<Position>) -> bool,
    ) -> bool {
        keep(None)
    }
}

/// A topic of several symbols with contiguous numbers. The spec has none: those topics have one symbol.
#[derive(Debug, Clone)]
pub(super) struct ManySequences;

/// An event is `key * 1,000,000 + number`.
pub(super) const KEY: u64 = 1_000_000;

impl Subscribable for ManySequences {
    type Product = Usdm;
    type Event = u64;

    fn wire_name(&self) -> Result<TopicName, ParseTopicError> {
        Numbers.wire_name()
    }

    fn url_group(&self) -> Option<&'static str> {
        None
    }

    fn continuity(&self) -> Continuity {
        Continuity::Contiguous
    }

    fn event_cadence(&self) -> Cadence {
        Cadence::OnEvent
    }

    fn decode(&self, reader: &mut Reader<'_>) -> Result<u64, Error> {
        u64::decode(reader)
    }

    fn visit_positions(&self, event: &u64, visit: &mut dyn FnMut(Option<Position>)) {
        let number = (event % KEY).cast_signed();
        visit(Some(Position {
            key: PositionKey::new(&[&(event / KEY)]),
            last: number,
            first: number,
            previous: None,
            period: None,
        }));
    }

    fn retain_positions(
        &self,
        _: &mut u64,
        keep: &mut dyn FnMut(Option<Position>) -> bool,
    ) -> bool {
        keep(None)
    }
}

pub(super) fn many_sequences() -> Class<ManySequences> {
    Class {
        topic: ManySequences,
        json: str::to_owned,
        text: u64::to_string,
    }
}
