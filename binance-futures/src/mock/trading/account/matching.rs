//! What an order trades with when it reaches the order book: the market, and resting orders of the same account.

use rust_decimal::Decimal;

use super::{Account, TradingContext, valuation};
use crate::mock::market::{Level, Market, Trade};
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::codes;
use crate::mock::trading::events::{AccountEvent, Fill, OrderUpdate};
use crate::mock::trading::fees;
use crate::mock::trading::history::{MarginChange, UserTrade};
use crate::mock::trading::order::Order;
use crate::mock::trading::position::PositionFill;
use crate::types::{
    AccountUpdateReason, ExecutionType, IncomeType, OrderStatus, OrderType,
    SelfTradePreventionMode, Side, TimeInForce,
};

/// One step of the matching of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Trades with the market.
    Market(Level),
    /// Trades with a resting order of the account.
    Own {
        /// Exchange order id.
        id: u64,
        /// Price and quantity.
        level: Level,
    },
    /// Self-trade prevention ends a resting order of the account.
    ExpireMaker(u64),
    /// Self-trade prevention ends the order.
    ExpireTaker,
}

/// What happens to an order when it reaches the order book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct MatchPlan {
    steps: Vec<Step>,
}

impl MatchPlan {
    /// Quantity that trades.
    pub(super) fn quantity(&self) -> Decimal {
        self.levels().fold(Decimal::ZERO, |sum, level| {
            sum.saturating_add(level.quantity)
        })
    }

    /// Price and quantity of each trade.
    pub(super) fn levels(&self) -> impl Iterator<Item = &Level> {
        self.steps.iter().filter_map(|step| match step {
            Step::Market(level) | Step::Own { level, .. } => Some(level),
            Step::ExpireMaker(_) | Step::ExpireTaker => None,
        })
    }

    /// Rejects the plan if the time in force of the order does not permit it.
    pub(super) fn check(&self, order: &Order) -> Result<(), Rejection> {
        match order.time_in_force {
            TimeInForce::Gtx | TimeInForce::Rpi if !self.steps.is_empty() => {
                Err(codes::post_only())
            }
            TimeInForce::Fok if self.quantity() < order.remaining() => Err(codes::fill_or_kill()),
            _ => Ok(()),
        }
    }
}

impl Account {
    /// Plans what an order trades with. At the same price, resting orders of the account come before the market.
    pub(super) fn plan(&self, order: &Order, market: &Market) -> MatchPlan {
        let limit = (order.order_type == OrderType::Limit).then_some(order.price);
        let levels = market.fills(&order.contract, &order.side, order.remaining(), limit);
        let mut levels = levels.into_iter().peekable();
        let mut own = self.crossed_by(order).into_iter().peekable();
        let mut remaining = order.remaining();
        let mut plan = MatchPlan::default();
        while remaining > Decimal::ZERO {
            let own_is_first = match (own.peek(), levels.peek()) {
                (Some(own), Some(level)) if order.is_buy() => own.price <= level.price,
                (Some(own), Some(level)) => own.price >= level.price,
                (own, _) => own.is_some(),
            };
            if own_is_first {
                let Some(resting) = own.next() else { break };
                match &order.self_trade_prevention {
                    SelfTradePreventionMode::ExpireMaker => {
                        plan.steps.push(Step::ExpireMaker(resting.id));
                    }
                    SelfTradePreventionMode::ExpireTaker => {
                        plan.steps.push(Step::ExpireTaker);
                        break;
                    }
                    SelfTradePreventionMode::ExpireBoth => {
                        plan.steps.push(Step::ExpireMaker(resting.id));
                        plan.steps.push(Step::ExpireTaker);
                        break;
                    }
                    _ => {
                        let quantity = resting.remaining().min(remaining);
                        let level = Level {
                            price: resting.price,
                            quantity,
                        };
                        plan.steps.push(Step::Own {
                            id: resting.id,
                            level,
                        });
                        remaining = remaining.saturating_sub(quantity);
                    }
                }
            } else {
                let Some(level) = levels.next() else { break };
                let quantity = level.quantity.min(remaining);
                plan.steps.push(Step::Market(Level { quantity, ..level }));
                remaining = remaining.saturating_sub(quantity);
            }
        }
        plan
    }

    /// Returns the resting orders of the account that an order would trade with, the best price first.
    fn crossed_by(&self, order: &Order) -> Vec<&Order> {
        let resting = self.orders.resting_of(&order.contract);
        let crossed =
            resting.filter(|other| other.side != order.side && order.accepts(other.price));
        let mut crossed: Vec<&Order> = crossed.filter(|other| other.id != order.id).collect();
        crossed.sort_by_key(|other| {
            (
                if order.is_buy() {
                    other.price
                } else {
                    -other.price
                },
                other.id,
            )
        });
        crossed
    }

