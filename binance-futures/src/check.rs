//! Checking of parameters against the documented rules.

use std::error::Error;
use std::fmt;

use rust_decimal::Decimal;

use crate::parameters::{Parameter, ParameterSet, Parameters, Rule};
use crate::wire::Scalar;

/// Checks parameters against the documented rules. Implemented by every request.
pub trait Check: ParameterSet {
    /// Checks the parameters against the documented rules. Sending does not check them, so that values which the exchange allows later can
    /// be sent without a new version of this crate.
    ///
    /// # Errors
    ///
    /// The first parameter that breaks a rule.
    fn check(&self) -> Result<(), InvalidParameter>;
}

impl<R: ParameterSet> Check for R {
    fn check(&self) -> Result<(), InvalidParameter> {
        let mut checker = Checker {
            request: R::NAME,
            rules: R::RULES,
            variants: &[],
            result: Ok(()),
        };
        self.write(&mut checker);
        checker.result
    }
}

/// A writer that keeps the first parameter that breaks a rule.
struct Checker {
    request: &'static str,
    rules: &'static [(&'static str, Rule)],
    /// The listed values of the current parameter's type.
    variants: &'static [&'static str],
    result: Result<(), InvalidParameter>,
}

impl Checker {
    fn check(&mut self, name: &str, value: &dyn fmt::Display, holds: impl Fn(Rule) -> bool) {
        if self.result.is_err() {
            return;
        }
        let mut rules = self.rules.iter().filter(|(of, _)| *of == name);
        if let Some((_, broken)) = rules.find(|(_, rule)| !holds(*rule)) {
            self.result = Err(InvalidParameter::new(self.request, name, value, *broken));
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
        self.variants = P::VARIANTS;
        value.put(name, self);
        self.variants = &[];
    }

    fn text(&mut self, name: &str, value: &str) {
        if self.result.is_ok() && !self.variants.is_empty() && !self.variants.contains(&value) {
            let rule = Rule::Variants(self.variants);
            self.result = Err(InvalidParameter::new(self.request, name, &value, rule));
        }
        self.check(name, &value, |rule| match rule {
            Rule::Text {
                max_length,
                allowed,
            } => is_within(value, max_length, allowed),
            Rule::Variants(values) => values.contains(&value),
            _ => Decimal::from_text(value).is_none_or(|number| allows(rule, number)),
        });
    }

    fn signed(&mut self, name: &str, value: i64) {
        if !self.variants.is_empty() {
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

    fn put_requests<R: ParameterSet>(&mut self, name: &str, requests: &[R]) {
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

/// A parameter whose value breaks a documented rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidParameter {
    request: &'static str,
    name: String,
    value: String,
    rule: Rule,
}

impl InvalidParameter {
    fn new(request: &'static str, name: &str, value: &dyn fmt::Display, rule: Rule) -> Self {
        Self {
            request,
            name: name.to_owned(),
            value: value.to_string(),
            rule,
        }
    }

    /// Adds the position of the request in a batch.
    fn within(self, list: &str, index: usize) -> Self {
        Self {
            name: format!("{list}[{index}].{}", self.name),
            ..self
        }
    }

    /// Returns the request, such as `usdm::Depth`.
    pub fn request(&self) -> &'static str {
        self.request
    }

    /// Returns the exchange's name of the parameter. In a batch it has a path, such as `batchOrders[2].quantity`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the broken rule.
    pub fn rule(&self) -> Rule {
        self.rule
    }
}

impl fmt::Display for InvalidParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` of {} is {}, expected {}",
            self.name, self.request, self.value, self.rule
        )
    }
}

impl Error for InvalidParameter {}

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
        Rule::Text { .. } | Rule::Items { .. } | Rule::Variants(_) => true,
    }
}

#[cfg(test)]
#[cfg(feature = "usdm")]
mod tests {
    use super::*;
    use crate::parameters::QueryWriter;
    use crate::types::{OrderRefs, OrderType, Side};
    use crate::usdm::{CancelOrders, Depth, NewAlgoOrder, NewOrder, NewOrders};

    fn order() -> NewOrder {
        NewOrder::market("BTCUSDT", Side::Sell, 1)
    }

    fn trailing_stop(callback_rate: &str) -> NewAlgoOrder {
        NewAlgoOrder::new("BTCUSDT", Side::Sell, OrderType::TrailingStopMarket)
            .callback_rate(callback_rate.parse::<Decimal>().unwrap())
    }

    fn cancel(count: u64) -> CancelOrders {
        CancelOrders::new("BTCUSDT", OrderRefs::OrderIds((0..count).collect()))
    }

    #[test]
    fn broken_rule_names_the_parameter_and_the_expected_value() {
        let invalid = Depth::new("BTCUSDT").limit(7).check().unwrap_err();
        assert_eq!(
            invalid.to_string(),
            "`limit` of usdm::Depth is 7, expected one of 5, 10, 20, 50, 100, 500, 1000"
        );
        assert_eq!(
            (invalid.request(), invalid.name()),
            ("usdm::Depth", "limit")
        );
        assert!(matches!(invalid.rule(), Rule::OneOf([5, ..])));
        let invalid = trailing_stop("0.09").check().unwrap_err();
        assert_eq!(
            invalid.to_string(),
            "`callbackRate` of usdm::NewAlgoOrder is 0.09, expected at least 0.1 and at most 20"
        );
        let invalid = order().client_order_id("no spaces").check().unwrap_err();
        assert_eq!(invalid.name(), "newClientOrderId");
        assert!(order().client_order_id("x".repeat(37)).check().is_err());
    }

    #[test]
    fn unlisted_enum_value_breaks_a_rule_but_is_written() {
        let order = NewOrder::market("BTCUSDT", Side::from("BOUGHT"), 1);
        assert_eq!(
            order.check().unwrap_err().to_string(),
            "`side` of usdm::NewOrder is BOUGHT, expected one of BUY, SELL"
        );
        let mut query = QueryWriter::new();
        order.write(&mut query);
        assert!(query.as_str().contains("side=BOUGHT"));
    }

    #[test]
    fn valid_parameters_pass() {
        assert_eq!(Depth::new("BTCUSDT").check(), Ok(()));
        assert_eq!(Depth::new("BTCUSDT").limit(1000).check(), Ok(()));
        assert_eq!(order().client_order_id("x".repeat(36)).check(), Ok(()));
        assert_eq!(trailing_stop("0.10").check(), Ok(()));
        assert_eq!(trailing_stop("20.00").check(), Ok(()));
        assert_eq!(cancel(10).check(), Ok(()));
    }

    #[test]
    fn lists_and_their_items_are_checked() {
        assert_eq!(
            cancel(11).check().unwrap_err().to_string(),
            "`orderIdList` of usdm::CancelOrders is 11 items, expected from 1 to 10 items"
        );
        assert!(cancel(0).check().is_err());
        let invalid = NewOrders::new(vec![order(); 6]).check().unwrap_err();
        assert_eq!(invalid.name(), "batchOrders");
        let batch = NewOrders::new([order(), order().client_order_id("no spaces")]);
        let invalid = batch.check().unwrap_err();
        assert_eq!(
            (invalid.request(), invalid.name()),
            ("usdm::NewOrder", "batchOrders[1].newClientOrderId")
        );
    }
}
