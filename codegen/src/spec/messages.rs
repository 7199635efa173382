//! Error messages with a meaning.

use super::{ErrorClass, Text};

/// An error message that says whether the request was executed, whatever the error code.
#[derive(Debug, Clone)]
pub struct Message {
    /// How the message begins.
    pub begins: Text,
    /// The HTTP status of responses in which it has this meaning. `None` for all.
    pub status: Option<u16>,
    /// The outcome of the request.
    pub class: ErrorClass,
}
