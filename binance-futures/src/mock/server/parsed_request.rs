//! The parameters of a request, parsed for an operation and checked by the rules of the spec.

use super::rejection::Rejection;
use crate::dynamic::{ParamMap, Problem, ProblemKind};
use crate::parameters::Rule;
use crate::registry::{AnyRequest, Operation, ParameterInfo, WeightRule};

/// Parameters parsed as those of an operation.
#[derive(Debug)]
pub(in crate::mock) struct ParsedRequest {
    /// The operation.
    pub(in crate::mock) operation: &'static Operation,
    parameters: Vec<(String, String)>,
    unknown: usize,
    problems: Vec<Problem>,
    unlisted: Option<Rejection>,
    request: Option<Box<dyn AnyRequest>>,
}

impl ParsedRequest {
    /// Parses parameters as those of the operation with the fewest problems, then with the fewest unknown parameters.
    /// Of several such operations, one whose product has the contract that the parameters name is preferred.
    pub(in crate::mock) fn best_match(
        operations: &[&'static Operation],
        parameters: &[(String, String)],
        names_contract: impl Fn(&Operation) -> bool,
    ) -> Option<Self> {
        operations
            .iter()
            .map(|operation| Self::new(operation, parameters))
            .min_by_key(|parsed| {
                let is_other = !names_contract(parsed.operation);
                (parsed.problems.len(), parsed.unknown, is_other)
            })
    }

    /// Parses parameters as those of an operation.
    pub(in crate::mock) fn new(
        operation: &'static Operation,
        parameters: &[(String, String)],
    ) -> Self {
        let (parameters, unknown) = known_parameters(operation, parameters);
        let mut parsed = Self {
            operation,
            parameters,
            unknown,
            problems: Vec::new(),
            unlisted: None,
            request: None,
        };
        parsed.build();
        parsed
    }

    fn build(&mut self) {
        let Some(build) = self.operation.build else {
            return;
        };
        self.keep_first_of_each_choice(build);
        let mut map = ParamMap::from_pairs(self.parameters.clone());
        self.request = build(&mut map);
        self.unlisted = self.parameters.iter().find_map(|(name, value)| {
            let listed = map.variants(name);
            let ty = self.info(name)?.ty;
            let unlisted = !listed.is_empty() && !listed.contains(&value.as_str());
            unlisted.then(|| Rejection::unlisted_value(name, ty, value, listed))
        });
        self.problems = map.finish().err().unwrap_or_default();
        // The items of a batch are rejected one by one.
        self.problems.retain(|problem| !problem.name.contains('['));
    }

    /// Keeps only the first parameter of each choice, in which exactly one parameter is expected: the exchange uses the first. It rejects an
    /// order with a price and a price match instead.
    fn keep_first_of_each_choice(
        &mut self,
        build: fn(&mut ParamMap) -> Option<Box<dyn AnyRequest>>,
    ) {
        let mut map = ParamMap::from_pairs(self.parameters.clone());
        let _ = build(&mut map);
        for problem in map.problems() {
            if problem.kind == ProblemKind::ManyOf {
                let ignored: Vec<&str> = problem.name.split(", ").skip(1).collect();
                let is_price_match =
                    |(name, value): &(String, String)| name == "priceMatch" && value != "NONE";
                if ignored.contains(&"priceMatch") && self.parameters.iter().any(is_price_match) {
                    continue;
                }
                self.parameters
                    .retain(|(name, _)| !ignored.contains(&name.as_str()));
            }
        }
    }

    /// Returns a parameter as the spec describes it.
    pub(in crate::mock) fn info(&self, name: &str) -> Option<&'static ParameterInfo> {
        let mut parameters = self.operation.parameters.iter();
        parameters.find(|parameter| parameter.name == name)
    }

    /// Returns the value of a parameter.
    pub(in crate::mock) fn get(&self, wanted: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(name, _)| name == wanted)?;
        Some(value)
    }

    /// Returns the known parameters, by their names in the spec.
    pub(in crate::mock) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the maximum number of items of a list parameter.
    pub(in crate::mock) fn max_items(&self, name: &str) -> Option<usize> {
        let mut rules = self.info(name)?.rules.iter();
        rules.find_map(|rule| match rule {
            Rule::Items { maximum } => Some(*maximum),
            _ => None,
        })
    }

    /// Rejects parameters that the operation does not accept.
    pub(in crate::mock) fn check(&self) -> Result<(), Rejection> {
        for (name, value) in self.parameters() {
            let required = self.info(name).is_some_and(|parameter| parameter.required);
            if value.is_empty() && required {
                return Err(Rejection::missing_parameter(name));
            }
            if value.is_empty() {
                return Err(Rejection::new(
                    -1105,
                    format!("Parameter '{name}' was empty."),
                ));
            }
        }
        if let Some(problem) = self.problems.first() {
            return Err(self.rejection(problem));
        }
        if let Some(rejection) = &self.unlisted {
            return Err(rejection.clone());
        }
        let checked = self.request.as_ref().map(|request| request.check());
        match checked {
            Some(Err(invalid)) if !invalid.name().contains('[') => Err(Rejection::from_rule(
                invalid.name(),
                invalid.rule(),
                invalid.to_string(),
            )),
            _ => Ok(()),
        }
    }

    fn rejection(&self, problem: &Problem) -> Rejection {
        let info = self.info(&problem.name);
        match &problem.kind {
            // Another value than the constant is invalid, not malformed.
            ProblemKind::Malformed { .. } if info.is_some_and(|info| info.ty.starts_with('=')) => {
                Rejection::invalid_parameter(&problem.name).with_detail(problem.to_string())
            }
            ProblemKind::Malformed { .. }
                if info.is_some_and(|info| info.ty.starts_with("json<")) =>
            {
                Rejection::missing_parameter(&problem.name).with_detail(problem.to_string())
            }
            _ => Rejection::from_problem(problem),
        }
    }

    /// Returns the weight of the request. An undocumented weight counts as 1.
    pub(in crate::mock) fn weight(&self) -> u32 {
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
                    (number, _) => weight_of_step(steps, number.unwrap_or(u64::MAX)),
                }
            }
        }
    }
}

fn weight_of_step(steps: &[(u64, u32)], number: u64) -> u32 {
    let step = steps.iter().find(|(maximum, _)| number <= *maximum);
    step.or(steps.last()).map_or(0, |(_, weight)| *weight)
}

/// Returns the parameters that an operation has, each once and by its name in the spec, and the number of unknown ones.
///
/// As on the exchange, names are compared without regard to case, and the first of several values counts:
/// that of the query before that of the body.
fn known_parameters(
    operation: &Operation,
    parameters: &[(String, String)],
) -> (Vec<(String, String)>, usize) {
    let mut known: Vec<(String, String)> = Vec::new();
    let mut unknown = 0;
    for (name, value) in parameters {
        let Some(info) = find_parameter(operation, name) else {
            unknown += 1;
            continue;
        };
        if !known.iter().any(|(name, _)| name == info.name) {
            known.push((info.name.to_owned(), value.clone()));
        }
    }
    (known, unknown)
}

fn find_parameter(operation: &Operation, name: &str) -> Option<&'static ParameterInfo> {
    let find = |is_same: fn(&str, &str) -> bool| {
        let mut parameters = operation.parameters.iter();
        parameters.find(|info| is_same(info.name, name))
    };
    find(|one, other| one == other).or_else(|| find(str::eq_ignore_ascii_case))
}
