//! The keys that files of every kind have, and the sample.

use super::{Text, TypeDef};
use crate::load::yaml::Node;

/// Keys that all items have.
#[derive(Debug, Clone)]
pub struct Head {
    /// `spec/usdm/rest/trade/new_order.yaml`
    pub path: String,
    /// File name without ending.
    pub id: Text,
    /// Rust name.
    pub name: Text,
    /// The file that this file is derived from.
    pub like: Option<Text>,
    /// One sentence. `None` only in a spec with problems.
    pub about: Option<Text>,
    /// More sentences.
    pub notes: Option<String>,
    /// The exchange's page.
    pub docs: Option<Text>,
    /// Name in the exchange's own SDK.
    pub sdk: Option<Text>,
    /// Name in the old Python connector.
    pub connector: Option<Text>,
    /// Other names to search by, including the two above.
    pub aliases: Vec<Text>,
    /// What replaces it.
    pub deprecated: Option<String>,
    /// Since when the exchange no longer offers it.
    pub removed: Option<String>,
    /// Where it was announced, if no document describes it.
    pub announced: Option<String>,
    /// What is known about it, if no document describes it and it was not announced.
    pub undocumented: Option<String>,
    /// Where the file differs from the exchange's documents, and why.
    pub departures: Vec<(Text, String)>,
    /// Types of this file: named types and types in place.
    pub types: Vec<TypeDef>,
    /// The sample.
    pub sample: Option<Sample>,
}

/// A sample of a response or event.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Path of the file.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The tree of its values.
    pub root: Node,
}
