//! Which operation a request asks for, and whether its parameters are what that operation takes.

use super::denial::Denial;
use crate::dynamic::{ParamMap, Problem, ProblemKind};
use crate::registry::{self, AnyRequest, Kind, Operation, ParameterInfo, WeightRule};
use crate::request::Rule;

/// What stands at a method and path.
pub(super) enum Place {
    /// Operations; several where an answer's shape depends on the parameters.
    Operations(Vec<&'static Operation>),
    /// Operations of other methods.
    OtherMethod,
    /// Nothing.
    Nothing,
}

/// The REST operations at a method and path.
pub(super) fn place(method: &str, path: &str) -> Place {
    let at_path: Vec<_> = registry::operations()
        .filter(|operation| operation.kind == Kind::Rest && operation.path == Some(path))
        .collect();
    if at_path.is_empty() {
        return Place::Nothing;
    }
    let of_method = |operation: &&'static Operation| {
        operation
            .method
            .is_some_and(|known| known.as_str() == method)
    };
    let operations: Vec<_> = at_path.into_iter().filter(of_method).collect();
    if operations.is_empty() {
        Place::OtherMethod
    } else {
        Place::Operations(operations)
    }
}

/// What stands behind the product and the version of a path: `order` of `/fapi/v1/order`.
pub(super) fn resource(path: &str) -> &str {
    path.splitn(4, '/').nth(3).unwrap_or_default()
}

/// Parameters read as those of an operation.
#[derive(Debug)]
pub(super) struct Reading {
    /// The operation.
    pub(super) operation: &'static Operation,
    pairs: Vec<(String, String)>,
    unknown: usize,
    problems: Vec<Problem>,
    unlisted: Option<Denial>,
    request: Option<Box<dyn AnyRequest>>,
}

impl Reading {
    /// Reads parameters as those of the operation they fit best; of several, one whose product has the contract they name.
    pub(super) fn best(
        operations: &[&'static Operation],
        pairs: &[(String, String)],
        names_contract: impl Fn(&Operation) -> bool,
    ) -> Option<Self> {
        operations
            .iter()
            .map(|operation| Self::new(operation, pairs))
            .min_by_key(|reading| {
                let is_other = !names_contract(reading.operation);
                (reading.problems.len(), reading.unknown, is_other)
            })
    }

    /// Reads parameters as those of an operation.
    pub(super) fn new(operation: &'static Operation, pairs: &[(String, String)]) -> Self {
        let (pairs, unknown) = known(operation, pairs);
        let mut reading = Self {
            operation,
            pairs,
            unknown,
            problems: Vec::new(),
            unlisted: None,
            request: None,
        };
        reading.build();
        reading
    }

    fn build(&mut self) {
        let Some(build) = self.operation.build else {
            return;
        };
        self.keep_one_of_each_choice(build);
        let mut given = ParamMap::from_pairs(self.pairs.clone());
        self.request = build(&mut given);
        self.unlisted = self.pairs.iter().find_map(|(name, value)| {
            let listed = given.listed(name);
            let ty = self.info(name)?.ty;
            let unlisted = !listed.is_empty() && !listed.contains(&value.as_str());
            unlisted.then(|| Denial::unlisted(name, ty, value, listed))
        });
        self.problems = given.finish().err().unwrap_or_default();
        // The items of a batch are refused one by one.
        self.problems.retain(|problem| !problem.name.contains('['));
    }

    /// Where several parameters say the same, the exchange goes by the first.
    fn keep_one_of_each_choice(&mut self, build: fn(&mut ParamMap) -> Option<Box<dyn AnyRequest>>) {
        let mut given = ParamMap::from_pairs(self.pairs.clone());
        let _ = build(&mut given);
        for problem in given.problems() {
            if problem.kind == ProblemKind::ManyOf {
                let spare: Vec<&str> = problem.name.split(", ").skip(1).collect();
                self.pairs
                    .retain(|(name, _)| !spare.contains(&name.as_str()));
            }
        }
    }

    fn info(&self, name: &str) -> Option<&'static ParameterInfo> {
        let mut parameters = self.operation.parameters.iter();
        parameters.find(|parameter| parameter.name == name)
    }

