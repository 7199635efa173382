//! Names and groups of the topics.

use std::collections::BTreeSet;

use binance_futures::topic::Topic;
use binance_futures::types::{DepthLevels, DepthSpeed, KlineInterval, PriceSpeed};
use binance_futures::{coinm, usdm};

use crate::streams;

const INTERVALS: [&str; 15] = [
    "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M",
];

/// Returns the name of a topic, which is a documented one.
fn name<T: Topic>(topic: &T) -> String {
    topic.name().unwrap().as_str().to_owned()
}

#[test]
fn each_usdm_topic_writes_its_documented_names() {
    use usdm::streams as s;

    for (written, documented) in [
        (name(&s::AggTrades::new("BTCUSDT")), "btcusdt@aggTrade"),
        (name(&s::Trades::new("BTCUSDT")), "btcusdt@trade"),
        (name(&s::MarkPrice::new("BTCUSDT")), "btcusdt@markPrice"),
        (
            name(&s::MarkPrice::new("BTCUSDT").speed(PriceSpeed::OneSecond)),
            "btcusdt@markPrice@1s",
        ),
        (name(&s::AllMarkPrices::new()), "!markPrice@arr"),
        (
            name(&s::AllMarkPrices::new().speed(PriceSpeed::OneSecond)),
            "!markPrice@arr@1s",
        ),
        (name(&s::MiniTickers::new("BTCUSDT")), "btcusdt@miniTicker"),
        (name(&s::AllMiniTickers::new()), "!miniTicker@arr"),
        (name(&s::Tickers::new("BTCUSDT")), "btcusdt@ticker"),
        (name(&s::AllTickers::new()), "!ticker@arr"),
        (name(&s::BookTickers::new("BTCUSDT")), "btcusdt@bookTicker"),
        (name(&s::AllBookTickers::new()), "!bookTicker"),
        (name(&s::Liquidations::new("BTCUSDT")), "btcusdt@forceOrder"),
        (name(&s::AllLiquidations::new()), "!forceOrder@arr"),
        (name(&s::RpiDepth::new("BTCUSDT")), "btcusdt@rpiDepth@500ms"),
        (
            name(&s::CompositeIndex::new("DEFIUSDT")),
            "defiusdt@compositeIndex",
        ),
        (name(&s::ContractInfo::new()), "!contractInfo"),
        (name(&s::AssetIndex::new("ADAUSD")), "adausd@assetIndex"),
        (name(&s::AllAssetIndexes::new()), "!assetIndex@arr"),
        (name(&s::TradingSession::new()), "tradingSession"),
    ] {
        assert_eq!(written, documented);
    }
    for interval in INTERVALS {
        let topic = s::Klines::new("BTCUSDT", interval);
        assert_eq!(name(&topic), format!("btcusdt@kline_{interval}"));
    }
    for interval in ["1s"].into_iter().chain(INTERVALS) {
        for contracts in [
            "perpetual",
            "current_quarter",
            "next_quarter",
            "tradifi_perpetual",
        ] {
            let topic = s::ContinuousKlines::new("BTCUSDT", contracts, interval);
            let documented = format!("btcusdt_{contracts}@continuousKline_{interval}");
            assert_eq!(name(&topic), documented);
        }
    }
}

#[test]
fn each_coin_m_topic_writes_its_documented_names() {
    use coinm::streams as s;

    let symbol = "BTCUSD_PERP";
    for (written, documented) in [
        (name(&s::AggTrades::new(symbol)), "btcusd_perp@aggTrade"),
        (name(&s::Trades::new(symbol)), "btcusd_perp@trade"),
        (name(&s::MarkPrice::new(symbol)), "btcusd_perp@markPrice"),
        (
            name(&s::MarkPrice::new(symbol).speed(PriceSpeed::OneSecond)),
            "btcusd_perp@markPrice@1s",
        ),
        (name(&s::PairMarkPrices::new("BTCUSD")), "btcusd@markPrice"),
        (
            name(&s::PairMarkPrices::new("BTCUSD").speed(PriceSpeed::OneSecond)),
            "btcusd@markPrice@1s",
        ),
        (name(&s::IndexPrice::new("BTCUSD")), "btcusd@indexPrice"),
        (name(&s::MiniTickers::new(symbol)), "btcusd_perp@miniTicker"),
        (name(&s::AllMiniTickers::new()), "!miniTicker@arr"),
        (name(&s::Tickers::new(symbol)), "btcusd_perp@ticker"),
        (name(&s::AllTickers::new()), "!ticker@arr"),
        (name(&s::BookTickers::new(symbol)), "btcusd_perp@bookTicker"),
        (name(&s::AllBookTickers::new()), "!bookTicker"),
        (
            name(&s::Liquidations::new(symbol)),
            "btcusd_perp@forceOrder",
        ),
        (name(&s::AllLiquidations::new()), "!forceOrder@arr"),
        (name(&s::ContractInfo::new()), "!contractInfo"),
    ] {
        assert_eq!(written, documented);
    }
    #[expect(deprecated, reason = "the official client still offers this name")]
    let index = s::IndexPrice::new("BTCUSD").speed(PriceSpeed::OneSecond);
    assert_eq!(name(&index), "btcusd@indexPrice@1s");
    for interval in INTERVALS {
        let names = [
            name(&s::Klines::new(symbol, interval)),
            name(&s::MarkPriceKlines::new(symbol, interval)),
            name(&s::IndexPriceKlines::new("BTCUSD", interval)),
        ];
        let documented = [
            format!("btcusd_perp@kline_{interval}"),
            format!("btcusd_perp@markPriceKline_{interval}"),
            format!("btcusd@indexPriceKline_{interval}"),
        ];
        assert_eq!(names, documented);
        for contracts in ["perpetual", "current_quarter", "next_quarter"] {
            let topic = s::ContinuousKlines::new("BTCUSD", contracts, interval);
            let documented = format!("btcusd_{contracts}@continuousKline_{interval}");
            assert_eq!(name(&topic), documented);
        }
    }
}

