//! Positions, balances, trades and income agree after fills.

use std::time::Duration;

use binance_futures::dec;
use binance_futures::types::Decimal;
use serde_json::Value;

use crate::client::Session;

async fn post(session: &Session, path: &str, query: &str) -> Value {
    let response = session.signed("POST", path, query).await;
    assert_eq!(response.status, 200, "{path} {query}: {response:?}");
    response.json()
}

async fn get(session: &Session, path: &str, query: &str) -> Value {
    let response = session.signed("GET", path, query).await;
    assert_eq!(response.status, 200, "{path} {query}: {response:?}");
    response.json()
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// Returns the position of a symbol.
async fn position(session: &Session, symbol: &str, side: &str) -> Value {
    let positions = get(
        session,
        "/fapi/v2/positionRisk",
        &format!("symbol={symbol}"),
    )
    .await;
    let mut positions = positions.as_array().unwrap().iter();
    positions
        .find(|position| position["positionSide"] == side)
        .unwrap()
        .clone()
}

/// Returns the wallet balance of USDT.
async fn balance(session: &Session) -> Decimal {
    let balances = get(session, "/fapi/v3/balance", "").await;
    let mut balances = balances.as_array().unwrap().iter();
    decimal(&balances.find(|balance| balance["asset"] == "USDT").unwrap()["balance"])
}

/// Checks that the balance is the sum of the income, and that income and trades have the same profits and fees.
async fn assert_reconciled(session: &Session) {
    let income = get(session, "/fapi/v1/income", "limit=1000").await;
    let income = income.as_array().unwrap();
    let sum = |kind: &str| -> Decimal {
        let entries = income
            .iter()
            .filter(|entry| kind.is_empty() || entry["incomeType"] == kind);
        entries.map(|entry| decimal(&entry["income"])).sum()
    };
    assert_eq!(sum(""), balance(session).await);
    let trades = get(session, "/fapi/v1/userTrades", "symbol=BTCUSDT").await;
    let trades = trades.as_array().unwrap();
    let total = |name: &str| -> Decimal { trades.iter().map(|trade| decimal(&trade[name])).sum() };
    assert_eq!(sum("REALIZED_PNL"), total("realizedPnl"));
    assert_eq!(sum("COMMISSION"), -total("commission"));
}

const ORDER: &str = "/fapi/v1/order";

#[tokio::test]
async fn position_and_balance_follow_fills_in_one_way_mode() {
    let session = Session::start().await;
    post(
        &session,
        ORDER,
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5",
    )
    .await;
    let long = position(&session, "BTCUSDT", "BOTH").await;
    assert_eq!(long["positionAmt"], "0.500");
    assert_eq!(long["entryPrice"], "61250.2");
    assert_eq!(decimal(&long["unRealizedProfit"]), dec!(-0.05));
    assert_eq!(balance(&session).await, dec!(1000000) - dec!(15.31255));

    session.exchange.set_price("BTCUSDT", dec!(62000)).unwrap();
    assert_eq!(
        decimal(&position(&session, "BTCUSDT", "BOTH").await["unRealizedProfit"]),
        dec!(374.9)
    );
    post(
        &session,
        ORDER,
        "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.8",
    )
    .await;
    let short = position(&session, "BTCUSDT", "BOTH").await;
    assert_eq!(short["positionAmt"], "-0.300");
    assert_eq!(short["entryPrice"], "62000");
    // Fees of 0.05%: of 0.5 at 61250.20 and of 0.8 at 62000.
    assert_eq!(
        balance(&session).await,
        dec!(1000000) - dec!(15.31255) + dec!(374.9) - dec!(24.8)
    );
    assert_reconciled(&session).await;

    let account = get(&session, "/fapi/v3/account", "").await;
    assert_eq!(
        decimal(&account["totalWalletBalance"]),
        balance(&session).await
    );
    assert_eq!(account["positions"][0]["positionAmt"], "-0.300");
    // 18,600 at a leverage of 20.
    assert_eq!(decimal(&account["totalPositionInitialMargin"]), dec!(930));
    let trades = get(&session, "/fapi/v1/userTrades", "symbol=BTCUSDT").await;
    assert_eq!(
        (&trades[1]["realizedPnl"], &trades[1]["maker"]),
        (&"374.90000000".into(), &false.into())
    );
}

#[tokio::test]
async fn hedge_mode_has_a_long_and_a_short_position() {
    let session = Session::start().await;
    post(
        &session,
        "/fapi/v1/positionSide/dual",
        "dualSidePosition=true",
    )
    .await;
    post(
        &session,
        ORDER,
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5&positionSide=LONG",
    )
    .await;
    post(
        &session,
        ORDER,
        "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.2&positionSide=SHORT",
    )
    .await;
    let rows = get(&session, "/fapi/v3/positionRisk", "").await;
    let rows: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["positionSide"], &row["positionAmt"]))
        .collect();
    assert_eq!(
        rows,
        [
            (&"LONG".into(), &"0.500".into()),
            (&"SHORT".into(), &"-0.200".into())
        ]
    );
    assert_eq!(
        position(&session, "BTCUSDT", "BOTH").await["positionAmt"],
        "0.000"
    );
    post(
        &session,
        ORDER,
        "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.5&positionSide=LONG",
    )
    .await;
    assert_eq!(
        position(&session, "BTCUSDT", "LONG").await["positionAmt"],
        "0.000"
    );
    assert_eq!(
        position(&session, "BTCUSDT", "SHORT").await["positionAmt"],
        "-0.200"
    );
    assert_reconciled(&session).await;
}

