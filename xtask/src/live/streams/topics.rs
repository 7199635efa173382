//! The topics that the words of a command name.

use anyhow::{Context, Result, bail};
use binance_futures::registry::{Kind, Operation, operations};

use super::{observed::Observed, product::StreamProduct, template::fill};
use crate::names::{ask, by_name, check_product, products, suggestions, title, unknown_parameter};

/// A topic, and its entry in the registry.
#[derive(Debug)]
pub(super) struct NamedTopic<T> {
    pub(super) topic: Observed<T>,
    pub(super) operation: &'static Operation,
}

/// Splits the words of a command into the product and the rest. Returns `None` if there are not enough.
pub(super) fn split_product(words: &[String]) -> Result<Option<(&str, &[String])>> {
    match words {
        [] | [_] => Ok(None),
        [product, topics @ ..] => {
            check_product(product)?;
            Ok(Some((product, topics)))
        }
    }
}

/// Parses topics: names, or ids with parameters.
pub(super) fn parse<P: StreamProduct>(words: &[String]) -> Result<Vec<NamedTopic<P::AnyTopic>>> {
    let mut topics = Vec::new();
    for words in split(words)? {
        for parameters in words.combinations() {
            topics.push(parse_one::<P>(&words.name, &parameters)?);
        }
    }
    Ok(topics)
}

/// The words of a topic.
#[derive(Debug)]
struct Words {
    name: String,
    /// Parameters with their values.
    parameters: Vec<(String, Vec<String>)>,
}

type Parameters = Vec<(String, String)>;

impl Words {
    /// Each combination of the values, in the order of the words.
    fn combinations(&self) -> Vec<Parameters> {
        let mut combinations = vec![Vec::new()];
        for (name, values) in &self.parameters {
            combinations = combinations
                .into_iter()
                .flat_map(|before: Parameters| {
                    values.iter().map(move |value| {
                        let mut with_value = before.clone();
                        with_value.push((name.clone(), value.clone()));
                        with_value
                    })
                })
                .collect();
        }
        combinations
    }
}

fn split(words: &[String]) -> Result<Vec<Words>> {
    let mut topics: Vec<Words> = Vec::new();
    for word in words {
        let Some((name, values)) = word.split_once('=') else {
            let names = word.split(',').filter(|name| !name.is_empty());
            topics.extend(names.map(|name| Words {
                name: name.to_owned(),
                parameters: Vec::new(),
            }));
            continue;
        };
        let topic = topics
            .last_mut()
            .with_context(|| format!("`{word}` is a parameter: write the topic before it"))?;
        if topic.parameters.iter().any(|(known, _)| known == name) {
            bail!("`{name}` is given twice: write {name}=A,B for two topics");
        }
        let values = values.strip_suffix(',').unwrap_or(values);
        let values = values.split(',').map(str::to_owned).collect();
        topic.parameters.push((name.to_owned(), values));
    }
    Ok(topics)
}

fn parse_one<P: StreamProduct>(
    word: &str,
    parameters: &[(String, String)],
) -> Result<NamedTopic<P::AnyTopic>> {
    let streams = streams(P::ID);
    let is_wire_name =
        word.contains(['@', '!']) || streams.iter().any(|stream| stream.stream == Some(word));
    if is_wire_name {
        if let Some((name, value)) = parameters.first() {
            bail!(
                "`{word}` is the name of a topic, which has no parameters: remove {name}={value}"
            );
        }
        return named::<P>(word);
    }
    let mut found = by_name(word, &streams);
    // The parameters decide between the topics of an alias. An id or a Rust name means one topic.
    if let Some(first) = found.first()
        && (first.id == word || first.name == word)
    {
        found.truncate(1);
    }
    let mut fewest: Option<(&Operation, Vec<String>)> = None;
    for operation in found {
        let problems = match wire_name(operation, parameters) {
            Ok(name) => {
                let topic = named::<P>(&name)?;
                if topic.operation.id != operation.id {
                    bail!(
                        "with these parameters, the name is `{name}`, which is the topic {}, not {}",
                        title(topic.operation),
                        title(operation)
                    );
                }
                return Ok(topic);
            }
            Err(problems) => problems,
        };
        let count = problems.len();
        if fewest
            .as_ref()
            .is_none_or(|(_, fewest)| count < fewest.len())
        {
            fewest = Some((operation, problems));
        }
    }
    let Some((operation, problems)) = fewest else {
        bail!("{}", unknown(P::ID, word, &streams));
    };
    bail!(
        "the parameters of {} are invalid:\n  {}",
        title(operation),
        problems.join("\n  ")
    )
}

