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
