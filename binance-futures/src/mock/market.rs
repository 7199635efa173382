//! The contracts a mock exchange lists, and the books they trade on.

use rust_decimal::Decimal;

use super::object::Object;
use crate::registry::{self, Operation};
use crate::request::Method;
use crate::types::Side;

/// A contract to list beside those of the sample of the exchange information.
#[derive(Debug, Clone)]
pub(super) struct Seed {
    pub(super) product: String,
    pub(super) symbol: String,
    pub(super) price: Decimal,
}

/// What is listed from the start: product, symbol, price.
const SEEDS: &[(&str, &str, &str)] = &[
    ("usdm", "BTCUSDT", "61250.10"),
    ("usdm", "ETHUSDT", "2310.45"),
    ("usdm", "SOLUSDT", "142.370"),
    ("usdm", "币安人生USDT", "0.2175000"),
    ("coinm", "BTCUSD_PERP", "61250.1"),
    ("coinm", "ETHUSD_PERP", "2310.45"),
];

/// What a contract of the sample trades at when nobody said.
const ORDINARY_PRICE: &str = "100.00";

/// The assets prices are quoted in, the longest first.
const QUOTES: &[&str] = &["USDT", "USDC", "USD"];

/// Every contract of every product.
#[derive(Debug)]
pub(super) struct Market {
    listings: Vec<Listing>,
    information: Vec<(&'static str, Object)>,
}

/// A contract.
#[derive(Debug)]
pub(super) struct Listing {
    /// The product it belongs to.
    pub(super) product: String,
    /// Its name.
    pub(super) symbol: String,
    /// What it shares with other contracts of the same underlying.
    pub(super) pair: String,
    /// What one contract is worth in the quote asset, where quantities count contracts.
    pub(super) contract_size: Option<Decimal>,
    /// What it can be bought and sold at.
    pub(super) book: Book,
}

impl Market {
    /// Lists what the samples list and what is asked for besides.
    pub(super) fn new(wanted: &[Seed]) -> Self {
        let mut market = Self {
            listings: Vec::new(),
            information: Vec::new(),
        };
        let seeds: Vec<Seed> = wanted.iter().cloned().chain(seeds()).collect();
        for operation in registry::operations().filter(|operation| tells_symbols(operation)) {
            market.list(operation, &seeds);
        }
        market
    }

    fn list(&mut self, operation: &Operation, seeds: &[Seed]) {
        let product = operation.product;
        let Some(mut information) = Object::read(operation.sample) else {
            return;
        };
        let symbols = information.get("symbols").unwrap_or_default();
        let mut entries: Vec<Object> = serde_json::from_str(symbols).unwrap_or_default();
        let Some(template) = entries.first().cloned() else {
            return;
        };
        for seed in seeds.iter().filter(|seed| seed.product == product) {
            let known = |entry: &Object| entry.text("symbol").as_deref() == Some(&seed.symbol);
            if !entries.iter().any(known) {
                entries.push(entry(&template, seed));
            }
        }
        let listings = entries
            .iter()
            .filter_map(|entry| Listing::new(product, entry, seeds));
        self.listings.extend(listings);
        information.set_json("symbols", &entries);
        self.information.push((product, information));
    }

    /// A contract by its name.
    pub(super) fn listing(&self, product: &str, symbol: &str) -> Option<&Listing> {
        let mut listings = self.listings.iter();
        listings.find(|listing| listing.product == product && listing.symbol == symbol)
    }

    /// Whether a product has a contract or a pair of this name.
    pub(super) fn lists(&self, product: &str, name: &str) -> bool {
        let mut listings = self.listings.iter();
        listings.any(|listing| {
            listing.product == product && (listing.symbol == name || listing.pair == name)
        })
    }

