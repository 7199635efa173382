//! The keys that files of every kind have, and the sample.

use super::{Text, TypeDef};
use crate::load::yaml::Node;

/// What every kind of file has.
#[derive(Debug, Clone)]
pub struct Head {
    /// `spec/usdm/rest/trade/new_order.yaml`
    pub path: String,
    /// File name without ending.
    pub id: Text,
    /// Rust name.
    pub name: Text,
    /// The file this one differs a little from.
    pub like: Option<Text>,
    /// One sentence; none only in a spec with problems.
    pub about: Option<Text>,
    /// More sentences.
    pub notes: Option<String>,
    /// The exchange's page.
    pub docs: Option<Text>,
    /// Name in the exchange's own SDK.
    pub sdk: Option<Text>,
    /// Name in the old Python connector.
    pub connector: Option<Text>,
    /// All other names, these two included.
    pub aliases: Vec<Text>,
    /// What replaces it.
    pub deprecated: Option<String>,
    /// Since when it is gone.
    pub removed: Option<String>,
    /// Where it was announced.
    pub announced: Option<String>,
    /// Where it differs from the exchange's documents.
    pub departures: Vec<(Text, String)>,
    /// Types of this file, named and in place.
    pub types: Vec<TypeDef>,
    /// The sample beside it.
    pub sample: Option<Sample>,
}

/// A sample beside a file.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The file.
    pub path: String,
    /// As written.
    pub text: String,
    /// Read.
    pub root: Node,
}
