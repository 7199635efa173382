//! `like:`: files that are derived from another file and inherit its keys.

use std::collections::BTreeSet;

use super::{
    files::{Files, SpecFile},
    yaml::{Entry, Node, Value},
};
use crate::{
    problem::{Place, Problems},
    suggest::did_you_mean,
};

/// Keys that a derived file does not inherit, because they are about one item only, or about one product.
pub(crate) const NOT_INHERITED: [&str; 14] = [
    "like",
    "group",
    "docs",
    "aliases",
    "sdk",
    "connector",
    "ws_api",
    "ws_weight",
    "departures",
    "deprecated",
    "removed",
    "announced",
    "undocumented",
    "name",
];
const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];
const CHANGES: [&str; 3] = ["adds", "drops", "changes"];
/// Keys whose value a derived file may change in part.
pub(crate) const PATCHABLE: [&str; 3] = ["parameters", "response", "event"];

/// Replaces each file with `like:` by the merged file. Removes files that cannot be merged.
pub(super) fn inherit(files: &mut Files, problems: &mut Problems) {
    let originals: Vec<SpecFile> = each(files).map(|file| file.clone()).collect();
    let unreadable: BTreeSet<String> = files
        .unreadable
        .iter()
        .map(|path| short(path).to_owned())
        .collect();
    let mut unusable = BTreeSet::new();
    for file in each(files) {
        let merged = match file.root.get("like") {
            Some(like) => base(file, like, &originals, &unreadable, problems).map(|base| {
                problems.derived(file.source, like.place);
                merge(&base.root, &file.root, problems)
            }),
            None => changes_nothing(&file.root, problems).then(|| file.root.clone()),
        };
        match merged {
            Some(root) => file.root = root,
            None => {
                unusable.insert(file.path.clone());
            }
        }
    }
    for product in files.products.values_mut() {
        for list in [
            &mut product.rest,
            &mut product.ws_api,
            &mut product.streams,
            &mut product.user_events,
        ] {
            list.retain(|file| !unusable.contains(&file.path));
        }
    }
    files.unreadable.append(&mut unusable);
}

fn base<'a>(
    file: &SpecFile,
    like: &Node,
    originals: &'a [SpecFile],
    unreadable: &BTreeSet<String>,
    problems: &mut Problems,
) -> Option<&'a SpecFile> {
    let Some(name) = like.text() else {
        problems.add(
            like.place,
            "`like` is not the path of a file",
            "write a path such as usdm/rest/trade/new_order",
        );
        return None;
    };
    let Some(base) = originals.iter().find(|base| short(&base.path) == name) else {
        // A file that cannot be read is reported already.
        if !unreadable.contains(name) {
            let paths = originals
                .iter()
                .filter(|other| other.path != file.path)
                .map(|other| short(&other.path));
            let hint = did_you_mean(name, paths, || {
                "write its path below spec/ without .yaml".to_owned()
            });
            problems.add(like.place, format!("there is no file `{name}`"), hint);
        }
        return None;
    };
    if base.root.get("like").is_some() {
        let hint = "name that other file, or write this file without `like`";
        problems.add(
            like.place,
            format!("`{name}` is itself derived from another file"),
            hint,
        );
        return None;
    }
    if kind(file) != kind(base) {
        let hint =
            "a request is derived from a request, a stream from a stream, an event from an event";
        problems.add(
            like.place,
            format!("`{name}` is a file of another kind"),
            hint,
        );
        return None;
    }
    Some(base)
}

/// The kind of a file. `rest` also for methods of the websocket API, which have the same keys.
fn kind(file: &SpecFile) -> String {
    let folder = file
        .folders()
        .get(1)
        .copied()
        .unwrap_or_default()
        .to_owned();
    if folder == "ws_api" {
        "rest".to_owned()
    } else {
        folder
    }
}

