//! Files to trees: finds the spec's files, reads them and lets twins (`like:`) inherit.

mod files;
mod syntax;
mod twins;
pub mod yaml;

pub use files::{Files, ProductFiles, SpecFile, load};
pub(crate) use twins::{CHANGEABLE, OWN};
