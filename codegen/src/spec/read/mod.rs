//! Trees to [`Spec`]. Every reader reports what it cannot read, and continues.
//!
//! If a word, weight or cadence cannot be read, a placeholder takes its place, so that the rest of the file is checked
//! as well. No code is generated from a spec with problems, so a placeholder is never used.

mod duration;
mod errors;
mod fields;
mod head;
mod keys;
mod messages;
mod operation;
mod pattern;
mod product;
mod stream_name;
mod topic;
mod types;
mod vocabulary;
mod weight;

use std::collections::BTreeSet;

use super::{Base, Product, Rule, Spec, Vocabulary, amounts};
use crate::{
    load::{Files, ProductFiles, SpecFile},
    problem::{Place, Problems},
};

/// Reads all files.
pub fn read(files: &Files, problems: &mut Problems) -> Spec {
    let mut spec = Spec {
        unreadable: files.unreadable.clone(),
        ..Spec::default()
    };
    if let Some(file) = &files.errors {
        spec.errors = errors::errors(file, problems);
    }
    if let Some(file) = &files.http {
        spec.messages = messages::messages(file, problems);
    }
    if let Some(file) = &files.vocabulary {
        spec.vocabulary = vocabulary::vocabulary(file, problems);
    }
    spec.types = files
        .types
        .iter()
        .map(|file| types::type_file(file, problems))
        .collect();
    for (id, product_files) in &files.products {
        let mut product = product::product(id, product_files.product.as_ref(), problems);
        if product_files.product.is_none() && spec.unreadable.insert(product.path.clone()) {
            let source = problems.source(&product.path, "");
            let what = format!("the product `{id}` has no product.yaml");
            problems.add(
                Place::start(source),
                what,
                "write the file; spec/README.md lists its keys",
            );
        }
        product.types = product_files
            .types
            .iter()
            .map(|file| types::type_file(file, problems))
            .collect();
        let mut keep = Keep(&mut spec.unreadable);
        for file in product_files.rest.iter().chain(&product_files.ws_api) {
            let found = operation::operation(file, files, problems);
            keep.item(file, found, &mut product.operations);
        }
        for file in &product_files.streams {
            let found = topic::topic(file, files, problems);
            keep.item(file, found, &mut product.topics);
        }
        for file in &product_files.user_events {
            let found = topic::user_event(file, files, problems);
            keep.item(file, found, &mut product.user_events);
        }
        add_generated_rules(&mut product, &spec.vocabulary);
        spec.products.push(product);
    }
    for (path, sample) in &files.samples {
        let mut items = files.products.values().flat_map(ProductFiles::items);
        if !files.unreadable.contains(path) && !items.any(|file| &file.path == path) {
            let name = path.rsplit('/').next().unwrap_or_default();
            let what = format!("there is no file `{name}` for this sample");
            problems.add(
                Place::start(sample.source),
                what,
                "rename or delete the sample",
            );
        }
    }
    amounts::apply(&mut spec);
    spec
}

/// Keeps items, and the paths of files without an item.
struct Keep<'a>(&'a mut BTreeSet<String>);

impl Keep<'_> {
    fn item<T>(&mut self, file: &SpecFile, found: Option<T>, items: &mut Vec<T>) {
        match found {
            Some(found) => items.push(found),
            None => {
                self.0.insert(file.path.clone());
            }
        }
    }
}

/// Adds the rules of the vocabulary to generated parameters that have no pattern.
fn add_generated_rules(product: &mut Product, vocabulary: &Vocabulary) {
    let operations = product.operations.iter_mut();
    let parameters = operations.flat_map(|operation| &mut operation.parameters);
    for parameter in parameters.filter(|parameter| parameter.generated) {
        let has_pattern = parameter
            .rules
            .iter()
            .any(|rule| matches!(rule, Rule::Characters { .. }));
        let rule = vocabulary.generated.iter().find(
            |(name, _)| matches!(&parameter.field.ty.base, Base::Name(ty) if *ty == name.value),
        );
        if !has_pattern {
            parameter.rules.extend(rule.map(|(_, rule)| rule.clone()));
        }
    }
}
