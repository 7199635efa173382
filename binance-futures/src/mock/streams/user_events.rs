//! Events of user data streams.

use crate::decode;
use crate::mock::market::{Contract, Market};
use crate::mock::trading::{
    Account, AccountEvent, AccountUpdate, AlgoOrder, Order, OrderUpdate, Valuation,
};
use crate::types::{
    AlgoType, Asset, BalanceUpdate, ClientOrderId, Decimal, IncomeType, LeverageUpdate, ListenKey,
    PositionMarginType, PositionSide, PositionUpdate, PriceMatch, Symbol, TimeInForce, Timestamp,
};
use crate::wire::{Codec, Plain};

/// An event of a user data stream.
#[derive(Debug)]
pub(super) struct UserEvent {
    /// Name, as in the field `e`.
    pub(super) name: &'static str,
    /// The event.
    pub(super) json: String,
}

/// Where an event happened.
struct Scene<'a> {
    account: Option<&'a Account>,
    market: &'a Market,
    now: Timestamp,
}

/// Returns the events that the user data stream of a product has for a change of an account.
pub(super) fn of(
    change: &AccountEvent,
    product: &str,
    account: Option<&Account>,
    market: &Market,
    now: Timestamp,
) -> Vec<UserEvent> {
    if change.product().is_some_and(|changed| changed != product) {
        return Vec::new();
    }
    let scene = Scene {
        account,
        market,
        now,
    };
    match product {
        #[cfg(feature = "usdm")]
        "usdm" => usdm::of(change, &scene),
        #[cfg(feature = "coinm")]
        "coinm" => coinm::of(change, &scene),
        _ => Vec::new(),
    }
}

fn event<T>(name: &'static str, event: &T) -> Vec<UserEvent>
where
    Plain: Codec<T>,
{
    let json = decode::to_string::<T, Plain>(event).ok();
    let json = json.into_iter();
    json.map(|json| UserEvent { name, json }).collect()
}

fn symbol(contract: &Contract) -> Symbol {
    Symbol::from(contract.symbol.as_str())
}

fn balances(update: &AccountUpdate) -> Vec<BalanceUpdate> {
    let balances = update.balances.iter().map(|balance| BalanceUpdate {
        asset: Asset::from(balance.asset.as_str()),
        wallet_balance: amount(balance.wallet_balance),
        cross_wallet_balance: amount(balance.cross_wallet_balance),
        balance_change: amount(balance.change),
    });
    balances.collect()
}

/// Returns an amount with eight decimal places.
fn amount(amount: Decimal) -> Decimal {
    let mut amount = amount.round_dp(8);
    amount.rescale(8);
    amount
}

impl Scene<'_> {
    fn positions(&self, update: &AccountUpdate) -> Option<Vec<PositionUpdate>> {
        let account = self.account?;
        let positions = update.positions.iter();
        let positions = positions.map(|(contract, side)| self.position(account, contract, side));
        Some(positions.collect())
    }

    fn position(
        &self,
        account: &Account,
        contract: &Contract,
        side: &PositionSide,
    ) -> PositionUpdate {
        let position = account.position(contract, side);
        let valuation = Valuation::of(contract.contract_size);
        let settings = account.settings.of(&contract.symbol);
        let profits = account.income.iter().filter(|income| {
            income.income_type == IncomeType::RealizedProfit && income.symbol == contract.symbol
        });
        let profits = profits.fold(Decimal::ZERO, |sum, income| {
            sum.saturating_add(income.amount)
        });
        let mut quantity = position.quantity;
        quantity.rescale(contract.step.size().scale());
        let price = |price: Decimal| price.round_dp(8).normalize();
        PositionUpdate {
            symbol: symbol(contract),
            position_amount: quantity,
            entry_price: price(position.entry_price(valuation)),
            break_even_price: Some(price(position.break_even_price(valuation))),
            cumulative_realized_profit: amount(profits),
            unrealized_profit: amount(
                position.unrealized_profit(valuation, self.market.mark_price(contract)),
            ),
            margin_type: if settings.is_isolated {
                PositionMarginType::Isolated
            } else {
                PositionMarginType::Crossed
            },
            isolated_wallet: amount(position.isolated_wallet),
            position_side: side.clone(),
            margin_asset: Some(Asset::from(contract.margin_asset.as_str())),
        }
    }

    /// Returns the values of the open buy and sell orders of a position.
    fn open_orders(&self, update: &OrderUpdate) -> (Decimal, Decimal) {
        let order = &update.order;
        self.account.map_or_else(Default::default, |account| {
            let exposure = account.exposure(&order.contract, &order.position_side, self.market);
            (
                exposure.bids.round_dp(8).normalize(),
                exposure.asks.round_dp(8).normalize(),
            )
        })
    }
}