/// Parses a name as the exchange spells it.
fn named<P: StreamProduct>(name: &str) -> Result<NamedTopic<P::AnyTopic>> {
    let topic: P::AnyTopic = name.parse()?;
    // The variants have the Rust names of the operations.
    let printed = format!("{topic:?}");
    let variant = printed.split('(').next().unwrap_or_default();
    let operation = streams(P::ID)
        .into_iter()
        .find(|stream| stream.name == variant)
        .with_context(|| format!("the registry does not contain {variant}"))?;
    Ok(NamedTopic {
        topic: Observed::new(topic)?,
        operation,
    })
}

/// Builds the name of a topic. Fails with all problems of the parameters.
fn wire_name(
    operation: &Operation,
    parameters: &[(String, String)],
) -> Result<String, Vec<String>> {
    let is_given = |name: &str| parameters.iter().any(|(given, _)| given == name);
    let mut problems: Vec<String> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required && !is_given(parameter.name))
        .map(|parameter| format!("`{}` is missing", parameter.name))
        .collect();
    let mut values = Vec::new();
    for (name, value) in parameters {
        let known = operation.parameters.iter().find(|known| known.name == name);
        match known {
            None => problems.push(unknown_parameter(name, operation)),
            Some(known) if value.is_empty() => problems.push(format!("`{}` is empty", known.name)),
            Some(known) => values.push((known.name, spelling(known.ty, value))),
        }
    }
    if problems.is_empty() {
        Ok(fill(operation.stream.unwrap_or_default(), &values))
    } else {
        Err(problems)
    }
}

/// Returns a value as it is spelled in names. Case matters in intervals: `1m` is a minute, and `1M` a month.
fn spelling(ty: &str, value: &str) -> String {
    if matches!(ty, "Symbol" | "Pair" | "StreamContractType") {
        value.to_ascii_lowercase()
    } else {
        value.to_owned()
    }
}

fn streams(product: &str) -> Vec<&'static Operation> {
    operations()
        .filter(|operation| operation.product == product && operation.kind == Kind::Stream)
        .collect()
}

