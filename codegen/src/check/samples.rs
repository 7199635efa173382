//! Samples exist, and have the declared types.

use super::{Scope, items};
use crate::{
    load::yaml::{Node, Value},
    problem::{Place, Problems},
    spec::{Base, Case, Field, Form, Literal, Shape, Spec, Type, types},
    suggest::{question, suggest},
};

/// Every item has a sample, and the sample has the type of the response or event.
pub(super) fn fit(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for file in items(product) {
            let head = file.head();
            let Some(sample) = &head.sample else {
                let path = head.path.replace(".yaml", ".json");
                problems.add(
                    head.id.place,
                    "the file has no sample",
                    format!("write a response or event to {path}"),
                );
                continue;
            };
            let scope = Scope::of_head(spec, product, head);
            SampleCheck {
                problems,
                path: String::new(),
            }
            .value(&scope, file.payload(), &sample.root);
        }
    }
}

struct SampleCheck<'a> {
    problems: &'a mut Problems,
    path: String,
}

impl SampleCheck<'_> {
    fn wrong(&mut self, place: Place, what: &str, hint: impl Into<String>) {
        let at = if self.path.is_empty() {
            "the sample".to_owned()
        } else {
            format!("`{}`", self.path)
        };
        self.problems.add(place, format!("{at} {what}"), hint);
    }

    fn inside(&mut self, step: &str, with: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(if length == 0 {
            step.trim_start_matches('.')
        } else {
            step
        });
        with(self);
        self.path.truncate(length);
    }

    fn value(&mut self, scope: &Scope<'_>, ty: &Type, node: &Node) {
        if ty.empties.iter().any(|literal| is_literal(node, literal)) {
            return;
        }
        if is_literal(node, &Literal::Null) {
            return self.wrong(
                node.place,
                "is null",
                format!("the spec says {ty}; `{ty} or null` accepts this as well"),
            );
        }
        match &ty.base {
            Base::List(item) => self.list(scope, item, node),
            Base::OneOrMany(item) => match node.value {
                Value::List(_) => self.list(scope, item, node),
                _ => self.value(scope, item, node),
            },
            Base::OrError(item) => {
                let error = node.get("code").is_some()
                    && node.get("msg").is_some()
                    && node.entries().len() == 2;
                if !error {
                    self.value(scope, item, node);
                }
            }
            Base::Map(_, inner) => match &node.value {
                Value::Map(entries) => {
                    for entry in entries {
                        self.inside(&format!(".{}", entry.key), |check| {
                            check.value(scope, inner, &entry.value);
                        });
                    }
                }
                _ => self.wrong(
                    node.place,
                    &format!("is {}, not an object", kind(node)),
                    format!("the spec says {ty}"),
                ),
            },
            Base::Constant(value) => {
                let same =
                    matches!(&node.value, Value::Scalar { text, quoted: true } if text == value);
                if !same {
                    self.wrong(
                        node.place,
                        &format!("is {}", shown(node)),
                        format!("the spec says ={value}"),
                    );
                }
            }
            Base::Json(_) | Base::Request(_) | Base::Broken => {}
            Base::Name(name) => self.named(scope, ty, name, node),
        }
    }

    fn list(&mut self, scope: &Scope<'_>, item: &Type, node: &Node) {
        let Value::List(items) = &node.value else {
            return self.wrong(
                node.place,
                &format!("is {}, not an array", kind(node)),
                format!("the spec says [{item}]"),
            );
        };
        for (index, value) in items.iter().enumerate() {
            self.inside(&format!("[{index}]"), |check| {
                check.value(scope, item, value);
            });
        }
    }

    fn named(&mut self, scope: &Scope<'_>, ty: &Type, name: &str, node: &Node) {
        let Some(found) = scope.resolve(name) else {
            return self.scalar(ty, name, node);
        };
        let scope = &scope.at(found.home);
        match &found.def.shape {
            Shape::Record(fields) => self.record(scope, fields, None, node),
            Shape::Row(columns) => self.row(scope, columns, node),
            Shape::Tagged { tag, cases } => self.tagged(scope, name, &tag.value, cases, node),
            Shape::Enum { numbers, values } => {
                let Value::Scalar { text, quoted } = &node.value else {
                    return self.wrong(
                        node.place,
                        &format!("is {}", kind(node)),
                        format!("the spec says {name}"),
                    );
                };
                if quoted == numbers {
                    let form = if *numbers { "a number" } else { "text" };
                    let what = format!("is {}, not {form}", shown(node));
                    self.wrong(
                        node.place,
                        &what,
                        format!(
                            "the values of {name} are {}",
                            if *numbers { "numbers" } else { "text" }
                        ),
                    );
                } else if !values.iter().any(|value| value.wire.value == *text) {
                    let near = suggest(text, values.iter().map(|value| value.wire.value.as_str()));
                    let hint = near.map_or_else(
                        || format!("declare it among the values of {name}, or correct the sample"),
                        |near| format!("did you mean \"{near}\"?"),
                    );
                    self.wrong(
                        node.place,
                        &format!("is {}, which is not a value of {name}", shown(node)),
                        hint,
                    );
                }
            }
            Shape::Choice(_) => {}
        }
    }

    fn tagged(&mut self, scope: &Scope<'_>, name: &str, tag: &str, cases: &[Case], node: &Node) {
        let Some(value) = node.get(tag) else {
            let what = match node.value {
                Value::Map(_) => format!("has no field `{tag}`"),
                _ => format!("is {}, not an object", kind(node)),
            };
            return self.wrong(node.place, &what, format!("it selects the case of {name}"));
        };
        let text = value.text().unwrap_or_default();
        match cases.iter().find(|case| case.wire.value == text) {
            Some(case) => self.record(scope, &case.fields, Some(tag), node),
            None => {
                let hint = suggest(text, cases.iter().map(|case| case.wire.value.as_str()))
                    .map_or_else(
                        || "declare the case, or correct the sample".to_owned(),
                        |near| format!("did you mean \"{near}\"?"),
                    );
                let what = format!(
                    "has the `{tag}` {}, which is not a case of {name}",
                    shown(value)
                );
                self.wrong(value.place, &what, hint);
            }
        }
    }

    fn record(&mut self, scope: &Scope<'_>, fields: &[Field], tag: Option<&str>, node: &Node) {
        let Value::Map(entries) = &node.value else {
            return self.wrong(
                node.place,
                &format!("is {}, not an object", kind(node)),
                "the spec says a record",
            );
        };
        let is = |field: &Field, key: &str| {
            field.wire.value == key || field.others.iter().any(|other| other == key)
        };
        let mut lacking: Vec<&Field> = fields.iter().collect();
        lacking.retain(|field| !entries.iter().any(|entry| is(field, &entry.key)));
        for entry in entries
            .iter()
            .filter(|entry| Some(entry.key.as_str()) != tag)
        {
            if let Some(field) = fields.iter().find(|field| is(field, &entry.key)) {
                self.inside(&format!(".{}", entry.key), |check| {
                    check.value(scope, &field.ty, &entry.value);
                });
                continue;
            }
            let near = self.problems.suggest(
                &entry.key,
                lacking.iter().map(|field| field.wire.value.as_str()),
            );
            let hint = question(near, || "declare it under `fields:`".to_owned());
            self.wrong(
                entry.place,
                &format!("has a field `{}` that is not declared", entry.key),
                hint,
            );
            // A misspelt field is one problem, not two.
            lacking.retain(|field| Some(field.wire.value.as_str()) != near);
        }
        for field in lacking.into_iter().filter(|field| !field.optional) {
            let wire = &field.wire.value;
            let hint = format!("add it to the sample, or write `{wire}?` in the spec");
            self.wrong(node.place, &format!("has no field `{wire}`"), hint);
        }
    }

    fn row(&mut self, scope: &Scope<'_>, columns: &[Field], node: &Node) {
        let Value::List(items) = &node.value else {
            return self.wrong(
                node.place,
                &format!("is {}, not an array", kind(node)),
                "the spec says an array with columns",
            );
        };
        if items.len() != columns.len() {
            let what = format!(
                "has {} columns, but the spec declares {}",
                items.len(),
                columns.len()
            );
            self.wrong(
                node.place,
                &what,
                "declare all columns of the array, in their order",
            );
        }
        for (index, (column, item)) in columns.iter().zip(items).enumerate() {
            self.inside(&format!("[{index}]"), |check| {
                check.value(scope, &column.ty, item);
            });
        }
    }

    fn scalar(&mut self, ty: &Type, name: &str, node: &Node) {
        if name == "Empty" {
            if !matches!(&node.value, Value::Map(_)) {
                self.wrong(
                    node.place,
                    &format!("is {}, not an object", kind(node)),
                    "the spec says Empty",
                );
            }
            return;
        }
        let Value::Scalar { text, quoted } = &node.value else {
            return self.wrong(
                node.place,
                &format!("is {}", kind(node)),
                format!("the spec says {ty}"),
            );
        };
        let fits = match name {
            "bool" => matches!(text.as_str(), "true" | "false"),
            "Decimal" => text.parse::<f64>().is_ok_and(f64::is_finite),
            "Timestamp" | "i64" => text.parse::<i64>().is_ok(),
            "i32" => text.parse::<i32>().is_ok(),
            "u8" => text.parse::<u8>().is_ok(),
            "u16" => text.parse::<u16>().is_ok(),
            "u32" => text.parse::<u32>().is_ok(),
            "u64" => text.parse::<u64>().is_ok(),
            _ => *quoted,
        };
        let as_text = |form: Form| form == Form::Text;
        let in_form = match (name, &ty.form) {
            (_, Some((first, other))) => {
                as_text(*first) == *quoted || other.is_some_and(|other| as_text(other) == *quoted)
            }
            ("bool", None) => !quoted,
            (name, None) if types::is_text(name) => *quoted,
            (name, None) => (crate::spec::default_form(name) == Form::Text) == *quoted,
        };
        if fits && in_form {
            return;
        }
        // A change of the spec that would accept the sample.
        let other = match (text.as_str(), *quoted) {
            ("", true) => format!("; `{ty} or \"\"` accepts this as well"),
            ("null", false) => format!("; `{ty} or null` accepts this as well"),
            _ if fits && ty.form.is_none() && !types::is_text(name) => {
                format!(
                    "; `{name} as {}` has this form",
                    if *quoted { "text" } else { "number" }
                )
            }
            _ => String::new(),
        };
        self.wrong(
            node.place,
            &format!("is {}", shown(node)),
            format!("the spec says {ty}{other}"),
        );
    }
}

/// The kind of a value, in JSON's terms.
fn kind(node: &Node) -> &'static str {
    match &node.value {
        Value::List(_) => "an array",
        Value::Map(_) => "an object",
        Value::Scalar { quoted: true, .. } => "text",
        Value::Scalar { text, .. } => match text.as_str() {
            "null" => "null",
            "true" | "false" => "a boolean",
            _ => "a number",
        },
    }
}

/// A scalar as JSON text, other values by their kind.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Scalar { text, quoted: true } => format!("\"{text}\""),
        Value::Scalar { text, .. } => text.clone(),
        _ => kind(node).to_owned(),
    }
}

fn is_literal(node: &Node, literal: &Literal) -> bool {
    match (&node.value, literal) {
        (Value::Scalar { text, quoted: true }, Literal::Blank) => text.is_empty(),
        (
            Value::Scalar {
                text,
                quoted: false,
            },
            Literal::Null,
        ) => text == "null",
        (
            Value::Scalar {
                text,
                quoted: false,
            },
            Literal::Integer(value),
        ) => text.parse() == Ok(*value),
        (Value::Scalar { text, quoted: true }, Literal::IntegerText(value)) => {
            *text == value.to_string()
        }
        _ => false,
    }
}
