//! The parameters of an operation, for people.

use std::fmt::Write as _;

use binance_futures::{
    dynamic::{ParamMap, ProblemKind},
    parameters::Rule,
    registry::{Operation, ParameterInfo},
    request::Security,
};

use super::request::{ADDED_BY_CLIENT, RECV_WINDOW};
use crate::names::title;

/// Returns the help of operations that share a name.
pub(super) fn help(operations: &[&Operation]) -> String {
    let texts: Vec<String> = operations.iter().map(|operation| one(operation)).collect();
    texts.join("\n")
}

fn one(operation: &Operation) -> String {
    let mut text = format!("{}\n", title(operation));
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:15}{value}");
    };
    line("id", operation.id);
    let mut aliases = operation.aliases.to_vec();
    aliases.retain(|alias| *alias != operation.id);
    if !aliases.is_empty() {
        line("aliases", &aliases.join(", "));
    }
    if let Some(method) = operation.ws_method {
        line("websocket API", method);
    }
    let security = operation.security;
    let is_signed = security.is_some_and(Security::is_signed);
    if is_signed {
        line("security", "API key and signature");
    } else if security.is_some_and(Security::needs_key) {
        line("security", "API key");
    } else {
        line("security", "none");
    }
    match (operation.removed, operation.deprecated) {
        (Some(why), _) => line("removed", why),
        (None, Some(why)) => line("deprecated", why),
        (None, None) => {}
    }
    let mut rows: Vec<[String; 4]> = parameters(operation);
    if is_signed {
        rows.push([
            RECV_WINDOW.to_owned(),
            "u64".to_owned(),
            "optional".to_owned(),
            "milliseconds".to_owned(),
        ]);
    }
    if rows.is_empty() {
        text.push_str("\nIt has no parameters.\n");
    } else {
        text.push_str("\nParameters:\n");
        table(&rows, &mut text);
    }
    for choice in required_choices(operation) {
        let _ = writeln!(text, "\n{choice}");
    }
    if is_signed {
        let added = ADDED_BY_CLIENT.map(|name| format!("`{name}`"));
        let _ = writeln!(text, "\nThe client adds {}.", added.join(" and "));
    }
    let _ = writeln!(text, "\ncargo xtask call {}", example(operation));
    text
}

/// Name, type, whether it is required, and what else is known, for each parameter.
fn parameters(operation: &Operation) -> Vec<[String; 4]> {
    let values = listed_values(operation);
    operation
        .parameters
        .iter()
        .zip(values)
        .map(|(parameter, values)| {
            let mut notes: Vec<String> = parameter.rules.iter().map(rule).collect();
            if !values.is_empty() {
                notes.push(values.join(", "));
            }
            match (parameter.default, parameter.ws_default) {
                (Some(default), None) => notes.push(format!("default {default}")),
                (Some(default), Some(over_ws)) => {
                    notes.push(format!("default {default} (websocket API: {over_ws})"));
                }
                (None, _) => {}
            }
            if let Some(why) = parameter.deprecated {
                notes.push(format!("deprecated: {why}"));
            }
            let required = if parameter.required {
                "required"
            } else {
                "optional"
            };
            [
                parameter.name.to_owned(),
                parameter.ty.to_owned(),
                required.to_owned(),
                notes.join("; "),
            ]
        })
        .collect()
}

/// The known values of each parameter; empty where its type lists none.
fn listed_values(operation: &Operation) -> Vec<&'static [&'static str]> {
    let mut map = ParamMap::default();
    if let Some(build) = operation.build {
        build(&mut map);
    }
    let parameters = operation.parameters.iter();
    parameters
        .map(|parameter| map.variants(parameter.name))
        .collect()
}

