//! Random sequences of operations, after each of which the account must agree with itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rust_decimal::Decimal;

use super::account::{Account, Ids, Venue, valuation};
use super::algo_order::AlgoKey;
use super::amount::sum;
use super::changing::Modification;
use super::order::{OrderKey, OrderRequest};
use super::wallets::Balances;
use crate::dec;
use crate::mock::market::{Contract, Market};
use crate::types::{
    IncomeType, OrderStatus, OrderType, PositionSide, PriceMatch, SelfTradePreventionMode, Side,
    TimeInForce, Timestamp,
};

/// Start of every sequence.
const START: i64 = 1_790_000_000_000;

/// An operation of a random sequence.
#[derive(Debug, Clone)]
enum Step {
    Place(Draft),
    PlaceAlgo(Draft),
    Modify {
        nth: usize,
        ticks: i64,
        quantity: u32,
    },
    Cancel(usize),
    CancelAll(usize),
    CancelAlgo(usize),
    SetPrice {
        contract: usize,
        ticks: i64,
    },
    Trade {
        contract: usize,
        ticks: i64,
        quantity: u32,
    },
    Advance(u32),
    Leverage {
        contract: usize,
        leverage: u32,
    },
    MarginType {
        contract: usize,
        is_isolated: bool,
    },
    HedgeMode(bool),
    MultiAssets(bool),
    PositionMargin {
        contract: usize,
        side: usize,
        amount: i32,
    },
    Countdown {
        contract: usize,
        seconds: u32,
    },
}

/// A random order. Prices are in ticks from the best bid.
#[derive(Debug, Clone)]
struct Draft {
    contract: usize,
    is_buy: bool,
    order_type: usize,
    side: usize,
    quantity: Option<u32>,
    ticks: i64,
    trigger_ticks: i64,
    time_in_force: usize,
    prevention: usize,
    reduce_only: Option<bool>,
    close_position: bool,
    price_match: bool,
    client_id: usize,
}

