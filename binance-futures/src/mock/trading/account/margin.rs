//! Margin: what positions and orders need, and what is available.

use rust_decimal::Decimal;

use super::{Account, valuation};
use crate::dec;
use crate::mock::market::{Contract, Market};
use crate::mock::trading::amount::{money, ratio, sum};
use crate::mock::trading::brackets;
use crate::types::PositionSide;

/// A position and the open orders that can make it larger, each as a value in the margin asset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::mock) struct Exposure {
    /// Value of the position at the mark price. Negative for a short position.
    pub(in crate::mock) position: Decimal,
    /// Value of the buy orders.
    pub(in crate::mock) bids: Decimal,
    /// Value of the sell orders.
    pub(in crate::mock) asks: Decimal,
}

impl Exposure {
    /// Largest value that the position can have after fills of the orders.
    pub(in crate::mock) fn largest(self) -> Decimal {
        let long = self.position.saturating_add(self.bids).abs();
        let short = self.position.saturating_sub(self.asks).abs();
        long.max(short)
    }

    /// Value by which the orders can make the position larger.
    pub(in crate::mock) fn of_orders(self) -> Decimal {
        self.largest()
            .saturating_sub(self.position.abs())
            .max(Decimal::ZERO)
    }

    /// Returns the exposure with one more order.
    pub(in crate::mock) fn with(mut self, is_buy: bool, value: Decimal) -> Self {
        let orders = if is_buy {
            &mut self.bids
        } else {
            &mut self.asks
        };
        *orders = orders.saturating_add(value);
        self
    }
}

/// The margin figures of one asset, or of all assets together in US dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::mock) struct Margin {
    /// Wallet balance.
    pub(in crate::mock) wallet: Decimal,
    /// Wallet balance without the margin of isolated positions.
    pub(in crate::mock) cross_wallet: Decimal,
    /// Unrealized profit of all positions.
    pub(in crate::mock) unrealized_profit: Decimal,
    /// Unrealized profit of the positions with cross margin.
    pub(in crate::mock) cross_unrealized_profit: Decimal,
    /// Initial margin of positions.
    pub(in crate::mock) of_positions: Decimal,
    /// Initial margin of the positions with cross margin.
    pub(in crate::mock) of_cross_positions: Decimal,
    /// Initial margin of open orders.
    pub(in crate::mock) of_orders: Decimal,
    /// Maintenance margin.
    pub(in crate::mock) maintenance: Decimal,
}

impl Margin {
    /// Balance that is available for new orders. Never negative.
    pub(in crate::mock) fn available(&self) -> Decimal {
        let equity = self
            .cross_wallet
            .saturating_add(self.cross_unrealized_profit);
        let used = self.of_cross_positions.saturating_add(self.of_orders);
        money(equity.saturating_sub(used)).max(Decimal::ZERO)
    }

    /// Amount that could be transferred out of the account: unrealized profit cannot.
    pub(in crate::mock) fn withdrawable(&self) -> Decimal {
        self.available().min(self.cross_wallet).max(Decimal::ZERO)
    }

    /// Adds the figures of another asset, times the asset's price.
    fn add(&mut self, other: &Self, price: Decimal) {
        let pairs = [
            (&mut self.wallet, other.wallet),
            (&mut self.cross_wallet, other.cross_wallet),
            (&mut self.unrealized_profit, other.unrealized_profit),
            (
                &mut self.cross_unrealized_profit,
                other.cross_unrealized_profit,
            ),
            (&mut self.of_positions, other.of_positions),
            (&mut self.of_cross_positions, other.of_cross_positions),
            (&mut self.of_orders, other.of_orders),
            (&mut self.maintenance, other.maintenance),
        ];
        for (figure, amount) in pairs {
            *figure = money(figure.saturating_add(amount.saturating_mul(price)));
        }
    }
}

impl Account {
    /// Returns the wallet balance of an asset without the margin of isolated positions.
    pub(in crate::mock) fn cross_wallet(&self, product: &'static str, asset: &str) -> Decimal {
        let held = self.positions.values();
        let isolated = held
            .filter(|held| held.contract.product == product && held.contract.margin_asset == asset)
            .map(|held| held.position.isolated_wallet);
        self.wallets
            .balance(product, asset)
            .saturating_sub(sum(isolated))
    }

    /// Returns the exposure of a position and its open orders.
    pub(in crate::mock) fn exposure(
        &self,
        contract: &Contract,
        side: &PositionSide,
        market: &Market,
    ) -> Exposure {
        let position = self.position(contract, side);
        let exposure = Exposure {
            position: position.notional(valuation(contract), market.mark_price(contract)),
            ..Exposure::default()
        };
        let orders = self.orders.resting_of(contract);
        let opening = orders.filter(|order| order.position_side == *side && !order.is_reducing());
        opening.fold(exposure, |exposure, order| {
            exposure.with(order.is_buy(), order.remaining_value())
        })
    }

