//! Reads payloads from folders and recordings.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::{
    compressed,
    operations::Hint,
    options::Age,
    payload::{Payload, Role, Visit},
    recording,
};
use crate::json::Json;

/// Reads folders laid out as `<product>/<rest|ws_api|streams|user_events>/<id>.<n>.json`, `.jsonl` files and `.jsonl.zst` files.
///
/// Returns the number of payloads of another age, which are skipped.
pub(super) fn read(
    paths: &[PathBuf],
    product: Option<&str>,
    age: Age,
    visit: Visit<'_>,
) -> Result<usize> {
    let mut skipped = 0;
    for path in paths {
        let has_ending = |ending: &str| path.as_os_str().to_string_lossy().ends_with(ending);
        if path.is_dir() {
            skipped += folder(path, age, visit)?;
        } else if !has_ending(".jsonl") && !has_ending(".jsonl.zst") {
            bail!(
                "{} is neither a folder nor a .jsonl or .jsonl.zst file",
                path.display()
            );
        } else if age == Age::Superseded {
            bail!(
                "--superseded is for folders: {} is a recording",
                path.display()
            );
        } else if has_ending(".jsonl") {
            recording::read(path, product, visit)?;
        } else {
            compressed::read(path, visit)?;
        }
    }
    Ok(skipped)
}

const KINDS: [&str; 4] = ["rest", "ws_api", "streams", "user_events"];

fn folder(root: &Path, age: Age, visit: Visit<'_>) -> Result<usize> {
    let superseded = superseded(root)?;
    let (mut found, mut skipped) = (0, 0);
    for product in subfolders(root)? {
        for kind in KINDS {
            let folder = root.join(&product).join(kind);
            if !folder.is_dir() {
                continue;
            }
            for (name, path) in json_files(&folder)? {
                let name = format!("{product}/{kind}/{name}");
                found += 1;
                if superseded.contains(&name) == (age == Age::Superseded) {
                    visit(&read_payload(name, &path, &product, kind)?)?;
                } else {
                    skipped += 1;
                }
            }
        }
    }
    if found == 0 {
        bail!(
            "{} has no payloads: they must be in <product>/<rest|ws_api|streams|user_events>/<id>.<n>.json",
            root.display()
        );
    }
    if found == skipped && age == Age::Superseded {
        bail!(
            "{}/index.json marks no payload as superseded",
            root.display()
        );
    }
    Ok(skipped)
}

fn subfolders(root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root).with_context(|| format!("cannot read {}", root.display()))? {
        let entry = entry?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Names of payloads that `index.json` marks as superseded.
fn superseded(root: &Path) -> Result<BTreeSet<String>> {
    let path = root.join("index.json");
    if !path.exists() {
        return Ok(BTreeSet::new());
    }
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let index = Json::parse(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    let Json::Object(entries) = index else {
        bail!("{} is not an object", path.display())
    };
    let marked = |entry: &Json| entry.get("superseded") == Some(&Json::Word("true".to_owned()));
    Ok(entries
        .into_iter()
        .filter(|(_, entry)| marked(entry))
        .map(|(name, _)| name)
        .collect())
}

/// Returns the names and paths of the JSON files in a folder.
fn json_files(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") {
            files.push((name, entry.path()));
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a payload. The file name is `<id>.<n>.json` or `<id>.request.<n>.json`.
fn read_payload(name: String, path: &Path, product: &str, kind: &str) -> Result<Payload> {
    let file = name.rsplit('/').next().unwrap_or_default();
    let mut parts = file.split('.');
    let id = parts.next().unwrap_or_default();
    let is_request = parts.next() == Some("request");
    let mut hint = Hint {
        product: Some(product.to_owned()),
        kind: Some(kind.to_owned()),
        ..Hint::default()
    };
    let command = id.strip_prefix("control_").filter(|_| kind == "streams");
    let role = match (command, kind) {
        (Some(_), _) if is_request => Role::Command,
        (Some(_), _) => Role::Reply,
        (None, _) if is_request => Role::WsRequest,
        (None, "ws_api") => Role::WsResponse,
        (None, _) => Role::Payload,
    };
    match command {
        Some(command) => hint.method = Some(command.to_uppercase()),
        None => hint.id = Some(id.to_owned()),
    }
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Payload {
        name,
        hint,
        role,
        text,
    })
}
