//! Quotes and conversions of assets.

use rust_decimal::Decimal;

use super::history::History;
use crate::types::Timestamp;

/// A quote for a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Quote {
    /// Id.
    pub(in crate::mock) id: u64,
    /// Asset to convert from.
    pub(in crate::mock) from_asset: String,
    /// Asset to convert to.
    pub(in crate::mock) to_asset: String,
    /// Amount that is given.
    pub(in crate::mock) from_amount: Decimal,
    /// Amount that is received.
    pub(in crate::mock) to_amount: Decimal,
    /// Amount of the asset to convert to for one unit of the other.
    pub(in crate::mock) rate: Decimal,
    /// Time until which the quote can be accepted.
    pub(in crate::mock) expires: Timestamp,
    /// The conversion, after the quote was accepted.
    pub(in crate::mock) conversion: Option<Conversion>,
}

/// A conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) struct Conversion {
    /// Id.
    pub(in crate::mock) order_id: u64,
    /// Time at which the quote was accepted.
    pub(in crate::mock) time: Timestamp,
}

/// The amount of a requested quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) enum QuoteAmount {
    /// Amount to give.
    From(Decimal),
    /// Amount to receive.
    To(Decimal),
}

/// The quotes of an account.
#[derive(Debug, Clone, Default)]
pub(in crate::mock) struct Conversions {
    pub(super) quotes: History<Quote>,
}

impl Conversions {
    /// Returns the quote that matches.
    pub(in crate::mock) fn find(&self, matches: impl Fn(&Quote) -> bool) -> Option<&Quote> {
        self.quotes.iter().rev().find(|quote| matches(quote))
    }
}
