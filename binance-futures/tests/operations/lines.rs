//! The lines of `requests.txt`, and the operations they are about.

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

/// What a line or a variation of it says, as names and values.
pub(crate) type Pairs = Vec<(String, String)>;

/// Every line.
pub(crate) fn all() -> Vec<Line> {
    include_str!("requests.txt").lines().map(read).collect()
}

/// The lines of an operation by their size.
pub(crate) fn of<'a>(lines: &'a [Line], operation: &Operation, size: &str) -> Option<&'a Line> {
    lines.iter().find(|line| {
        line.operation.product == operation.product
            && line.operation.id == operation.id
            && line.size == size
    })
}

/// Every operation that goes over REST.
pub(crate) fn operations() -> impl Iterator<Item = &'static Operation> {
    registry::operations().filter(|operation| operation.kind == Kind::Rest)
}

fn read(line: &'static str) -> Line {
    let parts: Vec<&str> = line.split(' ').collect();
    let [product, name, size, method, target] = parts[..] else {
        panic!("`{line}` has not five parts");
    };
    let is_meant = |operation: &&Operation| operation.product == product && operation.name == name;
    let operation = operations().find(is_meant);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Line {
        operation: operation.unwrap_or_else(|| panic!("`{line}` is of no operation")),
        size,
        method,
        path,
        query,
    }
}

impl Line {
    /// Its parameters as they are before they are written.
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

    pub(crate) fn place(&self) -> String {
        let operation = self.operation;
        format!("{} {} {}", operation.product, operation.name, self.size)
    }
}

/// Makes a request of parameters.
pub(crate) fn build(
    operation: &Operation,
    pairs: Pairs,
) -> Result<Box<dyn AnyRequest>, Vec<Problem>> {
    let mut given = ParamMap::from_pairs(pairs);
    let request = operation.build.unwrap()(&mut given);
    given.finish().map(|()| request.unwrap())
}

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
