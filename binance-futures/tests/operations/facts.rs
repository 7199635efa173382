//! Facts about operations, compared with `facts.txt`.
//!
//! `facts.txt` was written from the documents of the exchange, not from the spec: the client and the mock exchange both follow the spec, so
//! no other test notices a wrong fact there. A line without indentation contains the product, the request, its security, `idempotent` or
//! `once`, its weight, and, if there are any, the orders that it counts as (in ten seconds and in a minute), its rate-limit bucket, its method of the websocket
//! API, and its weight there.
//! An indented line contains a parameter of this request with its bounds and its default value. A line that begins with `#` is a comment.

use std::collections::BTreeMap;

use binance_futures::parameters::Rule;
use binance_futures::registry::{self, Kind, Operation, ParameterInfo, WeightRule};
use binance_futures::request::{Idempotency, OrderCount, Security};

use crate::lines;

/// The lines of one operation.
type Facts = Vec<String>;

/// Returns product and name of an operation, and its lines of `facts.txt`.
fn written() -> BTreeMap<String, Facts> {
    let mut facts = BTreeMap::<String, Facts>::new();
    let mut current = String::new();
    let lines = include_str!("facts.txt").lines();
    for line in lines.filter(|line| !line.starts_with("#")) {
        if !line.starts_with(' ') {
            current = line.split(' ').take(2).collect::<Vec<_>>().join(" ");
            let repeated = facts.insert(current.clone(), Facts::new());
            assert!(repeated.is_none(), "`{current}` is repeated");
        }
        facts.get_mut(&current).unwrap().push(line.to_owned());
    }
    facts
}

/// Returns the lines that describe an operation.
fn describe(operation: &Operation) -> Facts {
    let idempotency = match operation.idempotency {
        Idempotency::Idempotent => "idempotent",
        Idempotency::NotIdempotent => "once",
    };
    let mut head = format!(
        "{} {} {} {idempotency} weight {}",
        operation.product,
        operation.name,
        security(operation.security.unwrap()),
        weight(&operation.weight)
    );
    if operation.orders != OrderCount::NONE {
        let OrderCount { per_10s, per_1m } = operation.orders;
        head += &format!(" orders {per_10s}/{per_1m}");
    }
    if let Some(bucket) = operation.bucket {
        head += &format!(" bucket {bucket}");
    }
    if let Some(method) = operation.ws_method {
        head += &format!(" ws {method}");
    }
    if let Some(weight) = operation.ws_weight {
        head += &format!(" ws weight {weight}");
    }
    let mut facts: Facts = operation.parameters.iter().filter_map(parameter).collect();
    facts.sort();
    facts.insert(0, head);
    facts
}

fn security(security: Security) -> &'static str {
    match security {
        Security::None => "none",
        Security::MarketData => "market_data",
        Security::UserStream => "user_stream",
        Security::Trade => "trade",
        Security::UserData => "user_data",
    }
}

/// `5`, or the steps `limit ..100:1 ..500:5`, or `symbol given:1 absent:40`.
fn weight(rule: &WeightRule) -> String {
    match rule {
        WeightRule::None => String::from("none"),
        WeightRule::Unknown => String::from("unknown"),
        WeightRule::Fixed(weight) => weight.to_string(),
        WeightRule::ByPresence { by, given, absent } => {
            format!("{by} given:{given} absent:{absent}")
        }
        WeightRule::Steps {
            by, absent, steps, ..
        } => {
            let mut text = (*by).to_owned();
            for (most, weight) in *steps {
                text += &format!(" ..{most}:{weight}");
            }
            if let Some(absent) = absent {
                text += &format!(" absent:{absent}");
            }
            text
        }
    }
}

/// Returns the line of a parameter. Returns `None` if it has neither bounds nor a default value.
fn parameter(info: &ParameterInfo) -> Option<String> {
    let mut line = format!("  {}", info.name);
    for rule in info.rules {
        line += &match rule {
            Rule::OneOf(values) => format!(" one of {}", joined(values)),
            Rule::Variants(values) => format!(" one of {}", joined(values)),
            Rule::Range { minimum, maximum } => format!(
                " {}..{}",
                minimum.unwrap_or_default(),
                maximum.unwrap_or_default()
            ),
            Rule::Text { max_length, .. } => match max_length {
                Some(most) => format!(" length ..{most}"),
                None => String::new(),
            },
            Rule::Items { maximum } => format!(" items ..{maximum}"),
        };
    }
    if let Some(default) = info.default {
        line += &format!(" default {default}");
    }
    if let Some(default) = info.ws_default {
        line += &format!(" ws_default {default}");
    }
    line.trim_start().contains(' ').then_some(line)
}

fn joined<T: ToString>(values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(T::to_string).collect();
    values.join(",")
}

#[test]
fn facts_of_every_operation_are_those_of_the_documents() {
    let mut written = written();
    let mut problems = Vec::new();
    let is_request = |operation: &&Operation| matches!(operation.kind, Kind::Rest | Kind::WsApi);
    for operation in registry::operations().filter(is_request) {
        let name = format!("{} {}", operation.product, operation.name);
        let expected = written.remove(&name).unwrap_or_default();
        let actual = describe(operation);
        if expected != actual {
            let (expected, actual) = (expected.join("\n"), actual.join("\n"));
            problems.push(format!(
                "facts.txt:\n{expected}\nbut by the spec:\n{actual}\n"
            ));
        }
    }
    problems.extend(written.keys().map(|name| format!("no request `{name}`")));
    assert!(
        problems.is_empty(),
        "{}\nCompare with the documents of the exchange, and correct the spec or tests/operations/facts.txt.",
        problems.join("\n")
    );
}

#[test]
fn facts_of_every_request_are_those_of_its_operation() {
    for line in lines::all() {
        let (key, operation) = (line.key(), line.operation);
        let request = lines::build(operation, line.pairs()).unwrap();
        let metadata = request.metadata();
        assert_eq!(Some(metadata.security), operation.security, "{key}");
        assert_eq!(metadata.idempotency, operation.idempotency, "{key}");
        assert_eq!(metadata.cost.orders, operation.orders, "{key}");
        assert_eq!(metadata.cost.bucket, operation.bucket, "{key}");
    }
}
