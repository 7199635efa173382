//! Finding empty values inside of lists and batches.

use std::fmt;

use rust_decimal::Decimal;

use super::{Parameter, ParameterSet, Parameters};

/// Returns whether one of these values is empty text.
pub(super) fn any_value_is_empty<P: Parameter>(items: &[P]) -> bool {
    let mut finder = EmptyFinder(false);
    items.iter().for_each(|item| item.put("", &mut finder));
    finder.0
}

/// Returns whether one of these requests has a parameter that is empty text.
pub(super) fn any_parameter_is_empty<R: ParameterSet>(requests: &[R]) -> bool {
    let mut finder = EmptyFinder(false);
    requests
        .iter()
        .for_each(|request| request.write(&mut finder));
    finder.0
}

/// A writer that only notes whether it was given empty text.
struct EmptyFinder(bool);

impl Parameters for EmptyFinder {
    fn text(&mut self, _: &str, value: &str) {
        self.0 |= value.is_empty();
    }

    fn signed(&mut self, _: &str, _: i64) {}

    fn unsigned(&mut self, _: &str, _: u64) {}

    fn decimal(&mut self, _: &str, _: Decimal) {}

    fn flag(&mut self, _: &str, _: bool) {}

    fn json(&mut self, _: &str, _: &dyn fmt::Display) {}

    fn put_json<P: Parameter>(&mut self, _: &str, items: &[P]) {
        self.0 |= any_value_is_empty(items);
    }

    fn put_requests<R: ParameterSet>(&mut self, _: &str, requests: &[R]) {
        self.0 |= any_parameter_is_empty(requests);
    }
}
