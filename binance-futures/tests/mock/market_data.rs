//! Market data that agrees with itself, and the ways in which tests change it.

use std::time::Duration;

use binance_futures::dec;
use binance_futures::mock::{Builder, MarketError};
use serde_json::Value;

use crate::client::Session;

async fn json(session: &Session, target: &str) -> Value {
    let response = session.get(target).await;
    assert_eq!(response.status, 200, "{target}: {response:?}");
    response.json()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn moving(builder: Builder) -> Builder {
    builder.moving(true).seed(7)
}

#[tokio::test]
async fn set_price_is_seen_everywhere() {
    let session = Session::start().await;
    session.clock.advance(1);
    let exchange = &session.exchange;
    exchange.set_price("BTCUSDT", dec!(60000.50)).unwrap();
    let at = |path: &str| format!("/fapi/{path}symbol=BTCUSDT");
    let price = json(&session, &at("v2/ticker/price?")).await;
    assert_eq!(price["price"], "60000.50");
    let book = json(&session, &at("v1/ticker/bookTicker?")).await;
    assert_eq!(
        (&book["bidPrice"], &book["askPrice"]),
        (&"60000.50".into(), &"60000.60".into())
    );
    let depth = json(&session, &at("v1/depth?limit=5&")).await;
    assert_eq!(depth["bids"][0][0], "60000.50");
    assert_eq!(depth["lastUpdateId"], book["lastUpdateId"]);
    let mark = json(&session, &at("v1/premiumIndex?")).await;
    assert_eq!(mark["markPrice"], "60000.50000000");
    let trades = json(&session, &at("v1/trades?limit=2&")).await;
    let prices: Vec<&Value> = list(&trades).iter().map(|trade| &trade["price"]).collect();
    assert_eq!(prices, ["61250.10", "60000.50"]);
    let klines = json(&session, &at("v1/klines?interval=1m&limit=1&")).await;
    assert_eq!(
        (&klines[0][3], &klines[0][4]),
        (&"60000.50".into(), &"60000.50".into())
    );
    let day = json(&session, &at("v1/ticker/24hr?")).await;
    assert_eq!(
        (&day["lowPrice"], &day["lastPrice"]),
        (&"60000.50".into(), &"60000.50".into())
    );
    assert_eq!(day["priceChange"], "-1249.60");
    assert_eq!(day["priceChangePercent"], "-2.040");

    let other = json(&session, "/dapi/v1/ticker/price?symbol=BTCUSD_PERP").await;
    assert_eq!(other[0]["price"], "61250.1");
}

#[tokio::test]
async fn added_trade_is_listed_and_changes_only_the_last_price() {
    let session = Session::start().await;
    session
        .exchange
        .trade("BTCUSD_PERP", dec!(61000.0), dec!(30))
        .unwrap();
    let trades = json(&session, "/dapi/v1/trades?symbol=BTCUSD_PERP&limit=1").await;
    let trade = &trades[0];
    assert_eq!(
        (&trade["price"], &trade["qty"]),
        (&"61000.0".into(), &"30".into())
    );
    assert_eq!(trade["baseQty"], "0.04918032");
    assert_eq!(trade["isBuyerMaker"], true);
    let aggregates = json(&session, "/dapi/v1/aggTrades?symbol=BTCUSD_PERP&limit=1").await;
    assert_eq!(
        (&aggregates[0]["f"], &aggregates[0]["l"]),
        (&trade["id"], &trade["id"])
    );
    let prices = json(&session, "/dapi/v1/ticker/price?pair=BTCUSD").await;
    assert_eq!(prices[0]["price"], "61000.0");
    let mark = json(&session, "/dapi/v1/premiumIndex?symbol=BTCUSD_PERP").await;
    assert_eq!(mark[0]["markPrice"], "61250.10000000");
}

#[tokio::test]
async fn unusable_prices_are_errors() {
    let session = Session::start().await;
    let exchange = &session.exchange;
    let unknown = exchange.set_price("BTCUSD", dec!(1)).unwrap_err();
    assert_eq!(unknown, MarketError::UnknownSymbol("BTCUSD".to_owned()));
    let off_tick = exchange.set_price("BTCUSDT", dec!(60000.55)).unwrap_err();
    assert_eq!(
        off_tick.to_string(),
        "60000.55 is not a price of `BTCUSDT`: it must be within the price filter and a multiple of 0.10"
    );
    assert!(
        exchange
            .trade("BTCUSDT", dec!(60000.5), dec!(0.0005))
            .is_err()
    );
    assert!(exchange.trade("BTCUSDT", dec!(-1), dec!(1)).is_err());
}

#[tokio::test]
async fn advancing_moves_time_and_market() {
    let session = Session::with(moving).await;
    let time = async || {
        json(&session, "/fapi/v1/time").await["serverTime"]
            .as_i64()
            .unwrap()
    };
    let (before, price) = (time().await, json(&session, "/fapi/v1/ticker/price").await);
    session.exchange.advance(Duration::from_secs(9 * 3_600));
    assert_eq!(time().await, before + 9 * 3_600_000);
    assert_ne!(json(&session, "/fapi/v1/ticker/price").await, price);
    let target = format!("/fapi/v1/fundingRate?symbol=BTCUSDT&startTime={before}");
    let paid = json(&session, &target).await;
    assert!((1..=2).contains(&list(&paid).len()), "{paid}");
    assert_eq!(paid[0]["fundingTime"].as_i64().unwrap() % 28_800_000, 0);
    let mark = json(&session, "/fapi/v1/premiumIndex?symbol=BTCUSDT").await;
    let last = list(&paid).last().unwrap();
    assert_eq!(mark["lastFundingRate"], last["fundingRate"]);
    let next = last["fundingTime"].as_i64().unwrap() + 28_800_000;
    assert_eq!(mark["nextFundingTime"], next);
}

#[tokio::test]
async fn time_windows_and_limits_select_klines() {
    let session = Session::with(moving).await;
    let now = session.clock.millis();
    let hour = now - now % 3_600_000;
    let (first, last) = (hour - 48 * 3_600_000, hour - 24 * 3_600_000);
    for (product, symbol, newest_first) in
        [("fapi", "BTCUSDT", false), ("dapi", "BTCUSD_PERP", true)]
    {
        let klines = async |rest: &str| {
            let target = format!("/{product}/v1/klines?symbol={symbol}&interval=1h&{rest}");
            let klines = json(&session, &target).await;
            let times = list(&klines).iter().map(|kline| kline[0].as_i64().unwrap());
            times.collect::<Vec<_>>()
        };
        assert_eq!(klines("").await.len(), 500);
        assert_eq!(klines("limit=2").await, [hour - 3_600_000, hour]);
        let window = klines(&format!("startTime={first}&endTime={last}")).await;
        assert_eq!((window.len(), window[0], window[24]), (25, first, last));
        let kept = klines(&format!("startTime={first}&endTime={last}&limit=3")).await;
        assert_eq!(
            kept,
            if newest_first {
                window[22..].to_vec()
            } else {
                window[..3].to_vec()
            }
        );
        let kept = klines(&format!("startTime={first}&limit=2")).await;
        assert_eq!(
            kept[1],
            if newest_first {
                hour
            } else {
                first + 3_600_000
            }
        );
        assert_eq!(klines(&format!("endTime={last}&limit=1")).await, [last]);
        assert_eq!(klines(&format!("startTime={}", now + 1)).await, [0_i64; 0]);
    }
}

#[tokio::test]
async fn invalid_windows_have_the_codes_of_the_exchange() {
    let session = Session::start().await;
    let now = session.clock.millis();
    let (hour, day) = (3_600_000, 86_400_000);
    let range = |length: i64| format!("startTime={}&endTime={now}", now - length);
    for (target, outcome) in [
        (
            format!("/fapi/v1/aggTrades?symbol=BTCUSDT&{}", range(hour)),
            (200, 0),
        ),
        (
            format!("/fapi/v1/aggTrades?symbol=BTCUSDT&{}", range(1_095 * day)),
            (400, -1127),
        ),
        (
            format!("/dapi/v1/aggTrades?symbol=BTCUSD_PERP&{}", range(hour + 1)),
            (400, -1127),
        ),
        (
            format!("/fapi/v1/aggTrades?symbol=BTCUSDT&fromId=1&startTime={now}"),
            (400, -1128),
        ),
        (
            format!(
                "/fapi/v1/klines?symbol=BTCUSDT&interval=1d&{}",
                range(1_095 * day)
            ),
            (200, 0),
        ),
        (
            format!(
                "/dapi/v1/klines?symbol=BTCUSD_PERP&interval=1d&{}",
                range(200 * day)
            ),
            (200, 0),
        ),
        (
            format!(
                "/dapi/v1/klines?symbol=BTCUSD_PERP&interval=1d&{}",
                range(201 * day)
            ),
            (400, -4088),
        ),
        (
            format!("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&{}", range(-1)),
            (400, -1023),
        ),
        (
            "/fapi/v1/klines?symbol=BTCUSDT&interval=1s".to_owned(),
            (400, -1120),
        ),
        ("/dapi/v1/depth?symbol=BTCUSD".to_owned(), (400, -1121)),
        (
            "/dapi/v1/klines?symbol=BTCUSD&interval=1m".to_owned(),
            (400, -1121),
        ),
        (
            "/dapi/v1/ticker/24hr?symbol=BTCUSD_261225".to_owned(),
            (400, -1121),
        ),
        ("/dapi/v1/ticker/price?pair=XBTUSD".to_owned(), (400, -4087)),
        (
            "/fapi/v1/indexPriceKlines?pair=XBTUSD&interval=1m".to_owned(),
            (400, -4144),
        ),
        (
            "/dapi/v1/indexPriceKlines?pair=BTCUSDT&interval=1m".to_owned(),
            (200, 0),
        ),
        (
            "/fapi/v1/klines?symbol=BTCUSD_PERP&interval=1m".to_owned(),
            (200, 0),
        ),
        ("/dapi/v1/constituents?symbol=ETHUSD".to_owned(), (200, 0)),
        (
            "/dapi/v1/constituents?symbol=ETHUSD_PERP".to_owned(),
            (400, -4087),
        ),
        ("/fapi/v1/depth?symbol=NOVAUSDT".to_owned(), (200, 0)),
    ] {
        assert_eq!(session.get(&target).await.outcome(), outcome, "{target}");
    }
}

#[tokio::test]
async fn continuous_klines_are_those_of_the_contract_of_the_pair() {
    let session =
        Session::with(|builder| moving(builder).symbol("coinm", "BTCUSD_261225", dec!(62000.0)))
            .await;
    let klines =
        async |rest: &str| json(&session, &format!("/dapi/v1/{rest}&interval=1m&limit=3")).await;
    for (contract_type, symbol) in [
        ("PERPETUAL", "BTCUSD_PERP"),
        ("CURRENT_QUARTER", "BTCUSD_261225"),
    ] {
        let continuous = klines(&format!(
            "continuousKlines?pair=BTCUSD&contractType={contract_type}"
        ))
        .await;
        assert_eq!(continuous, klines(&format!("klines?symbol={symbol}")).await);
        assert_eq!(list(&continuous).len(), 3);
    }
    let none = klines("continuousKlines?pair=BTCUSD&contractType=NEXT_QUARTER").await;
    assert_eq!(none, Value::Array(Vec::new()));
    let rates = json(&session, "/dapi/v1/fundingRate?symbol=BTCUSD_261225").await;
    assert_eq!(rates, Value::Array(Vec::new()));
    let marks = json(&session, "/dapi/v1/premiumIndex?symbol=BTCUSD_261225").await;
    assert_eq!(
        (&marks[0]["lastFundingRate"], &marks[0]["nextFundingTime"]),
        (&"".into(), &0.into())
    );
}

#[tokio::test]
async fn lists_contain_the_open_contracts() {
    let session = Session::start().await;
    let symbols = async |target: &str| {
        let entries = json(&session, target).await;
        let symbols = list(&entries)
            .iter()
            .map(|entry| entry["symbol"].as_str().unwrap().to_owned());
        symbols.collect::<Vec<_>>()
    };
    let open = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "币安人生USDT"];
    for resource in [
        "v1/ticker/24hr",
        "v2/ticker/price",
        "v1/ticker/bookTicker",
        "v1/premiumIndex",
    ] {
        assert_eq!(symbols(&format!("/fapi/{resource}")).await, open);
    }
    for resource in [
        "ticker/24hr",
        "ticker/price",
        "ticker/bookTicker",
        "premiumIndex",
    ] {
        let target = format!("/dapi/v1/{resource}");
        assert_eq!(symbols(&target).await, ["BTCUSD_PERP", "ETHUSD_PERP"]);
        assert_eq!(
            symbols(&format!("{target}?pair=ETHUSD")).await,
            ["ETHUSD_PERP"]
        );
    }
}

#[tokio::test]
async fn historical_trades_continue_from_an_id() {
    let session = Session::with(moving).await;
    let recent = json(&session, "/fapi/v1/trades?symbol=ETHUSDT&limit=300").await;
    let recent = list(&recent);
    let headers = [("x-mbx-apikey", session.key.as_str())];
    let target = format!(
        "/fapi/v1/historicalTrades?symbol=ETHUSDT&limit=50&fromId={}",
        recent[100]["id"]
    );
    let historical = session.send("GET", &target, &headers, "").await.json();
    assert_eq!(list(&historical), &recent[100..150]);
}

#[tokio::test]
async fn markets_of_the_same_seed_are_the_same() {
    let one = Session::with(moving).await;
    let same = Session::with(moving).await;
    let other = Session::with(|builder| moving(builder).seed(8)).await;
    let target = "/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500";
    let klines = json(&one, target).await;
    assert_eq!(klines, json(&same, target).await);
    assert_ne!(klines, json(&other, target).await);
}