#[tokio::test]
async fn isolated_position_has_a_margin_of_its_own() {
    let session = Session::start().await;
    post(&session, "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=10").await;
    post(
        &session,
        "/fapi/v1/marginType",
        "symbol=BTCUSDT&marginType=ISOLATED",
    )
    .await;
    post(
        &session,
        ORDER,
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5",
    )
    .await;
    let isolated = position(&session, "BTCUSDT", "BOTH").await;
    assert_eq!(isolated["marginType"], "isolated");
    assert_eq!(decimal(&isolated["isolatedWallet"]), dec!(3062.51));
    let balances = get(&session, "/fapi/v3/balance", "").await;
    let usdt = balances
        .as_array()
        .unwrap()
        .iter()
        .find(|balance| balance["asset"] == "USDT")
        .unwrap();
    assert_eq!(
        decimal(&usdt["crossWalletBalance"]),
        decimal(&usdt["balance"]) - dec!(3062.51)
    );

    post(
        &session,
        "/fapi/v1/positionMargin",
        "symbol=BTCUSDT&amount=100&type=1",
    )
    .await;
    let after = position(&session, "BTCUSDT", "BOTH").await;
    assert_eq!(decimal(&after["isolatedWallet"]), dec!(3162.51));
    let too_much = session
        .signed(
            "POST",
            "/fapi/v1/positionMargin",
            "symbol=BTCUSDT&amount=101&type=2",
        )
        .await;
    assert_eq!(too_much.outcome(), (400, -4051));
    let history = get(
        &session,
        "/fapi/v1/positionMargin/history",
        "symbol=BTCUSDT",
    )
    .await;
    let rows: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["deltaType"], &row["amount"]))
        .collect();
    assert_eq!(
        rows,
        [
            (&"TRADE".into(), &"3062.51000000".into()),
            (&"USER_ADJUST".into(), &"100.00000000".into())
        ]
    );

    post(
        &session,
        ORDER,
        "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.5",
    )
    .await;
    let closed = position(&session, "BTCUSDT", "BOTH").await;
    assert_eq!(decimal(&closed["isolatedWallet"]), dec!(0));
    assert_reconciled(&session).await;
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn profits_of_coin_m_are_paid_in_the_base_asset() {
    let session = Session::start().await;
    let order = "/dapi/v1/order";
    post(
        &session,
        order,
        "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=100",
    )
    .await;
    session
        .exchange
        .set_price("BTCUSD_PERP", dec!(62000))
        .unwrap();
    let positions = get(&session, "/dapi/v1/positionRisk", "pair=BTCUSD").await;
    let held = positions
        .as_array()
        .unwrap()
        .iter()
        .find(|position| position["symbol"] == "BTCUSD_PERP")
        .unwrap();
    assert_eq!(held["positionAmt"], "100");
    // 10,000 USD / 61250.2 - 10,000 USD / 62000.
    assert_eq!(decimal(&held["unRealizedProfit"]), dec!(0.00197445));
    post(
        &session,
        order,
        "symbol=BTCUSD_PERP&side=SELL&type=MARKET&quantity=100",
    )
    .await;
    let trades = get(&session, "/dapi/v1/userTrades", "symbol=BTCUSD_PERP").await;
    assert_eq!(decimal(&trades[1]["realizedPnl"]), dec!(0.00197445));
    assert_eq!(trades[1]["commissionAsset"], "BTC");
    let balances = get(&session, "/dapi/v1/balance", "").await;
    let btc = balances
        .as_array()
        .unwrap()
        .iter()
        .find(|balance| balance["asset"] == "BTC")
        .unwrap();
    let fees = decimal(&trades[0]["commission"]) + decimal(&trades[1]["commission"]);
    assert_eq!(
        decimal(&btc["balance"]),
        dec!(100) + dec!(0.00197445) - fees
    );
    let income = get(&session, "/dapi/v1/income", "").await;
    let sum: Decimal = income
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["asset"] == "BTC")
        .map(|entry| decimal(&entry["income"]))
        .sum();
    assert_eq!(sum, decimal(&btc["balance"]));
}

