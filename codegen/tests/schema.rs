//! The JSON Schema accepts what the readers accept.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod project;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use codegen::{
    load::{
        self, ProductFiles, SpecFile,
        yaml::{self, Node},
    },
    problem::Problems,
    spec::keywords::{ERROR, FILES, Form, IN_PLACE, TYPE, Table},
};
use project::{Project, real};
use serde_json::{Map, Value, json};

fn schema() -> Value {
    serde_json::from_str(&codegen::schema::schema()).unwrap()
}

/// A YAML value as editors convert it.
fn json(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Scalar { text, quoted: true } => json!(text),
        yaml::Value::Scalar { text, .. } if text.is_empty() => Value::Null,
        yaml::Value::Scalar { text, .. } => match serde_json::from_str(text) {
            Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => value,
            _ => json!(text),
        },
        yaml::Value::List(items) => items.iter().map(json).collect(),
        yaml::Value::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), json(&entry.value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

/// Whether a value is valid. Knows the keywords that the schema uses, and panics at any other.
fn valid(schema: &Value, root: &Value, value: &Value) -> bool {
    let schema = match schema {
        Value::Bool(is_valid) => return *is_valid,
        Value::Object(schema) => schema,
        other => panic!("{other} is not a schema"),
    };
    let count = |value: &Value| value.as_u64().unwrap() as usize;
    let object = |property: &str| schema.get(property).and_then(Value::as_object);
    schema
        .iter()
        .all(|(keyword, argument)| match (keyword.as_str(), value) {
            ("$schema" | "$defs" | "title" | "description", _) => true,
            ("$ref", _) => {
                let name = argument.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                valid(
                    root["$defs"]
                        .get(name)
                        .unwrap_or_else(|| panic!("no definition {name}")),
                    root,
                    value,
                )
            }
            ("anyOf", _) => argument
                .as_array()
                .unwrap()
                .iter()
                .any(|schema| valid(schema, root, value)),
            ("allOf", _) => argument
                .as_array()
                .unwrap()
                .iter()
                .all(|schema| valid(schema, root, value)),
            ("enum", _) => argument.as_array().unwrap().contains(value),
            ("const", _) => argument == value,
            ("type", _) => match argument {
                Value::Array(names) => names.iter().any(|name| is(name, value)),
                name => is(name, value),
            },
            ("minimum", Value::Number(number)) => number.as_f64() >= argument.as_f64(),
            ("required", Value::Object(fields)) => argument
                .as_array()
                .unwrap()
                .iter()
                .all(|name| fields.contains_key(name.as_str().unwrap())),
            ("properties", Value::Object(fields)) => {
                argument.as_object().unwrap().iter().all(|(name, schema)| {
                    fields
                        .get(name)
                        .is_none_or(|field| valid(schema, root, field))
                })
            }
            ("patternProperties", Value::Object(fields)) => {
                let mut patterns = argument.as_object().unwrap().iter();
                patterns.all(|(pattern, schema)| {
                    let mut matching = fields.iter().filter(|(name, _)| matches(pattern, name));
                    matching.all(|(_, field)| valid(schema, root, field))
                })
            }
            ("additionalProperties", Value::Object(fields)) => {
                let (named, patterns) = (object("properties"), object("patternProperties"));
                let mut others = fields.iter().filter(|(name, _)| {
                    let mut patterns = patterns.iter().flat_map(|patterns| patterns.keys());
                    !named.is_some_and(|named| named.contains_key(*name))
                        && !patterns.any(|pattern| matches(pattern, name))
                });
                others.all(|(_, field)| valid(argument, root, field))
            }
            ("minProperties", Value::Object(fields)) => fields.len() >= count(argument),
            ("maxProperties", Value::Object(fields)) => fields.len() <= count(argument),
            ("items", Value::Array(items)) => items.iter().all(|item| valid(argument, root, item)),
            ("minItems", Value::Array(items)) => items.len() >= count(argument),
            ("maxItems", Value::Array(items)) => items.len() <= count(argument),
            // These do not apply to values of other types.
            (
                "minimum"
                | "required"
                | "properties"
                | "additionalProperties"
                | "minProperties"
                | "maxProperties"
                | "items"
                | "minItems"
                | "maxItems",
                _,
            ) => true,
            (other, _) => panic!("the keyword `{other}` is not known here"),
        })
}

/// The only pattern of the schema: whole numbers.
fn matches(pattern: &str, name: &str) -> bool {
    assert_eq!(pattern, "^-?[0-9]+$", "a pattern that is not known here");
    let digits = name.strip_prefix('-').unwrap_or(name);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
}

fn is(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("`{other}` is not a type"),
    }
}

