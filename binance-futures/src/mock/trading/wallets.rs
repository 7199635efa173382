//! Wallet balances of an account.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::dec;
use crate::mock::market::{Contract, Market};
use crate::types::Timestamp;

/// The balance of one asset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::mock) struct Wallet {
    /// Balance, with the margin of isolated positions and without unrealized profit.
    pub(in crate::mock) balance: Decimal,
    /// Time of the last change. `None` if there was none.
    pub(in crate::mock) updated_at: Option<Timestamp>,
}

/// The balances of all assets of both products.
#[derive(Debug, Clone, Default)]
pub(in crate::mock) struct Wallets(BTreeMap<(&'static str, String), Wallet>);

impl Wallets {
    /// Returns the balance of an asset.
    pub(in crate::mock) fn balance(&self, product: &'static str, asset: &str) -> Decimal {
        let wallet = self.0.get(&(product, asset.to_owned()));
        wallet.map_or(Decimal::ZERO, |wallet| wallet.balance)
    }

    /// Adds an amount, which may be negative, and returns the new balance.
    pub(super) fn add(
        &mut self,
        product: &'static str,
        asset: &str,
        amount: Decimal,
        time: Timestamp,
    ) -> Decimal {
        let wallet = self.0.entry((product, asset.to_owned())).or_default();
        wallet.balance = wallet.balance.saturating_add(amount);
        wallet.updated_at = Some(time);
        wallet.balance
    }

    /// Returns the assets of a product with their wallets, in alphabetical order.
    pub(in crate::mock) fn of(&self, product: &str) -> impl Iterator<Item = (&str, &Wallet)> {
        let wallets = self.0.iter().filter(move |((of, _), _)| *of == product);
        wallets.map(|((_, asset), wallet)| (asset.as_str(), wallet))
    }
}

/// Initial balance of each margin asset of USDⓈ-M.
const USDM_BALANCE: Decimal = dec!(1000000);

/// Initial balance of each margin asset of COIN-M.
const COINM_BALANCE: Decimal = dec!(100);

/// The balances with which accounts start. Those that are not set have their defaults.
#[derive(Debug, Clone, Default)]
pub(in crate::mock) struct Balances(BTreeMap<String, Decimal>);

impl Balances {
    /// Sets the balance of an asset.
    pub(in crate::mock) fn set(&mut self, asset: String, amount: Decimal) {
        self.0.insert(asset, amount);
    }

    /// Returns product, asset and amount of every wallet. An asset that no contract has gets a wallet on USDⓈ-M.
    pub(in crate::mock) fn of(&self, market: &Market) -> Vec<(&'static str, String, Decimal)> {
        let mut balances: BTreeMap<(&'static str, String), Decimal> = BTreeMap::new();
        let trading = market
            .contracts()
            .iter()
            .filter(|contract| contract.is_trading());
        let (coinm, usdm): (Vec<&Contract>, Vec<&Contract>) = trading
            .map(|contract| &**contract)
            .partition(|contract| contract.product == "coinm");
        for contract in &usdm {
            balances
                .entry(("usdm", contract.base_asset.clone()))
                .or_default();
        }
        for contract in &usdm {
            balances.insert(("usdm", contract.margin_asset.clone()), USDM_BALANCE);
        }
        for contract in &coinm {
            balances.insert(("coinm", contract.margin_asset.clone()), COINM_BALANCE);
        }
        for (asset, amount) in &self.0 {
            let mut known = false;
            for ((_, of), balance) in &mut balances {
                if of == asset {
                    *balance = *amount;
                    known = true;
                }
            }
            if !known {
                balances.insert(("usdm", asset.clone()), *amount);
            }
        }
        let balances = balances.into_iter();
        balances
            .map(|((product, asset), amount)| (product, asset, amount))
            .collect()
    }
}
