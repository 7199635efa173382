//! The lines of `requests.txt` and their operations.

use std::collections::BTreeSet;

use binance_futures::dynamic::{ParamMap, Problem};
use binance_futures::registry::{self, AnyRequest, Kind, Operation};

/// One request of one operation.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) operation: &'static Operation,
    pub(crate) size: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) query: &'static str,
}

/// Names and values of parameters.
pub(crate) type Pairs = Vec<(String, String)>;

/// Returns all valid lines.
pub(crate) fn all() -> Vec<Line> {
    text_lines().filter_map(|line| parse(line).ok()).collect()
}

/// Returns the line of an operation by its size. One test, `every_operation_has_its_lines`, reports missing lines. All others skip them.
pub(crate) fn of<'a>(lines: &'a [Line], operation: &Operation, size: &str) -> Option<&'a Line> {
    lines.iter().find(|line| {
        line.operation.product == operation.product
            && line.operation.id == operation.id
            && line.size == size
    })
}

/// Returns every REST operation.
pub(crate) fn operations() -> impl Iterator<Item = &'static Operation> {
    registry::operations().filter(|operation| operation.kind == Kind::Rest)
}

fn text_lines() -> impl Iterator<Item = &'static str> {
    include_str!("requests.txt").lines()
}

fn parse(line: &'static str) -> Result<Line, String> {
    let parts: Vec<&str> = line.split(' ').collect();
    let [product, name, size, method, target] = parts[..] else {
        return Err(format!(
            "`{line}` does not have the form `product Name size METHOD /path?query`"
        ));
    };
    if !["full", "smallest", "other"].contains(&size) {
        return Err(format!(
            "`{line}`: the size is not `full`, `smallest` or `other`"
        ));
    }
    let operation = operations()
        .find(|operation| operation.product == product && operation.name == name)
        .ok_or_else(|| format!("`{line}`: there is no request `{product}::{name}`"))?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Ok(Line {
        operation,
        size,
        method,
        path,
        query,
    })
}

impl Line {
    /// Returns the decoded parameters.
    pub(crate) fn pairs(&self) -> Pairs {
        let parameters = self.query.split('&').filter(|text| !text.is_empty());
        parameters
            .map(|text| {
                let (name, value) = text.split_once('=').unwrap();
                (decode(name), decode(value))
            })
            .collect()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.pairs().iter().any(|(given, _)| given == name)
    }

    /// Returns the start of the line, which identifies it.
    pub(crate) fn key(&self) -> String {
        let operation = self.operation;
        format!("{} {} {}", operation.product, operation.name, self.size)
    }
}

/// Builds a request from parameters.
pub(crate) fn build(
    operation: &Operation,
    pairs: Pairs,
) -> Result<Box<dyn AnyRequest>, Vec<Problem>> {
    registry::build(operation, ParamMap::from_pairs(pairs))
}

/// Decodes percent-encoded text.
fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap()
}

/// Returns a template of a missing line.
fn template(operation: &Operation, size: &str) -> String {
    let is_written = |required: bool| required || size == "full";
    let parameters: Vec<String> = operation
        .parameters
        .iter()
        .filter(|info| is_written(info.required))
        .map(|info| format!("{}=…", info.name))
        .collect();
    let (method, path) = (operation.method.unwrap(), operation.path.unwrap());
    let question_mark = if parameters.is_empty() { "" } else { "?" };
    format!(
        "{} {} {size} {method} {path}{question_mark}{}",
        operation.product,
        operation.name,
        parameters.join("&")
    )
}

#[test]
fn every_operation_has_its_lines() {
    let lines = all();
    let mut problems: Vec<String> = text_lines().filter_map(|line| parse(line).err()).collect();
    let mut keys = BTreeSet::new();
    let repeated = lines.iter().filter(|line| !keys.insert(line.key()));
    problems.extend(repeated.map(|line| format!("`{}` is repeated", line.key())));
    for operation in operations() {
        for size in ["full", "smallest"] {
            if of(&lines, operation, size).is_none() {
                problems.push(format!("add the line `{}`", template(operation, size)));
            }
        }
    }
    assert!(
        problems.is_empty(),
        "tests/operations/requests.txt:\n{}",
        problems.join("\n")
    );
}
