//! Changing the settings of an account, and the margin of isolated positions.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Account, TradingContext, valuation};
use crate::mock::market::{Contract, Market};
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::amount::{money, ratio, sum};
use crate::mock::trading::brackets;
use crate::mock::trading::codes;
use crate::mock::trading::events::AccountEvent;
use crate::mock::trading::history::MarginChange;
use crate::mock::trading::settings::SymbolSettings;
use crate::types::{AccountUpdateReason, PositionSide};

/// The position sides of both position modes.
const SIDES: [PositionSide; 3] = [PositionSide::Both, PositionSide::Long, PositionSide::Short];

impl Account {
    /// Turns hedge mode on or off, for both products.
    pub(in crate::mock) fn set_hedge_mode(&mut self, hedge_mode: bool) -> Result<(), Rejection> {
        if self.settings.hedge_mode == hedge_mode {
            return Err(codes::position_mode_unchanged());
        }
        let mut algo_orders = ["usdm", "coinm"]
            .into_iter()
            .flat_map(|product| self.algo_orders.open(product));
        if self.orders.open().next().is_some() || algo_orders.next().is_some() {
            return Err(codes::position_mode_with_orders());
        }
        if self.held().next().is_some() {
            return Err(codes::position_mode_with_position());
        }
        self.settings.hedge_mode = hedge_mode;
        Ok(())
    }

    /// Turns multi-assets mode of USDⓈ-M on or off.
    pub(in crate::mock) fn set_multi_assets_mode(
        &mut self,
        enabled: bool,
        market: &Market,
    ) -> Result<(), Rejection> {
        if self.settings.multi_assets_mode == enabled {
            return Err(codes::multi_assets_unchanged());
        }
        let is_usdm = |symbol: &str| market.contract("usdm", symbol).is_some();
        if let Some(symbol) = self.settings.isolated_symbol(is_usdm) {
            let detail = format!("{symbol} has isolated margin");
            return Err(codes::multi_assets_with_isolated().with_detail(detail));
        }
        if self
            .orders
            .open()
            .any(|order| order.contract.product == "usdm")
        {
            return Err(codes::multi_assets_with_orders());
        }
        self.settings.multi_assets_mode = enabled;
        self.emit(AccountEvent::MultiAssetsMode(enabled));
        Ok(())
    }

    /// Sets the leverage of a symbol.
    pub(in crate::mock) fn set_leverage(
        &mut self,
        contract: &Arc<Contract>,
        leverage: u32,
        market: &Market,
    ) -> Result<(), Rejection> {
        let product = contract.product;
        let maximum = brackets::brackets(product)
            .first()
            .map_or(1, |bracket| bracket.leverage);
        if leverage == 0 || leverage > maximum {
            return Err(codes::leverage(leverage));
        }
        let current = self.settings.of(&contract.symbol);
        let has_position = SIDES
            .iter()
            .any(|side| !self.position(contract, side).is_empty());
        if current.is_isolated && has_position && leverage < current.leverage {
            return Err(codes::isolated_leverage_reduction(product));
        }
        let changed = SymbolSettings {
            leverage,
            ..current
        };
        let maximum = brackets::max_notional(product, leverage);
        let exposures = SIDES
            .iter()
            .map(|side| self.exposure(contract, side, market));
        let exposures: Vec<_> = exposures.collect();
        if exposures
            .iter()
            .any(|exposure| exposure.largest() > maximum)
        {
            return Err(codes::position_too_large(maximum));
        }
        let margin_with = |settings: SymbolSettings| {
            let values = exposures.iter().map(|exposure| match settings.is_isolated {
                true => exposure.of_orders(),
                false => exposure.largest(),
            });
            money(ratio(sum(values), settings.divisor()))
        };
        let more = margin_with(changed).saturating_sub(margin_with(current));
        if more > self.available(product, &contract.margin_asset, market) {
            return Err(codes::leverage_needs_margin());
        }
        *self.settings.of_mut(&contract.symbol) = changed;
        if changed != current {
            self.emit(AccountEvent::Leverage {
                contract: Arc::clone(contract),
                leverage,
            });
        }
        Ok(())
    }

    /// Sets the margin type of a symbol.
    pub(in crate::mock) fn set_margin_type(
        &mut self,
        contract: &Contract,
        is_isolated: bool,
    ) -> Result<(), Rejection> {
        let current = self.settings.of(&contract.symbol);
        if is_isolated && contract.product == "usdm" && self.settings.multi_assets_mode {
            return Err(codes::isolated_in_multi_assets_mode());
        }
        if current.is_isolated == is_isolated {
            return Err(codes::margin_type_unchanged());
        }
        if self.orders.open_of(contract).next().is_some() {
            return Err(codes::margin_type_with_orders());
        }
        if SIDES
            .iter()
            .any(|side| !self.position(contract, side).is_empty())
        {
            return Err(codes::margin_type_with_position());
        }
        self.settings.of_mut(&contract.symbol).is_isolated = is_isolated;
        Ok(())
    }

    /// Adds margin to an isolated position, or removes it. The amount is negative to remove margin.
    pub(in crate::mock) fn change_position_margin(
        &mut self,
        contract: &Arc<Contract>,
        side: &PositionSide,
        amount: Decimal,
        trading: &mut TradingContext<'_>,
    ) -> Result<(), Rejection> {
        let settings = self.settings.of(&contract.symbol);
        if self.settings.hedge_mode == (*side == PositionSide::Both) {
            return Err(codes::position_side_mismatch());
        }
        if amount.is_zero() {
            return Err(codes::amount_not_positive());
        }
        if !settings.is_isolated {
            return Err(codes::not_isolated());
        }
        let position = self.position(contract, side);
        if position.is_empty() {
            return Err(codes::no_position_for_margin());
        }
        let available = self.available(contract.product, &contract.margin_asset, trading.market);
        if amount > Decimal::ZERO && amount > available {
            return Err(codes::cross_balance());
        }
        let mark = trading.market.mark_price(contract);
        let notional = position.notional(valuation(contract), mark).abs();
        let required = money(ratio(notional, settings.divisor()));
        let loss = position
            .unrealized_profit(valuation(contract), mark)
            .min(Decimal::ZERO);
        let left = position
            .isolated_wallet
            .saturating_add(amount)
            .saturating_add(loss);
        if amount < Decimal::ZERO && left < required {
            return Err(codes::isolated_balance());
        }
        let position = self.position_mut(contract, side);
        position.isolated_wallet = position.isolated_wallet.saturating_add(amount);
        position.updated_at = Some(trading.now);
        self.margin_changes.push(MarginChange {
            contract: Arc::clone(contract),
            position_side: side.clone(),
            amount,
            is_trade: false,
            time: trading.now,
        });
        self.emit_account(
            contract,
            AccountUpdateReason::MarginTransfer,
            Decimal::ZERO,
            std::slice::from_ref(side),
        );
        Ok(())
    }
}
