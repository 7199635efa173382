//! Error codes.

use super::{Action, ErrorClass, LimitKind, Text};
use crate::problem::Place;

/// An error code with one of its meanings.
#[derive(Debug, Clone)]
pub struct ErrorCode {
    /// The code.
    pub code: i64,
    /// Its name.
    pub name: Text,
    /// Whether the name is from the exchange's documents.
    pub official: bool,
    /// What the caller can do about it.
    pub action: Action,
    /// The outcome of the request, unless it was rejected.
    pub class: Option<ErrorClass>,
    /// What the exceeded rate limit counts.
    pub limit: Option<LimitKind>,
    /// Whether it means that the client id of the request is in use.
    pub is_duplicate_id: bool,
    /// A sentence that says what happened.
    pub means: String,
    /// A sentence that says what to do.
    pub remedy: Option<String>,
    /// How it is known, if the exchange's documents lack it.
    pub evidence: Option<Text>,
    /// Products in which it has this meaning. Empty for all products.
    pub products: Vec<Text>,
}

impl ErrorCode {
    /// Whether it has this meaning in a product.
    pub fn holds_in(&self, product: &str) -> bool {
        self.products.is_empty() || self.products.iter().any(|name| name.value == product)
    }

    /// Whether it is the HTTP status of responses without an error code.
    pub(crate) fn is_http_status(&self) -> bool {
        (100..=999).contains(&self.code)
    }

    /// The place of its name.
    pub(crate) fn place(&self) -> Place {
        self.name.place
    }
}
