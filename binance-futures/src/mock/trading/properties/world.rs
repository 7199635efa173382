//! An account on a market, and how operations are carried out.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::steps::{Draft, Step};
use crate::dec;
use crate::mock::market::{Contract, Market};
use crate::mock::trading::account::Modification;
use crate::mock::trading::account::{Account, Ids, TradingContext};
use crate::mock::trading::algo_order::AlgoKey;
use crate::mock::trading::order::{OrderKey, OrderRequest};
use crate::mock::trading::wallets::Balances;
use crate::types::{
    OrderStatus, OrderType, PositionSide, PriceMatch, SelfTradePreventionMode, Side, TimeInForce,
    Timestamp,
};

/// Start of every sequence.
const START: i64 = 1_790_000_000_000;

/// An account, its exchange and its contracts.
pub(super) struct World {
    pub(super) account: Account,
    pub(super) market: Market,
    pub(super) ids: Ids,
    pub(super) now: Timestamp,
    pub(super) contracts: Vec<Arc<Contract>>,
}

pub(super) const SIDES: [PositionSide; 3] =
    [PositionSide::Both, PositionSide::Long, PositionSide::Short];

impl World {
    pub(super) fn new(moving: bool) -> Self {
        let now = Timestamp::from_millis(START);
        let mut market = Market::new(&[], 1, now, moving);
        let mut ids = Ids::new(1);
        let mut balances = Balances::default();
        balances.set("USDT".to_owned(), dec!(20000));
        balances.set("BTC".to_owned(), dec!(1));
        let balances = balances.of(&market);
        let mut trading = TradingContext {
            market: &mut market,
            ids: &mut ids,
            now,
        };
        let account = Account::new(&balances, &mut trading);
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

    fn parts(&mut self) -> (&mut Account, TradingContext<'_>) {
        let trading = TradingContext {
            market: &mut self.market,
            ids: &mut self.ids,
            now: self.now,
        };
        (&mut self.account, trading)
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

    /// Performs a step. Whether it is rejected does not matter.
    pub(super) fn apply(&mut self, step: &Step) {
        match step {
            Step::Place(draft) => {
                let request = self.request(draft, false);
                let (account, mut trading) = self.parts();
                let _ = account.test(&request, &trading);
                let _ = account.place(&request, &mut trading);
            }
            Step::PlaceAlgo(draft) => {
                let request = self.request(draft, true);
                let (account, mut trading) = self.parts();
                let _ = account.place_algo(&request, &mut trading);
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
                let (account, mut trading) = self.parts();
                let _ = account.modify(&modification, &mut trading);
            }
            Step::Cancel(nth) => {
                let Some(order) = self.account.orders.open().nth(*nth).cloned() else {
                    return;
                };
                let (account, trading) = self.parts();
                let canceled = account.cancel(&order.contract, &OrderKey::Id(order.id), &trading);
                assert_eq!(canceled.unwrap().status, OrderStatus::Canceled);
            }
            Step::CancelAll(index) => {
                let contract = Arc::clone(&self.contracts[*index]);
                let (account, trading) = self.parts();
                account.cancel_all(&contract, &trading);
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
                let (account, trading) = self.parts();
                account
                    .cancel_algo("usdm", &AlgoKey::Id(id), &trading)
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
                let (account, trading) = self.parts();
                let _ = account.set_leverage(&contract, *leverage, trading.market);
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
                let (account, mut trading) = self.parts();
                let _ =
                    account.change_position_margin(&contract, &SIDES[*side], amount, &mut trading);
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
                let mut trading = TradingContext {
                    market: &mut self.market,
                    ids: &mut self.ids,
                    now: event.time,
                };
                self.account.follow(&event, &mut quantity, &mut trading);
            }
            if deadline.is_none() {
                break;
            }
            let trading = TradingContext {
                market: &mut self.market,
                ids: &mut self.ids,
                now: until,
            };
            self.account.expire(&trading);
        }
    }
}
