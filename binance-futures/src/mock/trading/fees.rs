//! Fee rates.

use rust_decimal::Decimal;

use super::amount::money;
use crate::dec;

/// Fees of trades, as fractions of their value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) struct FeeRates {
    /// Fee of an order that rested on the order book.
    pub(in crate::mock) maker: Decimal,
    /// Fee of an order that traded at once.
    pub(in crate::mock) taker: Decimal,
    /// Fee of an order with the time in force `RPI`.
    pub(in crate::mock) rpi: Decimal,
}

/// Returns the fee rates of a product. They are the same for all accounts and contracts.
pub(in crate::mock) fn rates(product: &str) -> FeeRates {
    let maker = if product == "coinm" {
        dec!(0.0001)
    } else {
        dec!(0.0002)
    };
    FeeRates {
        maker,
        taker: dec!(0.0005),
        rpi: maker,
    }
}

/// Returns the fee of a trade, in the margin asset.
pub(super) fn commission(product: &str, is_maker: bool, value: Decimal) -> Decimal {
    let rates = rates(product);
    let rate = if is_maker { rates.maker } else { rates.taker };
    money(value.saturating_mul(rate))
}
