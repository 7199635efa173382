//! The path, the line and the column of a decoding error belong to the value that it describes.

use binance_futures::decode::DecodeFailure;
use binance_futures::json::{Reason, Segment};

use super::start_of;
use super::tree::{NoTree, Node, Tree};

/// The most characters of an error: a path, what was expected and what was found.
const MAX_LENGTH: usize = 400;

/// Checks an error. `tree` is what `serde_json` read.
pub fn check(failure: &DecodeFailure, text: &str, tree: Result<&Tree, &NoTree>) {
    let message = failure.to_string();
    assert!(message.chars().count() <= MAX_LENGTH, "{message}");
    let offset = offset(failure, text)
        .unwrap_or_else(|| panic!("{message} is outside of {}", start_of(text)));
    let is_valid = match (failure.reason(), tree) {
        (Reason::Syntax(_), Err(NoTree::NotJson)) => true,
        (Reason::Syntax(_), _) | (Reason::TooDeep, Ok(_)) => false,
        (_, Err(_)) => true,
        (reason, Ok(tree)) => {
            let found = nodes(tree, failure.segments());
            found
                .iter()
                .any(|node| describes(reason, node, offset, text))
        }
    };
    assert!(is_valid, "{message}: {}", start_of(text));
}

/// Returns the offset of a line and a column.
fn offset(failure: &DecodeFailure, text: &str) -> Option<usize> {
    let before: usize = text
        .split_inclusive('\n')
        .take(failure.line() - 1)
        .map(str::len)
        .sum();
    let line = text.get(before..)?;
    let column = failure.column() - 1;
    let in_line: usize = line.chars().take(column).map(char::len_utf8).sum();
    (line.chars().count() >= column).then_some(before + in_line)
}

/// Returns the values that a path leads to. Columns of rows have names in paths, so a name in a row leads to all of its columns.
fn nodes<'t>(tree: &'t Tree, path: impl Iterator<Item = &'t Segment>) -> Vec<&'t Tree> {
    let mut nodes = vec![tree];
    for segment in path {
        nodes = nodes
            .into_iter()
            .flat_map(|tree| -> Vec<&Tree> {
                match (segment, &tree.node) {
                    (Segment::Index(index), Node::List(items)) => {
                        items.get(*index).into_iter().collect()
                    }
                    (Segment::Field(_), Node::List(columns)) => columns.iter().collect(),
                    (Segment::Field(name), Node::Object(fields)) => named(fields, name),
                    (Segment::Key(name), Node::Object(fields)) => named(fields, name),
                    _ => Vec::new(),
                }
            })
            .collect();
    }
    nodes
}

fn named<'t>(fields: &'t [(String, Tree)], name: &str) -> Vec<&'t Tree> {
    let fields = fields.iter().filter(|(field, _)| field == name);
    fields.map(|(_, value)| value).collect()
}

/// Whether a reason describes a value of the text.
fn describes(reason: &Reason, tree: &Tree, offset: usize, text: &str) -> bool {
    let is_within = (tree.start..=tree.end).contains(&offset);
    match reason {
        Reason::Unexpected { found, .. } => {
            let is_value = offset == tree.start
                && match &tree.node {
                    Node::Object(_) => found == "an object",
                    Node::List(_) => found == "an array",
                    _ => begins(text.get(tree.start..tree.end).unwrap(), found),
                };
            let is_key = match &tree.node {
                Node::Object(fields) => fields
                    .iter()
                    .any(|(name, field)| field.start == offset && begins(name, found)),
                _ => false,
            };
            is_value || is_key || (found == "a secret" && is_within)
        }
        Reason::Missing(name) => {
            let is_absent = match &tree.node {
                Node::Object(fields) => fields.iter().all(|(field, _)| field != name),
                Node::List(_) => true,
                _ => false,
            };
            is_absent && is_within
        }
        Reason::Repeated(_) => match &tree.node {
            Node::Object(fields) => fields.iter().any(|(_, field)| field.start == offset),
            _ => false,
        },
        _ => is_within,
    }
}

/// Whether `found` is the beginning of a value, of at most 40 characters.
fn begins(value: &str, found: &str) -> bool {
    value.starts_with(found) && (value == found || found.chars().count() == 40)
}
