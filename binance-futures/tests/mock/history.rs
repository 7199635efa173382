//! Modifications, trades, income and conversions.

use binance_futures::dec;
use binance_futures::types::Decimal;
use serde_json::Value;

use crate::client::Session;

async fn call(session: &Session, method: &str, path: &str, query: &str) -> Value {
    let response = session.signed(method, path, query).await;
    assert_eq!(response.status, 200, "{path} {query}: {response:?}");
    response.json()
}

const ORDER: &str = "/fapi/v1/order";

#[tokio::test]
async fn modifications_of_an_order_are_listed_newest_first() {
    let session = Session::start().await;
    call(&session, "POST", ORDER, "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=60000&timeInForce=GTC&newClientOrderId=x").await;
    let modify = "symbol=BTCUSDT&origClientOrderId=x&side=BUY";
    call(
        &session,
        "PUT",
        ORDER,
        &format!("{modify}&quantity=2&price=60000"),
    )
    .await;
    call(
        &session,
        "PUT",
        ORDER,
        &format!("{modify}&quantity=2&price=60100&modifyId=7"),
    )
    .await;
    let rows = call(
        &session,
        "GET",
        "/fapi/v1/orderAmendment",
        "symbol=BTCUSDT&origClientOrderId=x",
    )
    .await;
    assert_eq!(rows.as_array().unwrap().len(), 2);
    let newest = &rows[0]["amendment"];
    assert_eq!(
        newest["price"],
        serde_json::json!({"before": "60000", "after": "60100"})
    );
    assert_eq!(
        (&newest["count"], &newest["modifyId"]),
        (&2.into(), &7.into())
    );
    assert_eq!(
        rows[1]["amendment"]["origQty"],
        serde_json::json!({"before": "1", "after": "2"})
    );
    assert!(rows[1]["amendment"].get("modifyId").is_none());
}

#[tokio::test]
async fn trades_are_selected_by_order_id_and_first_id() {
    let session = Session::start().await;
    let mut orders = Vec::new();
    for quantity in ["0.1", "0.2", "0.3"] {
        let query = format!("symbol=BTCUSDT&side=BUY&type=MARKET&quantity={quantity}");
        orders.push(call(&session, "POST", ORDER, &query).await["orderId"].clone());
    }
    let trades = call(&session, "GET", "/fapi/v1/userTrades", "symbol=BTCUSDT").await;
    let quantities = |trades: &Value| -> Vec<Decimal> {
        let trades = trades.as_array().unwrap().iter();
        trades
            .map(|trade| trade["qty"].as_str().unwrap().parse().unwrap())
            .collect()
    };
    assert_eq!(quantities(&trades), [dec!(0.1), dec!(0.2), dec!(0.3)]);
    let of_order = format!("symbol=BTCUSDT&orderId={}", orders[1]);
    assert_eq!(
        quantities(&call(&session, "GET", "/fapi/v1/userTrades", &of_order).await),
        [dec!(0.2)]
    );
    let from = format!("symbol=BTCUSDT&fromId={}&limit=1", trades[1]["id"]);
    assert_eq!(
        quantities(&call(&session, "GET", "/fapi/v1/userTrades", &from).await),
        [dec!(0.2)]
    );
    let newest = call(
        &session,
        "GET",
        "/fapi/v1/userTrades",
        "symbol=BTCUSDT&limit=2",
    )
    .await;
    assert_eq!(quantities(&newest), [dec!(0.2), dec!(0.3)]);
    assert_eq!(
        quantities(&call(&session, "GET", "/fapi/v1/userTrades", "symbol=ETHUSDT").await),
        []
    );
    let public = session
        .get("/fapi/v1/trades?symbol=BTCUSDT&limit=1")
        .await
        .json();
    assert_eq!(
        public[0]["id"], trades[2]["id"],
        "the trade is printed on the market"
    );
}

