//! Files to trees: finds the spec's files, reads them and lets twins (`like:`) inherit.

mod files;
mod syntax;
mod twins;
pub mod yaml;

use std::path::Path;

use crate::problem::Problems;

pub use files::{Files, ProductFiles, SpecFile};
pub(crate) use twins::{CHANGEABLE, OWN};

/// Reads `spec/` below the root of the project, and completes the files that are derived from others.
pub fn load(root: &Path, problems: &mut Problems) -> Files {
    let mut files = files::read_all(root, problems);
    twins::inherit(&mut files, problems);
    files
}
