//! A contract and its order book, as the order operations see them.

use rust_decimal::Decimal;

use super::market::{Book, Market};

/// A contract and its order book at the time of a request.
#[derive(Debug)]
pub(super) struct Listing {
    /// Product id: `usdm` or `coinm`.
    pub(super) product: String,
    /// Symbol.
    pub(super) symbol: String,
    /// Pair, which the contracts of one underlying share.
    pub(super) pair: String,
    /// Value of one contract in the quote asset, in COIN-M. `None` when quantities are in the base asset.
    pub(super) contract_size: Option<Decimal>,
    /// Order book.
    pub(super) book: Book,
}

impl Listing {
    /// Returns the contract of a symbol.
    pub(super) fn new(market: &Market, product: &str, symbol: &str) -> Option<Self> {
        let contract = market.contract(product, symbol)?;
        Some(Self {
            product: product.to_owned(),
            symbol: contract.symbol.clone(),
            pair: contract.pair.clone(),
            contract_size: contract.contract_size,
            book: market.book(contract),
        })
    }
}
