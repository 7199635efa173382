//! Sentences for names that recur, and rules by type.

use std::collections::BTreeMap;

use super::{Rule, Text};

/// Sentences by Rust name, and rules by type.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Sentences of parameters.
    pub parameters: BTreeMap<String, Text>,
    /// Sentences of fields.
    pub fields: BTreeMap<String, Text>,
    /// Rules of parameters that the client generates, by type.
    pub generated: Vec<(Text, Rule)>,
}

impl Vocabulary {
    /// The sentence of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .get(name)
            .or_else(|| self.fields.get(name))
            .map(|text| text.value.as_str())
    }

    /// The sentence of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(|text| text.value.as_str())
    }
}
