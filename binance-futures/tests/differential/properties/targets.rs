//! The functions that the fuzz targets call.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use binance_futures::dynamic::Operation;
use binance_futures::registry::operations;

use super::{decoders, frames};

/// All operations by name.
static OPERATIONS: LazyLock<BTreeMap<String, &'static Operation>> = LazyLock::new(|| {
    operations()
        .map(|found| (decoders::name(found), found))
        .collect()
});

/// Checks the reader, and messages of websocket connections.
pub fn reader(input: &[u8]) {
    if let Ok(text) = str::from_utf8(input) {
        super::reader::check(text);
        frames::check(text);
    }
}

/// Checks one decoder. The first line is the name of an operation, such as `usdm rest new_order`, and the other lines are its response or
/// event. Any other first line selects an operation too, so that no input is wasted.
pub fn decoders(input: &[u8]) {
    let Ok(input) = str::from_utf8(input) else {
        return;
    };
    let (name, text) = input.split_once('\n').unwrap_or(("", input));
    let operation = OPERATIONS.get(name).copied().or_else(|| {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let index = hasher.finish() as usize % OPERATIONS.len();
        OPERATIONS.values().nth(index).copied()
    });
    if let Some(operation) = operation {
        decoders::check(operation, text);
    }
}

/// Returns the input that checks the sample of an operation.
pub fn seed(operation: &Operation) -> String {
    format!("{}\n{}", decoders::name(operation), operation.sample)
}
