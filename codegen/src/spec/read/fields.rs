//! Fields and parameters.

use heck::ToSnakeCase;

use super::{
    keys::{Keys, text},
    pattern::pattern,
};
use crate::{
    load::yaml::{Entry, Node, Value},
    problem::{Place, Problems},
    spec::{Base, Field, Parameter, Rule, Text, Type, TypeDef, is_number, keywords},
};

/// Reads values that may contain types in place, and collects these types.
pub(super) struct Reader<'a> {
    pub(super) problems: &'a mut Problems,
    pub(super) inline_types: Vec<TypeDef>,
}

/// A key as `wire[?][ or other][ as name]`.
struct Key {
    wire: Text,
    others: Vec<String>,
    optional: bool,
    name: Option<String>,
}

impl Reader<'_> {
    fn key(&mut self, entry: &Entry) -> Option<Key> {
        let (left, name) = match entry.key.split_once(" as ") {
            Some((left, name)) => (left, Some(name.trim().to_owned())),
            None => (entry.key.as_str(), None),
        };
        let mut names = left.split(" or ").map(str::trim);
        let first = names.next().unwrap_or_default();
        let others: Vec<&str> = names.collect();
        let (first, mark) = first
            .strip_suffix('?')
            .map_or((first, false), |first| (first, true));
        let optional = mark || others.last().is_some_and(|last| last.ends_with('?'));
        let others: Vec<String> = others
            .iter()
            .map(|other| other.strip_suffix('?').unwrap_or(other).to_owned())
            .collect();
        let word = |text: &str| !text.is_empty() && !text.contains([' ', '?']);
        if !word(first)
            || !others
                .iter()
                .map(String::as_str)
                .chain(name.as_deref())
                .all(word)
        {
            self.problems.add(
                entry.place,
                format!("`{}` is not a key", entry.key),
                "write `wireName`, `wireName?`, `wireName as rust_name` or `wireName or otherName as rust_name`",
            );
            return None;
        }
        let wire = Text {
            value: first.to_owned(),
            place: entry.place,
        };
        Some(Key {
            wire,
            others,
            optional,
            name,
        })
    }

    /// The Rust name of a field or parameter. Default the name on the wire in snake_case.
    fn our_name(&mut self, key: &Key) -> String {
        let wire = &key.wire.value;
        let ours = key.name.clone().unwrap_or_else(|| wire.to_snake_case());
        let snake = ours.to_snake_case();
        if !ours.is_ascii() || syn::parse_str::<syn::Ident>(&ours).is_err() {
            let what = format!("`{ours}` cannot be a name in Rust");
            self.problems.add(
                key.wire.place,
                what,
                format!("rename it: `{wire} as other_name`"),
            );
        } else if ours != snake {
            self.problems.add(
                key.wire.place,
                format!("`{ours}` is not snake_case"),
                format!("write `{wire} as {snake}`"),
            );
        }
        ours
    }

    /// A field or parameter with its name. The caller fills in the rest.
    fn named(&mut self, key: Key, place: Place) -> Field {
        let name = self.our_name(&key);
        Field {
            wire: key.wire,
            others: key.others,
            name,
            optional: key.optional,
            ty: Type::of(Base::Broken, place),
            about: None,
            absent: None,
            since: None,
            until: None,
            range: None,
            deprecated: None,
        }
    }

    pub(super) fn field(&mut self, entry: &Entry) -> Option<Field> {
        let key = self.key(entry)?;
        let mut field = self.named(key, entry.value.place);
        if matches!(entry.value.value, Value::Map(_)) && !is_in_place(&entry.value) {
            let keys = Keys::open(&entry.value, &keywords::FIELD, self.problems)?;
            field.about = keys.string("about", self.problems);
            field.absent = keys.string("absent", self.problems);
            field.since = keys.text("since", self.problems);
            field.until = keys.text("until", self.problems);
            let minimum = keys.text("minimum", self.problems);
            field.range = minimum.zip(keys.text("maximum", self.problems));
            field.deprecated = keys.string("deprecated", self.problems);
            if let Some(node) = keys.get("is") {
                field.ty = self.any_type(node);
            }
        } else {
            if let Some(absent) = entry.value.get("absent") {
                field.absent = text(absent, "`absent`", self.problems).map(|text| text.value);
            }
            field.ty = self.any_type(&entry.value);
        }
        if field.absent.is_some() && !field.optional {
            let what = format!("`{}` has `absent`, but is not optional", field.wire.value);
            self.problems
                .add(entry.place, what, "mark it with `?`, or remove `absent`");
        }
        Some(field)
    }

    pub(super) fn parameter(&mut self, entry: &Entry) -> Option<Parameter> {
        let key = self.key(entry)?;
        if !key.others.is_empty() {
            let what = "a parameter has one name on the wire";
            self.problems.add(entry.place, what, "remove ` or …`");
        }
        let field = self.named(key, entry.value.place);
        let mut parameter = Parameter {
            field,
            default: None,
            ws_default: None,
            rules: Vec::new(),
            generated: false,
        };
        if is_in_place(&entry.value) {
            let hint = "parameters are scalars, enums, choices and json<…>";
            self.problems
                .add(entry.value.place, "a record cannot be a parameter", hint);
            return Some(parameter);
        }
        if !matches!(entry.value.value, Value::Map(_)) {
            parameter.field.ty = self.any_type(&entry.value);
            return Some(parameter);
        }
        let keys = Keys::open(&entry.value, &keywords::PARAMETER, self.problems)?;
        if let Some(node) = keys.get("is") {
            parameter.field.ty = self.any_type(node);
        }
        parameter.field.about = keys.string("about", self.problems);
        parameter.field.deprecated = keys.string("deprecated", self.problems);
        (parameter.default, parameter.ws_default) = self.defaults(&keys);
        parameter.generated = keys.flag("generated", self.problems).unwrap_or(false);
        parameter.rules = self.rules(&keys);
        if let Some(default) = &parameter.default
            && !parameter.field.optional
        {
            let hint = format!(
                "write `{}?:`, or remove the default",
                parameter.field.wire.value
            );
            self.problems
                .add(default.place, "a required parameter has no default", hint);
        }
        Some(parameter)
    }

    /// The default over REST, and that over the websocket API if it differs.
    fn defaults(&mut self, keys: &Keys<'_>) -> (Option<Text>, Option<Text>) {
        match keys.get("default") {
            Some(node) if matches!(node.value, Value::Map(_)) => {
                let Some(keys) = Keys::open(node, &keywords::DEFAULTS, self.problems) else {
                    return (None, None);
                };
                let rest = keys.text("rest", self.problems);
                (rest, keys.text("ws_api", self.problems))
            }
            _ => (keys.text("default", self.problems), None),
        }
    }

    fn rules(&mut self, keys: &Keys<'_>) -> Vec<Rule> {
        let mut rules = Vec::new();
        let one_of = keys.text_list("one_of", self.problems);
        if !one_of.is_empty() {
            rules.push(Rule::OneOf(one_of));
        }
        let bound = |key, problems: &mut Problems| {
            let text = keys.text(key, problems)?;
            if !is_number(&text.value) {
                let what = format!("`{}` is not a number", text.value);
                problems.add(text.place, what, "write digits, for example 0.5");
                return None;
            }
            Some(text.value)
        };
        let (minimum, maximum) = (
            bound("minimum", self.problems),
            bound("maximum", self.problems),
        );
        if minimum.is_some() || maximum.is_some() {
            rules.push(Rule::Range(minimum, maximum));
        }
        rules.extend(keys.whole("max_length", self.problems).map(Rule::MaxLength));
        rules.extend(keys.whole("max_items", self.problems).map(Rule::MaxItems));
        rules.extend(pattern(keys, self.problems));
        rules
    }
}

/// Whether a mapping is a record or row in place.
fn is_in_place(node: &Node) -> bool {
    ["name", "fields", "row"]
        .into_iter()
        .any(|key| node.get(key).is_some())
}
