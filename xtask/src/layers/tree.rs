//! The files of a crate and the modules they hold.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::scan::{Content, Import, Scan, scan};

/// The modules of one crate, without those for tests.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// Every file that a `mod` declaration reaches; the root first.
    pub(super) files: Vec<File>,
    /// The file of each module, inline ones included.
    modules: BTreeMap<Vec<String>, usize>,
    /// Files that belong to modules for tests, and the folders they own.
    for_tests: Vec<PathBuf>,
}

/// A file and what was found in it.
#[derive(Debug)]
pub(super) struct File {
    /// The path from the workspace root, for messages.
    pub(super) name: String,
    /// The path of its module; empty for the root.
    pub(super) module: Vec<String>,
    pub(super) scan: Scan,
    path: PathBuf,
}

impl Tree {
    /// Reads the root file of a crate and the files of its modules.
    pub(super) fn read(workspace: &Path, root: &str) -> Result<Self> {
        let mut tree = Self::default();
        let path = workspace.join(root);
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        tree.file(workspace, &path, folder, Vec::new())?;
        Ok(tree)
    }

    /// Adds a file and, below it, the files of the modules it declares. `folder` holds those files.
    fn file(
        &mut self,
        workspace: &Path,
        path: &Path,
        folder: PathBuf,
        module: Vec<String>,
    ) -> Result<()> {
        let name = file_name(workspace, path);
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        let scan = scan(&text).with_context(|| name.clone())?;
        if scan.test_only {
            self.for_tests.extend([path.to_owned(), folder]);
            return Ok(());
        }
        let index = self.files.len();
        self.modules.insert(module.clone(), index);
        let mut declared = Vec::new();
        for declaration in &scan.modules {
            let own = folder.join(declaration.path.iter().collect::<PathBuf>());
            let below = module.iter().chain(&declaration.path).cloned().collect();
            let (file, folder) = match &declaration.content {
                Content::Inline if declaration.test_only => {
                    self.for_tests.push(own);
                    continue;
                }
                Content::Inline => {
                    self.modules.insert(below, index);
                    continue;
                }
                Content::FileAt(file) => {
                    let beside = path.parent().unwrap_or(path).join(file);
                    let folder = beside.parent().map(Path::to_owned).unwrap_or_default();
                    (beside, folder)
                }
                Content::File => {
                    let nested = own.join("mod.rs");
                    let file = if nested.exists() {
                        nested
                    } else {
                        own.with_extension("rs")
                    };
                    (file, own)
                }
            };
            if declaration.test_only {
                self.for_tests.extend([file, folder]);
            } else {
                declared.push((file, folder, below));
            }
        }
        self.files.push(File {
            name,
            module,
            scan,
            path: path.to_owned(),
        });
        for (file, folder, module) in declared {
            self.file(workspace, &file, folder, module)?;
        }
        Ok(())
    }

    /// The module that an import leads to, and the index of its file.
    ///
    /// An item belongs to the module whose path names it: a re-export counts as an import of the module that re-exports.
    pub(super) fn target(&self, file: &File, import: &Import) -> Option<(Vec<String>, usize)> {
        let mut path: Vec<String> = file.module.iter().chain(&import.within).cloned().collect();
        let mut segments = import.path.iter().peekable();
        match segments.peek()?.as_str() {
            "crate" => {
                path.clear();
                segments.next();
            }
            "self" => {
                segments.next();
            }
            _ => {}
        }
        while segments.next_if(|segment| *segment == "super").is_some() {
            path.pop()?;
        }
        for segment in segments {
            path.push(segment.clone());
            if !self.modules.contains_key(&path) {
                path.pop();
                break;
            }
        }
        let index = *self.modules.get(&path)?;
        Some((path, index))
    }

    /// Whether the crate has a module.
    pub(super) fn has(&self, module: &[String]) -> bool {
        self.modules.contains_key(module)
    }
}

/// Rust files below a folder that belong to none of the trees.
pub(super) fn unreached(workspace: &Path, folder: &str, trees: &[&Tree]) -> Result<Vec<String>> {
    let reached: BTreeSet<&Path> = trees
        .iter()
        .flat_map(|tree| tree.files.iter().map(|file| file.path.as_path()))
        .collect();
    let mut found = Vec::new();
    walk(&workspace.join(folder), &mut found)?;
    found.retain(|path| {
        let for_tests = |tree: &&Tree| tree.for_tests.iter().any(|test| path.starts_with(test));
        !reached.contains(path.as_path()) && !trees.iter().any(for_tests)
    });
    let mut names: Vec<String> = found
        .iter()
        .map(|path| file_name(workspace, path))
        .collect();
    names.sort();
    Ok(names)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    Ok(())
}

/// The path from the workspace root, with slashes on every platform.
fn file_name(workspace: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(workspace).unwrap_or(path).iter();
    let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
