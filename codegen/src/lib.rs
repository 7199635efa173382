//! Turns the description of the API in `spec/` into Rust: load, check, lower, emit.
//!
//! [`generate`] is the whole of it. It reads files and returns text; writing that text, and comparing it with what is
//! there, is the caller's affair.

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
pub use suggest::suggest;

/// What a spec becomes.
#[derive(Debug)]
pub struct Generated {
    /// Files below `binance-futures/src/generated/`, by path.
    pub files: Vec<SourceFile>,
    /// What they were made from, for lists.
    pub api: Api,
}

/// Reads `spec/` below `root` and turns it into Rust.
///
/// # Errors
/// Every mistake in the spec, each with its place and what to write instead.
pub fn generate(root: &Path) -> Result<Generated, Problems> {
    let api = describe(root)?;
    Ok(Generated {
        files: emit::emit(&api),
        api,
    })
}

/// Reads `spec/` below `root` without writing any Rust.
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
