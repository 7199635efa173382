//! A listed contract: names, type and trading rules, as the exchange information states them.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::units::Unit;
use crate::types::{
    ContractStatus, ContractType, LotSize, MarketLotSize, PercentPrice, PriceFilter, SymbolFilter,
    TimeInForce, Timestamp,
};
use crate::wire::RawObject;

/// Time that the exchange information states for a contract that never expires.
const NEVER: i64 = 4_133_404_800_000;

/// A listed contract. Everything except [`index`](Self::index) comes from its entry in the exchange information.
#[derive(Debug, Clone)]
pub(in crate::mock) struct Contract {
    /// Position in the list of all contracts.
    pub(in crate::mock) index: usize,
    /// Product id: `usdm` or `coinm`.
    pub(in crate::mock) product: &'static str,
    /// Symbol.
    pub(in crate::mock) symbol: String,
    /// Pair, which the contracts of one underlying share.
    pub(in crate::mock) pair: String,
    /// Asset whose price is traded.
    pub(in crate::mock) base_asset: String,
    /// Asset in which prices are stated.
    pub(in crate::mock) quote_asset: String,
    /// Asset in which margin, profit and fees are paid.
    pub(in crate::mock) margin_asset: String,
    /// Type. `None` for a contract that is not open yet.
    pub(in crate::mock) contract_type: Option<ContractType>,
    /// Trading status.
    pub(in crate::mock) status: ContractStatus,
    /// Value of one contract in the quote asset, in COIN-M. `None` when quantities are in the base asset.
    pub(in crate::mock) contract_size: Option<Decimal>,
    /// Filters.
    pub(in crate::mock) filters: Filters,
    /// Maximum distance between last price and mark price at which price-protected orders trigger, as a fraction.
    pub(in crate::mock) trigger_protect: Decimal,
    /// An order can be modified fewer times than this. `None` if there is no limit.
    pub(in crate::mock) max_move_order_limit: Option<u64>,
    /// Time of the delivery. `None` for a contract that never expires.
    pub(in crate::mock) delivery_date: Option<Timestamp>,
    /// Accepted times in force.
    pub(in crate::mock) times_in_force: Vec<TimeInForce>,
    /// Increment of prices.
    pub(in crate::mock) tick: Unit,
    /// Increment of quantities.
    pub(in crate::mock) step: Unit,
    /// Entry in the exchange information.
    pub(in crate::mock) entry: RawObject,
}

/// The filters of a contract. A filter that the entry does not have is `None`.
#[derive(Debug, Clone, Default)]
pub(in crate::mock) struct Filters {
    /// Bounds and increment of the price.
    pub(in crate::mock) price: Option<PriceFilter>,
    /// Bounds and increment of the quantity.
    pub(in crate::mock) lot_size: Option<LotSize>,
    /// Bounds and increment of the quantity of market orders.
    pub(in crate::mock) market_lot_size: Option<MarketLotSize>,
    /// Minimum notional, in the quote asset.
    pub(in crate::mock) min_notional: Option<Decimal>,
    /// Maximum distance of the price from the mark price.
    pub(in crate::mock) percent_price: Option<PercentPrice>,
    /// Maximum number of open orders.
    pub(in crate::mock) max_orders: Option<u64>,
    /// Maximum number of open conditional orders.
    pub(in crate::mock) max_algo_orders: Option<u64>,
}

