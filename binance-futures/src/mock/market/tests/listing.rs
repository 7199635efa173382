//! Contracts and their filters.

use rust_decimal::Decimal;

use crate::dec;
use crate::mock::market::{Contract, Market, Seed};
use crate::types::Timestamp;

fn market(seeds: &[(&str, &str, Decimal)]) -> Market {
    let seeds: Vec<Seed> = seeds
        .iter()
        .map(|(product, symbol, price)| Seed {
            product: (*product).to_owned(),
            symbol: (*symbol).to_owned(),
            price: *price,
        })
        .collect();
    Market::new(&seeds, 0, Timestamp::from_millis(1_790_208_000_000), false)
}

fn filters(contract: &Contract) -> [String; 7] {
    let filters = &contract.filters;
    let (price, lot) = (
        filters.price.as_ref().unwrap(),
        filters.lot_size.as_ref().unwrap(),
    );
    let market_lot = filters.market_lot_size.as_ref().unwrap();
    [
        price.tick_size.to_string(),
        price.min_price.to_string(),
        price.max_price.to_string(),
        lot.step_size.to_string(),
        lot.min_quantity.to_string(),
        lot.max_quantity.to_string(),
        market_lot.max_quantity.to_string(),
    ]
}

#[test]
#[cfg(feature = "usdm")]
fn contracts_have_filters_that_suit_their_price() {
    let market = market(&[("usdm", "XRPUSDC", dec!(2.1))]);
    for (symbol, expected) in [
        (
            "BTCUSDT",
            ["0.10", "556.80", "4529764", "0.001", "0.001", "1000", "120"],
        ),
        (
            "ETHUSDT",
            [
                "0.01",
                "23.10",
                "231045.00",
                "0.001",
                "0.001",
                "10000.000",
                "1000.000",
            ],
        ),
        (
            "SOLUSDT",
            [
                "0.001",
                "1.423",
                "14237.000",
                "0.01",
                "0.01",
                "100000.00",
                "10000.00",
            ],
        ),
        (
            "币安人生USDT",
            [
                "0.0000001",
                "0.0021750",
                "21.7500000",
                "1",
                "1",
                "100000000",
                "10000000",
            ],
        ),
        (
            "XRPUSDC",
            ["0.1", "0.1", "1000000.0", "1", "1", "10000000", "1000000"],
        ),
    ] {
        let contract = market.contract("usdm", symbol).unwrap();
        assert_eq!(filters(contract), expected, "{symbol}");
        assert!(contract.is_trading() && !contract.is_inverse() && contract.has_funding());
    }
    let contract = market.contract("usdm", "XRPUSDC").unwrap();
    let assets = (
        &*contract.base_asset,
        &*contract.quote_asset,
        &*contract.margin_asset,
    );
    assert_eq!(assets, ("XRP", "USDC", "USDC"));
    assert_eq!(contract.filters.min_notional, Some(dec!(5)));
    assert_eq!(contract.filters.max_orders, Some(200));
    assert!(contract.filters.percent_price.is_some());
    assert!(!market.contract("usdm", "NOVAUSDT").unwrap().is_trading());
}

#[test]
#[cfg(feature = "usdm")]
fn price_outside_of_the_filter_of_a_listed_contract_replaces_its_filters() {
    let of = |price| {
        let market = market(&[("usdm", "BTCUSDT", price)]);
        filters(market.contract("usdm", "BTCUSDT").unwrap())
    };
    assert_eq!(of(dec!(70000.1))[0], "0.10");
    assert_eq!(of(dec!(70000.15))[0], "0.01");
    assert_eq!(of(dec!(99.5))[..3], ["0.1", "0.9", "1000000.0"]);
}

#[test]
#[cfg(feature = "coinm")]
fn coinm_contracts_are_whole_contracts() {
    let market = market(&[("coinm", "BTCUSD_261225", dec!(62000.0))]);
    for (symbol, size) in [
        ("BTCUSD_PERP", dec!(100)),
        ("BTCUSD_261225", dec!(100)),
        ("ETHUSD_PERP", dec!(10)),
    ] {
        let contract = market.contract("coinm", symbol).unwrap();
        assert_eq!(contract.contract_size, Some(size));
        assert_eq!(contract.step.size(), dec!(1));
        assert_eq!(contract.margin_asset, contract.base_asset);
    }
    let perpetual = market.index_contract("coinm", "BTCUSD").unwrap();
    assert_eq!(perpetual.symbol, "BTCUSD_PERP");
}
