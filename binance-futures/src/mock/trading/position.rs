//! Positions: how fills change their size, entry price, profit and margin.

use rust_decimal::Decimal;

use super::amount::{Valuation, money, ratio};
use crate::types::{Side, Timestamp};

/// A position of one symbol and position side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::mock) struct Position {
    /// Quantity. Negative for a short position.
    pub(in crate::mock) quantity: Decimal,
    /// Value at which the position was opened, in the margin asset. Never negative.
    cost: Decimal,
    /// Fees minus realized profits since the position was opened.
    carried: Decimal,
    /// Margin that is reserved for an isolated position, without its unrealized profit. Zero with cross margin.
    pub(in crate::mock) isolated_wallet: Decimal,
    /// Time of the last change. `None` if there was none.
    pub(in crate::mock) updated_at: Option<Timestamp>,
}

/// A fill that changes a position.
#[derive(Debug, Clone, Copy)]
pub(in crate::mock) struct PositionFill {
    /// Side of the order.
    pub(in crate::mock) is_buy: bool,
    /// Filled quantity.
    pub(in crate::mock) quantity: Decimal,
    /// Price.
    pub(in crate::mock) price: Decimal,
    /// Fee, in the margin asset.
    pub(in crate::mock) commission: Decimal,
    /// Leverage of isolated margin. `None` with cross margin.
    pub(in crate::mock) isolated_leverage: Option<Decimal>,
    /// Time.
    pub(in crate::mock) time: Timestamp,
}

impl Position {
    /// Whether there is no position.
    pub(in crate::mock) fn is_empty(&self) -> bool {
        self.quantity.is_zero()
    }

    /// Whether an order of this side makes the position smaller.
    pub(in crate::mock) fn is_reduced_by(&self, side: &Side) -> bool {
        match side {
            Side::Buy => self.quantity < Decimal::ZERO,
            _ => self.quantity > Decimal::ZERO,
        }
    }

    /// Applies a fill, and returns the realized profit. A fill that is larger than the opposite position turns it around.
    pub(in crate::mock) fn fill(&mut self, valuation: Valuation, fill: &PositionFill) -> Decimal {
        let side = if fill.is_buy { Side::Buy } else { Side::Sell };
        let closed = if self.is_reduced_by(&side) {
            fill.quantity.min(self.quantity.abs())
        } else {
            Decimal::ZERO
        };
        let profit = self.close(valuation, closed, fill.price);
        self.carried = self.carried.saturating_sub(profit);
        if self.is_empty() {
            self.carried = Decimal::ZERO;
        }
        let opened = fill.quantity.saturating_sub(closed);
        if opened > Decimal::ZERO {
            let value = valuation.value(opened, fill.price);
            self.cost = self.cost.saturating_add(value);
            let signed = if fill.is_buy { opened } else { -opened };
            self.quantity = self.quantity.saturating_add(signed);
            if let Some(leverage) = fill.isolated_leverage {
                let margin = money(ratio(value, leverage));
                self.isolated_wallet = self.isolated_wallet.saturating_add(margin);
            }
        }
        if !self.is_empty() {
            self.carried = self.carried.saturating_add(fill.commission);
        }
        self.updated_at = Some(fill.time);
        profit
    }

    /// Closes a part of the position, releases its share of the isolated margin, and returns the realized profit.
    fn close(&mut self, valuation: Valuation, closed: Decimal, price: Decimal) -> Decimal {
        if closed.is_zero() {
            return Decimal::ZERO;
        }
        let is_whole = closed == self.quantity.abs();
        let share = ratio(closed, self.quantity.abs());
        let cost = if is_whole {
            self.cost
        } else {
            self.cost.saturating_mul(share)
        };
        let profit = valuation.profit_of_long(cost, valuation.value(closed, price));
        let profit = if self.quantity.is_sign_negative() {
            -profit
        } else {
            profit
        };
        let released = if is_whole {
            self.isolated_wallet
        } else {
            money(self.isolated_wallet.saturating_mul(share))
        };
        self.isolated_wallet = self.isolated_wallet.saturating_sub(released);
        self.cost = self.cost.saturating_sub(cost);
        self.quantity = if self.quantity.is_sign_negative() {
            self.quantity.saturating_add(closed)
        } else {
            self.quantity.saturating_sub(closed)
        };
        money(profit)
    }

