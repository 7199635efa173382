//! Settings of an account: position mode, asset mode, and leverage and margin type of each symbol.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::types::MarginType;

/// Leverage of a symbol until it is changed.
const DEFAULT_LEVERAGE: u32 = 20;

/// Settings of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Settings {
    /// Whether a symbol has a long and a short position. Both products share this setting.
    pub(in crate::mock) hedge_mode: bool,
    /// Whether all margin assets of USDⓈ-M together serve as margin.
    pub(in crate::mock) multi_assets_mode: bool,
    /// Whether fees are to be paid in BNB. Stored, but without an effect.
    pub(in crate::mock) fee_burn: bool,
    symbols: BTreeMap<String, SymbolSettings>,
}

/// Settings of one symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) struct SymbolSettings {
    /// Leverage.
    pub(in crate::mock) leverage: u32,
    /// Whether positions have isolated margin.
    pub(in crate::mock) is_isolated: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hedge_mode: false,
            multi_assets_mode: false,
            fee_burn: true,
            symbols: BTreeMap::new(),
        }
    }
}

impl Default for SymbolSettings {
    fn default() -> Self {
        Self {
            leverage: DEFAULT_LEVERAGE,
            is_isolated: false,
        }
    }
}

impl SymbolSettings {
    /// Margin type, as requests name it.
    pub(in crate::mock) fn margin_type(self) -> MarginType {
        if self.is_isolated {
            MarginType::Isolated
        } else {
            MarginType::Crossed
        }
    }

    /// Leverage as a divisor.
    pub(in crate::mock) fn divisor(self) -> Decimal {
        Decimal::from(self.leverage.max(1))
    }

    /// Leverage of isolated margin. `None` with cross margin.
    pub(in crate::mock) fn isolated_leverage(self) -> Option<Decimal> {
        self.is_isolated.then(|| self.divisor())
    }
}

impl Settings {
    /// Returns the settings of a symbol.
    pub(in crate::mock) fn of(&self, symbol: &str) -> SymbolSettings {
        self.symbols.get(symbol).copied().unwrap_or_default()
    }

    /// Returns the settings of a symbol for a change.
    pub(in crate::mock) fn of_mut(&mut self, symbol: &str) -> &mut SymbolSettings {
        self.symbols.entry(symbol.to_owned()).or_default()
    }

    /// Returns the first symbol with isolated margin that `matches`.
    pub(in crate::mock) fn isolated_symbol(&self, matches: impl Fn(&str) -> bool) -> Option<&str> {
        let mut symbols = self.symbols.iter();
        symbols
            .find(|(symbol, settings)| settings.is_isolated && matches(symbol))
            .map(|(symbol, _)| symbol.as_str())
    }
}
