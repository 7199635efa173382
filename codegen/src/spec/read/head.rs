//! Keys that files of every kind have.

use heck::ToUpperCamelCase;

use super::{fields::Reader, keys::Keys};
use crate::{
    load::{Files, SpecFile},
    problem::Place,
    spec::{Head, Sample, Text},
};

pub(super) fn head(
    file: &SpecFile,
    keys: &Keys<'_>,
    mut reader: Reader<'_>,
    files: &Files,
) -> Head {
    let stem = file.stem().to_owned();
    let id = Text {
        value: stem.clone(),
        place: Place::start(file.source),
    };
    let mut types = Vec::new();
    for entry in keys.entries("types", reader.problems) {
        types.push(reader.type_def(entry));
    }
    let problems = &mut *reader.problems;
    let name = keys.text("name", problems).unwrap_or_else(|| Text {
        value: stem.to_upper_camel_case(),
        place: Place::start(file.source),
    });
    let departures = keys
        .text_map("departures", problems)
        .into_iter()
        .map(|(name, why)| (name, why.value))
        .collect();
    let sample = files.samples.get(&file.path).map(|sample| Sample {
        path: sample.path.clone(),
        text: files
            .sample_texts
            .get(&file.path)
            .cloned()
            .unwrap_or_default(),
        root: sample.root.clone(),
    });
    let sdk = keys.text("sdk", problems);
    let connector = keys.text("connector", problems);
    Head {
        path: file.path.clone(),
        id,
        name,
        like: keys.text("like", problems),
        about: keys.text("about", problems),
        notes: keys.string("notes", problems),
        docs: keys.text("docs", problems),
        aliases: sdk
            .iter()
            .chain(&connector)
            .cloned()
            .chain(keys.text_list("aliases", problems))
            .collect(),
        sdk,
        connector,
        deprecated: keys.string("deprecated", problems),
        removed: keys.string("removed", problems),
        announced: keys.string("announced", problems),
        undocumented: keys.string("undocumented", problems),
        departures,
        types: [types, reader.inline_types].concat(),
        sample,
    }
}
