//! Operations.

use super::{
    fields::Reader,
    head::head,
    keys::{Keys, text},
    weight::weight,
};
use crate::{
    load::{Files, SpecFile, yaml::Node},
    problem::Problems,
    spec::{
        Constructor, HttpMethod, Lookup, Operation, OrderCount, RestCall, Security, Text, Weight,
        Word, keywords,
    },
};

pub(super) fn operation(
    file: &SpecFile,
    files: &Files,
    problems: &mut Problems,
) -> Option<Operation> {
    let folders = file.folders();
    let only_ws = folders.get(1) == Some(&"ws_api");
    let table = if only_ws {
        &keywords::WS_METHOD
    } else {
        &keywords::OPERATION
    };
    let keys = Keys::open(&file.root, table, problems)?;
    let mut reader = Reader {
        problems,
        inline_types: Vec::new(),
    };
    let methods: Vec<_> = HttpMethod::VALUES
        .iter()
        .filter_map(|method| Some((*method, keys.entry(method.word())?)))
        .collect();
    let rest = match methods.as_slice() {
        [] => {
            if !only_ws
                && !keys
                    .misspelt
                    .iter()
                    .any(|key| HttpMethod::WORDS.contains(key))
            {
                let hint = "write one of GET, POST, PUT and DELETE: /path";
                reader.problems.add(
                    file.root.place,
                    "the operation has no method and path",
                    hint,
                );
            }
            None
        }
        [(method, entry)] => text(&entry.value, "the path", reader.problems).map(|path| RestCall {
            method: *method,
            path,
        }),
        [_, (_, second), ..] => {
            let hint = "write one file per method; files may share a path";
            reader.problems.add(second.place, "a second method", hint);
            None
        }
    };
    if let Some(RestCall { path, .. }) = &rest
        && let Some(hint) = problem_of_path(&path.value)
    {
        let what = format!("`{}` is not a path", path.value);
        reader.problems.add(path.place, what, hint);
    }
    let is_get = rest
        .as_ref()
        .is_some_and(|call| call.method == HttpMethod::Get);
    let repeatable = keys.flag("idempotent", reader.problems).unwrap_or(is_get);
    let orders = keys
        .get("cost")
        .and_then(|node| Keys::open(node, &keywords::COST, reader.problems))
        .map(|cost| OrderCount {
            ten_seconds: cost.whole("10s", reader.problems).unwrap_or(0),
            minute: cost.whole("1m", reader.problems).unwrap_or(0),
        });
    let blank_amounts = keys.flag("blank_amounts", reader.problems);
    let lookup = keys
        .get("lookup")
        .and_then(|node| lookup(node, reader.problems));
    let remedies = keys.text_map("remedies", reader.problems);
    let security = keys
        .word("security", reader.problems)
        .unwrap_or(Security::None);
    let weight = keys
        .get("weight")
        .and_then(|node| weight(node, reader.problems))
        .unwrap_or(Weight::Unknown);
    let parameters = keys
        .entries("parameters", reader.problems)
        .iter()
        .filter_map(|entry| reader.parameter(entry))
        .collect();
    let constructors = constructors(&keys, reader.problems);
    let example = keys.text_map("example", reader.problems);
    let (ws_api, bucket) = (
        keys.text("ws_api", reader.problems),
        keys.text("bucket", reader.problems),
    );
    let ws_weight = keys.whole("ws_weight", reader.problems);
    let ws_weight = ws_weight.zip(keys.entry("ws_weight").map(|entry| entry.place));
    let response = reader.type_of_key(&keys, "response");
    let group = if only_ws {
        "ws_api"
    } else {
        folders.get(2).copied().unwrap_or_default()
    };
    Some(Operation {
        head: head(file, &keys, reader, files),
        group: group.to_owned(),
        rest,
        ws_api,
        security,
        weight,
        ws_weight,
        orders: orders.unwrap_or_default(),
        bucket,
        repeatable,
        lookup,
        remedies,
        parameters,
        constructors,
        example,
        response,
        blank_amounts,
    })
}

/// Says what is wrong with a path. A client sends it as it is.
fn problem_of_path(path: &str) -> Option<&'static str> {
    let Some(rest) = path.strip_prefix('/') else {
        return Some("paths begin with `/`");
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_part = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(is_plain);
    (!rest.split('/').all(is_part))
        .then_some("write names of ASCII letters, digits, `-`, `.`, `_` and `~` after each `/`")
}

fn lookup(node: &Node, problems: &mut Problems) -> Option<Lookup> {
    let keys = Keys::open(node, &keywords::LOOKUP, problems)?;
    let request = keys.text("request", problems);
    let with = keys.text_map("with", problems);
    let mut not_found = Vec::new();
    for code in keys.text_list("not_found", problems) {
        match code.value.parse() {
            Ok(number) => not_found.push((number, code.place)),
            Err(_) => {
                let what = format!("`{}` is not an error code", code.value);
                problems.add(code.place, what, "write [-2013]");
            }
        }
    }
    Some(Lookup {
        request: request?,
        with,
        not_found,
    })
}

fn constructors(keys: &Keys<'_>, problems: &mut Problems) -> Vec<Constructor> {
    let mut found = Vec::new();
    for entry in keys.entries("constructors", problems) {
        let Some(keys) = Keys::open(&entry.value, &keywords::CONSTRUCTOR, problems) else {
            continue;
        };
        found.push(Constructor {
            name: Text {
                value: entry.key.clone(),
                place: entry.place,
            },
            about: keys.string("about", problems),
            sets: keys.text_map("sets", problems),
            takes: keys.text_list("takes", problems),
        });
    }
    found
}
