//! Every topic of the registry is parsed from its names.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

use binance_futures::{
    coinm,
    dynamic::{Kind, Operation},
    registry, usdm,
};

/// The texts of a name: of each parameter its first text or its second one, and the optional parts present or absent.
fn names(operation: &Operation) -> Vec<String> {
    let template = operation.stream.unwrap();
    let mut names = Vec::new();
    for with_optional in [true, false] {
        for choice in 0..2 {
            let mut name = String::new();
            let mut rest = template;
            let mut skipping = false;
            while let Some(c) = rest.chars().next() {
                rest = rest.strip_prefix(c).unwrap();
                match c {
                    '[' => skipping = !with_optional,
                    ']' => skipping = false,
                    '<' => {
                        let (parameter, after) = rest.split_once('>').unwrap();
                        rest = after;
                        if !skipping {
                            name.push_str(value(operation, parameter, choice));
                        }
                    }
                    c if !skipping => name.push(c),
                    _ => {}
                }
            }
            names.push(name);
        }
    }
    names
}

fn value(operation: &Operation, parameter: &str, choice: usize) -> &'static str {
    let mut parameters = operation.parameters.iter();
    let found = parameters.find(|known| known.name == parameter).unwrap();
    let values = match found.ty {
        // Symbols of COIN-M contain `_`, which tells them from pairs.
        "Symbol" if operation.product == "coinm" => ["btcusd_perp", "币安usd_260327"],
        "Symbol" => ["btcusdt", "币安人生usdt_260327"],
        "Pair" | "Asset" => ["btcusd", "1000shib"],
        "u8" | "u16" | "u32" | "u64" | "i32" | "i64" => ["5", "20"],
        "KlineInterval" => ["1m", "1M"],
        "StreamContractType" => ["perpetual", "current_quarter"],
        "DepthLevels" => ["5", "20"],
        "DepthSpeed" => ["100ms", "500ms"],
        "PriceSpeed" => ["1s", "1s"],
        ty => panic!("no values of `{ty}`"),
    };
    values.get(choice).unwrap()
}

#[test]
fn every_topic_is_parsed_from_its_names() {
    let topics = registry::operations().filter(|operation| operation.kind == Kind::Stream);
    let mut count = 0;
    for operation in topics {
        for name in names(operation) {
            let topic = match operation.product {
                "usdm" => name
                    .parse::<usdm::streams::AnyTopic>()
                    .map(|topic| (topic.name(), format!("{topic:?}"))),
                "coinm" => name
                    .parse::<coinm::streams::AnyTopic>()
                    .map(|topic| (topic.name(), format!("{topic:?}"))),
                product => panic!("no topics of `{product}` are parsed here"),
            };
            let (written, debug) = topic.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(written.unwrap().as_str(), name);
            let variant = format!("{}(", operation.name);
            assert!(debug.starts_with(&variant), "{name} was parsed as {debug}");
            count += 1;
        }
    }
    assert!(count > 0);
}
