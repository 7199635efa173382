use proptest::prelude::*;

use super::NamePart::{Optional, Text, Value, Word};
use super::pattern::name;
use super::*;
use crate::values::{Pair, Symbol};

/// A topic with all kinds of parts.
#[derive(Debug, Clone, PartialEq)]
struct Klines {
    pair: Pair,
    contract: String,
    levels: Option<u16>,
}

impl PatternName for Klines {
    const PATTERN: NamePattern = NamePattern {
        template: "<pair>_<contract>@kline[_<levels>]",
        parts: &[
            Word,
            Text("_"),
            Value,
            Text("@kline"),
            Optional(&[Text("_"), Value]),
        ],
    };

    fn write_name(&self, to: &mut impl fmt::Write) -> fmt::Result {
        write!(to, "{}_{}@kline", Lowercase(&self.pair), self.contract)?;
        match self.levels {
            Some(levels) => write!(to, "_{levels}"),
            None => Ok(()),
        }
    }

    fn from_values(values: &mut NameValues<'_>) -> Option<Self> {
        Some(Self {
            pair: values.uppercase()?,
            contract: values.value()?,
            levels: values.optional_value()?,
        })
    }
}

/// Defines a topic of a symbol, for its pattern.
macro_rules! symbol_topic {
    ($name:ident, $template:literal, [$($part:expr),+]) => {
        #[derive(Debug, PartialEq)]
        struct $name(Symbol);

        impl PatternName for $name {
            const PATTERN: NamePattern = NamePattern {
                template: $template,
                parts: &[$($part),+],
            };

            fn write_name(&self, _: &mut impl fmt::Write) -> fmt::Result {
                Err(fmt::Error)
            }

            fn from_values(values: &mut NameValues<'_>) -> Option<Self> {
                Some(Self(values.uppercase()?))
            }
        }
    };
}
symbol_topic!(Tickers, "<symbol>@ticker", [Value, Text("@ticker")]);
symbol_topic!(
    MiniTickers,
    "<symbol>@miniTicker",
    [Value, Text("@miniTicker")]
);
symbol_topic!(Trades, "<symbol>@trade", [Value, Text("@trade")]);
symbol_topic!(AggTrades, "<symbol>@aggTrade", [Value, Text("@aggTrade")]);
symbol_topic!(
    BookTickers,
    "<symbol>@bookTicker",
    [Value, Text("@bookTicker")]
);

fn parse<T: PatternName>(name: &str) -> Result<T, ParseTopicError> {
    let mut parser = NameParser::new(name);
    parser.parse().ok_or_else(|| parser.error())
}

/// The error of a name that is none of several topics.
fn error(name: &str) -> ParseTopicError {
    let mut parser = NameParser::new(name);
    assert_eq!(parser.parse::<Tickers>(), None);
    assert_eq!(parser.parse::<MiniTickers>(), None);
    assert_eq!(parser.parse::<Trades>(), None);
    assert_eq!(parser.parse::<AggTrades>(), None);
    assert_eq!(parser.parse::<BookTickers>(), None);
    assert_eq!(parser.parse::<Klines>(), None);
    parser.error()
}

#[test]
fn values_end_where_the_next_part_begins() {
    let klines = |pair: &str, contract: &str, levels| Klines {
        pair: Pair::from(pair),
        contract: contract.to_owned(),
        levels,
    };
    for (name, topic) in [
        ("btcusd_perp@kline", klines("BTCUSD", "perp", None)),
        (
            "btcusd_current_quarter@kline_5",
            klines("BTCUSD", "current_quarter", Some(5)),
        ),
        ("龙虾äusd_a@kline_20", klines("龙虾äUSD", "a", Some(20))),
    ] {
        assert_eq!(parse(name), Ok(topic));
    }
}

#[test]
fn symbols_are_read_into_upper_case() {
    assert_eq!(
        parse("btcusd_perp@aggTrade"),
        Ok(AggTrades(Symbol::from("BTCUSD_PERP")))
    );
}

#[test]
fn other_names_do_not_match() {
    for name in [
        "",
        "@aggTrade",
        "btcusdt",
        "btcusdt@",
        "btcusdt@aggTrade@100ms",
        "btcusdt@aggtrade",
        "a@b@aggTrade",
        "btcusdt@aggTrade/ethusdt@aggTrade",
        "!aggTrade@arr",
        " btcusdt@aggTrade",
        "btc usdt@aggTrade",
        "btcusd_perp@kline_",
        "btcusd_perp@kline_many",
        "btcusd@kline_5",
    ] {
        error(name);
    }
}

