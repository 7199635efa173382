//! Leverage brackets: the larger a position, the lower its maximum leverage and the higher its maintenance margin.
//!
//! All contracts of a product have the same brackets. They are those of this mock exchange, similar to those of large contracts.

use rust_decimal::Decimal;

use crate::dec;

/// A leverage bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) struct Bracket {
    /// Maximum leverage.
    pub(in crate::mock) leverage: u32,
    /// Notional up to which the bracket applies: in the quote asset on USDⓈ-M, in the base asset on COIN-M.
    pub(in crate::mock) cap: Decimal,
    /// Maintenance margin, as a fraction of the notional.
    pub(in crate::mock) maintenance: Decimal,
}

const fn bracket(leverage: u32, cap: Decimal, maintenance: Decimal) -> Bracket {
    Bracket {
        leverage,
        cap,
        maintenance,
    }
}

const USDM: &[Bracket] = &[
    bracket(125, dec!(300000), dec!(0.004)),
    bracket(100, dec!(800000), dec!(0.005)),
    bracket(75, dec!(3000000), dec!(0.0065)),
    bracket(50, dec!(12000000), dec!(0.01)),
    bracket(25, dec!(70000000), dec!(0.02)),
    bracket(20, dec!(100000000), dec!(0.025)),
    bracket(10, dec!(230000000), dec!(0.05)),
    bracket(5, dec!(480000000), dec!(0.1)),
    bracket(4, dec!(600000000), dec!(0.125)),
    bracket(3, dec!(800000000), dec!(0.15)),
    bracket(2, dec!(1200000000), dec!(0.25)),
    bracket(1, dec!(1800000000), dec!(0.5)),
];

const COINM: &[Bracket] = &[
    bracket(125, dec!(5), dec!(0.004)),
    bracket(100, dec!(10), dec!(0.005)),
    bracket(50, dec!(50), dec!(0.01)),
    bracket(25, dec!(150), dec!(0.02)),
    bracket(20, dec!(300), dec!(0.025)),
    bracket(10, dec!(600), dec!(0.05)),
    bracket(5, dec!(1000), dec!(0.1)),
    bracket(4, dec!(1500), dec!(0.125)),
    bracket(3, dec!(2000), dec!(0.15)),
    bracket(2, dec!(3000), dec!(0.25)),
    bracket(1, dec!(5000), dec!(0.5)),
];

/// Returns the brackets of a product, that of the smallest positions first.
pub(in crate::mock) fn brackets(product: &str) -> &'static [Bracket] {
    if product == "coinm" { COINM } else { USDM }
}

/// Returns the largest notional that a leverage permits. Zero if the leverage is too high for every bracket.
pub(in crate::mock) fn max_notional(product: &str, leverage: u32) -> Decimal {
    let permitting = brackets(product)
        .iter()
        .rev()
        .find(|bracket| bracket.leverage >= leverage);
    permitting.map_or(Decimal::ZERO, |bracket| bracket.cap)
}

/// Returns each bracket of a product with its floor and its cumulative deduction: the maintenance margin is notional × fraction − deduction.
pub(in crate::mock) fn with_floors(product: &str) -> Vec<(Bracket, Decimal, Decimal)> {
    let (mut floor, mut fraction, mut cumulative) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    let rows = brackets(product).iter().map(|bracket| {
        let more = bracket.maintenance.saturating_sub(fraction);
        cumulative = cumulative.saturating_add(floor.saturating_mul(more));
        fraction = bracket.maintenance;
        let row = (*bracket, floor, cumulative);
        floor = bracket.cap;
        row
    });
    rows.collect()
}

/// Returns the maintenance margin of a position.
pub(in crate::mock) fn maintenance_margin(product: &str, notional: Decimal) -> Decimal {
    let notional = notional.abs();
    let rows = with_floors(product);
    let row = rows
        .iter()
        .rev()
        .find(|(_, floor, _)| notional > *floor)
        .or(rows.first());
    row.map_or(Decimal::ZERO, |(bracket, _, cumulative)| {
        let margin = notional.saturating_mul(bracket.maintenance);
        margin.saturating_sub(*cumulative).max(Decimal::ZERO)
    })
}

#[cfg(test)]
mod tests {
    use super::{maintenance_margin, max_notional, with_floors};
    use crate::dec;

    #[test]
    fn maintenance_margin_has_no_jump_at_the_border_of_brackets() {
        for product in ["usdm", "coinm"] {
            for (bracket, floor, _) in with_floors(product) {
                let below = maintenance_margin(product, floor);
                let above = maintenance_margin(product, floor + dec!(0.000001));
                assert!(above - below < dec!(0.000001), "{product} {bracket:?}");
            }
        }
        assert_eq!(maintenance_margin("usdm", dec!(-400000)), dec!(1700));
    }

    #[test]
    fn lower_leverage_permits_larger_positions() {
        assert_eq!(max_notional("usdm", 125), dec!(300000));
        assert_eq!(max_notional("usdm", 21), dec!(70000000));
        assert_eq!(max_notional("usdm", 1), dec!(1800000000));
        assert_eq!(max_notional("usdm", 126), dec!(0));
    }
}
