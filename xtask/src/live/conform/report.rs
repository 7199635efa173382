//! Prints what was found, payload by payload or as a summary.

use std::{collections::BTreeMap, io};

use binance_futures::registry::{Kind, Operation};
use serde_json::{Value, json};
use xtask::output::print;

use super::{
    check::Outcome,
    findings::{Finding, Findings, Problem},
    options::{Age, Options},
};

/// A summary with more groups than this one counts the rest together, so that any recording fits in memory.
const MAX_GROUPS: usize = 1_000;

/// Findings of the same operation, field and kind.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey {
    operation: String,
    spec: &'static str,
    field: String,
    problem: Problem,
}

struct Group {
    count: u64,
    /// The name of a payload, and what was found in it.
    example: (String, String),
}

/// Prints payloads while they are checked, or groups their findings.
pub(super) struct Report<'a> {
    options: &'a Options,
    passed: u64,
    failed: u64,
    unknown_operations: u64,
    groups: BTreeMap<GroupKey, Group>,
    /// Number of findings that are in no group.
    ungrouped: u64,
}

impl<'a> Report<'a> {
    pub(super) fn new(options: &'a Options) -> Self {
        Self {
            options,
            passed: 0,
            failed: 0,
            unknown_operations: 0,
            groups: BTreeMap::new(),
            ungrouped: 0,
        }
    }

    /// Adds a checked payload.
    pub(super) fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        if outcome.is_unassigned && self.options.only_known {
            self.unknown_operations += 1;
            return Ok(());
        }
        let is_first = self.passed + self.failed == 0;
        let fails = self.fails(&outcome.findings);
        if fails {
            self.failed += 1;
        } else {
            self.passed += 1;
        }
        if self.options.summary {
            self.group(outcome);
            Ok(())
        } else if self.options.json {
            let before = if is_first { "{\"payloads\":[\n" } else { ",\n" };
            print(&format!("{before}{}", as_json(outcome, fails)))
        } else {
            print(&self.as_text(outcome))
        }
    }

    fn fails(&self, findings: &Findings) -> bool {
        !findings.failures.is_empty() || (self.options.strict && !findings.unknown.is_empty())
    }

    fn as_text(&self, outcome: &Outcome) -> String {
        let Findings { failures, unknown } = &outcome.findings;
        if failures.is_empty() && unknown.is_empty() {
            return String::new();
        }
        let mut text = format!("{}\n", outcome.name);
        for failure in failures {
            text.push_str(&format!("    {}\n", failure.text));
        }
        let word = self.unknown();
        let advice = advice(spec(outcome));
        for field in unknown {
            text.push_str(&format!("    {word} {}{advice}\n", field.text));
        }
        text
    }

    fn unknown(&self) -> &'static str {
        if self.options.strict {
            "unknown"
        } else {
            "note: unknown"
        }
    }

    fn group(&mut self, outcome: &Outcome) {
        let Findings { failures, unknown } = &outcome.findings;
        for finding in failures.iter().chain(unknown) {
            let key = GroupKey {
                operation: label(outcome),
                spec: spec(outcome),
                field: finding.field.clone(),
                problem: finding.problem,
            };
            if let Some(group) = self.groups.get_mut(&key) {
                group.count += 1;
            } else if self.groups.len() < MAX_GROUPS {
                let example = (outcome.name.clone(), finding.text.clone());
                self.groups.insert(key, Group { count: 1, example });
            } else {
                self.ungrouped += 1;
            }
        }
    }

    /// Prints the end of the report. Returns whether all payloads have passed. `count` is the number of skipped payloads of another age.
    pub(super) fn finish(self, count: usize) -> io::Result<bool> {
        let other_age = match self.options.age {
            Age::Current => "superseded",
            Age::Superseded => "current",
        };
        let summary = format!("{} passed, {} failed", self.passed, self.failed);
        if self.options.json {
            let skipped = json!({other_age: count, "unknown_operation": self.unknown_operations});
            if self.options.summary {
                let groups: Vec<_> = self.groups.iter().map(group_as_json).collect();
                let report = json!({"passed": self.passed, "failed": self.failed, "groups": groups, "ungrouped": self.ungrouped, "skipped": skipped});
                print(&format!("{report:#}\n"))?;
            } else {
                let is_empty = self.passed + self.failed == 0;
                let before = if is_empty { "{\"payloads\":[" } else { "" };
                print(&format!("{before}\n],\"skipped\":{skipped}}}\n"))?;
            }
            // On standard error, because standard output must be JSON.
            eprintln!("{summary}");
        } else {
            let mut text = String::new();
            for (key, group) in &self.groups {
                text.push_str(&self.group_as_text(key, group));
            }
            if self.ungrouped > 0 {
                text.push_str(&format!("{} more findings\n", self.ungrouped));
            }
            text.push_str(&format!(
                "skipped: {count} {other_age}, {} of operations that the spec does not have\n{summary}\n",
                self.unknown_operations
            ));
            print(&text)?;
        }
        Ok(self.failed == 0)
    }

    fn group_as_text(&self, key: &GroupKey, group: &Group) -> String {
        let field = if key.field.is_empty() {
            "the payload"
        } else {
            &key.field
        };
        let (problem, advice) = match key.problem {
            Problem::Unknown => (self.unknown(), advice(key.spec)),
            problem => (problem.as_str(), String::new()),
        };
        let (name, example) = &group.example;
        format!(
            "{}: {problem} {field}, {} times{advice}\n    {name}: {example}\n",
            key.operation, group.count
        )
    }
}

/// Where to declare an unknown field.
fn advice(spec: &str) -> String {
    if spec.is_empty() {
        String::new()
    } else {
        format!(" (declare it in {spec})")
    }
}

/// The spec file. Empty for messages that the spec does not describe.
fn spec(outcome: &Outcome) -> &'static str {
    outcome.operation.map_or("", |operation| operation.spec)
}

fn path(operation: &Operation) -> String {
    format!("{}::{}", operation.product, operation.name)
}

fn label(outcome: &Outcome) -> String {
    let without = || "no operation".to_owned();
    outcome.operation.map_or_else(without, path)
}

fn as_json(outcome: &Outcome, fails: bool) -> Value {
    let texts = |findings: &[Finding]| -> Vec<String> {
        findings
            .iter()
            .map(|finding| finding.text.clone())
            .collect()
    };
    json!({
        "payload": outcome.name,
        "operation": outcome.operation.map(path),
        "kind": outcome.operation.map(|operation| kind(operation.kind)),
        "spec": outcome.operation.map(|operation| operation.spec),
        "passed": !fails,
        "failures": texts(&outcome.findings.failures),
        "unknown": texts(&outcome.findings.unknown),
    })
}

fn group_as_json((key, group): (&GroupKey, &Group)) -> Value {
    json!({
        "operation": key.operation,
        "spec": key.spec,
        "field": key.field,
        "problem": key.problem.as_str(),
        "count": group.count,
        "example": {"payload": group.example.0, "finding": group.example.1},
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
