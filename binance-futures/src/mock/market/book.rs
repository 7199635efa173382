//! The order book of a contract at one moment.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::contract::Contract;
use super::noise;
use super::units::MAX_COUNT;
use crate::types::{Side, Timestamp};

/// An order book. Prices are on the tick and quantities on the step of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Book {
    /// Id of the last change. Increases with every change of the book.
    pub(in crate::mock) update_id: u64,
    /// Time of the last change.
    pub(in crate::mock) time: Timestamp,
    /// Bid levels, the best price first.
    pub(in crate::mock) bids: Vec<Level>,
    /// Ask levels, the best price first.
    pub(in crate::mock) asks: Vec<Level>,
}

/// A price level, or a fill at one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) struct Level {
    /// Price.
    pub(in crate::mock) price: Decimal,
    /// Quantity available or filled at the price.
    pub(in crate::mock) quantity: Decimal,
}

impl Book {
    /// Returns a book without levels.
    pub(super) fn empty(update_id: u64, time: i64) -> Self {
        Self {
            update_id,
            time: Timestamp::from_millis(time),
            bids: Vec::new(),
            asks: Vec::new(),
        }
    }

    /// Returns the levels that an order of this side trades with.
    pub(in crate::mock) fn opposite_side(&self, side: &Side) -> &[Level] {
        if is_buy(side) { &self.asks } else { &self.bids }
    }

    /// Returns the levels among which an order of this side rests.
    pub(in crate::mock) fn same_side(&self, side: &Side) -> &[Level] {
        if is_buy(side) { &self.bids } else { &self.asks }
    }

    /// Returns the immediate fills of an order: at its limit price or better, up to its quantity.
    pub(in crate::mock) fn fills(
        &self,
        side: &Side,
        quantity: Decimal,
        limit: Option<Decimal>,
    ) -> Vec<Level> {
        let mut remaining = quantity;
        let mut fills = Vec::new();
        for level in self.opposite_side(side) {
            let acceptable = limit.is_none_or(|limit| {
                if is_buy(side) {
                    level.price <= limit
                } else {
                    level.price >= limit
                }
            });
            let quantity = level.quantity.min(remaining);
            if !acceptable || quantity <= Decimal::ZERO {
                break;
            }
            fills.push(Level { quantity, ..*level });
            remaining = remaining.saturating_sub(quantity);
        }
        fills
    }
}

pub(super) fn is_buy(side: &Side) -> bool {
    *side == Side::Buy
}

/// Id of the first change of a book.
const FIRST_UPDATE_ID: u64 = 8_000_000_000_001;

/// Quantity of each level, in units of [`UNIT_VALUE`].
const LEVEL_UNITS: [u32; 20] = [
    2, 1, 3, 2, 5, 3, 8, 4, 6, 9, 5, 12, 7, 10, 14, 8, 11, 16, 9, 20,
];

/// Value of one unit of a level, in the quote asset.
const UNIT_VALUE: u32 = 50_000;

/// What makes the books of a contract: the quantities at each distance from the best prices, and what orders have taken.
#[derive(Debug)]
pub(super) struct Liquidity {
    stream: u64,
    min: i128,
    max: i128,
    /// Taken quantity in steps, by side (whether it is an ask) and price in ticks.
    taken: BTreeMap<(bool, i128), i128>,
    update_id: u64,
    time: i64,
}

impl Liquidity {
    /// Full books whose prices are between `min` and `max`.
    pub(super) fn new(stream: u64, (min, max): (i128, i128), start: i64) -> Self {
        Self {
            stream,
            min,
            max,
            taken: BTreeMap::new(),
            update_id: FIRST_UPDATE_ID,
            time: start,
        }
    }

    /// Returns a book without levels.
    pub(super) fn empty_book(&self) -> Book {
        Book::empty(self.update_id, self.time)
    }

    /// Returns the book around a best bid price. Quantities vary by step, if one is given.
    pub(super) fn book(&self, contract: &Contract, bid: i128, step: Option<i64>) -> Book {
        Book {
            bids: self.side(contract, bid, false, step),
            asks: self.side(contract, bid, true, step),
            ..self.empty_book()
        }
    }

    fn side(&self, contract: &Contract, bid: i128, is_ask: bool, step: Option<i64>) -> Vec<Level> {
        let price = contract.tick.value(bid);
        let unit = Decimal::from(UNIT_VALUE).checked_div(contract.contract_size.unwrap_or(price));
        let unit = unit.unwrap_or(Decimal::ONE);
        let level = |(index, units): (i128, &u32)| {
            let ticks = if is_ask { bid + 1 + index } else { bid - index };
            if !(self.min..=self.max).contains(&ticks) {
                return None;
            }
            let full = contract
                .step
                .nearest(unit.saturating_mul(Decimal::from(*units)));
            let full = self.varied(full, ticks, step).max(1);
            let taken = self.taken.get(&(is_ask, ticks)).copied().unwrap_or(0);
            (full > taken).then(|| Level {
                price: contract.tick.value(ticks),
                quantity: contract.step.value(full - taken),
            })
        };
        (0..).zip(&LEVEL_UNITS).filter_map(level).collect()
    }

    /// Returns between a half and one and a half of a quantity, if quantities vary.
    fn varied(&self, quantity: i128, ticks: i128, step: Option<i64>) -> i128 {
        let Some(step) = step else {
            return quantity;
        };
        let place = (ticks % i128::from(u32::MAX)) as i64;
        let percent = 50 + noise::hash(noise::hash(self.stream, step), place) % 101;
        quantity.min(MAX_COUNT).saturating_mul(i128::from(percent)) / 100
    }

    /// Whether orders have taken something that is not refilled yet.
    pub(super) fn is_reduced(&self) -> bool {
        !self.taken.is_empty()
    }

    /// Removes what an order of this side takes at a price.
    pub(super) fn take(&mut self, contract: &Contract, side: &Side, fill: Level) {
        let key = (is_buy(side), contract.tick.count(fill.price));
        let taken = self.taken.entry(key).or_default();
        *taken = taken.saturating_add(contract.step.count_up(fill.quantity));
    }

    /// Fills the book up again.
    pub(super) fn refill(&mut self) {
        self.taken.clear();
    }

    /// Counts a change of the book at a time. Returns its id.
    pub(super) fn changed(&mut self, time: i64) -> u64 {
        self.time = time;
        self.update_id = self.update_id.saturating_add(1);
        self.update_id
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{Book, Level};
    use crate::dec;
    use crate::types::{Side, Timestamp};

    fn level(price: Decimal, quantity: Decimal) -> Level {
        Level { price, quantity }
    }

    #[test]
    fn order_takes_the_best_prices_first_and_none_beyond_its_limit() {
        let book = Book {
            update_id: 1,
            time: Timestamp::from_millis(0),
            bids: vec![level(dec!(100.0), dec!(1000)), level(dec!(99.9), dec!(500))],
            asks: vec![
                level(dec!(100.1), dec!(1000)),
                level(dec!(100.2), dec!(500)),
            ],
        };
        let fills = book.fills(&Side::Buy, dec!(1200), Some(dec!(100.1)));
        assert_eq!(fills, [level(dec!(100.1), dec!(1000))]);
        let fills = book.fills(&Side::Sell, dec!(1200), None);
        let expected = [level(dec!(100.0), dec!(1000)), level(dec!(99.9), dec!(200))];
        assert_eq!(fills, expected);
        assert_eq!(book.fills(&Side::Buy, dec!(1), Some(dec!(100.0))), []);
    }
}
