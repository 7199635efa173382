//! `cargo xtask gen`: the generated folder and the schema.

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

/// Makes the files what the spec says.
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
                .with_context(|| format!("cannot make {}", folder.display()))?;
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
        println!("note: no sentence for {note}: add one to spec/vocabulary.yaml, or `about:`");
    }
    Ok(ExitCode::SUCCESS)
}

/// Compares without writing.
pub(crate) fn check() -> Result<ExitCode> {
    let (wanted, _) = wanted()?;
    let root = root();
    let mut wrong = Vec::new();
    for (path, text) in &wanted {
        match fs::read_to_string(root.join(path)) {
            Ok(present) if present == *text => {}
            Ok(_) => wrong.push(format!("{path} is not what spec/ says")),
            Err(_) => wrong.push(format!("{path} is missing")),
        }
    }
    wrong.extend(
        stray(&wanted)
            .into_iter()
            .map(|path| format!("{path} is made from nothing in spec/")),
    );
    if wrong.is_empty() {
        println!("{} files are current", wanted.len());
        return Ok(ExitCode::SUCCESS);
    }
    Err(anyhow!(
        "{}\nrun `cargo xtask gen` and commit what it writes",
        wrong.join("\n")
    ))
}

/// Every file by its path from the root, and what has no sentence.
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

/// Files of the generated folder that nothing makes.
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
        // Fails where something is left in it, which is what keeps that folder.
        let _ = fs::remove_dir(&inner);
    }
}