    /// The value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.pairs.iter().find(|(given, _)| given == name)?;
        Some(value)
    }

    /// What was given, by the names of the operation.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What a list may hold at most.
    pub(super) fn most_items(&self, name: &str) -> Option<usize> {
        let mut rules = self.info(name)?.rules.iter();
        rules.find_map(|rule| match rule {
            Rule::Items { maximum } => Some(*maximum),
            _ => None,
        })
    }

    /// Refuses what the operation does not take.
    pub(super) fn check(&self) -> Result<(), Denial> {
        for (name, value) in self.pairs() {
            let required = self.info(name).is_some_and(|parameter| parameter.required);
            if value.is_empty() && required {
                return Err(Denial::missing(name));
            }
            if value.is_empty() {
                return Err(Denial::new(-1105, format!("Parameter '{name}' was empty.")));
            }
        }
        if let Some(problem) = self.problems.first() {
            return Err(self.denial(problem));
        }
        if let Some(denial) = &self.unlisted {
            return Err(denial.clone());
        }
        let broken = self.request.as_ref().map(|request| request.check());
        match broken {
            Some(Err(invalid)) if !invalid.name().contains('[') => Err(Denial::of_rule(
                invalid.name(),
                invalid.rule(),
                invalid.to_string(),
            )),
            _ => Ok(()),
        }
    }

    fn denial(&self, problem: &Problem) -> Denial {
        let info = self.info(&problem.name);
        match &problem.kind {
            // A constant is a set of one.
            ProblemKind::Malformed { .. } if info.is_some_and(|info| info.ty.starts_with('=')) => {
                Denial::invalid(&problem.name).because(problem.to_string())
            }
            ProblemKind::Malformed { .. }
                if info.is_some_and(|info| info.ty.starts_with("json<")) =>
            {
                Denial::missing(&problem.name).because(problem.to_string())
            }
            _ => Denial::of_problem(problem),
        }
    }

    /// What the request weighs; what the exchange does not tell weighs 1.
    pub(super) fn weight(&self) -> u32 {
        match self.operation.weight {
            WeightRule::None => 0,
            WeightRule::Unknown => 1,
            WeightRule::Fixed(weight) => weight,
            WeightRule::ByPresence { by, given, absent } => match self.get(by) {
                Some(_) => given,
                None => absent,
            },
            WeightRule::Steps {
                by,
                default,
                absent,
                steps,
            } => {
                let number = self.get(by).map(|value| value.parse().unwrap_or(u64::MAX));
                match (number.or(default), absent) {
                    (None, Some(absent)) => absent,
                    (number, _) => step(steps, number.unwrap_or(u64::MAX)),
                }
            }
        }
    }
}

fn step(steps: &[(u64, u32)], number: u64) -> u32 {
    let within = steps.iter().find(|(most, _)| number <= *most);
    within.or(steps.last()).map_or(0, |(_, weight)| *weight)
}

/// The parameters an operation knows, each under its own spelling and once, and how many it does not know.
///
/// The exchange reads names without regard to case, and of two values the first: that of the query before that of the body.
fn known(operation: &Operation, pairs: &[(String, String)]) -> (Vec<(String, String)>, usize) {
    let mut known: Vec<(String, String)> = Vec::new();
    let mut unknown = 0;
    for (name, value) in pairs {
        let Some(info) = parameter(operation, name) else {
            unknown += 1;
            continue;
        };
        if !known.iter().any(|(name, _)| name == info.name) {
            known.push((info.name.to_owned(), value.clone()));
        }
    }
    (known, unknown)
}

fn parameter(operation: &Operation, name: &str) -> Option<&'static ParameterInfo> {
    let find = |same: fn(&str, &str) -> bool| {
        let mut parameters = operation.parameters.iter();
        parameters.find(|info| same(info.name, name))
    };
    find(|one, other| one == other).or_else(|| find(str::eq_ignore_ascii_case))
}
