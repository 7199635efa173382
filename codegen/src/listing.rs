//! The spec as data: what `cargo xtask list --json` prints.

use serde_json::{Value, json};

use crate::{
    ir::{Api, Entry, EntryWeight},
    spec::{Weight, Word},
};

/// An array with one object for each operation, stream and event.
pub fn json(api: &Api) -> Value {
    api.entries.iter().map(entry).collect()
}

fn entry(entry: &Entry) -> Value {
    let parameters = entry.parameters.iter();
    let params: Vec<Value> = parameters
        .map(|parameter| json!({"name": parameter.name, "type": parameter.ty, "required": parameter.required}))
        .collect();
    let fields = entry.fields.iter();
    let fields: Vec<Value> = fields
        .map(|field| json!({"path": field.path, "type": field.ty, "optional": field.optional}))
        .collect();
    json!({
        "product": entry.product,
        "kind": entry.kind.word(),
        "group": entry.group,
        "id": entry.id,
        "name": entry.name,
        "aliases": entry.aliases,
        "method": entry.method.map(Word::word),
        "path": entry.path,
        "ws_method": entry.ws_method,
        "stream": entry.stream,
        "event": entry.event,
        "security": entry.security.map(Word::word),
        "weight": weight(entry),
        "ws_weight": entry.ws_weight,
        "cost": {"10s": entry.orders.ten_seconds, "1m": entry.orders.minute},
        "params": params,
        "fields": fields,
        "deprecated": entry.deprecated,
        "removed": entry.removed,
        "announced": entry.announced,
        "undocumented": entry.undocumented,
        "sdk": entry.sdk,
        "connector": entry.connector,
        "docs": entry.docs,
        "spec": entry.spec,
    })
}

fn weight(entry: &Entry) -> Value {
    let Some(EntryWeight { weight, default }) = &entry.weight else {
        return Value::Null;
    };
    match weight {
        Weight::Unknown => Value::Null,
        Weight::Fixed(weight) => json!(weight),
        Weight::ByPresence { by, given, absent } => {
            json!({"by": by.value, "given": given, "absent": absent})
        }
        Weight::Steps { by, steps, absent } => {
            let steps: Vec<_> = steps
                .iter()
                .map(|(bound, weight)| json!({"up_to": bound, "weight": weight}))
                .collect();
            json!({"by": by.value, "default": default, "absent": absent, "steps": steps})
        }
    }
}

/// Product, kind, id, Rust name, call and weight, in columns.
pub fn table(api: &Api) -> String {
    let rows: Vec<[String; 6]> = api.entries.iter().map(row).collect();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn row(entry: &Entry) -> [String; 6] {
    let call = match (entry.method, &entry.ws_method, &entry.stream, &entry.event) {
        (Some(method), ..) => format!(
            "{} {}",
            method.word(),
            entry.path.as_deref().unwrap_or_default()
        ),
        (_, Some(method), ..) => method.clone(),
        (_, _, Some(stream), _) => stream.clone(),
        (.., Some(event)) => event.clone(),
        _ => String::new(),
    };
    let weight = match entry.weight.as_ref().map(|found| &found.weight) {
        None => String::new(),
        Some(Weight::Fixed(weight)) => format!("weight {weight}"),
        Some(Weight::Unknown) => "weight unknown".to_owned(),
        Some(Weight::ByPresence { by, .. } | Weight::Steps { by, .. }) => {
            format!("weight by {}", by.value)
        }
    };
    [
        entry.product.clone(),
        entry.kind.word().to_owned(),
        entry.id.clone(),
        entry.name.clone(),
        call,
        weight,
    ]
}