impl Contract {
    /// Reads an entry of the exchange information. `None` when it has no symbol.
    pub(super) fn from_entry(
        index: usize,
        product: &'static str,
        entry: RawObject,
    ) -> Option<Self> {
        let text = |name: &str| entry.text(name).map(Cow::into_owned);
        let number = |name: &str| entry.text(name).and_then(|text| text.parse().ok());
        let decimal = |name: &str| -> Option<Decimal> { text(name)?.parse().ok() };
        let symbol = text("symbol")?;
        let filters = Filters::new(&read_list(&entry, "filters"));
        let status = text("status").or_else(|| text("contractStatus"));
        let digits = |name| Unit::of_digits(number(name).map_or(0, |digits: i64| clamp(digits)));
        let tick = filters.price.as_ref().map(|filter| filter.tick_size);
        let step = filters.lot_size.as_ref().map(|filter| filter.step_size);
        Some(Self {
            index,
            product,
            pair: text("pair").unwrap_or_else(|| symbol.clone()),
            symbol,
            base_asset: text("baseAsset").unwrap_or_default(),
            quote_asset: text("quoteAsset").unwrap_or_default(),
            margin_asset: text("marginAsset").unwrap_or_default(),
            contract_type: text("contractType")
                .filter(|text| !text.is_empty())
                .map(|text| ContractType::from(text.as_str())),
            status: ContractStatus::from(status.unwrap_or_default().as_str()),
            contract_size: decimal("contractSize"),
            trigger_protect: decimal("triggerProtect").unwrap_or_default(),
            max_move_order_limit: text("maxMoveOrderLimit").and_then(|text| text.parse().ok()),
            delivery_date: number("deliveryDate")
                .filter(|time| *time != 0 && *time != NEVER)
                .map(Timestamp::from_millis),
            times_in_force: read_list(&entry, "timeInForce"),
            tick: Unit::new(tick).unwrap_or_else(|| digits("pricePrecision")),
            step: Unit::new(step).unwrap_or_else(|| digits("quantityPrecision")),
            filters,
            entry,
        })
    }

    /// Whether the contract is open for trading.
    pub(in crate::mock) fn is_trading(&self) -> bool {
        self.status == ContractStatus::Trading
    }

    /// Whether quantities are contracts with a fixed value in the quote asset, as in COIN-M.
    pub(in crate::mock) fn is_inverse(&self) -> bool {
        self.contract_size.is_some()
    }

    /// Whether a price is positive, on the tick, and within the price filter.
    pub(in crate::mock) fn accepts_price(&self, price: Decimal) -> bool {
        let within = self.filters.price.as_ref().is_none_or(|filter| {
            let above = |bound: Decimal| bound.is_zero() || price <= bound;
            price >= filter.min_price && above(filter.max_price)
        });
        price > Decimal::ZERO && within && self.tick.divides(price)
    }

    /// Whether funding is paid: the contract has no delivery date and is open.
    pub(in crate::mock) fn has_funding(&self) -> bool {
        self.delivery_date.is_none() && self.is_trading()
    }
}

impl Filters {
    fn new(list: &[SymbolFilter]) -> Self {
        let mut filters = Self::default();
        for filter in list {
            match filter {
                SymbolFilter::PriceFilter(filter) => filters.price = Some(filter.clone()),
                SymbolFilter::LotSize(filter) => filters.lot_size = Some(filter.clone()),
                SymbolFilter::MarketLotSize(filter) => {
                    filters.market_lot_size = Some(filter.clone());
                }
                SymbolFilter::MinNotional(filter) => filters.min_notional = Some(filter.notional),
                SymbolFilter::PercentPrice(filter) => filters.percent_price = Some(filter.clone()),
                SymbolFilter::MaximumOrders(filter) => filters.max_orders = Some(filter.limit),
                SymbolFilter::MaximumAlgoOrders(filter) => {
                    filters.max_algo_orders = Some(filter.limit);
                }
                _ => {}
            }
        }
        filters
    }
}

/// Reads a list of an entry. Empty when it is missing or has another form.
pub(super) fn read_list<T: serde::de::DeserializeOwned>(entry: &RawObject, name: &str) -> Vec<T> {
    let json = entry.get(name).unwrap_or("[]");
    serde_json::from_str(json).unwrap_or_default()
}

fn clamp(digits: i64) -> u32 {
    u32::try_from(digits.clamp(0, 28)).unwrap_or(0)
}
