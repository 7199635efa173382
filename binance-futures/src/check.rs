//! Holding a request's parameters against what the exchange documents of them.

use std::fmt;

use rust_decimal::Decimal;

use crate::error::InvalidParameter;
use crate::parameters::{Parameter, Parameters};
use crate::request::{Metadata, Request, Rule};
use crate::wire::Scalar;

/// Takes a request's parameters and keeps the first that breaks a rule.
pub(crate) struct Checker {
    metadata: Metadata,
    /// The values that the type of the parameter at hand lists.
    listed: &'static [&'static str],
    result: Result<(), InvalidParameter>,
}

impl Checker {
    pub(crate) fn new(metadata: Metadata) -> Self {
        Self {
            metadata,
            listed: &[],
            result: Ok(()),
        }
    }

    pub(crate) fn finish(self) -> Result<(), InvalidParameter> {
        self.result
    }

    fn check(&mut self, name: &str, value: &dyn fmt::Display, holds: impl Fn(Rule) -> bool) {
        if self.result.is_err() {
            return;
        }
        let mut rules = self.metadata.rules.iter().filter(|(of, _)| *of == name);
        if let Some((_, broken)) = rules.find(|(_, rule)| !holds(*rule)) {
            self.result = Err(InvalidParameter::new(
                self.metadata.name,
                name,
                value,
                *broken,
            ));
        }
    }

    fn check_items(&mut self, name: &str, items: usize) {
        self.check(name, &format_args!("{items} items"), |rule| match rule {
            Rule::Items { maximum } => (1..=maximum).contains(&items),
            _ => true,
        });
    }
}

impl Parameters for Checker {
    fn put<P: Parameter + ?Sized>(&mut self, name: &str, value: &P) {
        self.listed = P::VARIANTS;
        value.put(name, self);
        self.listed = &[];
    }

    fn text(&mut self, name: &str, value: &str) {
        if self.result.is_ok() && !self.listed.is_empty() && !self.listed.contains(&value) {
            let rule = Rule::Listed(self.listed);
            self.result = Err(InvalidParameter::new(
                self.metadata.name,
                name,
                &value,
                rule,
            ));
        }
        self.check(name, &value, |rule| match rule {
            Rule::Text {
                max_length,
                allowed,
            } => is_within(value, max_length, allowed),
            _ => Decimal::from_text(value).is_none_or(|number| allows(rule, number)),
        });
    }

    fn signed(&mut self, name: &str, value: i64) {
        if !self.listed.is_empty() {
            return self.text(name, &value.to_string());
        }
        self.decimal(name, value.into());
    }

    fn unsigned(&mut self, name: &str, value: u64) {
        self.decimal(name, value.into());
    }

    fn decimal(&mut self, name: &str, value: Decimal) {
        self.check(name, &value, |rule| allows(rule, value));
    }

    fn flag(&mut self, _: &str, _: bool) {}

    fn json(&mut self, _: &str, _: &dyn fmt::Display) {}

    fn put_json<P: Parameter>(&mut self, name: &str, items: &[P]) {
        self.check_items(name, items.len());
        for item in items {
            self.put(name, item);
        }
    }

    fn put_requests<R: Request>(&mut self, name: &str, requests: &[R]) {
        self.check_items(name, requests.len());
        for (index, request) in requests.iter().enumerate() {
            if self.result.is_ok() {
                self.result = request
                    .check()
                    .map_err(|invalid| invalid.within(name, index));
            }
        }
    }
}

fn is_within(text: &str, max_length: Option<usize>, allowed: Option<&str>) -> bool {
    max_length.is_none_or(|maximum| text.chars().count() <= maximum)
        && allowed.is_none_or(|allowed| text.chars().all(|letter| allowed.contains(letter)))
}

fn allows(rule: Rule, value: Decimal) -> bool {
    let bound = |text: Option<&str>| text.and_then(Decimal::from_text);
    match rule {
        Rule::OneOf(values) => values.iter().any(|one| Decimal::from(*one) == value),
        Rule::Range { minimum, maximum } => {
            bound(minimum).is_none_or(|minimum| value >= minimum)
                && bound(maximum).is_none_or(|maximum| value <= maximum)
        }
        Rule::Text { .. } | Rule::Items { .. } | Rule::Listed(_) => true,
    }
}
