//! Prices and quantities as whole numbers of an increment, so that they are exact and cheap to compute with.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Largest integer that a decimal can hold: its mantissa has 96 bits.
pub(super) const MAX_COUNT: i128 = (1 << 96) - 1;

/// An increment: the tick of prices, or the step of quantities. Positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) struct Unit(Decimal);

impl Unit {
    /// Creates a unit. `None` when there is no increment, or none that is positive.
    pub(super) fn new(increment: Option<Decimal>) -> Option<Self> {
        increment
            .filter(|increment| *increment > Decimal::ZERO)
            .map(Self)
    }

    /// Creates the unit of the last of some decimal places.
    pub(super) fn of_digits(digits: u32) -> Self {
        Self(Decimal::new(1, digits.min(Decimal::MAX_SCALE)))
    }

    /// Returns the increment.
    pub(in crate::mock) fn size(self) -> Decimal {
        self.0
    }

    /// Returns a number of increments as a decimal with the decimal places of the increment. Saturates.
    pub(in crate::mock) fn value(self, count: i128) -> Decimal {
        let count = Decimal::from_i128_with_scale(count.clamp(-MAX_COUNT, MAX_COUNT), 0);
        self.0.saturating_mul(count)
    }

    /// Returns how many whole increments a value has, rounded down. Saturates.
    pub(in crate::mock) fn count(self, value: Decimal) -> i128 {
        let saturated = if value.is_sign_negative() {
            -MAX_COUNT
        } else {
            MAX_COUNT
        };
        let count = value
            .checked_div(self.0)
            .and_then(|count| count.floor().to_i128());
        count.unwrap_or(saturated)
    }

    /// Returns how many increments a value has, rounded up. Saturates.
    pub(super) fn count_up(self, value: Decimal) -> i128 {
        let count = self.count(value);
        count + i128::from(self.value(count) < value)
    }

    /// Returns how many increments a value has, rounded to the nearest number. Saturates.
    pub(super) fn nearest(self, value: Decimal) -> i128 {
        let count = self.count(value);
        let rest = value.saturating_sub(self.value(count));
        count + i128::from(rest.saturating_add(rest) > self.0)
    }

    /// Whether a value is a whole number of increments.
    pub(in crate::mock) fn divides(self, value: Decimal) -> bool {
        value
            .checked_rem(self.0)
            .is_some_and(|remainder| remainder.is_zero())
    }

    /// Rounds a value down to a whole number of increments.
    pub(in crate::mock) fn round_down(self, value: Decimal) -> Decimal {
        self.value(self.count(value))
    }
}
