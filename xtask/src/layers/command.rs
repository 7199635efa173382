//! The command.

use std::{path::Path, process::ExitCode};

use anyhow::Result;

use super::{
    check::{self, Violation},
    order::{LAYERS, Layer},
    tree::{Tree, unreached},
};
use xtask::workspace::root;

/// A package and the root files of its crates.
pub(super) struct Package<'a> {
    /// The folder of its source files.
    pub(super) folder: &'a str,
    /// The root files below that folder.
    pub(super) roots: &'a [&'a str],
    /// The order of its top-level modules; empty if there is none.
    pub(super) layers: &'a [Layer],
}

const PACKAGES: [Package<'_>; 3] = [
    Package {
        folder: "binance-futures/src",
        roots: &["lib.rs"],
        layers: LAYERS,
    },
    Package {
        folder: "codegen/src",
        roots: &["lib.rs"],
        layers: &[],
    },
    Package {
        folder: "xtask/src",
        roots: &["lib.rs", "main.rs", "live/main.rs"],
        layers: &[],
    },
];

/// Prints every violation.
pub(crate) fn run() -> Result<ExitCode> {
    let root = root();
    let (mut files, mut violations) = (0, 0);
    for package in &PACKAGES {
        let (read, found) = check(&root, package)?;
        for violation in &found {
            println!("{violation}");
        }
        files += read;
        violations += found.len();
    }
    println!("{files} files, {violations} violations");
    Ok(if violations == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The number of files that were read, and the violations in them.
pub(super) fn check(workspace: &Path, package: &Package<'_>) -> Result<(usize, Vec<Violation>)> {
    let folder = package.folder;
    let trees = package
        .roots
        .iter()
        .map(|root| Tree::read(workspace, &format!("{folder}/{root}")))
        .collect::<Result<Vec<_>>>()?;
    let mut violations = Vec::new();
    for tree in &trees {
        if !package.layers.is_empty() {
            violations.extend(check::order(tree, package.layers));
        }
        violations.extend(check::cycles(tree));
    }
    let strays = unreached(workspace, folder, &trees.iter().collect::<Vec<_>>())?;
    violations.extend(strays.into_iter().map(Violation::unreached));
    let files = trees.iter().map(|tree| tree.files.len()).sum();
    Ok((files, violations))
}
