//! Problems with parameters by name.

use std::fmt;

/// A problem with a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The parameter, or the alternatives. In a batch it has a path, such as `batchOrders[2].quantity`.
    pub name: String,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

/// The kind of a problem with a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// It is required and missing.
    Missing,
    /// Its value is not valid.
    Malformed {
        /// The expected value.
        expected: &'static str,
        /// The value that was given.
        value: String,
    },
    /// It is given more than once.
    Repeated,
    /// The request has no such parameter.
    Unknown {
        /// The parameter that was probably meant.
        nearest: Option<&'static str>,
        /// The other request of the same method and path that has the parameter, by its name in the spec.
        /// [`registry::build`](crate::registry::build) finds it.
        parameter_of: Option<&'static str>,
    },
    /// None of several alternatives is given.
    NoneOf,
    /// More than one of several alternatives is given.
    ManyOf,
}

impl Problem {
    /// Adds the position of the request in a batch.
    pub(super) fn within(self, list: &str, index: usize) -> Self {
        Self {
            name: format!("{list}[{index}].{}", self.name),
            ..self
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, kind } = self;
        match kind {
            ProblemKind::Missing => write!(f, "`{name}` is missing"),
            ProblemKind::Malformed { expected, value } => {
                write!(f, "`{name}` is `{value}`, expected {expected}")
            }
            ProblemKind::Repeated => write!(f, "`{name}` is given more than once"),
            ProblemKind::Unknown {
                parameter_of: Some(other),
                ..
            } => write!(f, "`{name}` is a parameter of `{other}`"),
            ProblemKind::Unknown {
                nearest: Some(nearest),
                ..
            } => write!(f, "`{name}` is unknown, did you mean `{nearest}`?"),
            ProblemKind::Unknown { .. } => write!(f, "`{name}` is unknown"),
            ProblemKind::NoneOf => write!(f, "one of `{name}` must be given"),
            ProblemKind::ManyOf => write!(f, "only one of `{name}` may be given"),
        }
    }
}

impl std::error::Error for Problem {}
