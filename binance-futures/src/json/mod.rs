//! A pull reader over JSON text.
//!
//! Decoders ask the [`Reader`] for the value that they expect. Names of fields are compared in the documented order first, and in any
//! order otherwise.

mod decode;
mod error;
mod key;
mod reader;
mod text;

pub use decode::Decode;
pub(crate) use error::write_path;
pub use error::{Error, Reason, Segment, Syntax};
pub use key::Key;
pub use reader::{Array, Object, Reader};

pub(crate) use decode::{column, end_of_row, list, missing, raw_fields, tag, whole};

#[cfg(test)]
mod tests;
