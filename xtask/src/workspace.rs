//! Paths of the workspace.

use std::{ffi::OsString, path::PathBuf};

/// Returns the root folder of the workspace. Cargo passes the folder of this package at run time.
pub fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().map(PathBuf::from).unwrap_or(package)
}

/// Returns the cargo program that runs this command.
pub fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
