//! `errors.yaml`: error codes, each with one meaning or with one for each product.

use super::keys::Keys;
use crate::{
    load::{
        SpecFile,
        yaml::{Node, Value},
    },
    problem::Problems,
    spec::{ErrorCode, keywords::ERROR},
};

/// Reads the error codes.
pub(super) fn errors(file: &SpecFile, problems: &mut Problems) -> Vec<ErrorCode> {
    let mut found = Vec::new();
    if !matches!(file.root.value, Value::Map(_)) {
        problems.add(
            file.root.place,
            "the file is not a mapping of error codes",
            "write `-1121:` and indent below it",
        );
    }
    for entry in file.root.entries() {
        let Ok(code) = entry.key.parse::<i64>() else {
            let what = format!("`{}` is not an error code", entry.key);
            problems.add(entry.place, what, "write `-1121:`");
            continue;
        };
        match &entry.value.value {
            Value::List(items) => {
                found.extend(items.iter().filter_map(|item| one(code, item, problems)));
            }
            _ => found.extend(one(code, &entry.value, problems)),
        }
    }
    found.sort_by_key(|error| error.code);
    found
}

fn one(code: i64, node: &Node, problems: &mut Problems) -> Option<ErrorCode> {
    let keys = Keys::open(node, &ERROR, problems)?;
    let name = keys.text("name", problems);
    let unofficial = keys.flag("unofficial", problems);
    let action = keys.word("action", problems);
    let class = keys.word("class", problems);
    let limit = keys.word("limit", problems);
    let duplicate_id = keys.flag("duplicate_id", problems);
    let means = keys.string("means", problems);
    let remedy = keys.string("remedy", problems);
    let evidence = keys.text("evidence", problems);
    let products = keys.text_list("products", problems);
    Some(ErrorCode {
        code,
        name: name?,
        official: unofficial != Some(true),
        action: action?,
        class,
        limit,
        is_duplicate_id: duplicate_id == Some(true),
        means: means?,
        remedy,
        evidence,
        products,
    })
}
