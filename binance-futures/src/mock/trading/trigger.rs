//! Triggers of conditional orders.

use rust_decimal::Decimal;

use super::amount::ratio;
use crate::types::{OrderType, Side, WorkingType};

/// The prices that triggers watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) struct WatchedPrices {
    /// Price of the last trade.
    pub(in crate::mock) last: Decimal,
    /// Mark price.
    pub(in crate::mock) mark: Decimal,
}

/// What a conditional order waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Trigger {
    /// Side of the order.
    pub(in crate::mock) side: Side,
    /// Which price is watched.
    pub(in crate::mock) working_type: WorkingType,
    /// Maximum difference between mark price and last price, as a fraction. `None` without price protection.
    pub(in crate::mock) protection: Option<Decimal>,
    /// What happens to the price.
    pub(in crate::mock) condition: Condition,
}

/// A condition on the watched price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) enum Condition {
    /// The price rises to the trigger price (buy order) or falls to it (sell order).
    Stop(Decimal),
    /// The price falls to the trigger price (buy order) or rises to it (sell order).
    TakeProfit(Decimal),
    /// The price reverses by the callback rate, after the activation.
    Trailing(Trailing),
}

/// State of a trailing stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Trailing {
    /// Price at which the stop begins to follow the market. `None`: at once.
    pub(in crate::mock) activation_price: Option<Decimal>,
    /// Callback rate, in percent.
    pub(in crate::mock) callback_rate: Decimal,
    /// Best price since the activation. `None` before it.
    pub(in crate::mock) extreme: Option<Decimal>,
}

impl Trigger {
    /// Observes prices, and returns whether the order triggers.
    pub(in crate::mock) fn observe(&mut self, prices: WatchedPrices) -> bool {
        let price = self.watched(prices);
        let is_buy = self.side == Side::Buy;
        let reached = match &mut self.condition {
            Condition::Trailing(trailing) => trailing.observe(is_buy, price),
            _ => self.is_reached(price),
        };
        reached && self.is_permitted(prices)
    }

    /// Whether the market already is where the order would trigger, or, for a trailing stop, beyond its activation price.
    pub(in crate::mock) fn is_late(&self, prices: WatchedPrices) -> bool {
        let price = self.watched(prices);
        match &self.condition {
            Condition::Trailing(trailing) => trailing.activation_price.is_some_and(|activation| {
                if self.side == Side::Buy {
                    activation >= price
                } else {
                    activation <= price
                }
            }),
            _ => self.is_reached(price),
        }
    }

    /// Trigger price. Zero for a trailing stop that is not active yet.
    pub(in crate::mock) fn price(&self) -> Decimal {
        match &self.condition {
            Condition::Stop(price) | Condition::TakeProfit(price) => *price,
            Condition::Trailing(trailing) => trailing
                .stop_price(self.side == Side::Buy)
                .unwrap_or_default(),
        }
    }

    /// State of a trailing stop. `None` for all other orders.
    pub(in crate::mock) fn trailing(&self) -> Option<&Trailing> {
        match &self.condition {
            Condition::Trailing(trailing) => Some(trailing),
            _ => None,
        }
    }

    fn watched(&self, prices: WatchedPrices) -> Decimal {
        match self.working_type {
            WorkingType::MarkPrice => prices.mark,
            _ => prices.last,
        }
    }

    fn is_reached(&self, price: Decimal) -> bool {
        match (&self.condition, self.side == Side::Buy) {
            (Condition::Stop(trigger), true) | (Condition::TakeProfit(trigger), false) => {
                price >= *trigger
            }
            (Condition::Stop(trigger), false) | (Condition::TakeProfit(trigger), true) => {
                price <= *trigger
            }
            (Condition::Trailing(_), _) => false,
        }
    }

    /// Whether price protection permits that the order triggers.
    fn is_permitted(&self, prices: WatchedPrices) -> bool {
        let difference = prices.last.saturating_sub(prices.mark).abs();
        self.protection
            .is_none_or(|limit| ratio(difference, prices.mark) <= limit)
    }
}

