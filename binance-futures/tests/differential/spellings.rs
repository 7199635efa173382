//! Every spelling that the spec declares for a field is decoded, and no other.

use std::collections::BTreeMap;

use binance_futures::dynamic::{FieldInfo, Operation};
use binance_futures::registry::operations;

use super::properties::tree::{Node, Tree};

/// What is written in place of a value.
const SPELLINGS: [&str; 42] = [
    "null",
    "true",
    "false",
    r#""true""#,
    r#""false""#,
    r#""TRUE""#,
    r#""yes""#,
    "0",
    "1",
    "-1",
    r#""0""#,
    r#""1""#,
    r#""-1""#,
    r#""+1""#,
    r#"" 1""#,
    r#""1 ""#,
    "1.0",
    r#""1.0""#,
    "1.5",
    r#""1.5""#,
    "-1.50",
    "1e2",
    "1E+2",
    r#""1e2""#,
    "15e-1",
    "256",
    "65536",
    "2147483648",
    "4294967296",
    "9223372036854775808",
    "18446744073709551615",
    r#""18446744073709551615""#,
    "18446744073709551616",
    "1e28",
    "1e29",
    "0.1234567890123456789012345678",
    "0.12345678901234567890123456789",
    r#""""#,
    r#"" ""#,
    r#""x""#,
    "[]",
    "{}",
];

/// What a declared type accepts. The declared literals and `null` are not part of it.
fn accepts(ty: &str, sample: &Node, spelling: &str) -> Option<bool> {
    let is_number = spelling.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let text = spelling
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    // Spaces around a number are ignored.
    let number = text.map_or(spelling, str::trim_ascii);
    let integers = |from: i128, to: i128| {
        let integer = match (number, text) {
            // Numbers without a fraction are integers in every notation, but texts are not.
            ("1.0", None) => Some(1),
            ("1e2" | "1E+2", None) => Some(100),
            (digits, _) => digits.parse().ok().filter(|_| !digits.starts_with('+')),
        };
        integer.is_some_and(|integer| (from..=to).contains(&integer))
    };
    Some(match ty {
        "Decimal" => {
            let is_too_long = number.len() > 30 || number == "1e29";
            let is_digits = number.parse::<f64>().is_ok() && !number.starts_with('+');
            is_digits && (is_number || text.is_some()) && !is_too_long
        }
        "Timestamp" | "i64" => integers(i64::MIN.into(), i64::MAX.into()),
        "i32" => integers(i32::MIN.into(), i32::MAX.into()),
        "u64" => integers(0, u64::MAX.into()),
        "u32" => integers(0, u32::MAX.into()),
        "u16" => integers(0, u16::MAX.into()),
        "u8" => integers(0, u8::MAX.into()),
        "bool" => {
            let word = text.unwrap_or(spelling);
            spelling == "1.0" || matches!(word, "true" | "TRUE" | "false" | "0" | "1")
        }
        _ if is_text(ty) => text.is_some(),
        _ if ty.starts_with('[') => spelling == "[]",
        _ if ty.starts_with("map<") => spelling == "{}",
        // A constant is not checked.
        _ if ty.starts_with('=') => true,
        // Enums keep unlisted values.
        _ if matches!(sample, Node::Word(_)) => integers(i64::MIN.into(), i64::MAX.into()),
        _ if matches!(sample, Node::Text(_)) => text.is_some(),
        // Records.
        _ => return None,
    })
}

fn is_text(ty: &str) -> bool {
    let texts = [
        "String",
        "Symbol",
        "Pair",
        "Asset",
        "ClientOrderId",
        "ListenKey",
    ];
    texts.contains(&ty)
}

/// Whether a type is none of the scalars with numbers or flags.
fn is_named(ty: &str) -> bool {
    accepts(ty, &Node::List(Vec::new()), "0").is_none()
}

/// Whether a literal after `or` in a type is written this way.
fn is_literal(literal: &str, spelling: &str) -> bool {
    let text = |text: &str| text.trim_matches('"').to_owned();
    match literal {
        "null" => spelling == "null",
        "\"\"" => spelling == "\"\"",
        _ => text(literal) == text(spelling).trim_ascii(),
    }
}

