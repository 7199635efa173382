//! `vocabulary.yaml`.

use super::{keys::Keys, pattern::pattern};
use crate::{
    load::{SpecFile, yaml::Entry},
    problem::Problems,
    spec::{Rule, Text, Vocabulary, keywords},
};

pub(super) fn vocabulary(file: &SpecFile, problems: &mut Problems) -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    if let Some(keys) = Keys::open(&file.root, &keywords::VOCABULARY, problems) {
        let sentences = |key, problems: &mut Problems| {
            keys.text_map(key, problems)
                .into_iter()
                .map(|(name, text)| (name.value, text))
                .collect()
        };
        vocabulary.parameters = sentences("parameters", problems);
        vocabulary.fields = sentences("fields", problems);
        for entry in keys.entries("generated", problems) {
            let rule = generated_rule(entry, problems);
            let name = Text {
                value: entry.key.clone(),
                place: entry.place,
            };
            vocabulary.generated.extend(rule.map(|rule| (name, rule)));
        }
    }
    vocabulary
}

fn generated_rule(entry: &Entry, problems: &mut Problems) -> Option<Rule> {
    let keys = Keys::open(&entry.value, &keywords::GENERATED, problems)?;
    pattern(&keys, problems)
}