/// Whether a file without `like` is free of `adds`, `drops` and `changes`.
fn changes_nothing(root: &Node, problems: &mut Problems) -> bool {
    let mut nothing = true;
    for entry in root
        .entries()
        .iter()
        .filter(|entry| PATCHABLE.contains(&entry.key.as_str()))
    {
        if let Some(change) = change(&entry.value) {
            nothing = false;
            let what = format!("`{}` in a file without `like`", change.key);
            problems.add(change.place, what, "add `like`, or write the whole mapping");
        }
    }
    nothing
}

fn each(files: &mut Files) -> impl Iterator<Item = &mut SpecFile> {
    files.products.values_mut().flat_map(|product| {
        product
            .rest
            .iter_mut()
            .chain(&mut product.ws_api)
            .chain(&mut product.streams)
            .chain(&mut product.user_events)
    })
}

fn short(path: &str) -> &str {
    let path = path.strip_prefix("spec/").unwrap_or(path);
    path.strip_suffix(".yaml").unwrap_or(path)
}

fn merge(base: &Node, changed: &Node, problems: &mut Problems) -> Node {
    let heir = changed.place.source;
    let has_method = changed
        .entries()
        .iter()
        .any(|entry| METHODS.contains(&entry.key.as_str()));
    let mut entries: Vec<Entry> = base
        .entries()
        .iter()
        .filter(|entry| !NOT_INHERITED.contains(&entry.key.as_str()))
        .filter(|entry| !(has_method && METHODS.contains(&entry.key.as_str())))
        .map(|entry| inherited(entry, heir))
        .collect();
    for entry in changed.entries() {
        let changes = PATCHABLE.contains(&entry.key.as_str()) && change(&entry.value).is_some();
        let old = entries.iter_mut().find(|old| old.key == entry.key);
        let value = match (changes, &old) {
            (false, _) => entry.value.clone(),
            // Parameters can be added to a file without `parameters`.
            (true, old) if entry.key == "parameters" => {
                let none = Node {
                    place: entry.place,
                    value: Value::Map(Vec::new()),
                };
                patch_entries(
                    old.as_ref().map_or(&none, |old| &old.value),
                    &entry.value,
                    problems,
                )
            }
            (true, Some(old)) => patch(&old.value, &entry.value, problems),
            (true, None) => {
                let what = format!("the file under `like` has no `{}`", entry.key);
                problems.add(entry.place, what, "write it here in full");
                continue;
            }
        };
        let entry = Entry {
            key: entry.key.clone(),
            place: entry.place,
            value,
        };
        match old {
            Some(old) => *old = entry,
            None => entries.push(entry),
        }
    }
    Node {
        place: changed.place,
        value: Value::Map(entries),
    }
}

/// An inherited entry. Its place names the derived file.
fn inherited(entry: &Entry, heir: usize) -> Entry {
    let place = Place {
        heir: Some(heir),
        ..entry.place
    };
    Entry {
        key: entry.key.clone(),
        place,
        value: inherited_node(&entry.value, heir),
    }
}

fn inherited_node(node: &Node, heir: usize) -> Node {
    let value = match &node.value {
        Value::Scalar { .. } => node.value.clone(),
        Value::List(items) => Value::List(
            items
                .iter()
                .map(|item| inherited_node(item, heir))
                .collect(),
        ),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|entry| inherited(entry, heir)).collect())
        }
    };
    Node {
        place: Place {
            heir: Some(heir),
            ..node.place
        },
        value,
    }
}

/// The first of `adds`, `drops` and `changes` in a mapping.
fn change(node: &Node) -> Option<&Entry> {
    node.entries()
        .iter()
        .find(|entry| CHANGES.contains(&entry.key.as_str()))
}