    /// Returns the margin figures of an asset of a product.
    pub(in crate::mock) fn margin(
        &self,
        product: &'static str,
        asset: &str,
        market: &Market,
    ) -> Margin {
        let mut margin = Margin {
            wallet: self.wallets.balance(product, asset),
            cross_wallet: self.cross_wallet(product, asset),
            ..Margin::default()
        };
        for contract in self.contracts_in_use() {
            if contract.product == product && contract.margin_asset == asset {
                self.add_contract(&mut margin, contract, market);
            }
        }
        margin
    }

    fn add_contract(&self, margin: &mut Margin, contract: &Contract, market: &Market) {
        let settings = self.settings.of(&contract.symbol);
        let mark = market.mark_price(contract);
        for side in [PositionSide::Both, PositionSide::Long, PositionSide::Short] {
            let exposure = self.exposure(contract, &side, market);
            let profit = self
                .position(contract, &side)
                .unrealized_profit(valuation(contract), mark);
            let of_position = money(ratio(exposure.position.abs(), settings.divisor()));
            let of_orders = money(ratio(exposure.of_orders(), settings.divisor()));
            let maintenance = brackets::maintenance_margin(contract.product, exposure.position);
            let (cross_profit, cross_margin) = if settings.is_isolated {
                (Decimal::ZERO, Decimal::ZERO)
            } else {
                (profit, of_position)
            };
            margin.add(
                &Margin {
                    unrealized_profit: profit,
                    cross_unrealized_profit: cross_profit,
                    of_positions: of_position,
                    of_cross_positions: cross_margin,
                    of_orders,
                    maintenance: money(maintenance),
                    ..Margin::default()
                },
                Decimal::ONE,
            );
        }
    }

    /// Returns the margin figures of all assets of USDⓈ-M together, in US dollars.
    pub(in crate::mock) fn total_margin(&self, market: &Market) -> Margin {
        let mut total = Margin::default();
        for (asset, _) in self.wallets.of("usdm") {
            total.add(
                &self.margin("usdm", asset, market),
                usd_price(asset, market),
            );
        }
        total
    }

    /// Returns the balance that is available for orders of a contract, in its margin asset.
    pub(in crate::mock) fn available(
        &self,
        product: &'static str,
        asset: &str,
        market: &Market,
    ) -> Decimal {
        if product == "usdm" && self.settings.multi_assets_mode {
            let available = self.total_margin(market).available();
            return money(ratio(available, usd_price(asset, market)));
        }
        self.margin(product, asset, market).available()
    }

    /// Returns the contracts with a position or an open order, each once.
    fn contracts_in_use(&self) -> Vec<&Contract> {
        let held = self.positions.values().map(|held| &*held.contract);
        let ordered = self.orders.open().map(|order| &*order.contract);
        let mut contracts: Vec<&Contract> = held.chain(ordered).collect();
        contracts.sort_by_key(|contract| contract.index);
        contracts.dedup_by_key(|contract| contract.index);
        contracts
    }
}

/// Assets that are worth one US dollar.
const DOLLARS: &[&str] = &["USDT", "USDC", "FDUSD", "BUSD", "BFUSD", "USD"];

/// Returns the price of an asset in US dollars. Zero if no contract has it as the base asset.
pub(in crate::mock) fn usd_price(asset: &str, market: &Market) -> Decimal {
    if DOLLARS.contains(&asset) {
        return dec!(1);
    }
    let mut contracts = market.contracts().iter();
    let contract = contracts.find(|contract| {
        contract.base_asset == asset
            && DOLLARS.contains(&contract.quote_asset.as_str())
            && contract.is_trading()
    });
    contract.map_or(Decimal::ZERO, |contract| market.index_price(contract))
}

#[cfg(test)]
mod tests {
    use super::Exposure;
    use crate::dec;

    #[test]
    fn orders_need_margin_only_for_what_makes_the_position_larger() {
        let long = Exposure {
            position: dec!(100),
            ..Exposure::default()
        };
        assert_eq!(long.with(true, dec!(50)).of_orders(), dec!(50));
        assert_eq!(long.with(false, dec!(150)).of_orders(), dec!(0));
        assert_eq!(long.with(false, dec!(250)).of_orders(), dec!(50));
        let both = long.with(true, dec!(30)).with(false, dec!(240));
        assert_eq!(both.largest(), dec!(140));
    }
}
