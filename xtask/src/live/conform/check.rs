//! Checks one payload with the types of its operation.

use anyhow::Result;
use binance_futures::{dynamic::ParamMap, parameters::JsonWriter, registry::Operation};

use super::{
    compare::{Declared, Findings, compare},
    payloads::{Payload, Role},
};
use crate::json::Json;

/// Documented payloads that are wrong themselves, by name: the problem they show, and the reason.
const WRONG_PAYLOADS: &str = include_str!("wrong_payloads.json");

/// The result for one payload.
pub(super) struct Outcome {
    pub(super) name: String,
    pub(super) operation: Option<&'static Operation>,
    /// What cannot be decoded, was lost or has changed.
    pub(super) failures: Vec<String>,
    /// Fields that the spec does not declare.
    pub(super) unknown: Vec<String>,
}

/// Checks a payload with all operations it may belong to and returns the result with the fewest problems.
pub(super) fn best(payload: &Payload, candidates: &[&'static Operation]) -> Outcome {
    let outcomes = candidates.iter().map(|operation| {
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
    let best = outcomes.min_by_key(|outcome| (outcome.failures.len(), outcome.unknown.len()));
    best.unwrap_or_else(|| Outcome {
        name: payload.name.clone(),
        operation: None,
        failures: vec![
            "the spec has no such operation; --only-known skips these payloads".to_owned(),
        ],
        unknown: Vec::new(),
    })
}

/// Removes the known problems of payloads that are wrong themselves.
///
/// A known problem that no longer occurs is a failure, so that the list stays correct.
pub(super) fn forgive(outcomes: &mut [Outcome]) -> Result<()> {
    let wrong = Json::parse(WRONG_PAYLOADS)?;
    for outcome in outcomes {
        if let Some(entry) = wrong.get(&outcome.name) {
            forgive_one(outcome, entry);
        }
    }
    Ok(())
}

fn forgive_one(outcome: &mut Outcome, entry: &Json) {
    let problem = entry.get("problem").and_then(Json::as_text);
    let problem = problem.unwrap_or_default();
    let mut found = outcome.failures.iter().chain(&outcome.unknown);
    if found.any(|found| found == problem) {
        outcome.failures.retain(|failure| failure != problem);
        outcome.unknown.retain(|unknown| unknown != problem);
    } else {
        outcome.failures.push(format!(
            "no longer has the problem `{problem}`: \
             remove it from xtask/src/live/conform/wrong_payloads.json"
        ));
    }
}

fn check(payload: &Payload, operation: &'static Operation) -> Result<Findings, String> {
    match payload.role {
        Role::Payload => value(operation, &payload.text),
        Role::WsResponse => ws_response(operation, &payload.text),
        Role::WsRequest => ws_request(operation, &payload.text),
    }
}

/// A REST response, a result of the websocket API or an event.
fn value(operation: &'static Operation, text: &str) -> Result<Findings, String> {
    let encoded = (operation.reencode)(text).map_err(|failure| failure.to_string())?;
    let parse = |text: &str| Json::parse(text).map_err(|error| error.to_string());
    Ok(compare(
        &Declared::new(operation.fields),
        &parse(text)?,
        &parse(&encoded)?,
    ))
}

/// A response of the websocket API: `result` belongs to the operation, the other fields are the same for all.
fn ws_response(operation: &'static Operation, text: &str) -> Result<Findings, String> {
    let envelope = Json::parse(text).map_err(|error| error.to_string())?;
    let Some(result) = envelope.get("result") else {
        return Err("the response has no `result`".to_owned());
    };
    let mut findings = value(operation, &result.to_string())?;
    if let Json::Object(fields) = &envelope {
        let known = ["id", "status", "result", "rateLimits"];
        let unknown = fields
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_str()));
        findings
            .unknown
            .extend(unknown.map(|(name, value)| format!("{name}: {value}")));
    }
    Ok(findings)
}

/// Parameters that the client adds to a request.
const ADDED_BY_CLIENT: [&str; 4] = ["apiKey", "timestamp", "signature", "recvWindow"];

/// A request of the websocket API: builds the operation's request from `params` and encodes it again.
fn ws_request(operation: &'static Operation, text: &str) -> Result<Findings, String> {
    let envelope = Json::parse(text).map_err(|error| error.to_string())?;
    let params = match envelope.get("params") {
        Some(Json::Object(fields)) => fields.clone(),
        None => Vec::new(),
        Some(_) => return Err("`params` is not an object".to_owned()),
    };
    if envelope.get("method").and_then(Json::as_text) != operation.ws_method {
        return Err(format!(
            "the method is not {}",
            operation.ws_method.unwrap_or_default()
        ));
    }
    let documented: Vec<_> = params
        .into_iter()
        .filter(|(name, _)| !ADDED_BY_CLIENT.contains(&name.as_str()))
        .collect();
    let documented = Json::Object(documented);
    let Some(build) = operation.build else {
        return Err("the operation has no request".to_owned());
    };
    let mut parameters =
        ParamMap::from_json(&documented.to_string()).map_err(|error| error.to_string())?;
    let request = build(&mut parameters);
    if let Err(problems) = parameters.finish() {
        return Err(problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; "));
    }
    let Some(request) = request else {
        return Err("the request cannot be built".to_owned());
    };
    let mut writer = JsonWriter::new(String::new());
    request.write_json(&mut writer);
    let encoded = writer.finish().map_err(|error| error.to_string())?;
    let encoded = Json::parse(&encoded).map_err(|error| error.to_string())?;
    Ok(compare_params(&documented, &encoded))
}

/// A parameter may be a string or a number, but its value must be the same.
fn compare_params(documented: &Json, encoded: &Json) -> Findings {
    let bare = |value: &Json| {
        value
            .as_text()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let mut findings = Findings::default();
    let (Json::Object(documented), Json::Object(encoded)) = (documented, encoded) else {
        return findings;
    };
    for (name, value) in documented {
        match encoded.iter().find(|(known, _)| known == name) {
            Some((_, encoded)) if bare(encoded) == bare(value) => {}
            Some((_, encoded)) => findings
                .lost
                .push(format!("{name}: {value} was encoded as {encoded}")),
            None => findings.lost.push(format!("{name}: {value} was lost")),
        }
    }
    for (name, value) in encoded
        .iter()
        .filter(|(name, _)| !documented.iter().any(|(known, _)| known == name))
    {
        findings
            .lost
            .push(format!("{name}: {value} was not in the payload"));
    }
    findings
}
