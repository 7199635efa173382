//! The command.

use std::process::ExitCode;

use anyhow::Result;
use xtask::output::print;

use super::{
    check::Checker,
    options::{USAGE, options},
    payloads,
    report::Report,
};

/// Checks all payloads at the paths and prints the problems.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if arguments.iter().any(|argument| argument == "--help") {
        print(USAGE)?;
        return Ok(ExitCode::SUCCESS);
    }
    let options = options(arguments)?;
    let mut checker = Checker::new()?;
    let mut report = Report::new(&options);
    let product = options.product.as_deref();
    let skipped = payloads::read(&options.paths, product, options.age, &mut |payload| {
        report.add(&checker.check(payload))?;
        Ok(())
    })?;
    Ok(if report.finish(skipped)? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
