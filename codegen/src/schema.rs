//! The JSON Schema of the spec, created from the tables of keys.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    load::PATCHABLE,
    spec::{
        keywords::{ERROR, FIELD, FILES, Form, IN_PLACE, Keyword, TYPE, Table},
        types::SCALARS,
    },
};

/// The schema as text. An editor picks the right definition by the path of the file.
pub fn schema() -> String {
    let mut definitions = BTreeMap::new();
    let mut root = Vec::new();
    for (pattern, table) in FILES {
        define(table, &mut definitions);
        root.push(
            json!({"title": format!("spec/{pattern}"), "$ref": format!("#/$defs/{}", table.name)}),
        );
    }
    let types = json!({
        "title": "spec/types/*.yaml, spec/*/types/*.yaml",
        "type": "object",
        "additionalProperties": {"$ref": format!("#/$defs/{}", TYPE.name)},
    });
    definitions.insert("types_file".to_owned(), types);
    root.push(json!({"$ref": "#/$defs/types_file"}));
    define(&ERROR, &mut definitions);
    definitions.insert("errors_file".to_owned(), json!({
        "title": "spec/errors.yaml",
        "type": "object",
        "patternProperties": {"^-?[0-9]+$": {"anyOf": [{"$ref": "#/$defs/error"}, {"type": "array", "items": {"$ref": "#/$defs/error"}}]}},
        "additionalProperties": false,
    }));
    root.push(json!({"$ref": "#/$defs/errors_file"}));
    let known: Vec<String> = SCALARS
        .iter()
        .map(|(name, about)| format!("{name}: {about}"))
        .collect();
    definitions.insert(
        "type_text".to_owned(),
        json!({
            "type": "string",
            "description": format!("A type. Scalars: {}. Forms: [T], [T] or T, map<K, T>, [T | error], json<[T]>, T as text, T or \"\", =CONSTANT", known.join("; ")),
        }),
    );
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Description of an API operation, stream, event or type",
        "anyOf": root,
        "$defs": definitions,
    });
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn define(table: &'static Table, definitions: &mut BTreeMap<String, Value>) {
    if definitions.contains_key(table.name) {
        return;
    }
    // Tables refer to each other, so the name is inserted before the keys are read.
    definitions.insert(table.name.to_owned(), Value::Null);
    let can_be_derived = table.find("like").is_some();
    let mut properties = Map::new();
    for keyword in table.keys() {
        let mut form = form(keyword, definitions);
        if can_be_derived && PATCHABLE.contains(&keyword.name) {
            let changes = changes(keyword, definitions);
            form = json!({"anyOf": [form, changes]});
        }
        if let Value::Object(form) = &mut form {
            form.insert("description".to_owned(), json!(keyword.about));
        }
        properties.insert(keyword.name.to_owned(), form);
    }
    let required: Vec<_> = table
        .keys()
        .filter(|keyword| keyword.required)
        .map(|keyword| keyword.name)
        .collect();
    let mut definition = json!({
        "description": table.about,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    if let Value::Object(definition) = &mut definition {
        if can_be_derived {
            // A derived file inherits the keys that it does not have.
            definition.insert(
                "anyOf".to_owned(),
                json!([{"required": required}, {"required": ["like"]}]),
            );
        } else if !required.is_empty() {
            definition.insert("required".to_owned(), json!(required));
        }
    }
    definitions.insert(table.name.to_owned(), definition);
}

fn form(keyword: &Keyword, definitions: &mut BTreeMap<String, Value>) -> Value {
    let scalar = json!({"type": ["string", "number", "boolean"]});
    let reference = |table: &'static Table, definitions: &mut BTreeMap<String, Value>| {
        define(table, definitions);
        json!({"$ref": format!("#/$defs/{}", table.name)})
    };
    match keyword.form {
        Form::Text => json!({"type": "string"}),
        Form::Whole => json!({"type": "integer", "minimum": 0}),
        Form::Flag => json!({"type": "boolean"}),
        Form::Scalar => scalar,
        Form::ScalarOr(table) => {
            let target = reference(table, definitions);
            json!({"anyOf": [scalar, target]})
        }
        Form::OneOf(words) => json!({"enum": words}),
        Form::TextList => json!({"type": "array", "items": scalar}),
        Form::TextMap => json!({"type": "object", "additionalProperties": scalar}),
        Form::Mapping(table) => {
            let target = reference(table, definitions);
            json!({"allOf": [target]})
        }
        Form::MappingOf(table) => {
            let target = reference(table, definitions);
            json!({"type": "object", "additionalProperties": target})
        }
        Form::Type => type_form(definitions),
        Form::Fields(table) => fields(table, definitions),
        Form::Columns => {
            let column = field(&FIELD, definitions);
            let column = json!({"type": "object", "additionalProperties": column, "minProperties": 1, "maxProperties": 1});
            json!({"type": "array", "items": column})
        }
        Form::Weight => json!({
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"const": "unknown"},
                {"type": "object", "required": ["by"], "properties": {"by": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
            ]
        }),
        Form::Cadence => json!({
            "anyOf": [
                {"type": "string"},
                {"type": "object", "required": ["by", "absent"], "additionalProperties": {"type": "string"}},
            ]
        }),
        Form::Values => json!({
            "anyOf": [
                {"type": "array", "items": {"type": ["string", "number"]}},
                {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
            ]
        }),
    }
}

/// A mapping of any names to types or mappings of the table.
fn fields(table: &'static Table, definitions: &mut BTreeMap<String, Value>) -> Value {
    let field = field(table, definitions);
    json!({"type": "object", "additionalProperties": field})
}

fn field(table: &'static Table, definitions: &mut BTreeMap<String, Value>) -> Value {
    define(table, definitions);
    let (target, ty) = (format!("#/$defs/{}", table.name), type_form(definitions));
    json!({"anyOf": [ty, {"$ref": target}]})
}

/// What a derived file may write in place of the whole mapping.
fn changes(keyword: &Keyword, definitions: &mut BTreeMap<String, Value>) -> Value {
    match keyword.form {
        Form::Fields(table) => {
            let (adds, changes) = (fields(table, definitions), fields(table, definitions));
            of_changes(&json!({"adds": adds, "drops": names(), "changes": changes}))
        }
        _ => record_changes(definitions),
    }
}

/// What a derived file may write in place of a record, also of a record in one that it changes.
fn record_changes(definitions: &mut BTreeMap<String, Value>) -> Value {
    let reference = json!({"$ref": "#/$defs/record_changes"});
    let adds = fields(&FIELD, definitions);
    let field = field(&FIELD, definitions);
    let definition = of_changes(&json!({
        "about": {"type": "string", "description": "The sentence of the record."},
        "adds": adds,
        "drops": names(),
        "changes": {"type": "object", "additionalProperties": {"anyOf": [field, reference]}},
    }));
    definitions.insert("record_changes".to_owned(), definition);
    reference
}

fn of_changes(properties: &Value) -> Value {
    json!({
        "type": "object",
        "minProperties": 1,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn names() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

/// Text, a list of one type, or a record in place.
fn type_form(definitions: &mut BTreeMap<String, Value>) -> Value {
    if !definitions.contains_key("any_type") {
        definitions.insert(
            "any_type".to_owned(),
            json!({
                "anyOf": [
                    {"$ref": "#/$defs/type_text"},
                    {"$ref": format!("#/$defs/{}", IN_PLACE.name)},
                    {"type": "array", "items": {"$ref": "#/$defs/any_type"}, "minItems": 1, "maxItems": 1},
                ]
            }),
        );
        define(&IN_PLACE, definitions);
    }
    json!({"$ref": "#/$defs/any_type"})
}
