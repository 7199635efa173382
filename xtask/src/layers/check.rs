//! The two rules: the order of top-level modules, and no import cycles between files.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
};

use super::{
    order::Layer,
    tree::{File, Tree},
};

/// A broken rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Violation {
    file: String,
    line: usize,
    message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl Violation {
    /// A file that no `mod` declaration reaches.
    pub(super) fn unreached(file: String) -> Self {
        Self {
            file,
            line: 1,
            message: "no `mod` declaration leads to this file, so its imports are not checked"
                .to_owned(),
        }
    }
}

/// Imports of modules that are lower in the list, and differences between the list and the modules.
pub(super) fn order(tree: &Tree, layers: &[Layer]) -> Vec<Violation> {
    let mut violations = names(tree, layers);
    let mut seen = BTreeSet::new();
    for (file, import) in imports(tree) {
        let Some((target, _)) = tree.target(file, import) else {
            continue;
        };
        let from: Vec<String> = file.module.iter().chain(&import.within).cloned().collect();
        let (Some(own), Some(other)) = (layer(layers, &from), layer(layers, &target)) else {
            continue;
        };
        let (Some((name, reason)), Some((below, _))) = (layers.get(own), layers.get(other)) else {
            continue;
        };
        if other > own && seen.insert((&file.name, import.line, other)) {
            violations.push(Violation {
                file: file.name.clone(),
                line: import.line,
                message: format!(
                    "`{name}` imports `{}`, but `{below}` is below `{name}` ({reason})",
                    import.path.join("::")
                ),
            });
        }
    }
    violations.sort();
    violations
}

/// Modules without a layer, and layers without a module.
fn names(tree: &Tree, layers: &[Layer]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let Some(root) = tree.files.first() else {
        return violations;
    };
    for module in &root.scan.modules {
        if !module.test_only && module.path.len() == 1 && layer(layers, &module.path).is_none() {
            violations.push(Violation {
                file: root.name.clone(),
                line: module.line,
                message: format!(
                    "module `{}` is not in the list of layers: add it to xtask/src/layers/order.rs",
                    module.path.join("::")
                ),
            });
        }
    }
    for (name, _) in layers {
        if !tree.has(&segments(name)) {
            violations.push(Violation {
                file: root.name.clone(),
                line: 1,
                message: format!(
                    "there is no module `{name}`: remove it from xtask/src/layers/order.rs"
                ),
            });
        }
    }
    violations
}

/// The layer with the longest path that leads to a module.
fn layer(layers: &[Layer], module: &[String]) -> Option<usize> {
    let found = layers.iter().enumerate().filter_map(|(index, (name, _))| {
        let name = segments(name);
        module.starts_with(&name).then_some((name.len(), index))
    });
    found.max().map(|(_, index)| index)
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").map(str::to_owned).collect()
}

fn imports(tree: &Tree) -> impl Iterator<Item = (&File, &super::scan::Import)> {
    let files = tree.files.iter();
    files.flat_map(|file| file.scan.imports.iter().map(move |import| (file, import)))
}

/// What is imported, and on which line.
type Edge = (usize, String);

/// Imports that are part of a cycle.
///
/// A file may import from the files of the folder it owns, and each of those may import from it: an import of an ancestor
/// is no part of a cycle.
pub(super) fn cycles(tree: &Tree) -> Vec<Violation> {
    let mut edges: BTreeMap<usize, BTreeMap<usize, Edge>> = BTreeMap::new();
    for (from, file) in tree.files.iter().enumerate() {
        for import in &file.scan.imports {
            let Some((_, to)) = tree.target(file, import) else {
                continue;
            };
            let is_ancestor = tree
                .files
                .get(to)
                .is_some_and(|target| file.module.starts_with(&target.module));
            if from != to && !is_ancestor {
                let edge = || (import.line, import.path.join("::"));
                edges
                    .entry(from)
                    .or_default()
                    .entry(to)
                    .or_insert_with(edge);
            }
        }
    }
    let mut violations = Vec::new();
    for (from, targets) in &edges {
        for (to, (line, path)) in targets {
            let (Some(file), Some(target)) = (tree.files.get(*from), tree.files.get(*to)) else {
                continue;
            };
            let is_descendant = target.module.starts_with(&file.module);
            if is_descendant {
                continue;
            }
            let Some(back) = way(&edges, *to, *from) else {
                continue;
            };
            violations.push(Violation {
                file: file.name.clone(),
                line: *line,
                message: format!("imports `{path}`, and {}", chain(tree, &back)),
            });
        }
    }
    violations.sort();
    violations
}

/// The shortest chain of imports from one file to another.
fn way(
    edges: &BTreeMap<usize, BTreeMap<usize, Edge>>,
    from: usize,
    to: usize,
) -> Option<Vec<usize>> {
    let mut came_from = BTreeMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(file) = queue.pop_front() {
        if file == to {
            let mut way = vec![to];
            while let Some(before) = way.last().and_then(|file| came_from.get(file)) {
                way.push(*before);
            }
            way.reverse();
            return Some(way);
        }
        for next in edges.get(&file).into_iter().flat_map(BTreeMap::keys) {
            if *next != from && !came_from.contains_key(next) {
                came_from.insert(*next, file);
                queue.push_back(*next);
            }
        }
    }
    None
}

/// `a.rs imports it back`, or through which files it does.
fn chain(tree: &Tree, way: &[usize]) -> String {
    let names: Vec<&str> = way
        .iter()
        .filter_map(|file| Some(tree.files.get(*file)?.name.as_str()))
        .collect();
    match names.as_slice() {
        [target, _] => format!("{target} imports this file: an import cycle"),
        names => format!("this file is imported back: {}", names.join(" -> ")),
    }
}
