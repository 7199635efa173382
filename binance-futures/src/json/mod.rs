//! A pull reader over JSON text.
//!
//! A decoder reads one value after the other from a [`Reader`], and passes a description of the expected value, which is used in errors.
//! Objects decode fastest if their fields have the order of the documentation; every other order is decoded too.
//!
//! ```
//! use binance_futures::json::{Decode, Reader};
//!
//! let mut reader = Reader::new(r#"{"ids": [1, 2]}"#);
//! let mut object = reader.object("an object")?;
//! while let Some(name) = object.name(&mut reader)? {
//!     let ids = Vec::<u64>::decode(&mut reader)?;
//!     println!("{name}: {ids:?}");
//! }
//! reader.end()?;
//! # Ok::<(), binance_futures::json::Error>(())
//! ```
//!
//! The reader accepts the same texts as `serde_json`, except that
//!
//! - objects and arrays may be nested 128 levels deep, and no deeper, even in values that are skipped,
//! - numbers may have any size, because the reader returns their digits,
//! - a string with half of a surrogate pair is an error, even in a value that is skipped.
//!
//! A decoder rejects a field of a record, or a key of a map, that occurs twice. Unknown fields are skipped and may be repeated.

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
pub(crate) use text::plain_length;

#[cfg(test)]
mod tests;
