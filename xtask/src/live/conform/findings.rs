//! What is wrong with a payload.

use binance_futures::{decode::DecodeFailure, json::Segment};

/// One problem.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    /// The field without indexes and map keys, as in `symbols[].filters[].tickSize`. Empty if the whole payload is wrong.
    pub(super) field: String,
    pub(super) problem: Problem,
    /// What is printed.
    pub(super) text: String,
}

/// The kind of a problem. Findings of the same operation, field and kind are one group of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Problem {
    /// The payload cannot be decoded, or cannot be assigned to an operation.
    Invalid,
    /// A value is missing after encoding.
    Lost,
    /// A value is different after encoding.
    Changed,
    /// A value that is not in the payload was encoded.
    Added,
    /// The spec does not declare the field.
    Unknown,
}

impl Problem {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Lost => "lost",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Unknown => "unknown",
        }
    }
}

/// All problems of a payload.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Findings {
    /// What cannot be decoded, was lost or has changed.
    pub(super) failures: Vec<Finding>,
    /// Fields that the spec does not declare.
    pub(super) unknown: Vec<Finding>,
}

impl Findings {
    pub(super) fn fail(&mut self, problem: Problem, field: impl Into<String>, text: String) {
        self.failures.push(Finding {
            field: field.into(),
            problem,
            text,
        });
    }

    pub(super) fn unknown(&mut self, field: impl Into<String>, text: String) {
        self.unknown.push(Finding {
            field: field.into(),
            problem: Problem::Unknown,
            text,
        });
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.failures.extend(other.failures);
        self.unknown.extend(other.unknown);
    }
}

/// The whole payload is wrong.
impl From<String> for Findings {
    fn from(text: String) -> Self {
        let mut findings = Self::default();
        findings.fail(Problem::Invalid, "", text);
        findings
    }
}

impl From<DecodeFailure> for Findings {
    fn from(failure: DecodeFailure) -> Self {
        let mut field = String::new();
        for segment in failure.segments() {
            let name = match segment {
                Segment::Field(name) => name,
                Segment::Index(_) => {
                    field.push_str("[]");
                    continue;
                }
                _ => "*",
            };
            if !field.is_empty() {
                field.push('.');
            }
            field.push_str(name);
        }
        let mut findings = Self::default();
        findings.fail(Problem::Invalid, field, failure.to_string());
        findings
    }
}
