//! Error codes.

use super::{Action, ErrorClass, Text};
use crate::problem::Place;

/// A number the exchange answers with.
#[derive(Debug, Clone)]
pub struct ErrorCode {
    /// The number and where it stands.
    pub code: i64,
    /// The exchange's name of it.
    pub name: Text,
    /// Whether the name is the exchange's.
    pub official: bool,
    /// What the caller can do about it.
    pub action: Action,
    /// The outcome of the request, unless it was rejected.
    pub class: Option<ErrorClass>,
    /// What happened.
    pub means: String,
    /// What to do.
    pub remedy: Option<String>,
    /// Where it means this; empty for everywhere.
    pub products: Vec<Text>,
}

impl ErrorCode {
    /// Whether it means this in a product.
    pub fn holds_in(&self, product: &str) -> bool {
        self.products.is_empty() || self.products.iter().any(|name| name.value == product)
    }

    /// Where its name stands.
    pub(crate) fn place(&self) -> Place {
        self.name.place
    }
}
