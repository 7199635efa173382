//! Properties of the market that hold after any sequence of actions.

mod candles;
mod funding;
mod listing;
mod prices;
mod replay;
mod steering;
mod trades;

use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Contract, Interval, Market, MarketEvent, Seed, Window};
use crate::types::{KlineInterval, Side, Timestamp};

/// Something that happens to a market.
#[derive(Debug, Clone)]
pub(super) enum Action {
    /// Time passes, in milliseconds.
    Advance(i64),
    /// A test sets the price, in ticks from the best bid.
    SetPrice(i64),
    /// A test adds a trade: price in ticks from the best bid, and quantity in steps.
    Trade(i64, u32),
    /// An order takes a quantity in steps.
    Take(bool, u32),
    /// A resting order is filled: price in ticks from the best bid, and quantity in steps.
    Record(i64, u32),
}

/// A market on which actions happened.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) market: Market,
    pub(super) contract: Arc<Contract>,
    pub(super) events: Vec<MarketEvent>,
}

/// How a market starts.
#[derive(Debug, Clone)]
pub(super) struct Start {
    seed: u64,
    pub(super) time: i64,
    moving: bool,
    symbol: &'static str,
}

/// Contracts of both products.
#[cfg(all(feature = "usdm", feature = "coinm"))]
const SYMBOLS: &[&str] = &["BTCUSDT", "SOLUSDT", "BTCUSD_PERP"];
#[cfg(not(feature = "coinm"))]
const SYMBOLS: &[&str] = &["BTCUSDT", "SOLUSDT"];
#[cfg(not(feature = "usdm"))]
const SYMBOLS: &[&str] = &["BTCUSD_PERP", "ETHUSD_PERP"];

/// Any start.
pub(super) fn start() -> impl Strategy<Value = Start> {
    let time = 1_790_000_000_000_i64..1_800_000_000_000;
    let symbol = prop::sample::select(SYMBOLS);
    let parts = (any::<u64>(), time, any::<bool>(), symbol);
    parts.prop_map(|(seed, time, moving, symbol)| Start {
        seed,
        time,
        moving,
        symbol,
    })
}

/// Any actions.
pub(super) fn actions() -> impl Strategy<Value = Vec<Action>> {
    let time = prop_oneof![
        Just(0_i64),
        1_i64..200,
        200_i64..20_000,
        20_000_i64..400_000,
        400_000_i64..4_000_000
    ];
    let ticks = -300_i64..300;
    let steps = 1_u32..50_000;
    let action = prop_oneof![
        4 => time.prop_map(Action::Advance),
        1 => ticks.clone().prop_map(Action::SetPrice),
        2 => (ticks.clone(), steps.clone()).prop_map(|(ticks, steps)| Action::Trade(ticks, steps)),
        2 => (any::<bool>(), steps.clone()).prop_map(|(buy, steps)| Action::Take(buy, steps)),
        1 => (ticks, steps).prop_map(|(ticks, steps)| Action::Record(ticks, steps)),
    ];
    prop::collection::vec(action, 0..25)
}

impl Run {
    /// Starts a market.
    pub(super) fn new(start: &Start) -> Self {
        Self::with_seeds(start, &[])
    }

    /// Starts a market with additional contracts.
    pub(super) fn with_seeds(start: &Start, seeds: &[Seed]) -> Self {
        let time = Timestamp::from_millis(start.time);
        let market = Market::new(seeds, start.seed, time, start.moving);
        let mut contracts = market.contracts().iter();
        let contract = contracts
            .find(|contract| contract.symbol == start.symbol)
            .unwrap()
            .clone();
        Self {
            market,
            contract,
            events: Vec::new(),
        }
    }

    /// Starts a market, and performs actions.
    pub(super) fn after(start: &Start, actions: &[Action]) -> Self {
        let mut run = Self::new(start);
        for action in actions {
            run.perform(action);
        }
        run
    }

    /// Performs an action. The events that it causes are collected.
    pub(super) fn perform(&mut self, action: &Action) {
        let contract = Arc::clone(&self.contract);
        let bid = self.bid();
        let price = |ticks: i64| bid + contract.tick.size() * Decimal::from(ticks);
        let quantity = |steps: u32| contract.step.size() * Decimal::from(steps);
        let side = |buy| if buy { Side::Buy } else { Side::Sell };
        match *action {
            Action::Advance(millis) => {
                self.advance(millis);
            }
            Action::SetPrice(ticks) => {
                self.market
                    .set_price(&contract.symbol, price(ticks))
                    .unwrap();
            }
            Action::Trade(ticks, steps) => {
                let (price, quantity) = (price(ticks), quantity(steps));
                self.market
                    .trade(&contract.symbol, price, quantity)
                    .unwrap();
            }
            Action::Take(buy, steps) => {
                self.market
                    .take(&contract, &side(buy), quantity(steps), None);
            }
            Action::Record(ticks, steps) => {
                let (price, quantity) = (price(ticks), quantity(steps));
                self.market
                    .record(&contract, &side(ticks > 0), price, quantity);
            }
        }
        self.advance(0);
    }

    /// Advances by a time, and collects the events.
    pub(super) fn advance(&mut self, millis: i64) {
        let until = Timestamp::from_millis(self.now() + millis);
        self.events.extend(self.market.advance_to(until));
    }

    /// Returns the best bid price, even if orders have taken all of it.
    pub(super) fn bid(&self) -> Decimal {
        let series = &self.market.series[self.contract.index];
        self.contract.tick.value(series.process.bid(self.now()))
    }

    pub(super) fn now(&self) -> i64 {
        self.market.now().as_millis()
    }
}

pub(super) fn interval(interval: KlineInterval) -> Interval {
    Interval::new(&interval).unwrap()
}

/// The window of the newest entries.
pub(super) fn newest(limit: usize) -> Window {
    Window {
        limit,
        ..Window::default()
    }
}

/// The window of all entries from a time on.
pub(super) fn from(time: i64) -> Window {
    Window {
        start: Some(Timestamp::from_millis(time)),
        limit: usize::MAX,
        ..Window::default()
    }
}
