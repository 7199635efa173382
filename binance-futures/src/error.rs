//! What can go wrong, as values.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::request::Rule;

/// The exchange's refusal of one item of a request that has several.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refusal {
    /// The error's number, such as -2011.
    pub code: i64,
    /// The error in the exchange's words.
    #[serde(rename = "msg")]
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for Refusal {}

/// A parameter whose value the exchange's documents exclude.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidParameter {
    request: &'static str,
    name: String,
    value: String,
    rule: Rule,
}

impl InvalidParameter {
    pub(crate) fn new(
        request: &'static str,
        name: &str,
        value: &dyn fmt::Display,
        rule: Rule,
    ) -> Self {
        Self {
            request,
            name: name.to_owned(),
            value: value.to_string(),
            rule,
        }
    }

    /// The same, of a request that is an item of another's list.
    pub(crate) fn within(self, list: &str, index: usize) -> Self {
        Self {
            name: format!("{list}[{index}].{}", self.name),
            ..self
        }
    }

    /// The request: `usdm::Depth`.
    pub fn request(&self) -> &'static str {
        self.request
    }

    /// The parameter as the exchange names it; within a batch `batchOrders[2].quantity`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rule it breaks.
    pub fn rule(&self) -> Rule {
        self.rule
    }
}

impl fmt::Display for InvalidParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` of {} is {}, expected {}",
            self.name, self.request, self.value, self.rule
        )
    }
}

impl std::error::Error for InvalidParameter {}
