//! Funding of perpetual contracts.

use rust_decimal::prelude::ToPrimitive;

use super::contract::Contract;
use super::interval::HOUR;
use super::process::Process;
use crate::mock::server::routes;
use crate::registry;
use crate::types::FundingSettings;

/// Decimal places of funding rates.
pub(super) const RATE_DIGITS: u32 = 8;

/// Interest of eight hours, in the last decimal place of rates: 0.01%.
pub(super) const INTEREST: i64 = 10_000;

/// Largest difference between interest and premium that the rate includes, in the last decimal place of rates: 0.05%.
const MAX_DIFFERENCE: i64 = 50_000;

/// Default bounds of the rate, in the last decimal place of rates: 2%.
const DEFAULT_BOUND: i64 = 2_000_000;

/// Default time between two payments, in hours.
const DEFAULT_HOURS: i64 = 8;

/// Number of moments of an interval at which the premium is measured.
const MEASUREMENTS: i64 = 16;

/// Interval and bounds of the funding of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Funding {
    hours: i64,
    bounds: (i64, i64),
}

impl Funding {
    /// Returns the funding of a contract: the default one, or that of the sample of the funding settings.
    pub(super) fn new(contract: &Contract) -> Self {
        let settings = settings(contract.product);
        let mut settings = settings.iter();
        let settings = settings.find(|settings| settings.symbol.as_str() == contract.symbol);
        let Some(settings) = settings else {
            return Self {
                hours: DEFAULT_HOURS,
                bounds: (-DEFAULT_BOUND, DEFAULT_BOUND),
            };
        };
        let places = rust_decimal::Decimal::from(10_i64.pow(RATE_DIGITS));
        let bound = |bound: rust_decimal::Decimal| bound.saturating_mul(places).to_i64();
        let floor = bound(settings.adjusted_funding_rate_floor).unwrap_or(-DEFAULT_BOUND);
        let cap = bound(settings.adjusted_funding_rate_cap).unwrap_or(DEFAULT_BOUND);
        Self {
            hours: i64::try_from(settings.funding_interval_hours)
                .unwrap_or(DEFAULT_HOURS)
                .clamp(1, 24),
            bounds: (floor.min(cap), floor.max(cap)),
        }
    }

    /// Returns the time between two payments, in milliseconds.
    pub(super) fn interval(self) -> i64 {
        self.hours * HOUR
    }

    /// Returns the last payment at a time or before it.
    pub(super) fn last(self, time: i64) -> i64 {
        time.div_euclid(self.interval()) * self.interval()
    }

    /// Returns the first payment after a time.
    pub(super) fn next(self, time: i64) -> i64 {
        self.last(time) + self.interval()
    }

    /// Returns the rate of the payment at a time, in the last decimal place of rates: the average premium of the mark price since the
    /// payment before, and the interest as far as it differs.
    pub(super) fn rate(self, process: &Process, time: i64) -> i64 {
        let distance = self.interval() / MEASUREMENTS;
        let premiums = (1..=MEASUREMENTS).map(|number| process.premium(time - number * distance));
        let premium = premiums.sum::<i64>() / MEASUREMENTS / 10;
        let interest = INTEREST * self.hours / DEFAULT_HOURS;
        let difference = (interest - premium).clamp(-MAX_DIFFERENCE, MAX_DIFFERENCE);
        (premium + difference).clamp(self.bounds.0, self.bounds.1)
    }
}

/// Returns the funding settings in the sample of a product.
pub(in crate::mock) fn settings(product: &str) -> Vec<FundingSettings> {
    let mut operations = registry::operations();
    let operation = operations.find(|operation| {
        operation.product == product
            && operation
                .path
                .is_some_and(|path| routes::resource(path) == "fundingInfo")
    });
    let sample = operation.map_or("[]", |operation| operation.sample);
    serde_json::from_str(sample).unwrap_or_default()
}