/// Finds the values at a path of the table of fields, such as `symbols[].filters[].tickSize`.
fn values<'t>(tree: &'t Tree, path: &str, found: &mut Vec<&'t Tree>) {
    if path.is_empty() {
        found.push(tree);
        return;
    }
    let (step, rest) = match path.strip_prefix('[') {
        Some(path) => path.split_once(']').unwrap(),
        None => path.split_at(path.find(['.', '[']).unwrap_or(path.len())),
    };
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    match &tree.node {
        // One record in place of a list.
        Node::Object(_) if path.starts_with("[]") => values(tree, rest, found),
        Node::List(items) if step.is_empty() => {
            items.iter().for_each(|item| values(item, rest, found));
        }
        Node::List(columns) => {
            let column = step
                .parse()
                .ok()
                .and_then(|index: usize| columns.get(index));
            column
                .into_iter()
                .for_each(|column| values(column, rest, found));
        }
        Node::Object(fields) => {
            let fields = fields
                .iter()
                .filter(|(name, _)| step == "*" || step == name);
            fields.for_each(|(_, field)| values(field, rest, found));
        }
        _ => {}
    }
}

/// Whether a field may be absent or `null`. The fields of cases of a tagged record are listed as optional, but are not in their case.
fn is_optional(operation: &Operation, field: &FieldInfo) -> bool {
    let record = field.path.rsplit_once('.').map_or("", |(record, _)| record);
    let mut fields = operation.fields.iter();
    field.optional && !fields.any(|field| field.path.strip_prefix(record) == Some(".filterType"))
}

/// Whether the field is one of a rejection, which is decoded if an item of a batch is no value.
fn is_of_a_rejection(operation: &Operation, field: &FieldInfo) -> bool {
    let is_declared = |path| operation.fields.iter().any(|field| field.path == path);
    matches!(field.path, "[].code" | "[].msg") && is_declared("[].orderId")
}

fn check(operation: &Operation, field: &FieldInfo, sample: &Tree, problems: &mut Vec<String>) {
    let mut found = Vec::new();
    values(sample, field.path, &mut found);
    let Some(value) = found.first() else {
        return;
    };
    let mut parts = field.ty.split(" or ");
    let base = parts.next().unwrap_or_default();
    // `Timestamp as number or text`: the forms are not literals, and all of them are decoded.
    let literals: Vec<&str> = parts
        .filter(|part| !matches!(*part, "text" | "number"))
        .collect();
    let (ty, _) = base.split_once(" as ").unwrap_or((base, ""));
    for spelling in SPELLINGS {
        let Some(accepted) = accepts(ty, &value.node, spelling) else {
            return;
        };
        let is_record_in_place_of_a_list =
            ty.starts_with('[') && literals.contains(&&ty[1..ty.len() - 1]);
        // Literals of texts may be numbers, so that all numbers are decoded.
        let is_number_as_text = (is_text(ty)
            || matches!(value.node, Node::Text(_) if is_named(ty)))
            && !literals.is_empty()
            && literals != ["null"]
            && spelling.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        let accepted = accepted
            || is_number_as_text
            || literals.iter().any(|literal| is_literal(literal, spelling))
            || (is_optional(operation, field) && spelling == "null");
        if is_record_in_place_of_a_list {
            continue;
        }
        let (before, rest) = operation.sample.split_at(value.start);
        let (_, after) = rest.split_at(value.end - value.start);
        let result = (operation.reencode)(&format!("{before}{spelling}{after}"));
        if result.is_ok() != accepted {
            problems.push(format!(
                "{}.{} `{}`: {spelling} {:?}",
                operation.name,
                field.path,
                field.ty,
                result.err()
            ));
        }
    }
}

/// Checks at most so many fields of each type of each product.
fn check_fields(at_most: usize) {
    let mut problems = Vec::new();
    let mut checked = BTreeMap::new();
    for operation in operations() {
        let sample = Tree::parse(operation.sample).unwrap();
        for field in operation.fields {
            let is_optional = is_optional(operation, field);
            let count = checked
                .entry((operation.product, field.ty, is_optional))
                .or_insert(0);
            *count += 1;
            if *count <= at_most && !is_of_a_rejection(operation, field) {
                check(operation, field, &sample, &mut problems);
            }
        }
    }
    assert!(checked.len() > 100);
    assert!(
        problems.is_empty(),
        "{} problems: {}",
        problems.len(),
        problems.join("\n")
    );
}

#[test]
fn each_type_accepts_the_declared_spellings_only() {
    check_fields(3);
}

#[test]
#[ignore = "the long run takes some seconds"]
fn each_field_accepts_the_declared_spellings_only() {
    check_fields(usize::MAX);
}
