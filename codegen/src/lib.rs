//! Generates Rust from the spec of the API in `spec/`: load, check, lower, emit.
//!
//! [`generate`] does all of this. It reads files and returns text. The caller writes the text to files, or compares it
//! with them.

pub mod check;
pub mod emit;
pub mod index;
pub mod ir;
pub mod listing;
pub mod load;
pub mod lower;
pub mod problem;
pub mod schema;
pub mod spec;
mod suggest;

use std::path::Path;

pub use emit::SourceFile;
use ir::Api;
use problem::{Place, Problems};
pub use suggest::{similar, suggest};

/// The result of [`generate`].
#[derive(Debug)]
pub struct Generated {
    /// Files below `binance-futures/src/generated/`, by path.
    pub files: Vec<SourceFile>,
    /// The data from which they were generated.
    pub api: Api,
}

/// Reads `spec/` below `root`, and generates Rust.
///
/// # Errors
/// All problems of the spec, each with its place and what to write instead.
pub fn generate(root: &Path) -> Result<Generated, Problems> {
    let api = describe(root)?;
    Ok(Generated {
        files: emit::emit(&api),
        api,
    })
}

/// Reads `spec/` below `root` without generating Rust.
///
/// # Errors
/// As [`generate`].
pub fn describe(root: &Path) -> Result<Api, Problems> {
    let mut problems = Problems::default();
    let files = load::load(root, &mut problems);
    let spec = spec::read(&files, &mut problems);
    check::all(&spec, &mut problems);
    if problems.is_empty() {
        match lower::lower(&spec) {
            Ok(api) => return Ok(api),
            Err(error) => internal_error(&error, &mut problems),
        }
    }
    Err(problems)
}

/// Reports a bug of the generator as a problem of the file where it shows.
fn internal_error(error: &lower::InternalError, problems: &mut Problems) {
    let mut sources = problems.sources.iter();
    let source = sources.position(|source| source.path == error.file);
    let what = format!(
        "internal error of the generator: {} is missing, and no check reported it",
        error.missing
    );
    let hint = "report this as a bug of codegen";
    problems.add(Place::start(source.unwrap_or_default()), what, hint);
}