/// The definition that is for a file of this path.
fn definition_for(path: &str) -> &'static str {
    let folders: Vec<&str> = path.split('/').collect();
    match folders.as_slice() {
        ["spec", "errors.yaml"] => "errors_file",
        ["spec", "vocabulary.yaml"] => "vocabulary",
        ["spec", "http.yaml"] => "http",
        ["spec", "types", _] | ["spec", _, "types", _] => "types_file",
        ["spec", _, "product.yaml"] => "product",
        ["spec", _, "rest", ..] => "operation",
        ["spec", _, "ws_api", _] => "ws_method",
        ["spec", _, "streams", _] => "topic",
        ["spec", _, "user_events", _] => "user_event",
        other => panic!("{other:?}"),
    }
}

/// The files of a project as they are written, before derived files are merged.
fn files(root: &std::path::Path) -> Vec<(String, Value)> {
    let mut problems = Problems::default();
    let loaded = load::load(root, &mut problems);
    assert!(problems.is_empty(), "{problems}");
    let products = loaded.products.values();
    let items = products.clone().flat_map(ProductFiles::items);
    let of_products = products.flat_map(|product| product.product.iter().chain(&product.types));
    let all: Vec<&SpecFile> = loaded
        .errors
        .iter()
        .chain(&loaded.http)
        .chain(&loaded.vocabulary)
        .chain(&loaded.types)
        .chain(of_products)
        .chain(items)
        .collect();
    let written = all.into_iter().map(|file| {
        let text = fs::read_to_string(root.join(&file.path)).unwrap();
        let source = problems.source(file.path.as_str(), text);
        (
            file.path.clone(),
            json(&yaml::parse(source, &mut problems).unwrap()),
        )
    });
    written.collect()
}

fn in_definition(schema: &Value, path: &str, value: &Value) -> bool {
    valid(
        &json!({"$ref": format!("#/$defs/{}", definition_for(path))}),
        schema,
        value,
    )
}

#[test]
fn every_file_of_the_real_spec_is_valid() {
    let (schema, files) = (schema(), files(&real()));
    assert!(files.len() > 40);
    for (path, value) in files {
        assert!(
            in_definition(&schema, &path, &value),
            "{path} is not valid by its definition"
        );
        assert!(
            valid(&schema, &schema, &value),
            "{path} is not valid by the whole"
        );
    }
}

#[test]
fn every_file_of_the_cases_is_valid() {
    let schema = schema();
    let folder = real().join("codegen/tests/cases");
    for case in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(case.unwrap().path().join("spec.txt")).unwrap();
        for (path, value) in files(&Project::of(&text).root) {
            assert!(in_definition(&schema, &path, &value), "{path} of\n{text}");
        }
    }
}

#[test]
fn a_misspelt_key_is_not_valid_anywhere() {
    let schema = schema();
    for (path, value) in files(&real()) {
        let Value::Object(fields) = &value else {
            panic!("{path} is not a mapping")
        };
        for key in fields.keys() {
            // Names of types, and of entries of the vocabulary, can be any text.
            if matches!(definition_for(&path), "types_file" | "vocabulary") {
                continue;
            }
            let mut misspelt = fields.clone();
            let field = misspelt.remove(key).unwrap();
            misspelt.insert(format!("{key}x"), field);
            let misspelt = Value::Object(misspelt);
            assert!(
                !in_definition(&schema, &path, &misspelt),
                "{path} with `{key}x`"
            );
            assert!(!valid(&schema, &schema, &misspelt), "{path} with `{key}x`");
        }
    }
}

