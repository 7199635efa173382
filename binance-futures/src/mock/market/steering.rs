//! What orders and tests do to the market.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::contract::Contract;
use super::error::MarketError;
use super::event::{Change, MarketEvent};
use super::trade::{Origin, Trade};
use super::{Level, Market};
use crate::types::{Side, Timestamp};

impl Market {
    /// Fills an order of an account from the order book, as [`fills`](Self::fills) shows it, and records a trade for each fill.
    ///
    /// The quantity is missing from the order book until the next step of the contract.
    pub(in crate::mock) fn take(
        &mut self,
        contract: &Contract,
        side: &Side,
        quantity: Decimal,
        limit: Option<Decimal>,
    ) -> Vec<Trade> {
        let fills = self.fills(contract, side, quantity, limit);
        let now = self.now;
        let Some(series) = self.series.get_mut(contract.index) else {
            return Vec::new();
        };
        for fill in &fills {
            series.liquidity.take(contract, side, *fill);
        }
        if !fills.is_empty() {
            let update_id = series.liquidity.changed(now);
            self.publish(contract, Change::Book { update_id });
        }
        fills
            .iter()
            .filter_map(|fill| self.add(contract, side, *fill, Origin::Order))
            .collect()
    }

    /// Records the trade of an order of an account that rested until its price was reached. `taker` is the side of the other party.
    pub(in crate::mock) fn record(
        &mut self,
        contract: &Contract,
        taker: &Side,
        price: Decimal,
        quantity: Decimal,
    ) -> Option<Trade> {
        self.add(contract, taker, Level { price, quantity }, Origin::Order)
    }

    /// Sets the best bid price of a contract from now on, and prints a trade at this price: a buyer's if the price rises, and a seller's
    /// otherwise.
    pub(in crate::mock) fn set_price(
        &mut self,
        symbol: &str,
        price: Decimal,
    ) -> Result<(), MarketError> {
        let contract = self.tradable(symbol, price)?;
        let now = self.now;
        let Some(series) = self.series.get_mut(contract.index) else {
            return Ok(());
        };
        let count = contract.tick.count(price);
        let before = series.process.bid(now);
        let marks_before = series.prices(now);
        if let Some(lost) = series.process.set_price(now, count) {
            series.history.forget_before(lost);
        }
        series.liquidity.refill();
        let update_id = series.liquidity.changed(now);
        let prices = series.prices(now);
        let mark_change = ((marks_before.mark, marks_before.index) != (prices.mark, prices.index))
            .then(|| Change::MarkPrice {
                mark_price: series.mark_decimal(prices.mark),
                index_price: series.mark_decimal(prices.index),
            });
        let taker = if count > before {
            Side::Buy
        } else {
            Side::Sell
        };
        let book = series.book(now);
        let quantity = book.bids.first().map(|level| level.quantity);
        let quantity = quantity.unwrap_or(contract.step.size());
        self.publish(&contract, Change::Book { update_id });
        if let Some(change) = mark_change {
            self.publish(&contract, change);
        }
        self.add(&contract, &taker, Level { price, quantity }, Origin::Test);
        Ok(())
    }

    /// Prints one trade, at the time to which the market has advanced: a buyer's if the price is above the best bid, and a seller's
    /// otherwise. The order book does not change.
    pub(in crate::mock) fn trade(
        &mut self,
        symbol: &str,
        price: Decimal,
        quantity: Decimal,
    ) -> Result<(), MarketError> {
        let contract = self.tradable(symbol, price)?;
        if quantity <= Decimal::ZERO || !contract.step.divides(quantity) {
            return Err(MarketError::InvalidQuantity {
                symbol: symbol.to_owned(),
                quantity,
                step_size: contract.step.size(),
            });
        }
        let bid = self
            .series
            .get(contract.index)
            .map(|series| series.process.bid(self.now));
        let above = bid.is_some_and(|bid| contract.tick.count(price) > bid);
        let taker = if above { Side::Buy } else { Side::Sell };
        self.add(&contract, &taker, Level { price, quantity }, Origin::Test);
        Ok(())
    }

    fn add(
        &mut self,
        contract: &Contract,
        taker: &Side,
        fill: Level,
        origin: Origin,
    ) -> Option<Trade> {
        let now = self.now;
        let series = self.series.get_mut(contract.index)?;
        let trade = series.add(now, taker, fill.price, fill.quantity, origin);
        self.publish(contract, Change::Trade(trade.clone()));
        Some(trade)
    }

    fn publish(&mut self, contract: &Contract, change: Change) {
        let contract = self.contracts.get(contract.index).map(Arc::clone);
        self.events.extend(contract.map(|contract| MarketEvent {
            time: Timestamp::from_millis(self.now),
            contract,
            change,
        }));
    }

    /// Returns a contract that is open for trading and accepts a price.
    fn tradable(&self, symbol: &str, price: Decimal) -> Result<Arc<Contract>, MarketError> {
        let mut contracts = self.contracts.iter();
        let contract = contracts
            .find(|contract| contract.symbol == symbol)
            .ok_or_else(|| MarketError::UnknownSymbol(symbol.to_owned()))?;
        if !contract.is_trading() {
            return Err(MarketError::NotTrading(symbol.to_owned()));
        }
        if !contract.accepts_price(price) {
            return Err(MarketError::InvalidPrice {
                symbol: symbol.to_owned(),
                price,
                tick_size: contract.tick.size(),
            });
        }
        Ok(Arc::clone(contract))
    }
}
