//! Types.

use heck::ToUpperCamelCase;

use super::{
    fields::Reader,
    keys::{Keys, text},
};
use crate::{
    load::{
        SpecFile,
        yaml::{Entry, Node, Value},
    },
    problem::{Place, Problems},
    spec::{
        Base, Case, EnumValue, Field, Shape, Text, Type, TypeDef, TypeFile, keywords,
        words::EnumForm,
    },
};

pub(super) fn type_file(file: &SpecFile, problems: &mut Problems) -> TypeFile {
    let mut reader = Reader {
        problems,
        inline_types: Vec::new(),
    };
    let mut types = Vec::new();
    if !matches!(file.root.value, Value::Map(_)) {
        reader.problems.add(
            file.root.place,
            "the file is not a mapping of types",
            "write `TypeName:` and indent below it",
        );
    }
    for entry in file.root.entries() {
        types.push(reader.type_def(entry));
    }
    types.append(&mut reader.inline_types);
    TypeFile {
        path: file.path.clone(),
        stem: file.stem().to_owned(),
        types,
    }
}

impl Reader<'_> {
    /// A type: text, a list of one, or a record in place.
    fn type_node(&mut self, node: &Node) -> Option<Type> {
        match &node.value {
            Value::Scalar { text, .. } if text.is_empty() => {
                self.problems.add(
                    node.place,
                    "a type is missing here",
                    "write a type such as Decimal or [Order]",
                );
                None
            }
            Value::Scalar { text, quoted } => {
                // A quoted scalar begins one column later than its node.
                let quotes = usize::from(*quoted);
                let place = Place {
                    column: node.place.column + quotes,
                    length: node.place.length.saturating_sub(2 * quotes),
                    ..node.place
                };
                Type::parse(text, place, self.problems)
            }
            Value::List(items) => match items.as_slice() {
                [item] => {
                    if let Some(text) = item.text()
                        && text.ends_with("| error")
                    {
                        // YAML reads the bracket as a list. The bracket is one column before the item.
                        let text = format!("[{text}]");
                        let column = item.place.column.saturating_sub(1).max(1);
                        let place = Place {
                            column,
                            length: text.chars().count(),
                            ..item.place
                        };
                        return Type::parse(&text, place, self.problems);
                    }
                    let item = self.type_node(item)?;
                    Some(Type::of(Base::List(Box::new(item)), node.place))
                }
                _ => {
                    self.problems.add(
                        node.place,
                        format!("a list type has one item type, not {}", items.len()),
                        "write [T]; an array with a type for each position is a `row:`",
                    );
                    None
                }
            },
            Value::Map(_) => self.in_place(node),
        }
    }

    fn in_place(&mut self, node: &Node) -> Option<Type> {
        let keys = Keys::open(node, &keywords::IN_PLACE, self.problems)?;
        let shape = match (keys.get("fields"), keys.get("row")) {
            (Some(_), None) => Some(Shape::Record(self.fields(&keys, "fields"))),
            (None, Some(row)) => Some(Shape::Row(self.columns(row))),
            _ => {
                if !keys
                    .misspelt
                    .iter()
                    .any(|key| matches!(*key, "fields" | "row"))
                {
                    let what = "a record in place has either `fields` or `row`";
                    self.problems.add(node.place, what, "write one of them");
                }
                None
            }
        };
        let (about, name) = (
            keys.text("about", self.problems),
            keys.text("name", self.problems)?,
        );
        let found = Type::named(name.value.clone(), name.place);
        let broken = shape.is_none();
        let shape = shape.unwrap_or(Shape::Record(Vec::new()));
        self.inline_types.push(TypeDef {
            name,
            about,
            shape,
            in_place: true,
            broken,
        });
        Some(found)
    }

    /// The type under a required key. [`Base::Broken`] if it is missing, which is reported.
    pub(super) fn type_of_key(&mut self, keys: &Keys<'_>, key: &str) -> Type {
        match keys.get(key) {
            Some(node) => self.any_type(node),
            None => Type::of(Base::Broken, keys.node.place),
        }
    }

    /// A type. [`Base::Broken`] if it cannot be read, which is reported.
    pub(super) fn any_type(&mut self, node: &Node) -> Type {
        self.type_node(node)
            .unwrap_or_else(|| Type::of(Base::Broken, node.place))
    }

    pub(super) fn fields(&mut self, keys: &Keys<'_>, key: &str) -> Vec<Field> {
        let entries = keys.entries(key, self.problems);
        entries
            .iter()
            .filter_map(|entry| self.field(entry))
            .collect()
    }

    fn columns(&mut self, node: &Node) -> Vec<Field> {
        let Value::List(items) = &node.value else {
            self.problems.add(
                node.place,
                "a row is a list of columns",
                "write [price: Decimal, quantity: Decimal]",
            );
            return Vec::new();
        };
        let mut columns = Vec::new();
        for item in items {
            match item.entries() {
                [entry] => columns.extend(self.field(entry)),
                _ => self.problems.add(
                    item.place,
                    "a column has one name and one type",
                    "write `price: Decimal`",
                ),
            }
        }
        columns
    }

    pub(super) fn type_def(&mut self, entry: &Entry) -> TypeDef {
        let mut def = TypeDef {
            name: Text {
                value: entry.key.clone(),
                place: entry.place,
            },
            about: None,
            shape: Shape::Record(Vec::new()),
            in_place: false,
            broken: false,
        };
        let keys = Keys::open(&entry.value, &keywords::TYPE, self.problems);
        match keys.and_then(|keys| {
            def.about = keys.text("about", self.problems);
            self.shape(entry, &keys)
        }) {
            Some(shape) => def.shape = shape,
            None => def.broken = true,
        }
        def
    }

    fn shape(&mut self, entry: &Entry, keys: &Keys<'_>) -> Option<Shape> {
        let shapes = ["values", "fields", "row", "cases", "choice"];
        let present: Vec<_> = shapes
            .into_iter()
            .filter(|shape| keys.get(shape).is_some())
            .collect();
        Some(match present.as_slice() {
            ["values"] => {
                let form = keys.word("wire", self.problems);
                let values = self.values(keys.get("values")?);
                Shape::Enum {
                    numbers: form == Some(EnumForm::Number),
                    values,
                }
            }
            ["fields"] => Shape::Record(self.fields(keys, "fields")),
            ["row"] => Shape::Row(self.columns(keys.get("row")?)),
            ["choice"] => Shape::Choice(self.fields(keys, "choice")),
            ["cases"] => {
                let cases = self.cases(keys);
                let Some(tag) = keys.text("tag", self.problems) else {
                    let hint = "name the field that selects the case";
                    self.problems
                        .add(entry.place, "cases without a `tag`", hint);
                    return None;
                };
                Shape::Tagged { tag, cases }
            }
            _ => {
                if !keys.misspelt.iter().any(|key| shapes.contains(key)) {
                    let what = match present.as_slice() {
                        [] => format!(
                            "`{}` has no values, fields, row, cases or choice",
                            entry.key
                        ),
                        several => {
                            format!("`{}` has {}", entry.key, several.join(" and "))
                        }
                    };
                    let hint = "write exactly one of values, fields, row, cases and choice";
                    self.problems.add(entry.place, what, hint);
                }
                return None;
            }
        })
    }

    fn values(&mut self, node: &Node) -> Vec<EnumValue> {
        let mut values = Vec::new();
        match &node.value {
            Value::List(items) => {
                for item in items {
                    if let Some(written) = text(item, "a value", self.problems) {
                        values.push(enum_value(&written.value, item.place, None));
                    }
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    let about = match &entry.value.value {
                        // The sentence of a value is optional.
                        Value::Scalar { text, .. } if text.is_empty() => None,
                        _ => text(&entry.value, &format!("`{}`", entry.key), self.problems),
                    };
                    values.push(enum_value(
                        &entry.key,
                        entry.place,
                        about.map(|about| about.value),
                    ));
                }
            }
            Value::Scalar { .. } => {
                let what = format!("`values` is {}, not a list or mapping", node.kind());
                self.problems.add(node.place, what, "write [BUY, SELL]");
            }
        }
        values
    }

    fn cases(&mut self, keys: &Keys<'_>) -> Vec<Case> {
        let mut cases = Vec::new();
        for entry in keys.entries("cases", self.problems) {
            let (wire, name) = match entry.key.split_once(" as ") {
                Some((wire, name)) => (wire, name.trim().to_owned()),
                None => (entry.key.as_str(), entry.key.to_upper_camel_case()),
            };
            let Some(keys) = Keys::open(&entry.value, &keywords::CASE, self.problems) else {
                continue;
            };
            cases.push(Case {
                wire: Text {
                    value: wire.to_owned(),
                    place: entry.place,
                },
                name,
                about: keys.string("about", self.problems).unwrap_or_default(),
                fields: self.fields(&keys, "fields"),
            });
        }
        cases
    }
}

/// Parses `VALUE` or `VALUE as Name`. `""` is empty text.
fn enum_value(written: &str, place: Place, about: Option<String>) -> EnumValue {
    let (wire, name) = match written.split_once(" as ") {
        Some((wire, name)) => (wire, name.trim().to_owned()),
        None => (written, written.to_upper_camel_case()),
    };
    let wire = if wire == "\"\"" { "" } else { wire };
    EnumValue {
        wire: Text {
            value: wire.to_owned(),
            place,
        },
        name,
        about,
    }
}
