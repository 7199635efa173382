//! Finds the files of the spec, reads them into trees, and completes the derived files (`like:`).

mod derived;
mod files;
mod syntax;
pub mod yaml;

use std::path::Path;

use crate::problem::Problems;

pub(crate) use derived::{NOT_INHERITED, PATCHABLE};
pub use files::{Files, ProductFiles, SpecFile};

/// Reads `spec/` below the root of the project, and completes the files that are derived from others.
pub fn load(root: &Path, problems: &mut Problems) -> Files {
    let mut files = files::read_all(root, problems);
    derived::inherit(&mut files, problems);
    files
}
