//! Arithmetic that never panics: sums and products saturate, and quotients that do not fit are zero.

use rust_decimal::Decimal;

/// Decimal places of balances, profits and fees.
const MONEY_DIGITS: u32 = 8;

/// Rounds an amount of an asset to the places that the exchange keeps.
pub(in crate::mock) fn money(amount: Decimal) -> Decimal {
    amount.round_dp(MONEY_DIGITS)
}

/// Returns the quotient. Zero if the divisor is zero or the result does not fit.
pub(in crate::mock) fn ratio(dividend: Decimal, divisor: Decimal) -> Decimal {
    dividend.checked_div(divisor).unwrap_or_default()
}

/// Returns the sum.
pub(in crate::mock) fn sum(amounts: impl IntoIterator<Item = Decimal>) -> Decimal {
    amounts
        .into_iter()
        .fold(Decimal::ZERO, Decimal::saturating_add)
}

/// Whether a number is a whole multiple of a step, counted from a base. Any number is, if the step is zero.
pub(in crate::mock) fn is_multiple(number: Decimal, base: Decimal, step: Decimal) -> bool {
    let distance = number.saturating_sub(base);
    step.is_zero()
        || distance
            .checked_rem(step)
            .is_some_and(|rest| rest.is_zero())
}

/// How the value of a quantity follows from the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) enum Valuation {
    /// Linear contracts: the value is in the quote asset, and quantities are in the base asset.
    Linear,
    /// Inverse contracts: the value is in the base asset, and quantities are in contracts.
    Inverse {
        /// Value of one contract in the quote asset.
        contract_size: Decimal,
    },
}

impl Valuation {
    /// The valuation of a contract with this size. `None` for linear contracts.
    pub(in crate::mock) fn of(contract_size: Option<Decimal>) -> Self {
        match contract_size {
            Some(contract_size) => Self::Inverse { contract_size },
            None => Self::Linear,
        }
    }

    /// Returns the value of a quantity at a price, in the margin asset.
    pub(in crate::mock) fn value(self, quantity: Decimal, price: Decimal) -> Decimal {
        match self {
            Self::Linear => quantity.saturating_mul(price),
            Self::Inverse { contract_size } => ratio(quantity.saturating_mul(contract_size), price),
        }
    }

    /// Returns the price at which a quantity has a value. Zero without a quantity.
    pub(in crate::mock) fn price(self, quantity: Decimal, value: Decimal) -> Decimal {
        match self {
            Self::Linear => ratio(value, quantity),
            Self::Inverse { contract_size } => ratio(quantity.saturating_mul(contract_size), value),
        }
    }

    /// Returns the profit of a long position whose value changes from `cost` to `value`.
    pub(in crate::mock) fn profit_of_long(self, cost: Decimal, value: Decimal) -> Decimal {
        match self {
            Self::Linear => value.saturating_sub(cost),
            Self::Inverse { .. } => cost.saturating_sub(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Valuation, is_multiple};
    use crate::dec;
    use rust_decimal::Decimal;

    #[test]
    fn inverse_contracts_gain_in_the_base_asset() {
        let inverse = Valuation::of(Some(dec!(100)));
        let (cost, value) = (
            inverse.value(dec!(10), dec!(50000)),
            inverse.value(dec!(10), dec!(62500)),
        );
        assert_eq!((cost, value), (dec!(0.02), dec!(0.016)));
        assert_eq!(inverse.profit_of_long(cost, value), dec!(0.004));
        assert_eq!(inverse.price(dec!(10), cost), dec!(50000));
    }

    #[test]
    fn multiples_are_counted_from_the_base() {
        assert!(is_multiple(dec!(0.0020), dec!(0.001), dec!(0.001)));
        assert!(!is_multiple(dec!(70000.05), dec!(556.80), dec!(0.10)));
        assert!(is_multiple(dec!(0.5), dec!(0), dec!(0)));
    }

    #[test]
    fn extreme_numbers_do_not_panic() {
        for valuation in [Valuation::Linear, Valuation::of(Some(Decimal::MAX))] {
            let _ = valuation.value(Decimal::MAX, Decimal::MAX);
            let _ = valuation.value(Decimal::MAX, Decimal::ZERO);
            let _ = valuation.price(Decimal::MAX, Decimal::new(1, 28));
        }
        let _ = is_multiple(Decimal::MAX, Decimal::MIN, Decimal::new(3, 28));
    }
}
