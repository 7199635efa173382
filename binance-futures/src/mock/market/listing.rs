//! The list of contracts: those of the sample of the exchange information, and those that the builder adds.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::contract::{Contract, read_list};
use super::units::Unit;
use crate::mock::object;
use crate::mock::server::routes;
use crate::registry::{self, Operation};
use crate::request::Method;
use crate::types::{SymbolFilter, Timestamp};
use crate::wire::RawObject;

/// A contract to list in addition to those of the sample of the exchange information, or the price of one of those.
#[derive(Debug, Clone)]
pub(in crate::mock) struct Seed {
    /// Product id: `usdm` or `coinm`.
    pub(in crate::mock) product: String,
    /// Symbol.
    pub(in crate::mock) symbol: String,
    /// Best bid price.
    pub(in crate::mock) price: Decimal,
}

/// Contracts that every mock exchange lists: product, symbol, best bid price.
const DEFAULT_SEEDS: &[(&str, &str, &str)] = &[
    ("usdm", "BTCUSDT", "61250.10"),
    ("usdm", "ETHUSDT", "2310.45"),
    ("usdm", "SOLUSDT", "142.370"),
    ("usdm", "币安人生USDT", "0.2175000"),
    ("coinm", "BTCUSD_PERP", "61250.1"),
    ("coinm", "ETHUSD_PERP", "2310.45"),
];

/// Best bid price of a contract in the sample that has no seed.
const DEFAULT_PRICE: &str = "100.00";

/// Quote assets, by which a symbol is split into base and quote asset. One that ends with another must stand before it.
const QUOTE_ASSETS: &[&str] = &["USDT", "USDC", "USD"];

/// Value of one contract of an added COIN-M contract, in the quote asset.
const ADDED_CONTRACT_SIZE: u32 = 10;

/// Lists the contracts of the samples, the default ones and the given ones, each with its first best bid price. A given seed replaces a
/// default one.
pub(super) fn contracts(additional: &[Seed], onboard: Timestamp) -> Vec<(Arc<Contract>, Decimal)> {
    let seeds: Vec<Seed> = additional.iter().cloned().chain(default_seeds()).collect();
    let mut contracts = Vec::new();
    for operation in registry::operations().filter(|operation| is_exchange_info(operation)) {
        for (entry, price) in entries(operation, &seeds) {
            let mut entry = entry;
            if entry_is_trading(&entry) {
                object::set(&mut entry, "onboardDate", &onboard.to_string());
            }
            let contract = Contract::from_entry(contracts.len(), operation.product, entry);
            contracts.extend(contract.map(|contract| (Arc::new(contract), price)));
        }
    }
    contracts
}

/// Whether the operation returns the exchange information.
fn is_exchange_info(operation: &Operation) -> bool {
    operation.method == Some(Method::Get)
        && operation
            .path
            .is_some_and(|path| routes::resource(path) == "exchangeInfo")
}

fn default_seeds() -> impl Iterator<Item = Seed> {
    DEFAULT_SEEDS.iter().map(|(product, symbol, price)| Seed {
        product: (*product).to_owned(),
        symbol: (*symbol).to_owned(),
        price: decimal(price),
    })
}

/// Returns the entries of a product, with their best bid prices.
fn entries(operation: &Operation, seeds: &[Seed]) -> Vec<(RawObject, Decimal)> {
    let Ok(info) = RawObject::from_json(operation.sample) else {
        return Vec::new();
    };
    let mut entries: Vec<RawObject> = read_list(&info, "symbols");
    let Some(template) = entries.first().cloned() else {
        return Vec::new();
    };
    let is_of =
        |entry: &RawObject, seed: &Seed| entry.text("symbol").as_deref() == Some(&*seed.symbol);
    let seeds: Vec<&Seed> = seeds
        .iter()
        .filter(|seed| seed.product == operation.product)
        .collect();
    for seed in &seeds {
        if !entries.iter().any(|entry| is_of(entry, seed)) {
            entries.push(added_entry(&template, seed));
        }
    }
    let with_price = entries.into_iter().map(|mut entry| {
        let seed = seeds.iter().find(|seed| is_of(&entry, seed));
        let price = seed.map_or_else(|| decimal(DEFAULT_PRICE), |seed| seed.price);
        if seed.is_some() && !permits(&entry, price) {
            set_rules(&mut entry, price);
        }
        (entry, price)
    });
    with_price.collect()
}

fn entry_is_trading(entry: &RawObject) -> bool {
    let status = entry
        .text("status")
        .or_else(|| entry.text("contractStatus"));
    status.as_deref() == Some("TRADING")
}