    /// Applies a plan. Returns the order as it is afterwards; it is not stored.
    pub(super) fn apply_plan(
        &mut self,
        mut order: Order,
        plan: MatchPlan,
        trading: &mut TradingContext<'_>,
    ) -> Order {
        for step in plan.steps {
            match step {
                Step::Market(level) => {
                    let limit = (order.order_type == OrderType::Limit).then_some(order.price);
                    let trades =
                        trading
                            .market
                            .take(&order.contract, &order.side, level.quantity, limit);
                    for trade in trades {
                        self.fill(&mut order, &trade, false, trading);
                    }
                }
                Step::Own { id, level } => {
                    let trade = trading.market.record(
                        &order.contract,
                        &order.side,
                        level.price,
                        level.quantity,
                    );
                    let Some(trade) = trade else { continue };
                    self.fill(&mut order, &trade, false, trading);
                    if let Some(mut resting) = self.orders.take_open(id) {
                        self.fill(&mut resting, &trade, true, trading);
                        self.store(resting);
                    }
                }
                Step::ExpireMaker(id) => {
                    if let Some(resting) = self.orders.take_open(id) {
                        self.end(resting, OrderStatus::ExpiredInMatch, trading);
                    }
                }
                Step::ExpireTaker => {
                    order.status = OrderStatus::ExpiredInMatch;
                    order.updated_at = trading.now;
                }
            }
        }
        if order.is_open() && !order.can_rest() {
            order.status = OrderStatus::Expired;
            order.updated_at = trading.now;
        }
        order
    }

    /// Ends an order with a status, and stores it.
    pub(super) fn end(
        &mut self,
        mut order: Order,
        status: OrderStatus,
        trading: &TradingContext<'_>,
    ) -> Order {
        let execution = match status {
            OrderStatus::Canceled => ExecutionType::Canceled,
            _ => ExecutionType::Expired,
        };
        order.status = status;
        order.updated_at = trading.now;
        self.finish(order, execution)
    }

    /// Stores an order after fills.
    pub(super) fn store(&mut self, order: Order) {
        self.orders.store(order.clone());
        self.update_algo_order(&order);
    }

    /// Applies a trade to an order, its position and the balance.
    pub(super) fn fill(
        &mut self,
        order: &mut Order,
        trade: &Trade,
        is_maker: bool,
        trading: &mut TradingContext<'_>,
    ) {
        let contract = order.contract.clone();
        let side = order.position_side.clone();
        let value = valuation(&contract).value(trade.quantity, trade.price);
        let commission = fees::commission(contract.product, is_maker, value);
        let settings = self.settings.of(&contract.symbol);
        let position = self.position_mut(&contract, &side);
        let margin_before = position.isolated_wallet;
        let realized_profit = position.fill(
            valuation(&contract),
            &PositionFill {
                is_buy: order.is_buy(),
                quantity: trade.quantity,
                price: trade.price,
                commission,
                isolated_leverage: settings.isolated_leverage(),
                time: trading.now,
            },
        );
        let margin_change = position.isolated_wallet.saturating_sub(margin_before);
        order.add_fill(trade.price, trade.quantity, trading.now);
        self.settle(
            &contract,
            IncomeType::RealizedProfit,
            realized_profit,
            Some(trade.id),
            trading,
        );
        self.settle(
            &contract,
            IncomeType::Commission,
            -commission,
            Some(trade.id),
            trading,
        );
        if !margin_change.is_zero() {
            self.margin_changes.push(MarginChange {
                contract: contract.clone(),
                position_side: side.clone(),
                amount: margin_change,
                is_trade: true,
                time: trading.now,
            });
        }
        self.trades.push(UserTrade {
            id: trade.id,
            order_id: order.id,
            contract: contract.clone(),
            side: order.side.clone(),
            position_side: side.clone(),
            price: trade.price,
            quantity: trade.quantity,
            realized_profit,
            commission,
            is_maker,
            time: trading.now,
        });
        let fill = Fill {
            trade_id: trade.id,
            price: trade.price,
            quantity: trade.quantity,
            commission,
            realized_profit,
            is_maker,
        };
        self.emit(AccountEvent::Order(Box::new(OrderUpdate {
            order: order.clone(),
            execution: ExecutionType::Trade,
            fill: Some(fill),
        })));
        self.emit_account(
            &contract,
            AccountUpdateReason::Order,
            Decimal::ZERO,
            &[side],
        );
    }
}

/// The opposite side.
pub(super) fn opposite(side: &Side) -> Side {
    if *side == Side::Buy {
        Side::Sell
    } else {
        Side::Buy
    }
}