#[tokio::test]
async fn resting_order_is_filled_as_maker_when_the_price_reaches_it() {
    let session = Session::start().await;
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.5&price=60000&timeInForce=GTC&newClientOrderId=rests";
    post(&session, ORDER, order).await;
    let status = async || {
        let order = get(&session, ORDER, "symbol=BTCUSDT&origClientOrderId=rests").await;
        (
            order["status"].as_str().unwrap().to_owned(),
            order["executedQty"].as_str().unwrap().to_owned(),
        )
    };
    session
        .exchange
        .set_price("BTCUSDT", dec!(60000.10))
        .unwrap();
    assert_eq!(status().await, ("NEW".to_owned(), "0".to_owned()));
    session
        .exchange
        .trade("BTCUSDT", dec!(60000), dec!(0.2))
        .unwrap();
    assert_eq!(
        status().await,
        ("PARTIALLY_FILLED".to_owned(), "0.2".to_owned())
    );
    session.exchange.set_price("BTCUSDT", dec!(59000)).unwrap();
    assert_eq!(status().await, ("FILLED".to_owned(), "0.5".to_owned()));
    let trades = get(&session, "/fapi/v1/userTrades", "symbol=BTCUSDT").await;
    for trade in trades.as_array().unwrap() {
        assert_eq!(
            (&trade["price"], &trade["maker"]),
            (&"60000.00".into(), &true.into()),
            "{trade}"
        );
    }
    // The fee of a maker is 0.02%.
    assert_eq!(decimal(&trades[0]["commission"]), dec!(2.4));
    assert_eq!(
        position(&session, "BTCUSDT", "BOTH").await["entryPrice"],
        "60000"
    );
    assert_reconciled(&session).await;
}

#[tokio::test]
async fn accounts_share_the_quantity_of_a_trade() {
    let session = Session::with(|builder| builder.key("one", "s").key("two", "s")).await;
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.5&price=60000&timeInForce=GTC";
    let accounts = ["one", "two"];
    for key in accounts {
        let query = session.sign(order);
        let headers = [("x-mbx-apikey", key)];
        let response = session
            .send("POST", &format!("{ORDER}?{query}"), &headers, "")
            .await;
        assert_eq!(response.status, 200, "{response:?}");
    }
    session
        .exchange
        .trade("BTCUSDT", dec!(60000), dec!(0.7))
        .unwrap();
    let mut filled = Decimal::ZERO;
    for key in accounts {
        let query = session.sign("symbol=BTCUSDT");
        let headers = [("x-mbx-apikey", key)];
        let trades = session
            .send("GET", &format!("/fapi/v1/userTrades?{query}"), &headers, "")
            .await
            .json();
        filled += trades
            .as_array()
            .unwrap()
            .iter()
            .map(|trade| decimal(&trade["qty"]))
            .sum::<Decimal>();
    }
    assert_eq!(filled, dec!(0.7));
}

#[tokio::test]
async fn funding_is_paid_for_positions() {
    let session = Session::start().await;
    post(
        &session,
        ORDER,
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5",
    )
    .await;
    session.exchange.advance(Duration::from_secs(8 * 3600));
    let query = session.sign_ahead("incomeType=FUNDING_FEE", 8 * 3_600_000);
    let headers = [("x-mbx-apikey", session.key.as_str())];
    let income = session
        .send("GET", &format!("/fapi/v1/income?{query}"), &headers, "")
        .await
        .json();
    let entry = &income[0];
    assert_eq!(
        (&entry["symbol"], &entry["asset"]),
        (&"BTCUSDT".into(), &"USDT".into()),
        "{income}"
    );
    // 0.01% of 0.5 at the mark price of 61250.10.
    assert_eq!(decimal(&entry["income"]), dec!(-3.062505));
}

#[tokio::test]
async fn multi_assets_mode_uses_all_assets_as_margin() {
    let session = Session::with(|builder| {
        builder
            .balance("USDT", dec!(100))
            .balance("USDC", dec!(0))
            .balance("BTC", dec!(1))
    })
    .await;
    let order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5";
    let rejected = session.signed("POST", ORDER, order).await;
    assert_eq!(rejected.outcome(), (400, -2019));
    post(
        &session,
        "/fapi/v1/multiAssetsMargin",
        "multiAssetsMargin=true",
    )
    .await;
    assert_eq!(
        get(&session, "/fapi/v1/multiAssetsMargin", "").await["multiAssetsMargin"],
        true
    );
    post(&session, ORDER, order).await;
    let account = get(&session, "/fapi/v3/account", "").await;
    let total = decimal(&account["totalWalletBalance"]);
    assert!(total > dec!(61250) && total < dec!(61351), "{total}");
}