#[test]
fn values_of_a_wrong_form_are_not_valid() {
    let schema = schema();
    let fine =
        json!({"about": "A.", "GET": "/a", "security": "none", "weight": 1, "response": "Empty"});
    assert!(in_definition(&schema, "spec/usdm/rest/a/b.yaml", &fine));
    for (key, wrong) in [
        ("about", json!(["A."])),
        ("security", json!("signed")),
        ("weight", json!("heavy")),
        ("weight", json!({"..99": 1})),
        ("weight", json!(-1)),
        ("cost", json!({"10m": 1})),
        ("aliases", json!("a")),
        ("response", json!(["A", "B"])),
        ("response", json!({"name": "A", "feilds": {}})),
        ("parameters", json!({"limit": {"default": 5}})),
        ("parameters", json!({"limit": {"is": "u16", "defualt": 5}})),
        (
            "parameters",
            json!({"adds": {"limit": {"defualt": 5}}, "drops": ["a"]}),
        ),
        ("types", json!({"A": {"values": ["A"]}})),
        (
            "types",
            json!({"A": {"about": "A.", "tag": "t", "cases": {"A": "B"}}}),
        ),
        (
            "types",
            json!({"A": {"about": "A.", "row": [{"a": "u8", "b": "u8"}]}}),
        ),
        ("constructors", json!({"limit": {"sets": {}}})),
        ("idempotent", json!("always")),
        ("lookup", json!("query_order by orderId")),
        ("lookup", json!({"ask": "query_order", "absent": [-2013]})),
    ] {
        let mut value = fine.clone();
        value[key] = wrong.clone();
        assert!(
            !in_definition(&schema, "spec/usdm/rest/a/b.yaml", &value),
            "{key}: {wrong}"
        );
    }
    for missing in ["about", "security", "weight", "response"] {
        let mut value = fine.clone();
        value.as_object_mut().unwrap().remove(missing);
        assert!(
            !in_definition(&schema, "spec/usdm/rest/a/b.yaml", &value),
            "without {missing}"
        );
        value["like"] = json!("usdm/rest/a/c");
        assert!(
            in_definition(&schema, "spec/usdm/rest/a/b.yaml", &value),
            "a derived file without {missing}"
        );
    }
}

#[test]
fn every_reference_leads_to_a_definition_and_every_definition_is_reached() {
    fn references(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (key, field) in fields {
                    match field
                        .as_str()
                        .and_then(|text| text.strip_prefix("#/$defs/"))
                    {
                        Some(name) if key == "$ref" => drop(into.insert(name.to_owned())),
                        _ => references(field, into),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, into)),
            _ => {}
        }
    }
    let schema = schema();
    let mut named = BTreeSet::new();
    references(&schema, &mut named);
    let defined: BTreeSet<String> = schema["$defs"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(named, defined);
    assert!(
        schema["$defs"]
            .as_object()
            .unwrap()
            .values()
            .all(Value::is_object),
        "a definition is not filled in"
    );
}

/// Every table that can be reached from a file.
fn tables() -> BTreeMap<&'static str, &'static Table> {
    fn add(table: &'static Table, into: &mut BTreeMap<&'static str, &'static Table>) {
        if into.insert(table.name, table).is_some() {
            return;
        }
        for keyword in table.keys() {
            match keyword.form {
                Form::Mapping(inner) | Form::MappingOf(inner) | Form::Fields(inner) => {
                    add(inner, into);
                }
                _ => {}
            }
        }
    }
    let mut found = BTreeMap::new();
    for table in FILES
        .iter()
        .map(|(_, table)| *table)
        .chain([&ERROR, &TYPE, &IN_PLACE])
    {
        add(table, &mut found);
    }
    found
}

#[test]
fn every_keyword_is_read() {
    let spec = real().join("codegen/src/spec");
    let mut source = fs::read_to_string(spec.join("words.rs")).unwrap();
    for file in fs::read_dir(spec.join("read")).unwrap() {
        source += &fs::read_to_string(file.unwrap().path()).unwrap();
    }
    let mut count = 0;
    for table in tables().values() {
        for keyword in table.keys() {
            assert!(
                source.contains(&format!("\"{}\"", keyword.name)),
                "nothing reads `{}` of {}",
                keyword.name,
                table.name
            );
            count += 1;
        }
    }
    assert!(count > 100, "{count} keywords");
}

#[test]
fn no_table_has_a_keyword_twice() {
    for table in tables().values() {
        let names: BTreeSet<&str> = table.keys().map(|keyword| keyword.name).collect();
        assert_eq!(names.len(), table.keys().count(), "{}", table.name);
    }
}
