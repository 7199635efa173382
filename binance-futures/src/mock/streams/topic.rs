//! The topics that connections subscribe to, resolved by their names.

use std::sync::Arc;
use std::time::Duration;

use crate::mock::market::{Contract, Interval, Market};
use crate::topic::{Cadence, Topic};
use crate::types::KlineInterval;

/// All products. Streams of either one have some topics of the other one.
const PRODUCTS: [&str; 2] = ["usdm", "coinm"];

/// What a topic pushes. The names are those of the topics in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    AggTrades,
    AllAssetIndexes,
    AllBookTickers,
    AllLiquidations,
    AllMarkPrices,
    AllMiniTickers,
    AllTickers,
    AssetIndex,
    BookTickers,
    CompositeIndex,
    ContinuousKlines,
    ContractInfo,
    DiffDepth,
    IndexPrice,
    IndexPriceKlines,
    Klines,
    Liquidations,
    MarkPrice,
    MarkPriceKlines,
    MiniTickers,
    PairMarkPrices,
    PartialDepth,
    RpiDepth,
    Tickers,
    Trades,
    TradingSession,
}

/// A topic that the market has data for.
#[derive(Debug, Clone)]
pub(super) struct StreamTopic {
    /// What it pushes.
    pub(super) channel: Channel,
    /// How often events arrive, in milliseconds. `None`: whenever there is something to report.
    pub(super) interval: Option<i64>,
    /// The contracts whose data it pushes. Empty for topics that are not about contracts.
    pub(super) contracts: Vec<Arc<Contract>>,
    /// The first part of the name in upper case: a symbol, a pair, or an asset.
    pub(super) subject: String,
    /// The interval of candlesticks.
    pub(super) kline_interval: Option<(KlineInterval, Interval)>,
    /// Number of price levels on each side. 0 for topics without levels.
    pub(super) levels: usize,
}

/// A well-formed name of a product.
struct ParsedName {
    channel: Channel,
    group: Option<&'static str>,
    cadence: Cadence,
}

impl ParsedName {
    /// Parses the name of a topic of a product. `None` if the product has no such topic.
    fn parse(product: &str, name: &str) -> Option<Self> {
        match product {
            #[cfg(feature = "usdm")]
            "usdm" => Self::of_usdm(name),
            #[cfg(feature = "coinm")]
            "coinm" => Self::of_coinm(name),
            _ => None,
        }
    }

    #[cfg(feature = "usdm")]
    fn of_usdm(name: &str) -> Option<Self> {
        use crate::usdm::streams::AnyTopic;
        match name.parse().ok()? {
            AnyTopic::AggTrades(topic) => Self::new(Channel::AggTrades, &topic),
            AnyTopic::AllAssetIndexes(topic) => Self::new(Channel::AllAssetIndexes, &topic),
            AnyTopic::AllBookTickers(topic) => Self::new(Channel::AllBookTickers, &topic),
            AnyTopic::AllLiquidations(topic) => Self::new(Channel::AllLiquidations, &topic),
            AnyTopic::AllMarkPrices(topic) => Self::new(Channel::AllMarkPrices, &topic),
            AnyTopic::AllMiniTickers(topic) => Self::new(Channel::AllMiniTickers, &topic),
            AnyTopic::AllTickers(topic) => Self::new(Channel::AllTickers, &topic),
            AnyTopic::AssetIndex(topic) => Self::new(Channel::AssetIndex, &topic),
            AnyTopic::BookTickers(topic) => Self::new(Channel::BookTickers, &topic),
            AnyTopic::CompositeIndex(topic) => Self::new(Channel::CompositeIndex, &topic),
            AnyTopic::ContinuousKlines(topic) => Self::new(Channel::ContinuousKlines, &topic),
            AnyTopic::ContractInfo(topic) => Self::new(Channel::ContractInfo, &topic),
            AnyTopic::DiffDepth(topic) => Self::new(Channel::DiffDepth, &topic),
            AnyTopic::Klines(topic) => Self::new(Channel::Klines, &topic),
            AnyTopic::Liquidations(topic) => Self::new(Channel::Liquidations, &topic),
            AnyTopic::MarkPrice(topic) => Self::new(Channel::MarkPrice, &topic),
            AnyTopic::MiniTickers(topic) => Self::new(Channel::MiniTickers, &topic),
            AnyTopic::PartialDepth(topic) => Self::new(Channel::PartialDepth, &topic),
            AnyTopic::RpiDepth(topic) => Self::new(Channel::RpiDepth, &topic),
            AnyTopic::Tickers(topic) => Self::new(Channel::Tickers, &topic),
            AnyTopic::Trades(topic) => Self::new(Channel::Trades, &topic),
            AnyTopic::TradingSession(topic) => Self::new(Channel::TradingSession, &topic),
        }
    }