#[test]
fn errors_say_where_a_name_differs_and_which_names_are_similar() {
    for (name, message) in [
        (
            "btcusdt@aggtrade",
            r#""btcusdt@aggtrade" is not the name of a topic: unexpected "trade" at byte 11; did you mean `<symbol>@aggTrade`?"#,
        ),
        (
            "btcusdt@ggTrade",
            r#""btcusdt@ggTrade" is not the name of a topic: unexpected "ggTrade" at byte 8; did you mean `<symbol>@aggTrade`?"#,
        ),
        (
            "btcusdt@mniTicker",
            r#""btcusdt@mniTicker" is not the name of a topic: unexpected "niTicker" at byte 9; did you mean `<symbol>@miniTicker`?"#,
        ),
        (
            "btcusd_perp@kline_many",
            r#""btcusd_perp@kline_many" is not the name of a topic: unexpected "many" at byte 18; did you mean `<pair>_<contract>@kline[_<levels>]`?"#,
        ),
        (
            "btcusdt@tick",
            r#""btcusdt@tick" is not the name of a topic: it ends too early; did you mean `<symbol>@ticker`?"#,
        ),
        (
            "btcusdt@",
            r#""btcusdt@" is not the name of a topic: it ends too early"#,
        ),
        ("", r#""" is not the name of a topic: it ends too early"#),
    ] {
        assert_eq!(error(name).to_string(), message);
    }
    let error = error("btcusdt@aggtrade");
    assert_eq!(error.name(), "btcusdt@aggtrade");
    assert_eq!(error.offset(), 11);
    assert_eq!(error.similar(), ["<symbol>@aggTrade"]);
}

#[test]
fn long_names_are_rejected_without_being_matched() {
    let name = "ä_".repeat(1_000_000);
    let error = error(&name);
    assert!(error.name().len() <= 256);
    assert!(error.to_string().ends_with("it is longer than 256 bytes"));
}

#[test]
fn only_ascii_letters_are_lowercased() {
    for (text, lowercase) in [
        ("1000SHIBUSDT", "1000shibusdt"),
        ("BTCUSD_PERP", "btcusd_perp"),
        ("龙虾USDT", "龙虾usdt"),
        ("ÄΩUSDT", "ÄΩusdt"),
    ] {
        assert_eq!(Lowercase(&Symbol::from(text)).to_string(), lowercase);
    }
}

#[test]
fn name_of_an_unknown_topic_is_parsed_if_it_is_well_formed() {
    for name in [
        "btcusdt@newStream@5ms",
        "!new@arr",
        "币安人生usdt@trade",
        "a",
    ] {
        assert_eq!(name.parse::<TopicName>().unwrap().as_str(), name);
    }
    for (name, offset) in [
        ("", 0),
        ("btcusdt@trade/ethusdt@trade", 13),
        ("btcusdt @trade", 7),
        ("btcusdt\"@trade", 7),
        ("btcusdt\\@trade", 7),
        ("btcusdt@trade?timeUnit=us", 13),
        ("btcusdt@trade\n", 13),
    ] {
        assert_eq!(name.parse::<TopicName>().unwrap_err().offset(), offset);
    }
    assert!("a".repeat(256).parse::<TopicName>().is_ok());
    assert!("a".repeat(257).parse::<TopicName>().is_err());
}

#[test]
fn position_key_joins_its_parts() {
    let key = PositionKey::new(&[&Symbol::from("BTCUSDT"), &"1m"]);
    assert_eq!(key.as_str(), "BTCUSDT|1m");
}

proptest! {
    #[test]
    fn every_topic_is_parsed_from_its_name(
        pair in "[A-Z0-9龙ä]{1,12}",
        contract in "[a-zA-Z0-9_]{1,12}",
        levels: Option<u16>,
    ) {
        let topic = Klines { pair: Pair::from(pair.as_str()), contract, levels };
        let written = name(&topic).unwrap();
        prop_assert_eq!(parse(written.as_str()), Ok(topic));
        prop_assert_eq!(written.as_str().parse(), Ok(written.clone()));
    }

    #[test]
    fn no_topic_has_a_name_that_is_not_well_formed(pair in ".{0,12}", contract in ".{0,12}") {
        let topic = Klines { pair: Pair::from(pair.as_str()), contract, levels: None };
        if let Ok(written) = name(&topic) {
            prop_assert!(written.as_str().parse::<TopicName>().is_ok());
            prop_assert_eq!(written.as_str().matches('@').count(), 1);
        }
    }

    #[test]
    fn no_name_panics(name in ".{0,300}", other in "[a-z@_!]{0,40}") {
        for name in [name, other] {
            let _ = parse::<Klines>(&name).map_err(|error| error.to_string());
            let _ = parse::<AggTrades>(&name).map_err(|error| error.to_string());
        }
    }
}

#[cfg(feature = "usdm")]
mod generated {
    use super::*;
    use crate::usdm::streams::{AggTrades, AnyTopic};

    #[test]
    fn topic_has_its_name() {
        for (symbol, name) in [
            ("BTCUSDT", "btcusdt@aggTrade"),
            ("币安人生USDT", "币安人生usdt@aggTrade"),
            ("1000SHIBUSDT", "1000shibusdt@aggTrade"),
        ] {
            let topic = AggTrades::new(symbol);
            assert_eq!(topic.name().unwrap().as_str(), name);
            let cadence = Cadence::AtMostEvery(Duration::from_millis(100));
            assert_eq!(topic.cadence(), cadence);
        }
    }

    #[test]
    fn topic_is_parsed_from_its_name() {
        for symbol in ["BTCUSDT", "BTCUSDT_260327", "币安人生USDT", "1000SHIBUSDT"] {
            let topic = AggTrades::new(symbol);
            let name = topic.name().unwrap();
            assert_eq!(name.as_str().parse(), Ok(topic.clone()));
            let any = AnyTopic::from(topic);
            assert_eq!(any.name().as_ref(), Ok(&name));
            assert_eq!(name.as_str().parse(), Ok(any));
        }
    }
}
