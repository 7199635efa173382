//! The files of `spec/`, by kind.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use heck::ToSnakeCase;

use super::yaml::{self, Node};
use crate::problem::{Place, Problems};

/// Names of modules that every product has.
const TAKEN_MODULES: [&str; 11] = [
    "mod",
    "messages",
    "registry",
    "types",
    "rest",
    "ws_api",
    "streams",
    "user_events",
    "events",
    "product",
    "codes",
];

/// A file of the spec.
#[derive(Debug, Clone)]
pub struct SpecFile {
    /// Path from the project's root: `spec/usdm/rest/trade/new_order.yaml`.
    pub path: String,
    /// Index into the sources of [`Problems`].
    pub source: usize,
    /// The tree of its values.
    pub root: Node,
}

impl SpecFile {
    /// The file name without its ending.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".yaml").unwrap_or(name)
    }

    /// The folders between `spec/` and the file.
    pub fn folders(&self) -> Vec<&str> {
        let mut parts: Vec<&str> = self.path.split('/').skip(1).collect();
        parts.pop();
        parts
    }
}

/// All files of the spec, by kind.
#[derive(Debug, Default)]
pub struct Files {
    /// `errors.yaml`.
    pub errors: Option<SpecFile>,
    /// `http.yaml`.
    pub http: Option<SpecFile>,
    /// `vocabulary.yaml`.
    pub vocabulary: Option<SpecFile>,
    /// `types/*.yaml`.
    pub types: Vec<SpecFile>,
    /// Files of the products, by folder, such as `usdm`.
    pub products: BTreeMap<String, ProductFiles>,
    /// Samples, by the path of their YAML file.
    pub samples: BTreeMap<String, SpecFile>,
    /// Texts of the samples, by the path of their YAML file.
    pub sample_texts: BTreeMap<String, String>,
    /// Paths of files that cannot be read. The reasons are reported.
    pub unreadable: BTreeSet<String>,
}

/// The files of one product.
#[derive(Debug, Default)]
pub struct ProductFiles {
    /// `product.yaml`.
    pub product: Option<SpecFile>,
    /// `types/*.yaml`.
    pub types: Vec<SpecFile>,
    /// `rest/<group>/*.yaml`.
    pub rest: Vec<SpecFile>,
    /// `ws_api/*.yaml`.
    pub ws_api: Vec<SpecFile>,
    /// `streams/*.yaml`.
    pub streams: Vec<SpecFile>,
    /// `user_events/*.yaml`.
    pub user_events: Vec<SpecFile>,
}

impl ProductFiles {
    /// Operations, streams and events.
    pub fn items(&self) -> impl Iterator<Item = &SpecFile> {
        self.rest
            .iter()
            .chain(&self.ws_api)
            .chain(&self.streams)
            .chain(&self.user_events)
    }

    fn files(&self) -> impl Iterator<Item = &SpecFile> {
        self.product.iter().chain(&self.types).chain(self.items())
    }
}

/// Reads `spec/` below the project's root.
pub(super) fn read_all(root: &Path, problems: &mut Problems) -> Files {
    let mut paths = Vec::new();
    let spec = root.join("spec");
    if !spec.is_dir() {
        let source = problems.source("spec", "");
        problems.add(
            Place::start(source),
            "the folder does not exist",
            "run this in the project's root",
        );
        return Files::default();
    }
    collect(&spec, "spec", &mut paths, problems);
    paths.sort();
    let mut files = Files::default();
    for (name, path) in paths {
        read(&name, &path, &mut files, problems);
    }
    module_names(&files, problems);
    files
}

/// Reports files and folders whose names cannot be names of modules.
fn module_names(files: &Files, problems: &mut Problems) {
    for (id, product) in &files.products {
        let mut groups = BTreeSet::new();
        if let Some(file) = product.files().next() {
            folder_name(id, file, problems);
        }
        for file in &product.rest {
            if let Some(group) = file.folders().get(2)
                && groups.insert((*group).to_owned())
            {
                folder_name(group, file, problems);
            }
        }
    }
    let items = files.products.values().flat_map(ProductFiles::items);
    let types = files.products.values().flat_map(|product| &product.types);
    for file in files.types.iter().chain(types).chain(items) {
        let (stem, place) = (file.stem(), Place::start(file.source));
        let snake = stem.to_snake_case();
        if snake != stem {
            let hint = if is_module(&snake) {
                format!("rename it to {snake}.yaml")
            } else {
                NAME_HINT.to_owned()
            };
            problems.add(
                place,
                format!("the file name `{stem}` is not snake_case"),
                hint,
            );
        } else if !is_module(stem) {
            problems.add(
                place,
                format!("the file name `{stem}` cannot be the name of a module"),
                NAME_HINT,
            );
        }
    }
}

const NAME_HINT: &str =
    "choose a name like `new_order`: lowercase letters, digits and `_`, and no keyword of Rust";