fn draft() -> impl Strategy<Value = Draft> {
    let numbers = (
        0..3_usize,
        0..9_usize,
        0..3_usize,
        -40..40_i64,
        -60..60_i64,
        0..7_usize,
        0..4_usize,
        0..6_usize,
    );
    let flags = (
        any::<bool>(),
        prop::option::weighted(0.2, any::<bool>()),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
    );
    (numbers, flags, prop::option::weighted(0.95, 0..40_u32)).prop_map(
        |(numbers, flags, quantity)| Draft {
            contract: numbers.0,
            is_buy: flags.0,
            order_type: numbers.1,
            side: numbers.2,
            quantity,
            ticks: numbers.3,
            trigger_ticks: numbers.4,
            time_in_force: numbers.5,
            prevention: numbers.6,
            reduce_only: flags.1,
            close_position: flags.2,
            price_match: flags.3,
            client_id: numbers.7,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let contract = 0..3_usize;
    prop_oneof![
        12 => draft().prop_map(Step::Place),
        4 => draft().prop_map(Step::PlaceAlgo),
        3 => (0..6_usize, -40..40_i64, 0..40_u32).prop_map(|(nth, ticks, quantity)| Step::Modify { nth, ticks, quantity }),
        2 => (0..6_usize).prop_map(Step::Cancel),
        1 => contract.clone().prop_map(Step::CancelAll),
        1 => (0..6_usize).prop_map(Step::CancelAlgo),
        5 => (contract.clone(), -80..80_i64).prop_map(|(contract, ticks)| Step::SetPrice { contract, ticks }),
        3 => (contract.clone(), -40..40_i64, 1..50_u32).prop_map(|(contract, ticks, quantity)| Step::Trade { contract, ticks, quantity }),
        2 => (0..900_u32).prop_map(Step::Advance),
        // Funding is due every eight hours.
        1 => prop::bool::weighted(0.2).prop_map(|far| Step::Advance(if far { 28_800 } else { 5 })),
        1 => (contract.clone(), 0..130_u32).prop_map(|(contract, leverage)| Step::Leverage { contract, leverage }),
        1 => (contract.clone(), any::<bool>()).prop_map(|(contract, is_isolated)| Step::MarginType { contract, is_isolated }),
        1 => any::<bool>().prop_map(Step::HedgeMode),
        1 => any::<bool>().prop_map(Step::MultiAssets),
        1 => (contract.clone(), 0..3_usize, -50..50_i32).prop_map(|(contract, side, amount)| Step::PositionMargin { contract, side, amount }),
        1 => (contract, 0..100_u32).prop_map(|(contract, seconds)| Step::Countdown { contract, seconds }),
    ]
}

/// An account, its exchange and its contracts.
struct World {
    account: Account,
    market: Market,
    ids: Ids,
    now: Timestamp,
    contracts: Vec<Arc<Contract>>,
}

const SIDES: [PositionSide; 3] = [PositionSide::Both, PositionSide::Long, PositionSide::Short];

impl World {
    fn new() -> Self {
        let now = Timestamp::from_millis(START);
        let mut market = Market::new(&[], 1, now, false);
        let mut ids = Ids::new(1);
        let mut balances = Balances::default();
        balances.set("USDT".to_owned(), dec!(20000));
        balances.set("BTC".to_owned(), dec!(1));
        let balances = balances.of(&market);
        let mut venue = Venue {
            market: &mut market,
            ids: &mut ids,
            now,
        };
        let account = Account::new(&balances, &mut venue);
        let contract =
            |product: &str, symbol: &str| Arc::clone(market.contract(product, symbol).unwrap());
        let contracts = vec![
            contract("usdm", "BTCUSDT"),
            contract("usdm", "ETHUSDT"),
            contract("coinm", "BTCUSD_PERP"),
        ];
        Self {
            account,
            contracts,
            market,
            ids,
            now,
        }
    }

    fn parts(&mut self) -> (&mut Account, Venue<'_>) {
        let venue = Venue {
            market: &mut self.market,
            ids: &mut self.ids,
            now: self.now,
        };
        (&mut self.account, venue)
    }

    /// Returns a price some ticks from the price that a contract starts with.
    fn price(&self, contract: &Contract, ticks: i64) -> Decimal {
        let best = self
            .market
            .book(contract)
            .bids
            .first()
            .map_or(Decimal::ONE, |level| level.price);
        best + contract.tick.size() * Decimal::from(ticks)
    }

    fn request(&self, draft: &Draft, is_algo: bool) -> OrderRequest {
        let types = [
            OrderType::Limit,
            OrderType::Limit,
            OrderType::Market,
            OrderType::Market,
            OrderType::Stop,
            OrderType::StopMarket,
            OrderType::TakeProfit,
            OrderType::TakeProfitMarket,
            OrderType::TrailingStopMarket,
        ];
        let first = if is_algo { 4 } else { 0 };
        let order_type = types[first.max(draft.order_type)].clone();
        let contract = &self.contracts[draft.contract];
        let side = if draft.is_buy { Side::Buy } else { Side::Sell };
        let mut request = OrderRequest::new(contract, side, order_type.clone());
        let has_price = matches!(
            order_type,
            OrderType::Limit | OrderType::Stop | OrderType::TakeProfit
        );
        let is_stop = !matches!(order_type, OrderType::Limit | OrderType::Market);
        request.quantity = draft.quantity.map(|units| {
            let unit = if contract.is_inverse() {
                dec!(10)
            } else {
                dec!(0.05)
            };
            unit * Decimal::from(units)
        });
        let matches_price = draft.price_match && has_price;
        request.price_match = matches_price.then_some(PriceMatch::Queue);
        request.price = (has_price && !matches_price).then(|| self.price(contract, draft.ticks));
        request.trigger_price = is_stop.then(|| self.price(contract, draft.trigger_ticks));
        request.callback_rate = is_stop.then_some(dec!(0.1));
        let times = [
            TimeInForce::Gtc,
            TimeInForce::Gtc,
            TimeInForce::Ioc,
            TimeInForce::Fok,
            TimeInForce::Gtx,
            TimeInForce::Gtd,
            TimeInForce::GteGtc,
        ];
        request.time_in_force = has_price.then(|| times[draft.time_in_force].clone());
        request.good_till = Some(self.now + std::time::Duration::from_secs(700));
        request.position_side = Some(if self.account.settings.hedge_mode {
            SIDES[draft.side].clone()
        } else {
            PositionSide::Both
        });
        let modes = [
            SelfTradePreventionMode::None,
            SelfTradePreventionMode::ExpireMaker,
            SelfTradePreventionMode::ExpireTaker,
            SelfTradePreventionMode::ExpireBoth,
        ];
        request.self_trade_prevention = modes[draft.prevention].clone();
        request.reduce_only = draft.reduce_only;
        request.close_position = draft.close_position && is_stop;
        if request.close_position {
            request.quantity = None;
            request.reduce_only = None;
        }
        request.client_id = (draft.client_id < 4).then(|| format!("id-{}", draft.client_id));
        request
    }

    /// Carries out a step. Whether it is rejected does not matter.
    fn apply(&mut self, step: &Step) {
        match step {
            Step::Place(draft) => {
                let request = self.request(draft, false);
                let (account, mut venue) = self.parts();
                let _ = account.test(&request, &venue);
                let _ = account.place(&request, &mut venue);
            }
            Step::PlaceAlgo(draft) => {
                let request = self.request(draft, true);
                let (account, mut venue) = self.parts();
                let _ = account.place_algo(&request, &mut venue);
            }
            Step::Modify {
                nth,
                ticks,
                quantity,
            } => {
                let Some(order) = self.account.orders.open().nth(*nth).cloned() else {
                    return;
                };
                let unit = if order.contract.is_inverse() {
                    dec!(10)
                } else {
                    dec!(0.05)
                };
                let modification = Modification {
                    contract: Arc::clone(&order.contract),
                    key: OrderKey::Id(order.id),
                    side: order.side.clone(),
                    quantity: unit * Decimal::from(*quantity),
                    price: Some(self.price(&order.contract, *ticks)),
                    price_match: None,
                    reduce_only: false,
                    modify_id: None,
                };
                let (account, mut venue) = self.parts();
                let _ = account.modify(&modification, &mut venue);
            }
            Step::Cancel(nth) => {
                let Some(order) = self.account.orders.open().nth(*nth).cloned() else {
                    return;
                };
                let (account, venue) = self.parts();
                let canceled = account.cancel(&order.contract, &OrderKey::Id(order.id), &venue);
                assert_eq!(canceled.unwrap().status, OrderStatus::Canceled);
            }
            Step::CancelAll(index) => {
                let contract = Arc::clone(&self.contracts[*index]);
                let (account, venue) = self.parts();
                account.cancel_all(&contract, &venue);
                assert_eq!(account.orders.open_of(&contract).count(), 0);
            }
            Step::CancelAlgo(nth) => {
                let Some(id) = self
                    .account
                    .algo_orders
                    .open("usdm")
                    .nth(*nth)
                    .map(|order| order.id)
                else {
                    return;
                };
                let (account, venue) = self.parts();
                account
                    .cancel_algo("usdm", &AlgoKey::Id(id), &venue)
                    .unwrap();
            }
            Step::SetPrice { contract, ticks } => {
                let contract = Arc::clone(&self.contracts[*contract]);
                let price = self.price(&contract, *ticks);
                let _ = self.market.set_price(&contract.symbol, price);
            }
            Step::Trade {
                contract,
                ticks,
                quantity,
            } => {
                let contract = Arc::clone(&self.contracts[*contract]);
                let price = self.price(&contract, *ticks);
                let quantity = contract.step.size() * Decimal::from(*quantity);
                let _ = self.market.trade(&contract.symbol, price, quantity);
            }
            Step::Advance(seconds) => {
                self.now += std::time::Duration::from_secs(u64::from(*seconds));
            }
            Step::Leverage { contract, leverage } => {
                let contract = Arc::clone(&self.contracts[*contract]);
                let (account, venue) = self.parts();
                let _ = account.set_leverage(&contract, *leverage, venue.market);
            }
            Step::MarginType {
                contract,
                is_isolated,
            } => {
                let contract = Arc::clone(&self.contracts[*contract]);
                let _ = self.account.set_margin_type(&contract, *is_isolated);
            }
            Step::HedgeMode(on) => {
                let _ = self.account.set_hedge_mode(*on);
            }
            Step::MultiAssets(on) => {
                let _ = self.account.set_multi_assets_mode(*on, &self.market);
            }
            Step::PositionMargin {
                contract,
                side,
                amount,
            } => {
                let contract = Arc::clone(&self.contracts[*contract]);
                let amount = Decimal::new(
                    i64::from(*amount),
                    if contract.is_inverse() { 4 } else { 0 },
                );
                let (account, mut venue) = self.parts();
                let _ =
                    account.change_position_margin(&contract, &SIDES[*side], amount, &mut venue);
            }
            Step::Countdown { contract, seconds } => {
                let contract = Arc::clone(&self.contracts[*contract]);
                let now = self.now;
                self.account
                    .set_countdown(&contract, u64::from(*seconds) * 1000, now);
            }
        }
        self.follow();
    }

    /// Lets the account follow the market up to now.
    fn follow(&mut self) {
        loop {
            let deadline = self
                .account
                .next_deadline()
                .filter(|deadline| *deadline <= self.now);
            let until = deadline.unwrap_or(self.now);
            while let Some(event) = self.market.next_event(until) {
                let mut quantity = Decimal::MAX;
                let mut venue = Venue {
                    market: &mut self.market,
                    ids: &mut self.ids,
                    now: event.time,
                };
                self.account.follow(&event, &mut quantity, &mut venue);
            }
            if deadline.is_none() {
                break;
            }
            let venue = Venue {
                market: &mut self.market,
                ids: &mut self.ids,
                now: until,
            };
            self.account.expire(&venue);
        }
    }

    fn check(&self) {
        self.check_orders();
        self.check_positions();
        self.check_balances();
    }

    fn check_orders(&self) {
        let mut open_ids = BTreeMap::new();
        for order in self.account.orders.open() {
            assert!(order.is_open(), "{}", order.id);
            assert!(
                order.executed < order.quantity || order.trigger.is_some(),
                "{}",
                order.id
            );
            let other =
                open_ids.insert((order.contract.product, order.client_id.clone()), order.id);
            assert_eq!(
                other, None,
                "two open orders have the client id {}",
                order.client_id
            );
        }
        let mut ids: Vec<u64> = Vec::new();
        for order in self.account.orders.all() {
            if order.status == OrderStatus::Filled {
                assert_eq!(order.executed, order.quantity, "{}", order.id);
            }
            let fills = self
                .account
                .trades
                .iter()
                .filter(|trade| trade.order_id == order.id);
            assert_eq!(
                sum(fills.map(|trade| trade.quantity)),
                order.executed,
                "{}",
                order.id
            );
            ids.push(order.id);
        }
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "an order is open and closed");
        for algo in self.account.algo_orders.all() {
            if let Some(order) = &algo.order {
                let of = self
                    .account
                    .orders
                    .all()
                    .into_iter()
                    .find(|of| of.id == order.id);
                let of = of.unwrap_or_else(|| panic!("{} has no order", algo.id));
                assert_eq!(of.executed, order.quantity);
                assert_eq!(
                    of.is_open(),
                    algo.status == crate::types::AlgoStatus::Triggered,
                    "{}",
                    algo.id
                );
            }
        }
    }

    fn check_positions(&self) {
        for contract in &self.contracts {
            for side in &SIDES {
                let trades = self.account.trades.iter().filter(|trade| {
                    trade.contract.index == contract.index && trade.position_side == *side
                });
                let signed = trades.map(|trade| match trade.side {
                    Side::Buy => trade.quantity,
                    _ => -trade.quantity,
                });
                let position = self.account.position(contract, side);
                assert_eq!(sum(signed), position.quantity, "{} {side}", contract.symbol);
                match side {
                    PositionSide::Long => assert!(position.quantity >= Decimal::ZERO),
                    PositionSide::Short => assert!(position.quantity <= Decimal::ZERO),
                    _ => {}
                }
                assert!(position.isolated_wallet.is_zero() || !position.is_empty());
                assert_eq!(
                    position.entry_price(valuation(contract)).is_zero(),
                    position.is_empty()
                );
                let reducing = self.account.orders.resting_of(contract);
                let reducing =
                    reducing.filter(|order| order.position_side == *side && order.is_reducing());
                let reducing = sum(reducing.map(|order| order.remaining()));
                assert!(
                    reducing <= position.quantity.abs(),
                    "{reducing} of {position:?}"
                );
            }
        }
    }

    fn check_balances(&self) {
        for product in ["usdm", "coinm"] {
            for (asset, wallet) in self.account.wallets.of(product) {
                let entries = self.account.income.iter();
                let entries =
                    entries.filter(|entry| entry.product == product && entry.asset == asset);
                assert_eq!(
                    sum(entries.map(|entry| entry.amount)),
                    wallet.balance,
                    "{product} {asset}"
                );
                let of_trades = self.account.trades.iter().filter(|trade| {
                    trade.contract.product == product && trade.contract.margin_asset == asset
                });
                let (profits, fees) =
                    of_trades.fold((Decimal::ZERO, Decimal::ZERO), |(profits, fees), trade| {
                        (profits + trade.realized_profit, fees + trade.commission)
                    });
                let income = |kind: IncomeType| {
                    let entries = self.account.income.iter();
                    let entries =
                        entries.filter(|entry| entry.product == product && entry.asset == asset);
                    sum(entries
                        .filter(|entry| entry.income_type == kind)
                        .map(|entry| entry.amount))
                };
                assert_eq!(income(IncomeType::RealizedProfit), profits);
                assert_eq!(income(IncomeType::Commission), -fees);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn account_agrees_with_itself_after_any_sequence(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new();
        for step in &steps {
            world.apply(step);
            world.check();
        }
    }
}

#[test]
fn random_sequences_reach_fills_triggers_and_rejections() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut fills, mut algo_fills, mut makers, mut expired) = (0, 0, 0, 0);
    for _ in 0..40 {
        let steps = prop::collection::vec(step(), 60)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let mut world = World::new();
        for step in &steps {
            world.apply(step);
        }
        fills += world.account.trades.iter().count();
        makers += world
            .account
            .trades
            .iter()
            .filter(|trade| trade.is_maker)
            .count();
        let algo = world.account.algo_orders.all();
        algo_fills += algo.iter().filter(|order| order.order.is_some()).count();
        let in_match = |status: &OrderStatus| {
            matches!(status, OrderStatus::ExpiredInMatch | OrderStatus::Expired)
        };
        expired += world
            .account
            .orders
            .all()
            .iter()
            .filter(|order| in_match(&order.status))
            .count();
    }
    assert!(
        fills > 100 && makers > 10 && algo_fills > 4 && expired > 4,
        "{fills} {makers} {algo_fills} {expired}"
    );
}
