//! Sentences for names that recur, and rules by type.

use std::collections::BTreeMap;

use super::{Rule, Text};

/// Sentences by our names, and rules by type.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Of parameters.
    pub parameters: BTreeMap<String, Text>,
    /// Of members.
    pub members: BTreeMap<String, Text>,
    /// Rules of parameters that the client generates, by type.
    pub generated: Vec<(Text, Rule)>,
}

impl Vocabulary {
    /// The sentence of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .get(name)
            .or_else(|| self.members.get(name))
            .map(|text| text.value.as_str())
    }

    /// The sentence of a member.
    pub fn member(&self, name: &str) -> Option<&str> {
        self.members.get(name).map(|text| text.value.as_str())
    }
}