fn folder_name(folder: &str, file: &SpecFile, problems: &mut Problems) {
    let place = Place::start(file.source);
    if !is_module(folder) {
        problems.add(
            place,
            format!("the folder name `{folder}` cannot be the name of a module"),
            NAME_HINT,
        );
    } else if TAKEN_MODULES.contains(&folder) {
        let what = format!("`{folder}` is the name of a module that generated code uses");
        problems.add(place, what, "rename the folder");
    }
}

fn is_module(name: &str) -> bool {
    name.is_ascii() && name.to_snake_case() == name && syn::parse_str::<syn::Ident>(name).is_ok()
}

fn collect(
    folder: &Path,
    name: &str,
    into: &mut Vec<(String, std::path::PathBuf)>,
    problems: &mut Problems,
) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let source = problems.source(name, "");
            problems.add(
                Place::start(source),
                format!("cannot be read: {error}"),
                "check its permissions",
            );
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            collect(&path, &name, into, problems);
        } else {
            into.push((name, path));
        }
    }
}

fn read(name: &str, path: &Path, files: &mut Files, problems: &mut Problems) {
    if matches!(name, "spec/README.md" | "spec/schema.json") {
        return;
    }
    let (is_sample, is_yaml) = (name.ends_with(".json"), name.ends_with(".yaml"));
    if !is_sample && !is_yaml {
        return stray(name, problems);
    }
    let root = text_of(name, path, problems).and_then(|(source, text)| {
        if is_sample {
            is_json(source, &text, problems)?;
        }
        Some((
            SpecFile {
                path: name.to_owned(),
                source,
                root: yaml::parse(source, problems)?,
            },
            text,
        ))
    });
    match root {
        Some((file, text)) if is_sample => {
            let yaml = name.replace(".json", ".yaml");
            files.samples.insert(yaml.clone(), file);
            files.sample_texts.insert(yaml, text);
        }
        Some((file, _)) => place(file, files, problems),
        None => {
            files.unreadable.insert(name.to_owned());
        }
    }
}

fn text_of(name: &str, path: &Path, problems: &mut Problems) -> Option<(usize, String)> {
    let mut wrong = |what: String, hint: &str| {
        let source = problems.source(name, "");
        problems.add(Place::start(source), what, hint);
        None
    };
    let length = fs::metadata(path).map_or(0, |found| found.len());
    if length > yaml::LARGEST_FILE as u64 {
        let what = format!(
            "the file has {length} bytes, more than {}",
            yaml::LARGEST_FILE
        );
        return wrong(what, "write one operation per file, and short samples");
    }
    match fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Some((problems.source(name, text.as_str()), text)),
        Ok(Err(error)) => {
            let at = error.utf8_error().valid_up_to();
            wrong(format!("not UTF-8 at byte {at}"), "save the file as UTF-8")
        }
        Err(error) => wrong(format!("cannot be read: {error}"), "check its permissions"),
    }
}

fn is_json(source: usize, text: &str, problems: &mut Problems) -> Option<()> {
    let Err(error) = serde_json::from_str::<serde_json::Value>(text) else {
        return Some(());
    };
    let place = Place {
        line: error.line().max(1),
        column: error.column().max(1),
        ..Place::start(source)
    };
    // The place is printed before the message.
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    problems.add(
        place,
        format!("not JSON: {reason}"),
        "a sample is one JSON value",
    );
    None
}

fn place(file: SpecFile, files: &mut Files, problems: &mut Problems) {
    let folders: Vec<String> = file.folders().into_iter().map(str::to_owned).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    match folders.as_slice() {
        [] if file.stem() == "errors" => files.errors = Some(file),
        [] if file.stem() == "http" => files.http = Some(file),
        [] if file.stem() == "vocabulary" => files.vocabulary = Some(file),
        ["types"] => files.types.push(file),
        [product] if file.stem() == "product" => product_files(files, product).product = Some(file),
        [product, "types"] => product_files(files, product).types.push(file),
        [product, "rest", _] => product_files(files, product).rest.push(file),
        [product, "ws_api"] => product_files(files, product).ws_api.push(file),
        [product, "streams"] => product_files(files, product).streams.push(file),
        [product, "user_events"] => product_files(files, product).user_events.push(file),
        _ => stray(&file.path, problems),
    }
}

fn product_files<'a>(files: &'a mut Files, product: &str) -> &'a mut ProductFiles {
    files.products.entry(product.to_owned()).or_default()
}

fn stray(name: &str, problems: &mut Problems) {
    let source = problems.source(name, "");
    let hint = match name.strip_suffix(".yml") {
        Some(stem) => format!("rename it to {stem}.yaml"),
        None => {
            "files are in types/, <product>/types/, <product>/rest/<group>/, <product>/ws_api/, \
                 <product>/streams/ and <product>/user_events/; they end in .yaml, samples in .json"
                .to_owned()
        }
    };
    problems.add(Place::start(source), "this is not a file of the spec", hint);
}
