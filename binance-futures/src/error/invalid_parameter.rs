//! A value that breaks a documented rule.

use std::fmt;

use crate::request::Rule;

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