/// What only one of the products has.
macro_rules! include_product {
    (usdm) => {
        /// A short form of a fill, which comes before the whole event.
        fn lite(update: &OrderUpdate, scene: &Scene<'_>) -> Vec<UserEvent> {
            let order = &update.order;
            let Some(fill) = &update.fill else {
                return Vec::new();
            };
            event(
                "TRADE_LITE",
                &events::TradeLite {
                    event_time: scene.now,
                    transaction_time: order.updated_at,
                    symbol: symbol(&order.contract),
                    original_quantity: order.quantity,
                    original_price: order.price,
                    maker: fill.is_maker,
                    client_order_id: ClientOrderId::from(order.client_id.as_str()),
                    side: order.side.clone(),
                    last_filled_price: fill.price,
                    last_filled_quantity: fill.quantity,
                    trade_id: fill.trade_id,
                    order_id: order.id,
                },
            )
        }

        fn leverage_update(contract: &Contract, number: u32, scene: &Scene<'_>) -> Vec<UserEvent> {
            event(
                "ACCOUNT_CONFIG_UPDATE",
                &events::AccountConfigUpdate {
                    event_time: scene.now,
                    transaction_time: scene.now,
                    leverage_update: Some(leverage(contract, number)),
                    multi_assets_update: None,
                },
            )
        }

        fn multi_assets_update(enabled: bool, scene: &Scene<'_>) -> Vec<UserEvent> {
            event(
                "ACCOUNT_CONFIG_UPDATE",
                &events::AccountConfigUpdate {
                    event_time: scene.now,
                    transaction_time: scene.now,
                    leverage_update: None,
                    multi_assets_update: Some(events::MultiAssetsUpdate {
                        multi_assets_mode: enabled,
                    }),
                },
            )
        }
    };
    (coinm) => {
        fn lite(_: &OrderUpdate, _: &Scene<'_>) -> Vec<UserEvent> {
            Vec::new()
        }

        fn leverage_update(contract: &Contract, number: u32, scene: &Scene<'_>) -> Vec<UserEvent> {
            event(
                "ACCOUNT_CONFIG_UPDATE",
                &events::AccountConfigUpdate {
                    event_time: scene.now,
                    transaction_time: scene.now,
                    leverage_update: leverage(contract, number),
                },
            )
        }

        fn multi_assets_update(_: bool, _: &Scene<'_>) -> Vec<UserEvent> {
            Vec::new()
        }
    };
}

