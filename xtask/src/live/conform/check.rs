//! Checks payloads with the types of their operations.

use std::collections::HashMap;

use anyhow::Result;
use binance_futures::registry::Operation;

use super::{
    commands,
    compare::Declared,
    decode::decode,
    findings::Findings,
    operations::{self, Hint},
    payload::{Payload, Role},
    ws_api,
};
use crate::json::Json;

/// Documented payloads that are wrong themselves, by name: the problems they show, and the reason.
const WRONG_PAYLOADS: &str = include_str!("wrong_payloads.json");

/// The result for one payload.
pub(super) struct Outcome {
    pub(super) name: String,
    /// `None` for commands and their replies, and for payloads that could not be assigned to an operation.
    pub(super) operation: Option<&'static Operation>,
    pub(super) findings: Findings,
    /// Whether the spec has no operation for the payload.
    pub(super) is_unassigned: bool,
}

/// Checks payloads and remembers what it has looked up.
pub(super) struct Checker {
    wrong: Json,
    candidates: HashMap<Hint, Vec<&'static Operation>>,
    /// By spec file.
    declared: HashMap<&'static str, Declared>,
}

/// A recording of all symbols has some thousands of stream names.
const MAX_CACHED: usize = 10_000;

impl Checker {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            wrong: Json::parse(WRONG_PAYLOADS)?,
            candidates: HashMap::new(),
            declared: HashMap::new(),
        })
    }

    /// Checks a payload with all operations it may belong to and returns the result with the fewest problems.
    pub(super) fn check(&mut self, payload: &Payload) -> Outcome {
        let mut outcome = Outcome {
            name: payload.name.clone(),
            operation: None,
            findings: Findings::default(),
            is_unassigned: false,
        };
        let method = payload.hint.method.as_deref();
        match &payload.role {
            Role::Command => outcome.findings = merge(commands::command(&payload.text, method)),
            Role::Reply => outcome.findings = merge(commands::reply(&payload.text, method)),
            Role::Unreadable => outcome.findings = payload.text.clone().into(),
            _ => self.best(payload, &mut outcome),
        }
        if let Some(entry) = self.wrong.get(&outcome.name) {
            remove_known_problems(&mut outcome.findings, entry);
        }
        outcome
    }

    fn best(&mut self, payload: &Payload, outcome: &mut Outcome) {
        if self.candidates.len() >= MAX_CACHED {
            self.candidates.clear();
        }
        if !self.candidates.contains_key(&payload.hint) {
            let found = operations::find(&payload.hint);
            self.candidates.insert(payload.hint.clone(), found);
        }
        let candidates = self.candidates.get(&payload.hint);
        let mut best: Option<Findings> = None;
        for operation in candidates.into_iter().flatten() {
            let declared = self.declared.entry(operation.spec);
            let declared = declared.or_insert_with(|| Declared::new(operation.fields));
            let findings = check_one(payload, operation, declared);
            let count = |findings: &Findings| (findings.failures.len(), findings.unknown.len());
            if best
                .as_ref()
                .is_none_or(|best| count(&findings) < count(best))
            {
                outcome.operation = Some(operation);
                best = Some(findings);
            }
        }
        outcome.findings = best.unwrap_or_else(|| {
            outcome.is_unassigned = true;
            let hint = &payload.hint;
            format!("the spec has no such operation{hint}; --only-known skips these payloads")
                .into()
        });
    }
}

fn merge(result: Result<Findings, Findings>) -> Findings {
    result.unwrap_or_else(|failure| failure)
}

fn check_one(payload: &Payload, operation: &'static Operation, declared: &Declared) -> Findings {
    let text = payload.text.as_str();
    merge(match payload.role {
        Role::WsResponse => ws_api::response(operation, declared, text),
        Role::WsRequest => ws_api::request(operation, text),
        _ => decode(operation, declared, text),
    })
}

/// Removes the known problems of a payload that is wrong itself.
///
/// A known problem that no longer occurs is a failure, so that the list stays correct.
fn remove_known_problems(findings: &mut Findings, entry: &Json) {
    let Some(Json::List(problems)) = entry.get("problems") else {
        return;
    };
    for problem in problems.iter().filter_map(Json::as_text) {
        remove_known_problem(findings, problem);
    }
}

fn remove_known_problem(findings: &mut Findings, problem: &str) {
    let mut found = findings.failures.iter().chain(&findings.unknown);
    if found.any(|found| found.text == problem) {
        findings.failures.retain(|failure| failure.text != problem);
        findings.unknown.retain(|unknown| unknown.text != problem);
    } else {
        findings.extend(
            format!(
                "no longer has the problem `{problem}`: \
                 remove it from xtask/src/live/conform/wrong_payloads.json"
            )
            .into(),
        );
    }
}