impl Trailing {
    fn observe(&mut self, is_buy: bool, price: Decimal) -> bool {
        let better = |one: Decimal, other: Decimal| {
            if is_buy {
                one.min(other)
            } else {
                one.max(other)
            }
        };
        self.extreme = match (self.extreme, self.activation_price) {
            (Some(extreme), _) => Some(better(extreme, price)),
            (None, Some(activation)) if better(price, activation) != price => None,
            (None, _) => Some(price),
        };
        self.stop_price(is_buy)
            .is_some_and(|stop| if is_buy { price >= stop } else { price <= stop })
    }

    fn stop_price(&self, is_buy: bool) -> Option<Decimal> {
        let distance = ratio(self.callback_rate, Decimal::ONE_HUNDRED);
        let factor = if is_buy {
            Decimal::ONE.saturating_add(distance)
        } else {
            Decimal::ONE.saturating_sub(distance)
        };
        self.extreme.map(|extreme| extreme.saturating_mul(factor))
    }
}

/// Whether orders of a type wait for a trigger.
pub(in crate::mock) fn is_conditional(order_type: &OrderType) -> bool {
    matches!(
        order_type,
        OrderType::Stop
            | OrderType::StopMarket
            | OrderType::TakeProfit
            | OrderType::TakeProfitMarket
            | OrderType::TrailingStopMarket
    )
}

/// Returns the type that an order has after it triggered.
pub(in crate::mock) fn triggered_type(order_type: &OrderType) -> OrderType {
    match order_type {
        OrderType::Stop | OrderType::TakeProfit | OrderType::Limit => OrderType::Limit,
        _ => OrderType::Market,
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Trailing, Trigger, WatchedPrices};
    use crate::dec;
    use crate::types::{Side, WorkingType};
    use rust_decimal::Decimal;

    fn trigger(side: Side, condition: Condition) -> Trigger {
        Trigger {
            side,
            working_type: WorkingType::ContractPrice,
            protection: None,
            condition,
        }
    }

    fn at(last: i64) -> WatchedPrices {
        WatchedPrices {
            last: Decimal::from(last),
            mark: dec!(100),
        }
    }

    #[test]
    fn stops_and_take_profits_trigger_on_opposite_sides() {
        for (side, condition, below, above) in [
            (Side::Buy, Condition::Stop(dec!(100)), false, true),
            (Side::Sell, Condition::Stop(dec!(100)), true, false),
            (Side::Buy, Condition::TakeProfit(dec!(100)), true, false),
            (Side::Sell, Condition::TakeProfit(dec!(100)), false, true),
        ] {
            let mut trigger = trigger(side, condition);
            for (price, expected) in [(99, below), (100, true), (101, above)] {
                assert_eq!(
                    trigger.is_late(at(price)),
                    expected,
                    "{trigger:?} at {price}"
                );
                assert_eq!(
                    trigger.observe(at(price)),
                    expected,
                    "{trigger:?} at {price}"
                );
            }
        }
    }

    #[test]
    fn trailing_stop_follows_the_price_after_its_activation() {
        let trailing = |activation_price| {
            Condition::Trailing(Trailing {
                activation_price,
                callback_rate: dec!(10),
                extreme: None,
            })
        };
        let mut sell = trigger(Side::Sell, trailing(Some(dec!(110))));
        assert!(!sell.is_late(at(109)));
        assert!(sell.is_late(at(110)));
        let prices = [100, 90, 110, 100, 120, 109, 108];
        let triggers: Vec<bool> = prices
            .iter()
            .map(|price| sell.observe(at(*price)))
            .collect();
        assert_eq!(triggers, [false, false, false, false, false, false, true]);
        assert_eq!(sell.price(), dec!(108.0));

        let mut buy = trigger(Side::Buy, trailing(None));
        let prices = [100, 109, 90, 98, 99];
        let triggers: Vec<bool> = prices.iter().map(|price| buy.observe(at(*price))).collect();
        assert_eq!(triggers, [false, false, false, false, true]);
    }

    #[test]
    fn working_type_selects_the_price_and_protection_waits_for_the_other() {
        let mut stop = trigger(Side::Buy, Condition::Stop(dec!(105)));
        stop.working_type = WorkingType::MarkPrice;
        assert!(!stop.observe(at(110)));
        stop.working_type = WorkingType::ContractPrice;
        stop.protection = Some(dec!(0.05));
        assert!(!stop.observe(at(110)), "the prices differ by a tenth");
        assert!(stop.observe(at(105)));
    }
}
