//! What holds for the decoder of each response and event, whatever the text is.

use binance_futures::dynamic::{Kind, Operation};

use super::tree::Tree;
use super::{declared, places, start_of};

/// Checks one text. Returns whether it was decoded.
///
/// - Only JSON is decoded.
/// - All declared fields are encoded again, with the same digits, and the encoded text decodes to the same value.
/// - An error names a value of the text, and its line and column.
pub fn check(operation: &Operation, text: &str) -> bool {
    let tree = Tree::parse(text);
    let written = match (operation.reencode)(text) {
        Ok(written) => written,
        Err(failure) => {
            places::check(&failure, text, tree.as_ref());
            return false;
        }
    };
    let name = name(operation);
    let tree = tree.unwrap_or_else(|no_tree| {
        panic!(
            "{name} decodes, but serde_json says {no_tree:?}: {}",
            start_of(text)
        )
    });
    let again = (operation.reencode)(&written)
        .unwrap_or_else(|failure| panic!("{name}: {failure}: {written}"));
    assert_eq!(again, written, "{name}");
    let written = Tree::parse(&written).unwrap();
    let losses = declared::losses(operation.fields, &tree, &written);
    assert!(
        losses.is_empty(),
        "{name}: {}: {}",
        losses.join(", "),
        start_of(text)
    );
    true
}

/// Checks that two texts decode to the same value. They differ in white space, escapes and the order of fields only.
pub fn check_same(operation: &Operation, one: &str, two: &str) {
    let decoded = |text: &str| {
        let written = (operation.reencode)(text)
            .unwrap_or_else(|failure| panic!("{}: {failure}: {text}", name(operation)));
        Tree::parse(&written).unwrap()
    };
    assert!(
        decoded(one).is_same(&decoded(two)),
        "{}: {one} and {two}",
        name(operation)
    );
}

/// Returns the name of an operation, such as `usdm rest new_order`.
pub fn name(operation: &Operation) -> String {
    let kind = match operation.kind {
        Kind::Rest => "rest",
        Kind::WsApi => "ws_api",
        Kind::Stream => "streams",
        Kind::UserEvent => "user_events",
    };
    format!("{} {kind} {}", operation.product, operation.id)
}