#[test]
fn names_of_undocumented_values_are_not_written() {
    use coinm::streams as c;
    use usdm::streams as s;

    for (error, message) in [
        (
            s::Klines::new("BTCUSDT", KlineInterval::Second1).name(),
            r#""btcusdt@kline_1s" is not the name of a topic: unexpected "1s" at byte 14; did you mean `<symbol>@kline_<interval>`?"#,
        ),
        (
            c::ContinuousKlines::new("BTCUSD", "perpetual", KlineInterval::Second1).name(),
            r#""btcusd_perpetual@continuousKline_1s" is not the name of a topic: unexpected "1s" at byte 33; did you mean `<pair>_<contractType>@continuousKline_<interval>`?"#,
        ),
        (
            s::DiffDepth::new("BTCUSDT").speed("250ms").name(),
            r#""btcusdt@depth@250ms" is not the name of a topic: unexpected "250ms" at byte 14; did you mean `<symbol>@depth[@<speed>]`?"#,
        ),
        (
            s::PartialDepth::new("BTCUSDT", "50").name(),
            r#""btcusdt@depth50" is not the name of a topic: unexpected "50" at byte 13; did you mean `<symbol>@depth<levels>[@<speed>]`?"#,
        ),
        (
            s::AggTrades::new("BTCUSDT/ethusdt").name(),
            r#""btcusdt/ethusdt@aggTrade" is not the name of a topic: unexpected "/ethusdt@aggTrade" at byte 7; did you mean `<symbol>@aggTrade`?"#,
        ),
    ] {
        assert_eq!(error.unwrap_err().to_string(), message);
    }
    for symbol in ["", "BTC USDT", "BTC@USDT", "!BTCUSDT", "BTCUSDT?"] {
        assert!(s::BookTickers::new(symbol).name().is_err(), "{symbol}");
    }
    // Such a name is read back all the same, as the exchange may add values.
    let topic: s::AnyTopic = "btcusdt@depth@250ms".parse().unwrap();
    assert_eq!(topic, s::DiffDepth::new("BTCUSDT").speed("250ms").into());
    assert!(topic.name().is_err());
    let topic = s::AnyTopic::from(s::AggTrades::new("币安人生USDT"));
    assert_eq!(topic.name().unwrap().as_str(), "币安人生usdt@aggTrade");
}

#[test]
fn depth_topics_write_all_levels_and_speeds() {
    let speeds = [
        (None, ""),
        (Some(DepthSpeed::Ms100), "@100ms"),
        (Some(DepthSpeed::Ms500), "@500ms"),
    ];
    for (speed, suffix) in speeds {
        let mut diff = (
            usdm::streams::DiffDepth::new("BTCUSDT"),
            coinm::streams::DiffDepth::new("BTCUSD_PERP"),
        );
        if let Some(speed) = &speed {
            diff = (diff.0.speed(speed.clone()), diff.1.speed(speed.clone()));
        }
        assert_eq!(name(&diff.0), format!("btcusdt@depth{suffix}"));
        assert_eq!(name(&diff.1), format!("btcusd_perp@depth{suffix}"));
        for (levels, number) in [
            (DepthLevels::Five, "5"),
            (DepthLevels::Ten, "10"),
            (DepthLevels::Twenty, "20"),
        ] {
            let mut partial = (
                usdm::streams::PartialDepth::new("BTCUSDT", levels.clone()),
                coinm::streams::PartialDepth::new("BTCUSD_PERP", levels),
            );
            if let Some(speed) = &speed {
                partial = (
                    partial.0.speed(speed.clone()),
                    partial.1.speed(speed.clone()),
                );
            }
            assert_eq!(name(&partial.0), format!("btcusdt@depth{number}{suffix}"));
            assert_eq!(
                name(&partial.1),
                format!("btcusd_perp@depth{number}{suffix}")
            );
        }
    }
}

/// Quirk of the URL groups: a stream of another group is acknowledged, but silent.
#[test]
fn usdm_topics_belong_to_their_documented_groups() {
    let public: BTreeSet<_> = streams()
        .filter(|stream| stream.product == "usdm" && stream.group == "public")
        .map(|stream| stream.id)
        .collect();
    let documented = [
        "all_book_tickers",
        "book_tickers",
        "diff_depth",
        "partial_depth",
        "rpi_depth",
        "trades",
    ];
    assert_eq!(public, BTreeSet::from(documented));
    assert_eq!(usdm::streams::AggTrades::GROUP, Some("market"));
    assert_eq!(usdm::streams::AllLiquidations::GROUP, Some("market"));
    assert_eq!(coinm::streams::DiffDepth::GROUP, None);
    for stream in streams().filter(|stream| !public.contains(stream.id)) {
        let expected = if stream.product == "usdm" {
            "market"
        } else {
            ""
        };
        assert_eq!(stream.group, expected, "{}", stream.spec);
    }
}
