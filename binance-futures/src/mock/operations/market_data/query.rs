//! The parameters of requests for market data.

use std::sync::Arc;

use crate::mock::market::{Book, Contract, Interval, Level, Market, Window};
use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;
use crate::types::{Decimal, KlineInterval, PriceLevel, Timestamp};
use crate::wire::Scalar;

const HOUR: i64 = 3_600_000;

/// Longest time between start and end of aggregate trades, in milliseconds.
const MAX_AGGREGATE_TIME: i64 = HOUR;

/// Longest time between start and end of candlesticks on COIN-M, in days and in milliseconds.
const MAX_KLINE_DAYS: i64 = 200;
const MAX_KLINE_TIME: i64 = MAX_KLINE_DAYS * 24 * HOUR;

/// Products, of which the candlestick operations accept the symbols of each.
const PRODUCTS: [&str; 2] = ["usdm", "coinm"];

/// A request for data of the market.
pub(super) struct Query<'a> {
    pub(super) request: &'a ParsedRequest,
    pub(super) market: &'a mut Market,
    /// Time of the exchange, which is before that of the market if the clock was set back.
    pub(super) now: Timestamp,
}

impl Query<'_> {
    fn product(&self) -> &'static str {
        self.request.operation.product
    }

    /// Returns all contracts of the product.
    pub(super) fn contracts(&self) -> Vec<Arc<Contract>> {
        let contracts = self.market.contracts().iter();
        let contracts = contracts.filter(|contract| contract.product == self.product());
        contracts.cloned().collect()
    }

    /// Returns the contract that the request names.
    pub(super) fn contract(&self) -> Result<Arc<Contract>, Rejection> {
        let symbol = self.required("symbol")?;
        let contract = self.market.contract(self.product(), symbol);
        contract
            .cloned()
            .ok_or_else(|| Rejection::unknown_symbol(symbol))
    }

    /// Returns the contracts that the request names: by symbol, by pair, or all that are open for trading.
    pub(super) fn named_contracts(&self) -> Result<Vec<Arc<Contract>>, Rejection> {
        if self.request.get("symbol").is_some() {
            return Ok(vec![self.contract()?]);
        }
        if self.request.get("pair").is_some() {
            return self.contracts_of_pair();
        }
        let mut contracts = self.contracts();
        contracts.retain(|contract| contract.is_trading());
        Ok(contracts)
    }

    fn contracts_of_pair(&self) -> Result<Vec<Arc<Contract>>, Rejection> {
        let pair = self.required("pair")?;
        let contracts = self.market.contracts_of_pair(self.product(), pair);
        let contracts: Vec<Arc<Contract>> = contracts.cloned().collect();
        if contracts.is_empty() {
            return Err(self.unknown_pair(pair));
        }
        Ok(contracts)
    }

    /// Returns the contract that the request names, of any product. The product of the request takes precedence.
    pub(super) fn contract_of_any_product(&self) -> Result<Arc<Contract>, Rejection> {
        let symbol = self.required("symbol")?;
        let mut found = self
            .products()
            .filter_map(|product| self.market.contract(product, symbol));
        found
            .next()
            .cloned()
            .ok_or_else(|| Rejection::unknown_symbol(symbol))
    }

    /// Returns the contract of the pair and the contract type that the request names. `None` when the pair has none of this type.
    pub(super) fn continuous_contract(&self) -> Result<Option<Arc<Contract>>, Rejection> {
        let (pair, wanted) = (self.required("pair")?, self.required("contractType")?);
        let mut contracts = self
            .products()
            .flat_map(|product| self.market.contracts_of_pair(product, pair))
            .peekable();
        if contracts.peek().is_none() {
            return Err(self.unknown_pair(pair));
        }
        let is_wanted = |contract: &&Arc<Contract>| {
            let contract_type = contract.contract_type.as_ref();
            contract_type.is_some_and(|contract_type| contract_type.as_str() == wanted)
        };
        Ok(contracts.find(is_wanted).cloned())
    }

    /// Returns the contract whose index price is that of the pair that the request names.
    pub(super) fn index_contract(&self) -> Result<Arc<Contract>, Rejection> {
        let pair = self.required("pair")?;
        let mut contracts = self
            .products()
            .filter_map(|product| self.market.index_contract(product, pair));
        let contract = contracts.next().cloned();
        contract.ok_or_else(|| self.unknown_pair(pair))
    }

    /// Returns all products, that of the request first.
    fn products(&self) -> impl Iterator<Item = &'static str> {
        let own = self.product();
        let others = PRODUCTS.into_iter().filter(move |product| *product != own);
        std::iter::once(own).chain(others)
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Rejection> {
        let value = self.request.get(name);
        value.ok_or_else(|| Rejection::missing_parameter(name))
    }

    /// The rejection of a pair without a contract.
    pub(super) fn unknown_pair(&self, pair: &str) -> Rejection {
        let code = if self.product() == "usdm" {
            -4144
        } else {
            -4087
        };
        Rejection::new(code, "Invalid pair.").with_detail(format!("`{pair}` has no contract"))
    }

    /// Returns the wanted number of entries: the parameter, or its default value.
    pub(super) fn limit(&self) -> usize {
        self.request.limit()
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.request.get(name)?.parse().ok()
    }

    fn time(&self, name: &str) -> Option<i64> {
        self.request.get(name).and_then(i64::from_text)
    }

    /// Returns the window from start to end time, which must be in order.
    pub(super) fn window(&self) -> Result<Window, Rejection> {
        let (start, end) = (self.time("startTime"), self.time("endTime"));
        if let (Some(start), Some(end)) = (start, end)
            && start > end
        {
            return Err(Rejection::new(
                -1023,
                "Start time is greater than end time.",
            ));
        }
        Ok(Window {
            start: start.map(Timestamp::from_millis),
            end: end.map(Timestamp::from_millis),
            limit: self.limit(),
            keep_newest: false,
        })
    }

    /// Returns the window of aggregate trades: at most one hour, and not combined with an id.
    pub(super) fn aggregate_window(&self) -> Result<Window, Rejection> {
        let window = self.window()?;
        let has_time = window.start.is_some() || window.end.is_some();
        if has_time && self.request.get("fromId").is_some() {
            return Err(
                Rejection::new(-1128, "Combination of optional parameters invalid.")
                    .with_detail("fromId and a time were sent"),
            );
        }
        if distance(&window) > MAX_AGGREGATE_TIME {
            return Err(Rejection::new(
                -1127,
                "More than 1 hours between startTime and endTime.",
            ));
        }
        Ok(window)
    }

    /// Returns the window of candlesticks. On COIN-M it has at most 200 days, of which the newest candlesticks are returned.
    pub(super) fn kline_window(&self) -> Result<Window, Rejection> {
        let mut window = self.window()?;
        if self.product() == "usdm" {
            return Ok(window);
        }
        if distance(&window) > MAX_KLINE_TIME {
            return Err(Rejection::new(
                -4088,
                format!("Maximum time interval is {MAX_KLINE_DAYS} days."),
            ));
        }
        match (window.start, window.end) {
            (Some(start), None) => {
                let end = start.as_millis().saturating_add(MAX_KLINE_TIME);
                window.end = Some(Timestamp::from_millis(end));
            }
            (None, Some(end)) => {
                let start = end.as_millis().saturating_sub(MAX_KLINE_TIME);
                window.start = Some(Timestamp::from_millis(start));
            }
            _ => {}
        }
        window.keep_newest = true;
        Ok(window)
    }

    /// Returns the interval of candlesticks.
    pub(super) fn interval(&self) -> Result<Interval, Rejection> {
        let interval = KlineInterval::from(self.required("interval")?);
        Interval::new(&interval).ok_or_else(|| Rejection::new(-1120, "Invalid interval."))
    }

    /// Returns the order book of a contract, with the wanted number of levels.
    pub(super) fn book(&self, contract: &Contract) -> Book {
        let mut book = self.market.book(contract);
        book.bids.truncate(self.limit());
        book.asks.truncate(self.limit());
        book
    }
}

fn distance(window: &Window) -> i64 {
    match (window.start, window.end) {
        (Some(start), Some(end)) => end.as_millis().saturating_sub(start.as_millis()),
        _ => 0,
    }
}

/// Returns levels as the order book shows them.
pub(super) fn price_levels(levels: &[Level]) -> Vec<PriceLevel> {
    let levels = levels.iter().map(|level| PriceLevel {
        price: level.price,
        quantity: level.quantity,
    });
    levels.collect()
}

/// Returns the best level, or zeros when there is none.
pub(super) fn best(levels: &[Level]) -> Level {
    levels.first().copied().unwrap_or(Level {
        price: Decimal::ZERO,
        quantity: Decimal::ZERO,
    })
}