/// The sentences about parameters of which exactly one is required.
fn required_choices(operation: &Operation) -> Vec<String> {
    let mut map = ParamMap::default();
    if let Some(build) = operation.build {
        build(&mut map);
    }
    let problems = map.problems().iter();
    problems
        .filter(|problem| problem.kind == ProblemKind::NoneOf)
        .map(|problem| format!("Exactly one of `{}` is required.", problem.name))
        .collect()
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::OneOf(values) => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            match values.as_slice() {
                [only] => format!("only {only}"),
                values => format!("one of {}", values.join(", ")),
            }
        }
        Rule::Range { minimum, maximum } => match (minimum, maximum) {
            (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum}"),
            (Some(minimum), None) => format!("at least {minimum}"),
            (None, Some(maximum)) => format!("at most {maximum}"),
            (None, None) => String::new(),
        },
        Rule::Text {
            max_length,
            allowed,
        } => {
            let length = max_length.map(|most| format!("at most {most} characters"));
            let allowed = allowed.map(|allowed| format!("only {}", ranges(allowed)));
            let parts: Vec<String> = length.into_iter().chain(allowed).collect();
            parts.join(", ")
        }
        Rule::Variants(values) => format!("one of {}", values.join(", ")),
        Rule::Items { maximum } => format!("at most {maximum} items"),
    }
}

/// `A-Z` instead of every letter between.
fn ranges(allowed: &str) -> String {
    let all = [('A', 'Z'), ('a', 'z'), ('0', '9')];
    let mut rest = allowed.to_owned();
    let mut parts = Vec::new();
    for (first, last) in all {
        if (first..=last).all(|letter| allowed.contains(letter)) {
            rest.retain(|letter| !(first..=last).contains(&letter));
            parts.push(format!("{first}-{last}"));
        }
    }
    parts.extend(rest.chars().map(String::from));
    parts.join(" ")
}

/// A command line with every required parameter.
fn example(operation: &Operation) -> String {
    let is_required = |parameter: &&ParameterInfo| parameter.required;
    let parameters = operation.parameters.iter().filter(is_required);
    let mut words = vec![operation.product.to_owned(), operation.id.to_owned()];
    words.extend(parameters.map(|parameter| format!("{}=…", parameter.name)));
    words.join(" ")
}

fn table(rows: &[[String; 4]], text: &mut String) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (names, types) = (width(0), width(1));
    for [name, ty, required, notes] in rows {
        let line = format!("  {name:names$}  {ty:types$}  {required}  {notes}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::{help, ranges};
    use crate::call::find::find;

    fn line(product: &str, operation: &str, begins: &str) -> String {
        let text = help(&find(product, operation).unwrap());
        let mut lines = text.lines();
        let line = lines.find(|line| line.trim_start().starts_with(begins));
        let words: Vec<&str> = line.unwrap().split_whitespace().collect();
        words.join(" ")
    }

    #[test]
    fn every_parameter_has_its_type_and_rules() {
        assert_eq!(
            line("usdm", "new_order", "symbol"),
            "symbol Symbol required"
        );
        assert_eq!(
            line("usdm", "new_order", "side"),
            "side Side required BUY, SELL"
        );
        assert_eq!(
            line("usdm", "new_order", "price "),
            "price Decimal optional"
        );
        assert_eq!(
            line("usdm", "new_order", "newClientOrderId"),
            "newClientOrderId ClientOrderId optional at most 36 characters, only A-Z a-z 0-9 . : / _ -"
        );
        assert!(line("usdm", "depth", "limit").contains("default 500"));
        assert!(line("usdm", "rpi_depth", "limit").ends_with("only 1000; default 1000"));
        assert!(
            line("usdm", "new_order", "selfTradePreventionMode")
                .ends_with("default EXPIRE_MAKER (websocket API: NONE)")
        );
        assert_eq!(
            line("usdm", "new_order", "recvWindow"),
            "recvWindow u64 optional milliseconds"
        );
    }

    #[test]
    fn required_choices_removals_and_examples_are_shown() {
        assert_eq!(
            line("usdm", "query_order", "Exactly"),
            "Exactly one of `orderId, origClientOrderId` is required."
        );
        assert!(line("usdm", "blvt_klines", "removed").contains("2025-06-03"));
        assert!(line("usdm", "ticker_price_v1", "deprecated").contains("TickerPrice"));
        assert_eq!(
            line("usdm", "depth", "cargo"),
            "cargo xtask call usdm depth symbol=…"
        );
    }

    #[test]
    fn allowed_characters_are_ranges_where_possible() {
        assert_eq!(ranges("0123456789_"), "0-9 _");
        assert_eq!(ranges("abc"), "a b c");
    }
}
