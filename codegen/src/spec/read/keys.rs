//! Access to mappings that checks their keys.

use crate::{
    load::{
        NOT_INHERITED,
        yaml::{Entry, Node, Value},
    },
    problem::Problems,
    spec::{Text, Word, keywords::Table},
    suggest::{did_you_mean, question},
};

/// A mapping with the keys of a table.
pub(super) struct Keys<'a> {
    pub(super) node: &'a Node,
    /// Keys that the mapping has with a spelling mistake.
    pub(super) misspelt: Vec<&'a str>,
}

impl<'a> Keys<'a> {
    pub(super) fn open(
        node: &'a Node,
        table: &'static Table,
        problems: &mut Problems,
    ) -> Option<Self> {
        if !matches!(node.value, Value::Map(_)) {
            problems.add(
                node.place,
                format!("expected a mapping, found {}", node.kind()),
                format!(
                    "its keys are {} ({})",
                    key_names(table),
                    table.about.trim_end_matches('.')
                ),
            );
            return None;
        }
        let mut misspelt = Vec::new();
        for entry in node
            .entries()
            .iter()
            .filter(|entry| table.find(&entry.key).is_none())
        {
            let near = problems.suggest(&entry.key, table.keys().map(|keyword| keyword.name));
            let hint = question(near, || format!("the keys here are {}", key_names(table)));
            problems.add(entry.place, format!("unknown key `{}`", entry.key), hint);
            misspelt.extend(near);
        }
        let derived = node.get("like").is_some() && table.find("like").is_some();
        for keyword in table.keys().filter(|keyword| keyword.required) {
            // A missing key that would be inherited is missing in the original file, and is reported there.
            let elsewhere = derived && !NOT_INHERITED.contains(&keyword.name);
            if node.get(keyword.name).is_none() && !elsewhere && !misspelt.contains(&keyword.name) {
                let hint = keyword.hint();
                problems.add(
                    node.place,
                    format!("the key `{}` is missing", keyword.name),
                    hint,
                );
            }
        }
        Some(Self { node, misspelt })
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        self.node.get(key)
    }

    pub(super) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.node.entries().iter().find(|entry| entry.key == key)
    }

    pub(super) fn entries(&self, key: &str, problems: &mut Problems) -> &'a [Entry] {
        let Some(node) = self.get(key) else {
            return &[];
        };
        if !matches!(node.value, Value::Map(_)) {
            problems.add(
                node.place,
                format!("`{key}` is {}, not a mapping", node.kind()),
                "write `name: value` lines",
            );
        }
        node.entries()
    }

    pub(super) fn text(&self, key: &str, problems: &mut Problems) -> Option<Text> {
        let node = self.get(key)?;
        text(node, &format!("`{key}`"), problems)
    }

    pub(super) fn string(&self, key: &str, problems: &mut Problems) -> Option<String> {
        self.text(key, problems).map(|text| text.value)
    }

    /// A word of a closed set.
    pub(super) fn word<T: Word>(&self, key: &str, problems: &mut Problems) -> Option<T> {
        T::of_word(&self.one_of(key, T::WORDS, problems)?)
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, key: &str, problems: &mut Problems) -> Option<bool> {
        self.one_of(key, &["true", "false"], problems)?.parse().ok()
    }

    fn one_of(&self, key: &str, words: &[&str], problems: &mut Problems) -> Option<String> {
        let found = self.text(key, problems)?;
        if !words.contains(&found.value.as_str()) {
            let hint = did_you_mean(&found.value, words.iter().copied(), || {
                format!("one of {}", words.join(", "))
            });
            problems.add(
                found.place,
                format!("`{}` is not a value of `{key}`", found.value),
                hint,
            );
            return None;
        }
        Some(found.value)
    }

    pub(super) fn whole<T: std::str::FromStr>(
        &self,
        key: &str,
        problems: &mut Problems,
    ) -> Option<T> {
        let found = self.text(key, problems)?;
        let parsed = found.value.parse().ok();
        if parsed.is_none() {
            problems.add(
                found.place,
                format!("`{}` is not a whole number", found.value),
                "write digits only",
            );
        }
        parsed
    }

    pub(super) fn text_list(&self, key: &str, problems: &mut Problems) -> Vec<Text> {
        match self.get(key).map(|node| (node, &node.value)) {
            None => Vec::new(),
            Some((_, Value::List(items))) => items
                .iter()
                .filter_map(|item| text(item, &format!("an item of `{key}`"), problems))
                .collect(),
            Some((node, _)) => {
                problems.add(
                    node.place,
                    format!("`{key}` is {}, not a list", node.kind()),
                    "write [a, b]",
                );
                Vec::new()
            }
        }
    }

    pub(super) fn text_map(&self, key: &str, problems: &mut Problems) -> Vec<(Text, Text)> {
        self.entries(key, problems)
            .iter()
            .filter_map(|entry| {
                let value = text(&entry.value, &format!("`{}`", entry.key), problems)?;
                Some((
                    Text {
                        value: entry.key.clone(),
                        place: entry.place,
                    },
                    value,
                ))
            })
            .collect()
    }
}

fn key_names(table: &Table) -> String {
    let keys: Vec<_> = table.keys().map(|keyword| keyword.name).collect();
    keys.join(", ")
}

pub(super) fn text(node: &Node, what: &str, problems: &mut Problems) -> Option<Text> {
    match &node.value {
        Value::Scalar { text, quoted } if *quoted || !text.is_empty() => Some(Text {
            value: text.trim().to_owned(),
            place: node.place,
        }),
        _ => {
            let hint = if node.kind() == "nothing" {
                "write its value after the colon"
            } else {
                "write a text"
            };
            problems.add(
                node.place,
                format!("{what} is {}, not text", node.kind()),
                hint,
            );
            None
        }
    }
}