    #[cfg(feature = "coinm")]
    fn of_coinm(name: &str) -> Option<Self> {
        use crate::coinm::streams::AnyTopic;
        match name.parse().ok()? {
            AnyTopic::AggTrades(topic) => Self::new(Channel::AggTrades, &topic),
            AnyTopic::AllBookTickers(topic) => Self::new(Channel::AllBookTickers, &topic),
            AnyTopic::AllLiquidations(topic) => Self::new(Channel::AllLiquidations, &topic),
            AnyTopic::AllMiniTickers(topic) => Self::new(Channel::AllMiniTickers, &topic),
            AnyTopic::AllTickers(topic) => Self::new(Channel::AllTickers, &topic),
            AnyTopic::BookTickers(topic) => Self::new(Channel::BookTickers, &topic),
            AnyTopic::ContinuousKlines(topic) => Self::new(Channel::ContinuousKlines, &topic),
            AnyTopic::ContractInfo(topic) => Self::new(Channel::ContractInfo, &topic),
            AnyTopic::DiffDepth(topic) => Self::new(Channel::DiffDepth, &topic),
            AnyTopic::IndexPrice(topic) => Self::new(Channel::IndexPrice, &topic),
            AnyTopic::IndexPriceKlines(topic) => Self::new(Channel::IndexPriceKlines, &topic),
            AnyTopic::Klines(topic) => Self::new(Channel::Klines, &topic),
            AnyTopic::Liquidations(topic) => Self::new(Channel::Liquidations, &topic),
            AnyTopic::MarkPrice(topic) => Self::new(Channel::MarkPrice, &topic),
            AnyTopic::MarkPriceKlines(topic) => Self::new(Channel::MarkPriceKlines, &topic),
            AnyTopic::MiniTickers(topic) => Self::new(Channel::MiniTickers, &topic),
            AnyTopic::PairMarkPrices(topic) => Self::new(Channel::PairMarkPrices, &topic),
            AnyTopic::PartialDepth(topic) => Self::new(Channel::PartialDepth, &topic),
            AnyTopic::Tickers(topic) => Self::new(Channel::Tickers, &topic),
            AnyTopic::Trades(topic) => Self::new(Channel::Trades, &topic),
        }
    }

    fn new<T: Topic>(channel: Channel, topic: &T) -> Option<Self> {
        // Names with values that are not documented are parsed, but the exchange has no such streams.
        topic.name().ok()?;
        Some(Self {
            channel,
            group: T::GROUP,
            cadence: topic.cadence(),
        })
    }
}

impl StreamTopic {
    /// Finds the topic that a name means on a connection of a product and URL group. `None` if this connection pushes nothing for it.
    ///
    /// Mark prices, index prices and candlesticks exist on the connections of either product.
    pub(super) fn resolve(
        product: &str,
        group: Option<&str>,
        name: &str,
        market: &Market,
    ) -> Option<Self> {
        let own = ParsedName::parse(product, name).filter(|parsed| parsed.group == group);
        let own = own.and_then(|parsed| Self::new(product, name, &parsed, market));
        own.or_else(|| {
            let other = PRODUCTS.into_iter().find(|other| *other != product)?;
            let parsed = ParsedName::parse(other, name)?;
            // On USDⓈ-M, these topics belong to this group.
            let is_served = parsed.channel.is_shared() && matches!(group, None | Some("market"));
            let topic = || Self::new(other, name, &parsed, market);
            is_served.then(topic).flatten()
        })
    }