/// Applies `about`, `adds`, `drops` and `changes` to a record in place, also inside a list.
fn patch(old: &Node, change: &Node, problems: &mut Problems) -> Node {
    match &old.value {
        Value::List(items) => {
            let items = items
                .iter()
                .map(|item| patch(item, change, problems))
                .collect();
            Node {
                place: old.place,
                value: Value::List(items),
            }
        }
        Value::Map(entries) if entries.iter().any(|entry| entry.key == "fields") => {
            let (about, changes): (Vec<Entry>, Vec<Entry>) = change
                .entries()
                .iter()
                .cloned()
                .partition(|entry| entry.key == "about");
            let changes = Node {
                place: change.place,
                value: Value::Map(changes),
            };
            let mut entries = entries.clone();
            for entry in &mut entries {
                match (entry.key.as_str(), about.first()) {
                    ("fields", _) => entry.value = patch_entries(&entry.value, &changes, problems),
                    ("about", Some(about)) => entry.value = about.value.clone(),
                    _ => {}
                }
            }
            Node {
                place: old.place,
                value: Value::Map(entries),
            }
        }
        Value::Map(_) | Value::Scalar { .. } => {
            let what = "the file under `like` has no record in place here";
            problems.add(
                change.place,
                what,
                "write it here in full: only a record in place can be changed",
            );
            old.clone()
        }
    }
}

fn patch_entries(old: &Node, changes: &Node, problems: &mut Problems) -> Node {
    let mut entries = old.entries().to_vec();
    for other in changes
        .entries()
        .iter()
        .filter(|entry| !CHANGES.contains(&entry.key.as_str()))
    {
        let what = format!("`{}` next to `adds`, `drops` or `changes`", other.key);
        problems.add(other.place, what, "put it under `adds` or `changes`");
    }
    for (name, place) in changes
        .get("drops")
        .map(|node| names(node, problems))
        .unwrap_or_default()
    {
        let before = entries.len();
        entries.retain(|entry| wire_name(&entry.key) != name);
        if entries.len() == before {
            problems.add(
                place,
                format!("the file under `like` has no `{name}`"),
                "remove it from `drops`",
            );
        }
    }
    for changed in mapping(changes, "changes", problems) {
        let name = wire_name(&changed.key);
        match entries
            .iter_mut()
            .find(|entry| wire_name(&entry.key) == name)
        {
            Some(entry) if change(&changed.value).is_some() => {
                entry.value = patch(&entry.value, &changed.value, problems);
            }
            Some(entry) => *entry = changed.clone(),
            None => {
                problems.add(
                    changed.place,
                    format!("the file under `like` has no `{name}`"),
                    "put it under `adds`",
                );
            }
        }
    }
    for added in mapping(changes, "adds", problems) {
        let name = wire_name(&added.key);
        if entries.iter().any(|entry| wire_name(&entry.key) == name) {
            problems.add(
                added.place,
                format!("the file under `like` has `{name}` already"),
                "put it under `changes`",
            );
        } else {
            entries.push(added.clone());
        }
    }
    Node {
        place: old.place,
        value: Value::Map(entries),
    }
}

fn mapping<'a>(change: &'a Node, key: &str, problems: &mut Problems) -> &'a [Entry] {
    let Some(node) = change.get(key) else {
        return &[];
    };
    if !matches!(node.value, Value::Map(_)) {
        let what = format!("`{key}` is {}, not a mapping", node.kind());
        problems.add(
            node.place,
            what,
            "write the names with their types, for example {pair: Pair}",
        );
    }
    node.entries()
}

fn names(node: &Node, problems: &mut Problems) -> Vec<(String, Place)> {
    let hint = "write [cumQuote]";
    let Value::List(items) = &node.value else {
        problems.add(node.place, "`drops` is not a list of names", hint);
        return Vec::new();
    };
    let mut names = Vec::new();
    for item in items {
        match item.text() {
            Some(text) => names.push((text.to_owned(), item.place)),
            None => problems.add(item.place, "`drops` is not a list of names", hint),
        }
    }
    names
}

fn wire_name(key: &str) -> &str {
    key.split([' ', '?']).next().unwrap_or(key)
}