/// Returns the entry of a contract that the sample does not have: a copy of another contract's entry with other names and rules.
fn added_entry(template: &RawObject, seed: &Seed) -> RawObject {
    let mut entry = template.clone();
    let (pair, suffix) = match seed.symbol.split_once('_') {
        Some((pair, suffix)) => (pair, suffix),
        None => (seed.symbol.as_str(), ""),
    };
    let quote = QUOTE_ASSETS.iter().find(|quote| pair.ends_with(*quote));
    let quote = quote.copied().unwrap_or_default();
    let base = pair.strip_suffix(quote).unwrap_or(pair);
    let is_inverse = entry.get("contractSize").is_some();
    if entry.text("pair").as_deref() != Some(pair) {
        object::set(&mut entry, "contractSize", &ADDED_CONTRACT_SIZE.to_string());
    }
    object::set(&mut entry, "symbol", &seed.symbol);
    object::set(&mut entry, "pair", pair);
    object::set(&mut entry, "baseAsset", base);
    object::set(&mut entry, "quoteAsset", quote);
    let margin = if is_inverse { base } else { quote };
    object::set(&mut entry, "marginAsset", margin);
    if let Some(delivery) = delivery_time(suffix) {
        object::set(&mut entry, "contractType", "CURRENT_QUARTER");
        object::set(&mut entry, "deliveryDate", &delivery.to_string());
    }
    set_rules(&mut entry, seed.price);
    entry
}

/// Whether the price filter of an entry permits a price.
fn permits(entry: &RawObject, price: Decimal) -> bool {
    let filters: Vec<SymbolFilter> = read_list(entry, "filters");
    filters.iter().any(|filter| match filter {
        SymbolFilter::PriceFilter(filter) => {
            (filter.min_price..=filter.max_price).contains(&price)
                && Unit::new(Some(filter.tick_size)).is_some_and(|tick| tick.divides(price))
        }
        _ => false,
    })
}

/// Sets the precisions and filters of an entry to values that suit a price: the tick is one unit in its last decimal place, and a step is
/// worth at most [`STEP_VALUE`].
fn set_rules(entry: &mut RawObject, price: Decimal) {
    let is_inverse = entry.get("contractSize").is_some();
    let tick = Unit::of_digits(price.scale());
    let digits = if is_inverse { 0 } else { step_digits(price) };
    let step = Unit::of_digits(digits);
    let mut filters: Vec<SymbolFilter> = read_list(entry, "filters");
    for filter in &mut filters {
        match filter {
            SymbolFilter::PriceFilter(filter) => {
                let hundred = Decimal::ONE_HUNDRED;
                let min = tick.round_down(price.checked_div(hundred).unwrap_or_default());
                filter.tick_size = tick.size();
                filter.min_price = min.max(tick.size());
                let max = price.max(tick.value(100_000)).saturating_mul(hundred);
                filter.max_price = tick.round_down(max);
            }
            SymbolFilter::LotSize(filter) if !is_inverse => {
                filter.step_size = step.size();
                filter.min_quantity = step.size();
                filter.max_quantity = max_quantity(step, price, MAX_ORDER_VALUE);
            }
            SymbolFilter::MarketLotSize(filter) if !is_inverse => {
                filter.step_size = step.size();
                filter.min_quantity = step.size();
                filter.max_quantity = max_quantity(step, price, MAX_MARKET_ORDER_VALUE);
            }
            SymbolFilter::MinNotional(filter) => filter.notional = Decimal::from(MIN_NOTIONAL),
            _ => {}
        }
    }
    object::set_json(entry, "filters", &filters);
    object::set(entry, "pricePrecision", &price.scale().to_string());
    object::set(entry, "quantityPrecision", &digits.to_string());
}

/// Largest value of one step of a linear contract, in the quote asset.
const STEP_VALUE: u32 = 10;

/// Largest number of decimal places of quantities.
const MAX_STEP_DIGITS: u32 = 8;

/// Values of the largest orders, and of the smallest one, in the quote asset.
const MAX_ORDER_VALUE: u32 = 100_000_000;
const MAX_MARKET_ORDER_VALUE: u32 = 10_000_000;
const MIN_NOTIONAL: u32 = 5;

/// Returns the fewest decimal places with which a step is worth at most [`STEP_VALUE`].
fn step_digits(price: Decimal) -> u32 {
    let mut digits = 0;
    let mut step_value = price;
    while step_value > Decimal::from(STEP_VALUE) && digits < MAX_STEP_DIGITS {
        step_value = step_value.checked_div(Decimal::TEN).unwrap_or_default();
        digits += 1;
    }
    digits
}

/// Returns a round quantity of about a value: a power of ten.
fn max_quantity(step: Unit, price: Decimal, value: u32) -> Decimal {
    let steps = Decimal::from(value)
        .checked_div(price)
        .map(|quantity| step.count(quantity));
    let steps = steps.and_then(|steps| steps.to_u128()).unwrap_or(1).max(1);
    let power = 10_i128.saturating_pow(steps.ilog10());
    step.value(power)
}

/// Returns the time of a delivery date, such as `261225`, at 08:00 UTC.
fn delivery_time(date: &str) -> Option<i64> {
    if date.len() != 6 {
        return None;
    }
    let number: i64 = date.parse().ok()?;
    let (year, month, day) = (2000 + number / 10_000, number / 100 % 100, number % 100);
    let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
    let days = super::calendar::days_since_epoch(year, month, day);
    is_date.then_some((days * 24 + 8) * 3_600_000)
}

/// Parses a decimal of the tables above.
fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}