    fn new(product: &str, name: &str, parsed: &ParsedName, market: &Market) -> Option<Self> {
        let (head, tail) = name.split_once('@').unwrap_or((name, ""));
        let subject = head.to_ascii_uppercase();
        let contracts = match parsed.channel {
            Channel::AllAssetIndexes
            | Channel::AssetIndex
            | Channel::CompositeIndex
            | Channel::TradingSession => Vec::new(),
            Channel::AllBookTickers
            | Channel::AllLiquidations
            | Channel::AllMiniTickers
            | Channel::AllTickers
            | Channel::ContractInfo => market.contracts().to_vec(),
            Channel::AllMarkPrices => {
                let contracts = market.contracts().iter();
                let of_product = contracts.filter(|contract| contract.product == product);
                of_product.cloned().collect()
            }
            Channel::PairMarkPrices => {
                let contracts: Vec<_> = market
                    .contracts_of_pair(product, &subject)
                    .cloned()
                    .collect();
                (!contracts.is_empty()).then_some(contracts)?
            }
            Channel::IndexPrice | Channel::IndexPriceKlines => {
                vec![Arc::clone(market.index_contract(product, &subject)?)]
            }
            Channel::ContinuousKlines => vec![continuous_contract(product, &subject, market)?],
            _ => vec![Arc::clone(market.contract(product, &subject)?)],
        };
        let is_list = contracts.len() != 1;
        let contracts = contracts
            .into_iter()
            .filter(|contract| !is_list || contract.is_trading());
        let kline_interval = match parsed.channel {
            Channel::ContinuousKlines
            | Channel::IndexPriceKlines
            | Channel::Klines
            | Channel::MarkPriceKlines => {
                let (_, interval) = tail.rsplit_once('_')?;
                let interval = KlineInterval::from(interval);
                let length = Interval::new(&interval)?;
                Some((interval, length))
            }
            _ => None,
        };
        let levels = match parsed.channel {
            Channel::PartialDepth => {
                let levels = tail.split('@').next()?.strip_prefix("depth")?;
                levels.parse().ok()?
            }
            _ => 0,
        };
        Some(Self {
            channel: parsed.channel,
            interval: match parsed.cadence {
                Cadence::Periodic(interval) | Cadence::AtMostEvery(interval) => millis(interval),
                Cadence::OnEvent => None,
            },
            contracts: contracts.collect(),
            subject,
            kline_interval,
            levels,
        })
    }
}

impl Channel {
    /// Whether connections of either product push the data of both.
    fn is_shared(self) -> bool {
        matches!(
            self,
            Self::ContinuousKlines
                | Self::IndexPriceKlines
                | Self::Klines
                | Self::MarkPrice
                | Self::MarkPriceKlines
                | Self::PairMarkPrices
        )
    }
}

/// Returns the contract of a name such as `BTCUSD_CURRENT_QUARTER`.
fn continuous_contract(product: &str, subject: &str, market: &Market) -> Option<Arc<Contract>> {
    let (pair, wanted) = subject.split_once('_')?;
    let is_wanted = |contract: &&Arc<Contract>| {
        let contract_type = contract.contract_type.as_ref();
        contract_type.is_some_and(|contract_type| contract_type.as_str() == wanted)
    };
    market
        .contracts_of_pair(product, pair)
        .find(is_wanted)
        .cloned()
}

fn millis(interval: Duration) -> Option<i64> {
    i64::try_from(interval.as_millis())
        .ok()
        .filter(|millis| *millis > 0)
}
