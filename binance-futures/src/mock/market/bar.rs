//! Candlesticks in whole ticks and steps, which can be joined.

/// The trades of a period, in ticks and steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) open: i128,
    pub(super) high: i128,
    pub(super) low: i128,
    pub(super) close: i128,
    /// Traded quantity.
    pub(super) volume: i128,
    /// Traded value, in the units of [`Valuation`](super::valuation::Valuation).
    pub(super) value: i128,
    pub(super) taker_buy_volume: i128,
    pub(super) taker_buy_value: i128,
    pub(super) trades: u64,
    /// Id of the first trade. The ids of the others follow it.
    pub(super) first_id: u64,
}

/// A trade, as a bar sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Print {
    pub(super) price: i128,
    pub(super) quantity: i128,
    pub(super) value: i128,
    pub(super) taker_buys: bool,
}

impl Bar {
    /// The bar of one trade.
    pub(super) fn of(trade: Print, id: u64) -> Self {
        let bought = |amount| if trade.taker_buys { amount } else { 0 };
        Self {
            open: trade.price,
            high: trade.price,
            low: trade.price,
            close: trade.price,
            volume: trade.quantity,
            value: trade.value,
            taker_buy_volume: bought(trade.quantity),
            taker_buy_value: bought(trade.value),
            trades: 1,
            first_id: id,
        }
    }

    /// Appends the bar of a later period.
    pub(super) fn append(&mut self, later: &Self) {
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
        self.volume = self.volume.saturating_add(later.volume);
        self.value = self.value.saturating_add(later.value);
        self.taker_buy_volume = self.taker_buy_volume.saturating_add(later.taker_buy_volume);
        self.taker_buy_value = self.taker_buy_value.saturating_add(later.taker_buy_value);
        self.trades = self.trades.saturating_add(later.trades);
    }
}

/// The values of a price that is not traded during a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PriceBar {
    pub(super) open: i128,
    pub(super) high: i128,
    pub(super) low: i128,
    pub(super) close: i128,
    /// Number of steps of the price process.
    pub(super) points: u64,
}

impl PriceBar {
    /// The bar of one value, which counts as no step.
    pub(super) fn of(value: i128) -> Self {
        Self {
            open: value,
            high: value,
            low: value,
            close: value,
            points: 0,
        }
    }

    /// Appends the bar of a later period.
    pub(super) fn append(&mut self, later: &Self) {
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
        self.points = self.points.saturating_add(later.points);
    }
}
