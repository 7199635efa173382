//! The value of trades.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::contract::Contract;
use super::units::Unit;

/// Decimal places of values in the base asset.
const BASE_DIGITS: u32 = 8;

/// How trades of a contract are valued: in the quote asset on USDⓈ-M, in the base asset on COIN-M.
#[derive(Debug, Clone, Copy)]
pub(super) enum Valuation {
    /// Price times quantity.
    Linear {
        /// Value of one tick times one step.
        unit: Unit,
    },
    /// Contracts times contract size, divided by the price and rounded down.
    Inverse {
        /// Value of one step at a price of one tick, in the last decimal place.
        numerator: i128,
    },
}

impl Valuation {
    pub(super) fn new(contract: &Contract) -> Self {
        let (tick, step) = (contract.tick.size(), contract.step.size());
        let Some(contract_size) = contract.contract_size else {
            let unit = Unit::new(Some(tick.saturating_mul(step)));
            return Self::Linear {
                unit: unit.unwrap_or_else(|| Unit::of_digits(Decimal::MAX_SCALE)),
            };
        };
        let places = Decimal::from(10_u64.pow(BASE_DIGITS));
        let numerator = contract_size
            .checked_mul(step)
            .and_then(|size| size.checked_mul(places))
            .and_then(|size| size.checked_div(tick))
            .and_then(|size| size.to_i128());
        Self::Inverse {
            numerator: numerator.unwrap_or(0),
        }
    }

    /// Returns the value of a trade, in units.
    pub(super) fn value(self, price: i128, quantity: i128) -> i128 {
        match self {
            Self::Linear { .. } => price.saturating_mul(quantity),
            Self::Inverse { numerator } => quantity
                .saturating_mul(numerator)
                .checked_div(price)
                .unwrap_or(0),
        }
    }

    /// Returns a value in units as a decimal.
    pub(super) fn decimal(self, value: i128) -> Decimal {
        match self {
            Self::Linear { unit } => unit.value(value),
            Self::Inverse { .. } => Unit::of_digits(BASE_DIGITS).value(value),
        }
    }
}