#[tokio::test]
async fn orders_without_fills_disappear_after_three_days() {
    let session = Session::start().await;
    call(&session, "POST", ORDER, "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=59000&timeInForce=GTC&newClientOrderId=x").await;
    call(
        &session,
        "DELETE",
        ORDER,
        "symbol=BTCUSDT&origClientOrderId=x",
    )
    .await;
    call(
        &session,
        "POST",
        ORDER,
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=filled",
    )
    .await;
    let names = async || {
        let orders = call(&session, "GET", "/fapi/v1/allOrders", "symbol=BTCUSDT").await;
        let orders = orders.as_array().unwrap().iter();
        orders
            .map(|order| order["clientOrderId"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["x", "filled"]);
    session.clock.advance(3 * 86_400_000 + 1);
    assert_eq!(names().await, ["filled"]);
    let response = session
        .signed("GET", ORDER, "symbol=BTCUSDT&origClientOrderId=x")
        .await;
    assert_eq!(response.outcome(), (400, -2013));
    session.clock.advance(5 * 86_400_000);
    assert!(names().await.is_empty(), "it lists the last seven days");
}

#[tokio::test]
async fn initial_balance_is_a_transfer() {
    let session = Session::with(|builder| builder.balance("USDT", dec!(250))).await;
    let income = call(&session, "GET", "/fapi/v1/income", "incomeType=TRANSFER").await;
    let usdt = income
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["asset"] == "USDT")
        .unwrap();
    assert_eq!(
        (&usdt["income"], &usdt["symbol"]),
        (&"250.00000000".into(), &"".into())
    );
}

#[tokio::test]
async fn accepted_quote_moves_the_amounts() {
    let session = Session::with(|builder| builder.balance("USDT", dec!(1000))).await;
    let quote = call(
        &session,
        "POST",
        "/fapi/v1/convert/getQuote",
        "fromAsset=USDT&toAsset=BTC&fromAmount=612.501",
    )
    .await;
    assert_eq!(quote["toAmount"], "0.01");
    let id = quote["quoteId"].as_str().unwrap();
    let query = format!("quoteId={id}");
    let before = session
        .signed("GET", "/fapi/v1/convert/orderStatus", &query)
        .await;
    assert_eq!(before.outcome(), (400, -2013));
    let accepted = call(&session, "POST", "/fapi/v1/convert/acceptQuote", &query).await;
    let status = call(&session, "GET", "/fapi/v1/convert/orderStatus", &query).await;
    assert_eq!(
        status["orderId"].to_string(),
        accepted["orderId"].as_str().unwrap()
    );
    assert_eq!(
        (&status["orderStatus"], &status["toAmount"]),
        (&"SUCCESS".into(), &"0.01".into())
    );
    let balances = call(&session, "GET", "/fapi/v3/balance", "").await;
    let balance = |asset: &str| {
        let mut balances = balances.as_array().unwrap().iter();
        balances.find(|balance| balance["asset"] == asset).unwrap()["balance"].clone()
    };
    assert_eq!(
        (balance("USDT"), balance("BTC")),
        ("387.49900000".into(), "0.01000000".into())
    );

    let large = call(
        &session,
        "POST",
        "/fapi/v1/convert/getQuote",
        "fromAsset=USDT&toAsset=BTC&fromAmount=5000",
    )
    .await;
    assert!(
        large.get("quoteId").is_none(),
        "the balance is too low: {large}"
    );
    let unknown = session
        .signed("POST", "/fapi/v1/convert/acceptQuote", "quoteId=1")
        .await;
    assert_eq!(unknown.outcome(), (400, -1130));
    let quote = call(
        &session,
        "POST",
        "/fapi/v1/convert/getQuote",
        "fromAsset=BTC&toAsset=USDT&toAmount=10",
    )
    .await;
    session.clock.advance(10_001);
    let late = format!("quoteId={}", quote["quoteId"].as_str().unwrap());
    let late = session
        .signed("POST", "/fapi/v1/convert/acceptQuote", &late)
        .await;
    assert_eq!(late.outcome(), (400, -1130));
}
