//! The listed contracts and their order books.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::object;
use crate::registry::{self, Operation};
use crate::request::Method;
use crate::types::Side;
use crate::wire::RawObject;

/// A contract to list in addition to those of the sample of the exchange information, or the price of one of those.
#[derive(Debug, Clone)]
pub(super) struct Seed {
    /// Product id: `usdm` or `coinm`.
    pub(super) product: String,
    /// Symbol.
    pub(super) symbol: String,
    /// Best bid price.
    pub(super) price: Decimal,
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

/// The contracts of all products.
#[derive(Debug)]
pub(super) struct Market {
    listings: Vec<Listing>,
    exchange_infos: Vec<(&'static str, RawObject)>,
}

/// A listed contract.
#[derive(Debug)]
pub(super) struct Listing {
    /// Product id: `usdm` or `coinm`.
    pub(super) product: String,
    /// Symbol.
    pub(super) symbol: String,
    /// Pair, which the contracts of one underlying share.
    pub(super) pair: String,
    /// Value of one contract in the quote asset, in COIN-M. `None` when quantities are in the base asset.
    pub(super) contract_size: Option<Decimal>,
    /// Order book.
    pub(super) book: Book,
}

impl Market {
    /// Lists the contracts of the samples, the default ones and the given ones. A given seed replaces a default one.
    pub(super) fn new(additional: &[Seed]) -> Self {
        let mut market = Self {
            listings: Vec::new(),
            exchange_infos: Vec::new(),
        };
        let seeds: Vec<Seed> = additional.iter().cloned().chain(default_seeds()).collect();
        for operation in registry::operations().filter(|operation| is_exchange_info(operation)) {
            market.list(operation, &seeds);
        }
        market
    }

    fn list(&mut self, operation: &Operation, seeds: &[Seed]) {
        let product = operation.product;
        let Ok(mut info) = RawObject::from_json(operation.sample) else {
            return;
        };
        let symbols = info.get("symbols").unwrap_or_default();
        let mut entries: Vec<RawObject> = serde_json::from_str(symbols).unwrap_or_default();
        let Some(template) = entries.first().cloned() else {
            return;
        };
        for seed in seeds.iter().filter(|seed| seed.product == product) {
            let is_seed =
                |entry: &RawObject| entry.text("symbol").as_deref() == Some(&*seed.symbol);
            if !entries.iter().any(is_seed) {
                entries.push(entry(&template, seed));
            }
        }
        let listings = entries
            .iter()
            .filter_map(|entry| Listing::new(product, entry, seeds));
        self.listings.extend(listings);
        object::set_json(&mut info, "symbols", &entries);
        self.exchange_infos.push((product, info));
    }

    /// Returns the contract of a symbol.
    pub(super) fn listing(&self, product: &str, symbol: &str) -> Option<&Listing> {
        let mut listings = self.listings.iter();
        listings.find(|listing| listing.product == product && listing.symbol == symbol)
    }

    /// Whether a product has a contract with this symbol or pair.
    pub(super) fn has_symbol_or_pair(&self, product: &str, name: &str) -> bool {
        let mut listings = self.listings.iter();
        listings.any(|listing| {
            listing.product == product && (listing.symbol == name || listing.pair == name)
        })
    }