    /// The exchange information of a product.
    pub(super) fn information(&self, operation: &Operation) -> Option<&Object> {
        let mut information = self.information.iter();
        information
            .find(|(product, _)| *product == operation.product && tells_symbols(operation))
            .map(|(_, information)| information)
    }
}

fn tells_symbols(operation: &Operation) -> bool {
    operation.method == Some(Method::Get)
        && operation
            .path
            .is_some_and(|path| super::routes::resource(path) == "exchangeInfo")
}

fn seeds() -> impl Iterator<Item = Seed> {
    SEEDS.iter().map(|(product, symbol, price)| Seed {
        product: (*product).to_owned(),
        symbol: (*symbol).to_owned(),
        price: decimal(price),
    })
}

/// The entry of another contract, under a contract's own name.
fn entry(template: &Object, seed: &Seed) -> Object {
    let mut entry = template.clone();
    let pair = seed.symbol.split('_').next().unwrap_or_default();
    let quote = QUOTES.iter().find(|quote| pair.ends_with(*quote));
    let quote = quote.copied().unwrap_or_default();
    let base = pair.strip_suffix(quote).unwrap_or(pair);
    let inverse = entry.get("contractSize").is_some();
    entry.set("symbol", &seed.symbol);
    entry.set("pair", pair);
    entry.set("baseAsset", base);
    entry.set("quoteAsset", quote);
    entry.set("marginAsset", if inverse { base } else { quote });
    entry.set("pricePrecision", &seed.price.scale().to_string());
    entry
}

impl Listing {
    fn new(product: &str, entry: &Object, seeds: &[Seed]) -> Option<Self> {
        let symbol = entry.text("symbol")?;
        let contract_size = entry.text("contractSize").map(|size| decimal(&size));
        let digits = entry.text("quantityPrecision");
        let digits = digits.and_then(|digits| digits.parse().ok());
        let digits = digits.unwrap_or(0).min(Decimal::MAX_SCALE);
        let seed = seeds
            .iter()
            .find(|seed| seed.product == product && seed.symbol == symbol);
        let price = seed.map_or_else(|| decimal(ORDINARY_PRICE), |seed| seed.price);
        Some(Self {
            product: product.to_owned(),
            pair: entry.text("pair").unwrap_or_else(|| symbol.clone()),
            book: Book::around(price, contract_size, digits),
            contract_size,
            symbol,
        })
    }
}

/// What can be bought and sold at once. What an order takes is there again for the next one.
#[derive(Debug)]
pub(super) struct Book {
    /// Who buys, the best price first.
    pub(super) bids: Vec<Level>,
    /// Who sells, the best price first.
    pub(super) asks: Vec<Level>,
}

/// A price, and the quantity to be had at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    /// The price.
    pub(super) price: Decimal,
    /// The quantity.
    pub(super) quantity: Decimal,
}

/// How much stands at each level of a book, in units of [`WORTH`].
const SHAPE: [u32; 20] = [
    2, 1, 3, 2, 5, 3, 8, 4, 6, 9, 5, 12, 7, 10, 14, 8, 11, 16, 9, 20,
];

/// What a unit of a level is worth in the quote asset.
const WORTH: u32 = 50_000;

impl Book {
    /// A book whose best bid is the price; the best ask is the next price above it.
    fn around(price: Decimal, contract_size: Option<Decimal>, digits: u32) -> Self {
        let tick = Decimal::new(1, price.scale());
        let unit = Decimal::from(WORTH).checked_div(contract_size.unwrap_or(price));
        let unit = unit.unwrap_or(Decimal::ONE);
        let side = |first: u32, sign: Decimal| {
            SHAPE
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

    /// The levels an order of this side trades with.
    pub(super) fn against(&self, side: &Side) -> &[Level] {
        if is_buy(side) { &self.asks } else { &self.bids }
    }

    /// The levels an order of this side stands beside.
    pub(super) fn beside(&self, side: &Side) -> &[Level] {
        if is_buy(side) { &self.bids } else { &self.asks }
    }

    /// What an order gets at once: at its limit or better, as far as its quantity goes.
    pub(super) fn take(
        &self,
        side: &Side,
        quantity: Decimal,
        limit: Option<Decimal>,
    ) -> Vec<Level> {
        let mut wanted = quantity;
        let mut taken = Vec::new();
        for level in self.against(side) {
            let acceptable = limit.is_none_or(|limit| {
                if is_buy(side) {
                    level.price <= limit
                } else {
                    level.price >= limit
                }
            });
            let quantity = level.quantity.min(wanted);
            if !acceptable || quantity <= Decimal::ZERO {
                break;
            }
            taken.push(Level { quantity, ..*level });
            wanted = wanted.saturating_sub(quantity);
        }
        taken
    }
}

fn is_buy(side: &Side) -> bool {
    *side == Side::Buy
}

/// A decimal of this module's own tables and of samples.
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
    fn an_order_takes_the_best_prices_first_and_none_beyond_its_limit() {
        let book = Book::around(decimal("100.0"), None, 0);
        let taken = book.take(&Side::Buy, decimal("1200"), Some(decimal("100.1")));
        assert_eq!(taken, [level("100.1", "1000")]);
        let taken = book.take(&Side::Sell, decimal("1200"), None);
        assert_eq!(taken, [level("100.0", "1000"), level("99.9", "200")]);
        assert_eq!(
            book.take(&Side::Buy, decimal("1"), Some(decimal("100.0"))),
            []
        );
    }

    #[test]
    fn extreme_prices_make_a_book_all_the_same() {
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
