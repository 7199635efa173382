//! Reads payloads from folders and files.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::operations::Hint;
use crate::json::Json;

/// One payload.
#[derive(Debug)]
pub(super) struct Payload {
    /// The name in the report.
    pub(super) name: String,
    /// What is known about its operation.
    pub(super) hint: Hint,
    /// Which part of the API it belongs to.
    pub(super) role: Role,
    /// The JSON text.
    pub(super) text: String,
}

/// Which part of the API a payload belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// A REST response or an event.
    Payload,
    /// A response of the websocket API, with `id` and `status`.
    WsResponse,
    /// A request of the websocket API, with `id` and `method`.
    WsRequest,
}

/// What was found at the paths.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Payloads to check.
    pub(super) payloads: Vec<Payload>,
    /// Number of payloads that `index.json` marks as superseded.
    pub(super) superseded: usize,
    /// Number of control messages and session methods, which have no types.
    pub(super) without_types: usize,
}

/// Reads folders laid out as `<product>/<rest|ws_api|streams|user_events>/<id>.<n>.json`, and `.jsonl` files.
pub(super) fn read(paths: &[PathBuf]) -> Result<Found> {
    let mut found = Found::default();
    for path in paths {
        if path.is_dir() {
            folder(path, &mut found)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "jsonl")
        {
            lines(path, &mut found)?;
        } else {
            bail!("{} is neither a folder nor a .jsonl file", path.display());
        }
    }
    Ok(found)
}

const KINDS: [&str; 4] = ["rest", "ws_api", "streams", "user_events"];

fn folder(root: &Path, found: &mut Found) -> Result<()> {
    let superseded = superseded(root)?;
    let before = found.payloads.len() + found.superseded + found.without_types;
    for product in subfolders(root)? {
        for kind in KINDS {
            let folder = root.join(&product).join(kind);
            if folder.is_dir() {
                kind_folder(&folder, &product, kind, &superseded, found)?;
            }
        }
    }
    if found.payloads.len() + found.superseded + found.without_types == before {
        bail!(
            "{} has no payloads: they must be in <product>/<rest|ws_api|streams|user_events>/<id>.<n>.json",
            root.display()
        );
    }
    Ok(())
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

fn kind_folder(
    folder: &Path,
    product: &str,
    kind: &str,
    superseded: &BTreeSet<String>,
    found: &mut Found,
) -> Result<()> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    for path in files {
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let Some(stem) = file.strip_suffix(".json") else {
            continue;
        };
        let name = format!("{product}/{kind}/{file}");
        let mut parts = stem.split('.');
        let id = parts.next().unwrap_or_default().to_owned();
        if superseded.contains(&name) {
            found.superseded += 1;
        } else if id.starts_with("control_") || id.starts_with("session_") {
            found.without_types += 1;
        } else {
            let role = match (kind, parts.next()) {
                (_, Some("request")) => Role::WsRequest,
                ("ws_api", _) => Role::WsResponse,
                _ => Role::Payload,
            };
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let hint = Hint {
                product: Some(product.to_owned()),
                kind: Some(kind.to_owned()),
                id: Some(id),
                ..Hint::default()
            };
            found.payloads.push(Payload {
                name,
                hint,
                role,
                text,
            });
        }
    }
    Ok(())
}

fn lines(path: &Path, found: &mut Found) -> Result<()> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    for (index, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let name = format!("{}:{}", path.display(), index + 1);
        let value = Json::parse(line).with_context(|| format!("{name} is not JSON"))?;
        let text = |key: &str| value.get(key).and_then(Json::as_text).map(str::to_owned);
        let Some(payload) = value.get("payload") else {
            bail!("{name} has no `payload`")
        };
        let mut hint = Hint {
            product: text("product"),
            kind: text("kind"),
            id: text("id"),
            method: text("method"),
            path: text("path"),
            stream: text("stream"),
            event: text("event"),
        };
        let role = if hint.kind.as_deref() == Some("ws_api") {
            Role::WsResponse
        } else {
            Role::Payload
        };
        // The field `e` of an event is its type.
        let is_unspecified = hint.id.is_none()
            && hint.path.is_none()
            && hint.stream.is_none()
            && hint.event.is_none()
            && hint.method.is_none();
        if is_unspecified {
            hint.event = payload.get("e").and_then(Json::as_text).map(str::to_owned);
        }
        found.payloads.push(Payload {
            name,
            hint,
            role,
            text: payload.to_string(),
        });
    }
    Ok(())
}
