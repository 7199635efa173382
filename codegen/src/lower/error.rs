//! Errors of the generator itself.

use std::fmt;

/// The result of deciding something.
pub(super) type Result<T> = std::result::Result<T, InternalError>;

/// Something is missing although no check found a problem. This is a bug of the generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalError {
    /// The spec file.
    pub file: String,
    /// What is missing.
    pub missing: String,
}

impl InternalError {
    /// The error, in the file that is being lowered.
    pub(super) fn in_file(self, file: &str) -> Self {
        Self {
            file: file.to_owned(),
            ..self
        }
    }
}

impl fmt::Display for InternalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, missing } = self;
        write!(
            f,
            "{file}: internal error of the generator: {missing} is missing, and no check reported it"
        )
    }
}

impl std::error::Error for InternalError {}

/// Takes a value that a spec without problems has.
pub(super) trait Expect<T> {
    /// Returns the value, or the error that it is missing.
    fn or_missing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Expect<T> for Option<T> {
    fn or_missing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.ok_or_else(|| InternalError {
            file: String::new(),
            missing: what(),
        })
    }
}
