//! `cargo xtask gen`: generated code, the schema of the spec and the index of endpoints.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, anyhow};
use xtask::workspace::root;

const FOLDER: &str = "binance-futures/src/generated";
const SCHEMA: &str = "spec/schema.json";
const INDEX: &str = "ENDPOINTS.md";

/// Writes the files that differ from the spec and removes those that are no longer generated.
pub(crate) fn write() -> Result<ExitCode> {
    let (wanted, notes) = wanted()?;
    let root = root();
    let mut changed = 0;
    for (path, text) in &wanted {
        let target = root.join(path);
        if fs::read_to_string(&target).is_ok_and(|present| present == *text) {
            continue;
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        fs::write(&target, text).with_context(|| format!("cannot write {path}"))?;
        changed += 1;
    }
    let stray = stray(&wanted);
    for path in &stray {
        fs::remove_file(root.join(path)).with_context(|| format!("cannot remove {path}"))?;
    }
    remove_empty_folders(&root.join(FOLDER));
    println!(
        "{} files, {changed} written, {} removed",
        wanted.len(),
        stray.len()
    );
    for note in notes {
        println!("note: {note} has no description: add one to spec/vocabulary.yaml or as `about:`");
    }
    Ok(ExitCode::SUCCESS)
}

/// Compares the files with the spec, without writing.
pub(crate) fn check() -> Result<ExitCode> {
    let (wanted, _) = wanted()?;
    let root = root();
    let mut outdated = Vec::new();
    for (path, text) in &wanted {
        match fs::read_to_string(root.join(path)) {
            Ok(present) if present == *text => {}
            Ok(_) => outdated.push(format!("{path} is out of date")),
            Err(_) => outdated.push(format!("{path} is missing")),
        }
    }
    outdated.extend(
        stray(&wanted)
            .into_iter()
            .map(|path| format!("{path} is not generated from anything in spec/")),
    );
    if outdated.is_empty() {
        println!("{} files are up to date", wanted.len());
        return Ok(ExitCode::SUCCESS);
    }
    Err(anyhow!(
        "{}\nrun `cargo xtask gen` and commit the changes",
        outdated.join("\n")
    ))
}

/// Returns the text of each file by its path from the root, and the names without a description.
fn wanted() -> Result<(BTreeMap<String, String>, Vec<String>)> {
    let generated = codegen::generate(&root()).map_err(|problems| anyhow!("{problems}"))?;
    let mut files: BTreeMap<String, String> = generated
        .files
        .into_iter()
        .map(|file| (format!("{FOLDER}/{}", file.path), file.text))
        .collect();
    files.insert(INDEX.to_owned(), codegen::index::index(&generated.api));
    files.insert(SCHEMA.to_owned(), codegen::schema::schema());
    Ok((files, generated.api.undocumented))
}

/// Returns the files of the generated folder that are no longer generated.
fn stray(wanted: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    walk(&root().join(FOLDER), FOLDER, &mut found);
    found.retain(|path| !wanted.contains_key(path));
    found
}

fn walk(folder: &Path, name: &str, into: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            walk(&entry.path(), &name, into);
        } else {
            into.push(name);
        }
    }
}

fn remove_empty_folders(folder: &Path) {
    let folders: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    for inner in folders {
        remove_empty_folders(&inner);
        // Fails for a folder that is not empty, and so keeps it.
        let _ = fs::remove_dir(&inner);
    }
}
