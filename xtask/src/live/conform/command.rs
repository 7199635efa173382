//! The command.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use binance_futures::registry::Kind;
use serde_json::{Value, json};

use super::{
    check::{Outcome, best, forgive},
    operations,
    payloads::{self, Found},
};

struct Options {
    /// Whether undeclared fields are failures.
    strict: bool,
    /// Whether payloads of unknown operations are skipped.
    only_known: bool,
    json: bool,
    paths: Vec<PathBuf>,
}

/// Checks all payloads at the paths and prints the problems.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let options = options(arguments)?;
    let found = payloads::read(&options.paths)?;
    let mut unknown_operations = 0;
    let mut outcomes = Vec::new();
    for payload in &found.payloads {
        let candidates = operations::find(&payload.hint);
        if candidates.is_empty() && options.only_known {
            unknown_operations += 1;
        } else {
            outcomes.push(best(payload, &candidates));
        }
    }
    forgive(&mut outcomes)?;
    let failed = outcomes
        .iter()
        .filter(|outcome| fails(outcome, &options))
        .count();
    let passed = outcomes.len() - failed;
    let summary = format!("{passed} passed, {failed} failed");
    if options.json {
        println!(
            "{:#}",
            as_json(&outcomes, &found, unknown_operations, &options)
        );
        // On standard error, because standard output must be JSON.
        eprintln!("{summary}");
    } else {
        print(&outcomes, &found, unknown_operations, &options);
        println!("{summary}");
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn options(arguments: &[String]) -> Result<Options> {
    let mut options = Options {
        strict: false,
        only_known: false,
        json: false,
        paths: Vec::new(),
    };
    for argument in arguments {
        match argument.as_str() {
            "--strict" => options.strict = true,
            "--only-known" => options.only_known = true,
            "--json" => options.json = true,
            flag if flag.starts_with("--") => {
                bail!("unknown option `{flag}`: there are --strict, --only-known and --json")
            }
            path => options.paths.push(PathBuf::from(path)),
        }
    }
    if options.paths.is_empty() {
        bail!("usage: cargo xtask conform [--strict] [--only-known] [--json] PATH…");
    }
    Ok(options)
}

fn fails(outcome: &Outcome, options: &Options) -> bool {
    !outcome.failures.is_empty() || (options.strict && !outcome.unknown.is_empty())
}

fn print(outcomes: &[Outcome], found: &Found, unknown_operations: usize, options: &Options) {
    for outcome in outcomes
        .iter()
        .filter(|outcome| !outcome.failures.is_empty() || !outcome.unknown.is_empty())
    {
        let spec = outcome
            .operation
            .map_or("spec/", |operation| operation.spec);
        println!("{}", outcome.name);
        for failure in &outcome.failures {
            println!("    {failure}");
        }
        for field in &outcome.unknown {
            let word = if options.strict {
                "unknown"
            } else {
                "note: unknown"
            };
            println!("    {word} {field} (declare it in {spec})");
        }
    }
    println!(
        "skipped: {} superseded, {} without types, {unknown_operations} of operations that the spec does not have",
        found.superseded, found.without_types
    );
}

fn as_json(
    outcomes: &[Outcome],
    found: &Found,
    unknown_operations: usize,
    options: &Options,
) -> Value {
    let payloads: Vec<Value> = outcomes
        .iter()
        .map(|outcome| {
            json!({
                "payload": outcome.name,
                "operation": outcome.operation.map(|operation| format!("{}::{}", operation.product, operation.name)),
                "kind": outcome.operation.map(|operation| kind(operation.kind)),
                "spec": outcome.operation.map(|operation| operation.spec),
                "passed": !fails(outcome, options),
                "failures": outcome.failures,
                "unknown": outcome.unknown,
            })
        })
        .collect();
    json!({
        "payloads": payloads,
        "skipped": {
            "superseded": found.superseded,
            "without_runtime": found.without_types,
            "unknown_operation": unknown_operations,
        },
    })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Rest => "rest",
        Kind::WsApi => "ws_api",
        Kind::Stream => "stream",
        Kind::UserEvent => "user_event",
    }
}