/// The events of both products have nearly the same fields, but not the same types.
macro_rules! product {
    (
        $product:ident,
        order { $($order_field:ident: $order_value:expr,)* },
        margin_asset { $($asset_field:ident)? },
        alias { $($alias:ident)? }
    ) => {
        mod $product {
            use super::*;
            use crate::$product::events;

            fn order_trade_update(update: &OrderUpdate, scene: &Scene<'_>) -> Vec<UserEvent> {
                let order = &update.order;
                let fill = update.fill.as_ref();
                let (bids, asks) = scene.open_orders(update);
                event("ORDER_TRADE_UPDATE", &events::OrderTradeUpdate {
                    event_time: scene.now,
                    transaction_time: order.updated_at,
                    order: events::OrderUpdate {
                        symbol: symbol(&order.contract),
                        client_order_id: ClientOrderId::from(order.client_id.as_str()),
                        side: order.side.clone(),
                        order_type: order.order_type.clone(),
                        time_in_force: order.time_in_force.clone(),
                        original_quantity: order.quantity,
                        original_price: order.price,
                        average_price: order.average_price(),
                        stop_price: order.trigger_price,
                        execution_type: update.execution.clone(),
                        status: order.status.clone(),
                        order_id: order.id,
                        last_filled_quantity: fill.map_or(Decimal::ZERO, |fill| fill.quantity),
                        executed_quantity: order.executed,
                        last_filled_price: fill.map_or(Decimal::ZERO, |fill| fill.price),
                        commission_asset: fill
                            .map(|_| Asset::from(order.contract.margin_asset.as_str())),
                        commission: fill.map(|fill| fill.commission),
                        trade_time: order.updated_at,
                        trade_id: fill.map(|fill| fill.trade_id),
                        bids_notional: bids,
                        asks_notional: asks,
                        maker: fill.is_some_and(|fill| fill.is_maker),
                        reduce_only: order.reduce_only,
                        working_type: order.working_type.clone(),
                        original_type: order.original_type.clone(),
                        position_side: order.position_side.clone(),
                        close_position: Some(order.close_position),
                        activation_price: order.activation_price,
                        callback_rate: order.callback_rate,
                        price_protect: order.price_protect,
                        realized_profit: fill
                            .map_or(Decimal::ZERO, |fill| fill.realized_profit),
                        self_trade_prevention_mode: Some(order.self_trade_prevention.clone()),
                        price_match: Some(order.price_match.clone()),
                        expiry_reason: None,
                        modify_id: order.modify_id,
                        $($order_field: $order_value(order),)*
                        $($asset_field: Asset::from(order.contract.margin_asset.as_str()),)?
                    },
                    $($alias: super::ACCOUNT_ALIAS.to_owned(),)?
                })
            }

            fn account_update(update: &AccountUpdate, scene: &Scene<'_>) -> Vec<UserEvent> {
                event("ACCOUNT_UPDATE", &events::AccountUpdate {
                    event_time: scene.now,
                    transaction_time: scene.now,
                    changes: events::AccountChanges {
                        reason: update.reason.clone(),
                        balances: balances(update),
                        positions: scene.positions(update),
                        symbol: None,
                    },
                    $($alias: super::ACCOUNT_ALIAS.to_owned(),)?
                })
            }

            fn algo_update(order: &AlgoOrder, scene: &Scene<'_>) -> Vec<UserEvent> {
                let request = &order.request;
                let triggered = order.order.as_ref();
                let trailing = order.trigger.trailing();
                event("ALGO_UPDATE", &events::AlgoUpdate {
                    transaction_time: order.updated_at,
                    event_time: scene.now,
                    order: events::AlgoOrderUpdate {
                        client_algo_id: ClientOrderId::from(order.client_id.as_str()),
                        algo_id: order.id,
                        algo_type: AlgoType::Conditional,
                        order_type: request.order_type.clone(),
                        symbol: symbol(&request.contract),
                        side: request.side.clone(),
                        position_side: request.position_side(),
                        time_in_force: request
                            .time_in_force
                            .clone()
                            .unwrap_or(TimeInForce::Gtc),
                        quantity: request.quantity.unwrap_or_default(),
                        status: order.status.clone(),
                        actual_order_id: triggered.map(|order| order.id),
                        actual_price: triggered.map(|order| order.price),
                        actual_quantity: triggered.map(|order| order.quantity),
                        actual_type: triggered.map(|order| order.order_type.clone()),
                        trigger_price: order.trigger.price(),
                        price: order.price,
                        self_trade_prevention_mode: request.self_trade_prevention.clone(),
                        working_type: request.working_type.clone(),
                        price_match: request.price_match.clone().unwrap_or(PriceMatch::None),
                        close_position: request.close_position,
                        price_protect: request.price_protect,
                        reduce_only: request.reduce_only == Some(true) || request.close_position,
                        trigger_time: order.triggered_at,
                        good_till_date: request.good_till,
                        failure_reason: Some(order.reject_reason.clone())
                            .filter(|reason| !reason.is_empty()),
                        activated: trailing.map(|trailing| trailing.extreme.is_some()),
                    },
                })
            }

            fn listen_key_expired(listen_key: &str, scene: &Scene<'_>) -> Vec<UserEvent> {
                event("listenKeyExpired", &events::ListenKeyExpired {
                    event_time: scene.now,
                    listen_key: ListenKey::from(listen_key),
                })
            }

            pub(super) fn of(change: &AccountEvent, scene: &Scene<'_>) -> Vec<UserEvent> {
                match change {
                    AccountEvent::Order(update) => {
                        let mut events = lite(update, scene);
                        events.extend(order_trade_update(update, scene));
                        events
                    }
                    AccountEvent::Account(update) => account_update(update, scene),
                    AccountEvent::AlgoOrder(order) => algo_update(order, scene),
                    AccountEvent::Leverage { contract, leverage } => {
                        leverage_update(contract, *leverage, scene)
                    }
                    AccountEvent::MultiAssetsMode(enabled) => multi_assets_update(*enabled, scene),
                    AccountEvent::ListenKeyExpired { listen_key, .. } => {
                        listen_key_expired(listen_key, scene)
                    }
                    AccountEvent::ListenKeyClosed { .. } => Vec::new(),
                }
            }

            fn leverage(contract: &Contract, leverage: u32) -> LeverageUpdate {
                LeverageUpdate {
                    symbol: symbol(contract),
                    leverage: leverage.into(),
                }
            }

            include_product!($product);
        }
    };
}

/// Alias of every account, in the events of COIN-M.
#[cfg(feature = "coinm")]
const ACCOUNT_ALIAS: &str = "mock";

#[cfg(feature = "usdm")]
product!(
    usdm,
    order {
        strategy_type: |_| None,
        strategy_id: |_| 0,
        strategy_sub_id: |_| 0,
        good_till_date: |order: &Order| order.good_till,
    },
    margin_asset {},
    alias {}
);
#[cfg(feature = "coinm")]
product!(
    coinm,
    order {},
    margin_asset { margin_asset },
    alias { account_alias }
);
