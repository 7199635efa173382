//! The command.

use std::process::ExitCode;

use anyhow::Result;

use super::{check::Checker, options::options, payloads, report::Report};

/// Checks all payloads at the paths and prints the problems.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let options = options(arguments)?;
    let mut checker = Checker::new()?;
    let mut report = Report::new(&options);
    let product = options.product.as_deref();
    let superseded = payloads::read(&options.paths, product, &mut |payload| {
        report.add(&checker.check(payload))?;
        Ok(())
    })?;
    Ok(if report.finish(superseded)? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