    /// Returns the average price at which the position was opened. Zero without a position.
    pub(in crate::mock) fn entry_price(&self, valuation: Valuation) -> Decimal {
        valuation.price(self.quantity.abs(), self.cost)
    }

    /// Returns the price at which closing the position makes up for fees and realized losses. Zero without a position.
    pub(in crate::mock) fn break_even_price(&self, valuation: Valuation) -> Decimal {
        let needs_higher_value =
            self.quantity.is_sign_negative() != (valuation == Valuation::Linear);
        let value = if needs_higher_value {
            self.cost.saturating_add(self.carried)
        } else {
            self.cost.saturating_sub(self.carried)
        };
        valuation.price(self.quantity.abs(), value)
    }

    /// Returns the unrealized profit at a price.
    pub(in crate::mock) fn unrealized_profit(
        &self,
        valuation: Valuation,
        price: Decimal,
    ) -> Decimal {
        let value = valuation.value(self.quantity.abs(), price);
        let profit = valuation.profit_of_long(self.cost, value);
        money(if self.quantity.is_sign_negative() {
            -profit
        } else {
            profit
        })
    }

    /// Returns the value at a price, in the margin asset. Negative for a short position.
    pub(in crate::mock) fn notional(&self, valuation: Valuation, price: Decimal) -> Decimal {
        money(valuation.value(self.quantity, price))
    }
}

#[cfg(test)]
mod tests {
    use super::{Position, PositionFill};
    use crate::dec;
    use crate::mock::trading::amount::Valuation;
    use crate::types::Timestamp;
    use rust_decimal::Decimal;

    fn fill(is_buy: bool, quantity: Decimal, price: Decimal) -> PositionFill {
        PositionFill {
            is_buy,
            quantity,
            price,
            commission: Decimal::ONE,
            isolated_leverage: Some(dec!(10)),
            time: Timestamp::from_millis(7),
        }
    }

    #[test]
    fn position_is_opened_reduced_and_turned_around() {
        let linear = Valuation::Linear;
        let mut position = Position::default();
        assert_eq!(
            position.fill(linear, &fill(true, dec!(1), dec!(100))),
            dec!(0)
        );
        assert_eq!(
            position.fill(linear, &fill(true, dec!(3), dec!(120))),
            dec!(0)
        );
        assert_eq!(position.entry_price(linear), dec!(115));
        assert_eq!(position.break_even_price(linear), dec!(115.5));
        assert_eq!(position.isolated_wallet, dec!(46));
        assert_eq!(position.unrealized_profit(linear, dec!(110)), dec!(-20));

        assert_eq!(
            position.fill(linear, &fill(false, dec!(1), dec!(125))),
            dec!(10)
        );
        assert_eq!(position.entry_price(linear), dec!(115));
        assert_eq!(position.isolated_wallet, dec!(34.5));
        assert_eq!(position.notional(linear, dec!(100)), dec!(300));

        assert_eq!(
            position.fill(linear, &fill(false, dec!(5), dec!(105))),
            dec!(-30)
        );
        assert_eq!(position.quantity, dec!(-2));
        assert_eq!(position.entry_price(linear), dec!(105));
        assert_eq!(position.isolated_wallet, dec!(21));
        assert_eq!(position.unrealized_profit(linear, dec!(100)), dec!(10));
        assert_eq!(position.break_even_price(linear), dec!(104.5));

        assert_eq!(
            position.fill(linear, &fill(true, dec!(2), dec!(100))),
            dec!(10)
        );
        assert!(position.is_empty());
        assert_eq!(position.isolated_wallet, dec!(0));
        assert_eq!(position.entry_price(linear), dec!(0));
    }

    #[test]
    fn short_position_of_an_inverse_contract_gains_when_the_price_falls() {
        let inverse = Valuation::of(Some(dec!(100)));
        let mut position = Position::default();
        position.fill(inverse, &fill(false, dec!(10), dec!(50000)));
        assert_eq!(
            position.unrealized_profit(inverse, dec!(40000)),
            dec!(0.005)
        );
        assert_eq!(position.notional(inverse, dec!(40000)), dec!(-0.025));
        assert_eq!(
            position.fill(inverse, &fill(true, dec!(10), dec!(40000))),
            dec!(0.005)
        );
    }
}
