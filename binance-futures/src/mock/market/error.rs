//! The error of steering the market.

use std::fmt;

use rust_decimal::Decimal;

/// The error of a price or trade that a test gave to the exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MarketError {
    /// No contract has this symbol.
    UnknownSymbol(String),
    /// The contract is not open for trading.
    NotTrading(String),
    /// The price is not positive, outside of the bounds of the contract's price filter, or not on its tick.
    InvalidPrice {
        /// Symbol of the contract.
        symbol: String,
        /// Rejected price.
        price: Decimal,
        /// Tick size of the contract.
        tick_size: Decimal,
    },
    /// The quantity is not positive, or not on the step of the contract.
    InvalidQuantity {
        /// Symbol of the contract.
        symbol: String,
        /// Rejected quantity.
        quantity: Decimal,
        /// Step size of the contract.
        step_size: Decimal,
    },
}

impl fmt::Display for MarketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSymbol(symbol) => write!(f, "no contract has the symbol `{symbol}`"),
            Self::NotTrading(symbol) => write!(f, "`{symbol}` is not open for trading"),
            Self::InvalidPrice {
                symbol,
                price,
                tick_size,
            } => write!(
                f,
                "{price} is not a price of `{symbol}`: it must be within the price filter and a multiple of {tick_size}"
            ),
            Self::InvalidQuantity {
                symbol,
                quantity,
                step_size,
            } => write!(
                f,
                "{quantity} is not a quantity of `{symbol}`: it must be a positive multiple of {step_size}"
            ),
        }
    }
}

impl std::error::Error for MarketError {}
