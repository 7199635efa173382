//! What must hold after every operation.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::world::{SIDES, World};
use crate::mock::trading::account::valuation;
use crate::mock::trading::amount::sum;
use crate::mock::trading::order::Order;
use crate::types::{AlgoStatus, IncomeType, OrderStatus, PositionSide, Side};

impl World {
    pub(super) fn check(&self) {
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
                    algo.status == AlgoStatus::Triggered,
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
                let reducing = sum(reducing.map(Order::remaining));
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