    /// Returns the exchange information with all listed contracts, when the operation asks for it.
    pub(super) fn exchange_info(&self, operation: &Operation) -> Option<&RawObject> {
        let mut infos = self.exchange_infos.iter();
        infos
            .find(|(product, _)| *product == operation.product && is_exchange_info(operation))
            .map(|(_, info)| info)
    }
}

fn is_exchange_info(operation: &Operation) -> bool {
    operation.method == Some(Method::Get)
        && operation
            .path
            .is_some_and(|path| super::routes::resource(path) == "exchangeInfo")
}

fn default_seeds() -> impl Iterator<Item = Seed> {
    DEFAULT_SEEDS.iter().map(|(product, symbol, price)| Seed {
        product: (*product).to_owned(),
        symbol: (*symbol).to_owned(),
        price: decimal(price),
    })
}

/// Returns the entry of a seed in the exchange information: a copy of another contract's entry with other names.
fn entry(template: &RawObject, seed: &Seed) -> RawObject {
    let mut entry = template.clone();
    let pair = seed.symbol.split('_').next().unwrap_or_default();
    let quote = QUOTE_ASSETS.iter().find(|quote| pair.ends_with(*quote));
    let quote = quote.copied().unwrap_or_default();
    let base = pair.strip_suffix(quote).unwrap_or(pair);
    let inverse = entry.get("contractSize").is_some();
    object::set(&mut entry, "symbol", &seed.symbol);
    object::set(&mut entry, "pair", pair);
    object::set(&mut entry, "baseAsset", base);
    object::set(&mut entry, "quoteAsset", quote);
    object::set(
        &mut entry,
        "marginAsset",
        if inverse { base } else { quote },
    );
    object::set(
        &mut entry,
        "pricePrecision",
        &seed.price.scale().to_string(),
    );
    entry
}

impl Listing {
    fn new(product: &str, entry: &RawObject, seeds: &[Seed]) -> Option<Self> {
        let symbol = entry.text("symbol")?.into_owned();
        let contract_size = entry.text("contractSize").map(|size| decimal(&size));
        let digits = entry.text("quantityPrecision");
        let digits = digits.and_then(|digits| digits.parse().ok());
        let digits = digits.unwrap_or(0).min(Decimal::MAX_SCALE);
        let seed = seeds
            .iter()
            .find(|seed| seed.product == product && seed.symbol == symbol);
        let price = seed.map_or_else(|| decimal(DEFAULT_PRICE), |seed| seed.price);
        Some(Self {
            product: product.to_owned(),
            pair: entry
                .text("pair")
                .map_or_else(|| symbol.clone(), Cow::into_owned),
            book: Book::around(price, contract_size, digits),
            contract_size,
            symbol,
        })
    }
}

/// A static order book. The quantity that an order takes is available again for the next order.
#[derive(Debug)]
pub(super) struct Book {
    /// Bid levels, the best price first.
    pub(super) bids: Vec<Level>,
    /// Ask levels, the best price first.
    pub(super) asks: Vec<Level>,
}

/// A price level, or a fill at one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    /// Price.
    pub(super) price: Decimal,
    /// Quantity available or filled at the price.
    pub(super) quantity: Decimal,
}

/// Quantity of each depth level, in units of [`UNIT_VALUE`].
const LEVEL_UNITS: [u32; 20] = [
    2, 1, 3, 2, 5, 3, 8, 4, 6, 9, 5, 12, 7, 10, 14, 8, 11, 16, 9, 20,
];

/// Value of one unit of a depth level, in the quote asset.
const UNIT_VALUE: u32 = 50_000;

impl Book {
    /// Builds a book whose best bid is the price and whose best ask is one tick higher.
    fn around(price: Decimal, contract_size: Option<Decimal>, digits: u32) -> Self {
        let tick = Decimal::new(1, price.scale());
        let unit = Decimal::from(UNIT_VALUE).checked_div(contract_size.unwrap_or(price));
        let unit = unit.unwrap_or(Decimal::ONE);
        let side = |first: u32, sign: Decimal| {
            LEVEL_UNITS
                .iter()
                .zip(first..)
                .filter_map(|(units, steps)| {
                    let distance = tick.checked_mul(Decimal::from(steps))?.checked_mul(sign)?;
                    let quantity = unit.checked_mul(Decimal::from(*units))?.round_dp(digits);
                    Some(Level {
                        price: price.checked_add(distance)?,
                        quantity: quantity.max(Decimal::new(1, digits)),
                    })
                })
                .filter(|level| level.price > Decimal::ZERO)
                .collect()
        };
        Self {
            bids: side(0, Decimal::NEGATIVE_ONE),
            asks: side(1, Decimal::ONE),
        }
    }

    /// Returns the levels that an order of this side trades with.
    pub(super) fn opposite_side(&self, side: &Side) -> &[Level] {
        if is_buy(side) { &self.asks } else { &self.bids }
    }

    /// Returns the levels among which an order of this side rests.
    pub(super) fn same_side(&self, side: &Side) -> &[Level] {
        if is_buy(side) { &self.bids } else { &self.asks }
    }

    /// Returns the immediate fills of an order: at its limit price or better, up to its quantity.
    pub(super) fn fills(
        &self,
        side: &Side,
        quantity: Decimal,
        limit: Option<Decimal>,
    ) -> Vec<Level> {
        let mut remaining = quantity;
        let mut fills = Vec::new();
        for level in self.opposite_side(side) {
            let acceptable = limit.is_none_or(|limit| {
                if is_buy(side) {
                    level.price <= limit
                } else {
                    level.price >= limit
                }
            });
            let quantity = level.quantity.min(remaining);
            if !acceptable || quantity <= Decimal::ZERO {
                break;
            }
            fills.push(Level { quantity, ..*level });
            remaining = remaining.saturating_sub(quantity);
        }
        fills
    }
}

fn is_buy(side: &Side) -> bool {
    *side == Side::Buy
}

/// Parses a decimal of the tables above or of a sample.
fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{Book, Level, decimal};
    use crate::types::Side;

    fn level(price: &str, quantity: &str) -> Level {
        Level {
            price: decimal(price),
            quantity: decimal(quantity),
        }
    }

    #[test]
    fn order_takes_the_best_prices_first_and_none_beyond_its_limit() {
        let book = Book::around(decimal("100.0"), None, 0);
        let fills = book.fills(&Side::Buy, decimal("1200"), Some(decimal("100.1")));
        assert_eq!(fills, [level("100.1", "1000")]);
        let fills = book.fills(&Side::Sell, decimal("1200"), None);
        assert_eq!(fills, [level("100.0", "1000"), level("99.9", "200")]);
        assert_eq!(
            book.fills(&Side::Buy, decimal("1"), Some(decimal("100.0"))),
            []
        );
    }

    #[test]
    fn extreme_prices_make_no_error() {
        for price in [
            Decimal::MAX,
            Decimal::new(1, 28),
            Decimal::ZERO,
            Decimal::MIN,
        ] {
            let _ = Book::around(price, None, 8);
        }
    }
}
