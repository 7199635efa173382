//! `cargo xtask conform`: recorded or documented payloads against the generated types.
//!
//! Each payload is decoded with its type, encoded again and compared member by member.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use binance_futures::{
    dynamic::ParamMap,
    parameters::JsonWriter,
    registry::{Kind, Operation},
};
use serde_json::{Value, json};

use crate::{
    compare::{Declared, Findings, compare},
    json::Json,
    operations,
    payloads::{self, Found, Payload, Role},
};

struct Options {
    strict: bool,
    only_known: bool,
    json: bool,
    paths: Vec<PathBuf>,
}

/// Documented payloads that are themselves wrong, by name: the problem they show, and why it is theirs.
const SLIPS: &str = include_str!("slips.json");

/// What became of one payload.
struct Outcome {
    name: String,
    operation: Option<&'static Operation>,
    failures: Vec<String>,
    unknown: Vec<String>,
}

/// Checks everything at the paths and prints what does not fit.
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
    let slips = Json::parse(SLIPS)?;
    for outcome in &mut outcomes {
        forgive(outcome, &slips);
    }
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
        // Beside the data, so that what is read from standard output is JSON.
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
                bail!("unknown option {flag}: there are --strict, --only-known and --json")
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

/// Of operations that share a name, the one whose shape fits.
fn best(payload: &Payload, candidates: &[&'static Operation]) -> Outcome {
    let tried = candidates.iter().map(|operation| {
        let (failures, unknown) = match check(payload, operation) {
            Ok(findings) => (findings.lost, findings.unknown),
            Err(failure) => (vec![failure], Vec::new()),
        };
        Outcome {
            name: payload.name.clone(),
            operation: Some(*operation),
            failures,
            unknown,
        }
    });
    let best = tried.min_by_key(|outcome| (outcome.failures.len(), outcome.unknown.len()));
    best.unwrap_or_else(|| Outcome {
        name: payload.name.clone(),
        operation: None,
        failures: vec!["the spec knows no such operation; --only-known skips these".to_owned()],
        unknown: Vec::new(),
    })
}

/// A payload known to be wrong must be wrong in the known way, so that the list does not outlive its reasons.
fn forgive(outcome: &mut Outcome, slips: &Json) {
    let Some(slip) = slips.get(&outcome.name) else {
        return;
    };
    let known = slip
        .get("problem")
        .and_then(Json::as_text)
        .unwrap_or_default();
    let problems: Vec<&String> = outcome.failures.iter().chain(&outcome.unknown).collect();
    if problems.iter().any(|problem| problem.as_str() == known) {
        outcome.failures.retain(|failure| failure != known);
        outcome.unknown.retain(|unknown| unknown != known);
    } else {
        outcome.failures.push(format!(
            "no longer shows `{known}`: take it out of xtask/src/live/slips.json"
        ));
    }
}

fn check(payload: &Payload, operation: &'static Operation) -> Result<Findings, String> {
    match payload.role {
        Role::Arrives => arrives(operation, &payload.text),
        Role::Envelope => envelope(operation, &payload.text),
        Role::Request => request(operation, &payload.text),
    }
}

fn arrives(operation: &'static Operation, text: &str) -> Result<Findings, String> {
    let back = (operation.reencode)(text).map_err(|failure| failure.to_string())?;
    let parse = |text: &str| Json::parse(text).map_err(|error| error.to_string());
    Ok(compare(
        &Declared::new(operation.members),
        &parse(text)?,
        &parse(&back)?,
    ))
}

/// An answer of the websocket API: its result is the operation's, the rest is the same for all.
fn envelope(operation: &'static Operation, text: &str) -> Result<Findings, String> {
    let whole = Json::parse(text).map_err(|error| error.to_string())?;
    let Some(result) = whole.get("result") else {
        return Err("an envelope without `result`".to_owned());
    };
    let mut findings = arrives(operation, &result.to_string())?;
    if let Json::Object(members) = &whole {
        let known = ["id", "status", "result", "rateLimits"];
        let unknown = members
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_str()));
        findings
            .unknown
            .extend(unknown.map(|(name, value)| format!("{name}: {value}")));
    }
    Ok(findings)
}

/// Parameters that the sender adds and no request holds.
const SENDERS: [&str; 4] = ["apiKey", "timestamp", "signature", "recvWindow"];

fn request(operation: &'static Operation, text: &str) -> Result<Findings, String> {
    let whole = Json::parse(text).map_err(|error| error.to_string())?;
    let params = match whole.get("params") {
        Some(Json::Object(members)) => members.clone(),
        None => Vec::new(),
        Some(_) => return Err("`params` is not an object".to_owned()),
    };
    if whole.get("method").and_then(Json::as_text) != operation.ws_method {
        return Err(format!(
            "its method is not {}",
            operation.ws_method.unwrap_or_default()
        ));
    }
    let own: Vec<_> = params
        .into_iter()
        .filter(|(name, _)| !SENDERS.contains(&name.as_str()))
        .collect();
    let own = Json::Object(own);
    let Some(build) = operation.build else {
        return Err("the operation takes no request".to_owned());
    };
    let mut given = ParamMap::from_json(&own.to_string()).map_err(|error| error.to_string())?;
    let built = build(&mut given);
    if let Err(problems) = given.finish() {
        return Err(problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; "));
    }
    let Some(built) = built else {
        return Err("the request cannot be made".to_owned());
    };
    let mut writer = JsonWriter::new(String::new());
    built.write_json(&mut writer);
    let written = writer.finish().map_err(|error| error.to_string())?;
    let back = Json::parse(&written).map_err(|error| error.to_string())?;
    Ok(sent(&own, &back))
}

/// A parameter may be sent as text or number; its value must be the same.
fn sent(own: &Json, back: &Json) -> Findings {
    let bare = |value: &Json| {
        value
            .as_text()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let mut findings = Findings::default();
    let (Json::Object(own), Json::Object(back)) = (own, back) else {
        return findings;
    };
    for (name, value) in own {
        match back.iter().find(|(known, _)| known == name) {
            Some((_, back)) if bare(back) == bare(value) => {}
            Some((_, back)) => findings
                .lost
                .push(format!("{name}: {value} came back as {back}")),
            None => findings.lost.push(format!("{name}: {value} was lost")),
        }
    }
    for (name, value) in back
        .iter()
        .filter(|(name, _)| !own.iter().any(|(known, _)| known == name))
    {
        findings
            .lost
            .push(format!("{name}: {value} came out of nothing"));
    }
    findings
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
        for member in &outcome.unknown {
            let word = if options.strict {
                "unknown"
            } else {
                "note: unknown"
            };
            println!("    {word} {member} (declare it in {spec})");
        }
    }
    println!(
        "skipped: {} superseded, {} without a runtime yet, {unknown_operations} of operations the spec does not know",
        found.superseded, found.without_runtime
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
            "without_runtime": found.without_runtime,
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