/// The message for a name that no topic of the product has.
fn unknown(product: &str, name: &str, streams: &[&'static Operation]) -> String {
    let mut elsewhere = products().into_iter().filter(|other| *other != product);
    let elsewhere = elsewhere.find_map(|other| {
        let found = by_name(name, &self::streams(other)).into_iter().next()?;
        Some(format!("\n{other} has {}", title(found)))
    });
    let found = suggestions(name, streams);
    if found.is_empty() && elsewhere.is_none() {
        let all: Vec<&'static Operation> = operations()
            .filter(|operation| operation.product == product)
            .collect();
        if let Some(other) = by_name(name, &all).first() {
            let kind = match other.kind {
                Kind::UserEvent => "a user data event",
                _ => "a request",
            };
            return format!("`{name}` is {kind}, but this command reads market streams");
        }
        return format!("{product} has no topic `{name}`\n`cargo xtask list` prints all topics");
    }
    format!(
        "{product} has no topic `{name}`{}{}",
        ask(&found),
        elsewhere.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use binance_futures::{coinm::CoinM, usdm::Usdm};

    use super::*;

    fn names<P: StreamProduct>(line: &str) -> Result<Vec<String>, String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let topics = parse::<P>(&words).map_err(|error| error.to_string())?;
        Ok(topics
            .iter()
            .map(|named| named.topic.name().to_string())
            .collect())
    }

    fn value(ty: &str) -> &'static str {
        match ty {
            "Symbol" => "BTCUSD_PERP",
            "Pair" => "BTCUSD",
            "StreamContractType" => "PERPETUAL",
            "KlineInterval" => "1M",
            "DepthLevels" => "5",
            "DepthSpeed" => "100ms",
            "PriceSpeed" => "1s",
            other => panic!("no value for {other}"),
        }
    }

    fn every_topic_is_found<P: StreamProduct>() {
        let streams = streams(P::ID);
        assert!(streams.len() > 15);
        for stream in &streams {
            let parameters = stream.parameters.iter();
            let parameters: Vec<_> = parameters
                .map(|parameter| (parameter.name.to_owned(), value(parameter.ty).to_owned()))
                .collect();
            for name in [stream.id, stream.name] {
                let topic = parse_one::<P>(name, &parameters).unwrap();
                assert_eq!(topic.operation.id, stream.id);
                let again = parse_one::<P>(topic.topic.name().as_str(), &[]).unwrap();
                assert_eq!(again.operation.id, stream.id);
            }
            // An alias that is the id of another topic means that one.
            let is_id = |alias: &str| streams.iter().any(|other| other.id == alias);
            for alias in stream.aliases.iter().filter(|alias| !is_id(alias)) {
                let topic = parse_one::<P>(alias, &parameters).unwrap();
                assert_eq!(topic.operation.id, stream.id, "{alias}");
            }
        }
    }

    #[test]
    fn every_topic_is_found_by_id_rust_name_alias_and_wire_name() {
        every_topic_is_found::<Usdm>();
        every_topic_is_found::<CoinM>();
    }

    #[test]
    fn several_topics_follow_each_other() {
        for line in [
            "btcusdt@aggTrade ethusdt@aggTrade",
            "btcusdt@aggTrade,ethusdt@aggTrade",
            "agg_trades symbol=BTCUSDT AggTrades symbol=ethusdt",
            "agg_trades symbol=BTCUSDT, agg_trade symbol=ETHUSDT",
            "agg_trades symbol=BTCUSDT , ethusdt@aggTrade",
            "agg_trades symbol=BTCUSDT,ETHUSDT",
        ] {
            let expected = ["btcusdt@aggTrade", "ethusdt@aggTrade"];
            assert_eq!(names::<Usdm>(line).unwrap(), expected, "{line}");
        }
        assert_eq!(
            names::<CoinM>("klines symbol=A,B interval=1m,1M").unwrap(),
            ["a@kline_1m", "a@kline_1M", "b@kline_1m", "b@kline_1M"]
        );
    }

    #[test]
    fn the_parameters_decide_between_topics_of_one_alias() {
        assert_eq!(
            names::<Usdm>("asset_index").unwrap_err(),
            "the parameters of usdm::AssetIndex (<symbol>@assetIndex) are invalid:\n  `symbol` is missing"
        );
        assert_eq!(names::<Usdm>("book_ticker").unwrap(), ["!bookTicker"]);
        assert_eq!(
            names::<Usdm>("book_ticker symbol=BTCUSDT").unwrap(),
            ["btcusdt@bookTicker"]
        );
    }

    #[test]
    fn messages_say_what_is_wrong() {
        for (line, expected) in [
            (
                "agg_trade symbl=BTCUSDT",
                "`symbol` is missing\n  `symbl` is unknown: did you mean `symbol`?",
            ),
            ("agg_trades symbol=", "`symbol` is empty"),
            ("symbol=BTCUSDT agg_trades", "write the topic before it"),
            ("agg_trades symbol=A symbol=B", "`symbol` is given twice"),
            ("btcusdt@aggTrad", "did you mean `<symbol>@aggTrade`"),
            (
                "btcusdt@aggTrade symbol=BTCUSDT",
                "which has no parameters: remove symbol=BTCUSDT",
            ),
            (
                "agg_trdes symbol=BTCUSDT",
                "did you mean `agg_trades` (<symbol>@aggTrade)?",
            ),
            ("index_price pair=BTCUSD", "\ncoinm has coinm::IndexPrice"),
            ("klines symbol=BTCUSDT interval=7m", "7m"),
            ("order_trade_update", "is a user data event"),
            ("xyzzy", "usdm has no topic `xyzzy`\n`cargo xtask list`"),
        ] {
            let error = names::<Usdm>(line).unwrap_err();
            assert!(error.contains(expected), "{line}: {error}");
        }
    }
}
