//! Conditional orders.

use std::time::Duration;

use binance_futures::dec;
use serde_json::Value;

use crate::client::Session;

const ALGO: &str = "/fapi/v1/algoOrder";

async fn place(session: &Session, order: &str) -> Value {
    let query = format!("algoType=CONDITIONAL&symbol=BTCUSDT&{order}");
    let response = session.signed("POST", ALGO, &query).await;
    assert_eq!(response.status, 200, "{order}: {response:?}");
    response.json()
}

async fn rejected(session: &Session, order: &str) -> (u16, i64) {
    let query = format!("algoType=CONDITIONAL&symbol=BTCUSDT&{order}");
    session.signed("POST", ALGO, &query).await.outcome()
}

async fn query(session: &Session, id: &str) -> Value {
    let response = session
        .signed("GET", ALGO, &format!("clientAlgoId={id}"))
        .await;
    assert_eq!(response.status, 200, "{response:?}");
    response.json()
}

async fn buy(session: &Session, quantity: &str) {
    let order = format!("symbol=BTCUSDT&side=BUY&type=MARKET&quantity={quantity}");
    assert_eq!(
        session
            .signed("POST", "/fapi/v1/order", &order)
            .await
            .status,
        200
    );
}

async fn position(session: &Session) -> String {
    let positions = session
        .signed("GET", "/fapi/v2/positionRisk", "symbol=BTCUSDT")
        .await
        .json();
    positions[0]["positionAmt"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn stop_is_listed_until_it_triggers_and_becomes_an_order() {
    let session = Session::start().await;
    buy(&session, "0.5").await;
    let placed = place(&session, "side=SELL&type=STOP_MARKET&triggerPrice=58200&quantity=0.5&reduceOnly=true&clientAlgoId=stop-7").await;
    assert_eq!(placed["orderType"], "STOP_MARKET");
    assert_eq!(
        (&placed["triggerPrice"], &placed["quantity"]),
        (&"58200".into(), &"0.5".into())
    );
    assert_eq!(
        (&placed["algoStatus"], &placed["reduceOnly"]),
        (&"NEW".into(), &true.into())
    );
    let open = session
        .signed("GET", "/fapi/v1/openAlgoOrders", "")
        .await
        .json();
    assert_eq!(open[0]["algoId"], placed["algoId"]);
    let ordinary = session.signed("GET", "/fapi/v1/openOrders", "").await;
    assert_eq!(ordinary.body, "[]");
    assert_eq!(query(&session, "stop-7").await["actualOrderId"], "");

    session
        .exchange
        .set_price("BTCUSDT", dec!(58200.10))
        .unwrap();
    assert_eq!(query(&session, "stop-7").await["algoStatus"], "NEW");
    session.exchange.set_price("BTCUSDT", dec!(58200)).unwrap();
    let triggered = query(&session, "stop-7").await;
    assert_eq!(
        (&triggered["algoStatus"], &triggered["actualQty"]),
        (&"FINISHED".into(), &"0.5".into())
    );
    assert_eq!(triggered["actualPrice"], "58200");
    let order = format!(
        "symbol=BTCUSDT&orderId={}",
        triggered["actualOrderId"].as_str().unwrap()
    );
    let order = session.signed("GET", "/fapi/v1/order", &order).await.json();
    assert_eq!(
        (&order["status"], &order["clientOrderId"]),
        (&"FILLED".into(), &"stop-7".into())
    );
    assert_eq!(
        (&order["type"], &order["origType"]),
        (&"MARKET".into(), &"STOP_MARKET".into())
    );
    assert_eq!(position(&session).await, "0.000");
    assert_eq!(
        session
            .signed("GET", "/fapi/v1/openAlgoOrders", "")
            .await
            .body,
        "[]"
    );
    let all = session
        .signed("GET", "/fapi/v1/allAlgoOrders", "symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(all[0]["algoStatus"], "FINISHED");
}

#[tokio::test]
async fn ids_that_were_never_given_are_not_found() {
    let session = Session::start().await;
    for (method, query, code) in [
        ("GET", "algoId=1", -2013),
        ("GET", "clientAlgoId=never", -2013),
        ("DELETE", "algoId=1", -2011),
        ("DELETE", "clientAlgoId=never", -2011),
    ] {
        let response = session.signed(method, ALGO, query).await;
        assert_eq!(response.outcome(), (400, code), "{method} {query}");
    }
    let amendments = session
        .signed("GET", "/fapi/v1/orderAmendment", "symbol=BTCUSDT&orderId=1")
        .await;
    assert_eq!(amendments.outcome(), (400, -2013));
    let conversion = session
        .signed("GET", "/fapi/v1/convert/orderStatus", "orderId=1")
        .await;
    assert_eq!(conversion.outcome(), (400, -2013));
}

#[tokio::test]
async fn canceled_order_does_not_trigger() {
    let session = Session::start().await;
    for id in ["one", "two"] {
        place(
            &session,
            &format!("side=BUY&type=STOP_MARKET&triggerPrice=62000&quantity=0.5&clientAlgoId={id}"),
        )
        .await;
    }
    let canceled = session
        .signed("DELETE", ALGO, "clientAlgoId=one")
        .await
        .json();
    assert_eq!(
        (&canceled["clientAlgoId"], &canceled["code"]),
        (&"one".into(), &"200".into())
    );
    assert_eq!(
        session
            .signed("DELETE", ALGO, "clientAlgoId=one")
            .await
            .outcome(),
        (400, -2011)
    );
    assert_eq!(
        session
            .signed("DELETE", "/fapi/v1/algoOpenOrders", "symbol=BTCUSDT")
            .await
            .status,
        200
    );
    session.exchange.set_price("BTCUSDT", dec!(62000)).unwrap();
    for id in ["one", "two"] {
        assert_eq!(query(&session, id).await["algoStatus"], "CANCELED");
    }
    assert_eq!(position(&session).await, "0.000");
}

#[tokio::test]
async fn close_position_closes_whatever_there_is() {
    let session = Session::start().await;
    buy(&session, "0.5").await;
    let placed = place(&session, "side=SELL&type=TAKE_PROFIT_MARKET&triggerPrice=62000&closePosition=true&clientAlgoId=target").await;
    assert_eq!(
        (&placed["closePosition"], &placed["orderType"]),
        (&true.into(), &"TAKE_PROFIT_MARKET".into())
    );
    buy(&session, "0.2").await;
    session.exchange.set_price("BTCUSDT", dec!(62000)).unwrap();
    assert_eq!(position(&session).await, "0.000");
    assert_eq!(query(&session, "target").await["actualQty"], "0.7");

    place(
        &session,
        "side=SELL&type=STOP_MARKET&triggerPrice=60000&closePosition=true&clientAlgoId=nothing",
    )
    .await;
    session.exchange.set_price("BTCUSDT", dec!(60000)).unwrap();
    assert_eq!(query(&session, "nothing").await["algoStatus"], "EXPIRED");
}

#[tokio::test]
async fn trailing_stop_follows_the_price() {
    let session = Session::start().await;
    buy(&session, "0.5").await;
    let order = "side=SELL&type=TRAILING_STOP_MARKET&quantity=0.5&callbackRate=1&activatePrice=62000&clientAlgoId=trail";
    assert_eq!(
        rejected(&session, &order.replace("62000", "61000")).await,
        (400, -2021)
    );
    let placed = place(&session, order).await;
    assert_eq!(
        (&placed["activatePrice"], &placed["callbackRate"]),
        (&"62000".into(), &"1".into())
    );
    for (price, activated, status) in [
        (dec!(61900), false, "NEW"),
        (dec!(61000), false, "NEW"),
        (dec!(63000), true, "NEW"),
        (dec!(62370.10), true, "NEW"),
        (dec!(62370), true, "FINISHED"),
    ] {
        session.exchange.set_price("BTCUSDT", price).unwrap();
        let order = query(&session, "trail").await;
        assert_eq!(order["algoStatus"], status, "{price}");
        if status == "NEW" {
            let open = session
                .signed("GET", "/fapi/v1/openAlgoOrders", "symbol=BTCUSDT")
                .await
                .json();
            assert_eq!(open[0]["isActivated"], activated, "{price}");
        }
    }
    assert_eq!(position(&session).await, "0.000");
}

#[tokio::test]
async fn stop_limit_rests_at_its_price_after_the_trigger() {
    let session = Session::start().await;
    place(
        &session,
        "side=BUY&type=TAKE_PROFIT&triggerPrice=60000&price=59000&quantity=0.5&clientAlgoId=dip",
    )
    .await;
    session
        .exchange
        .trade("BTCUSDT", dec!(60000), dec!(0.001))
        .unwrap();
    let triggered = query(&session, "dip").await;
    assert_eq!(
        (&triggered["algoStatus"], &triggered["actualType"]),
        (&"TRIGGERED".into(), &"LIMIT".into())
    );
    let open = session
        .signed("GET", "/fapi/v1/openOrders", "")
        .await
        .json();
    assert_eq!(
        (&open[0]["clientOrderId"], &open[0]["price"]),
        (&"dip".into(), &"59000".into())
    );
    assert_eq!(
        session
            .signed("DELETE", ALGO, "clientAlgoId=dip")
            .await
            .outcome(),
        (400, -2011)
    );
    session.exchange.set_price("BTCUSDT", dec!(58000)).unwrap();
    assert_eq!(query(&session, "dip").await["algoStatus"], "FINISHED");
    assert_eq!(position(&session).await, "0.500");
}

#[tokio::test]
async fn triggered_order_is_found_for_as_long_as_its_order_is_open() {
    const DAYS: i64 = 4 * 86_400_000;

    let session = Session::start().await;
    place(
        &session,
        "side=BUY&type=TAKE_PROFIT&triggerPrice=60000&price=59000&quantity=0.5&clientAlgoId=dip",
    )
    .await;
    session
        .exchange
        .trade("BTCUSDT", dec!(60000), dec!(0.001))
        .unwrap();
    let days = Duration::from_millis(DAYS.unsigned_abs());
    session.exchange.advance(days);
    let query = session.sign_ahead("clientAlgoId=dip", DAYS);
    let headers = [("x-mbx-apikey", session.key.as_str())];
    let found = session
        .send("GET", &format!("{ALGO}?{query}"), &headers, "")
        .await
        .json();
    assert_eq!(found["algoStatus"], "TRIGGERED");
}

#[tokio::test]
async fn working_type_selects_the_price_that_triggers() {
    let session = Session::start().await;
    let order = "side=BUY&type=STOP_MARKET&triggerPrice=62000&quantity=0.1";
    place(
        &session,
        &format!("{order}&workingType=MARK_PRICE&clientAlgoId=mark"),
    )
    .await;
    place(
        &session,
        &format!("{order}&workingType=CONTRACT_PRICE&clientAlgoId=last"),
    )
    .await;
    // A trade alone does not change the mark price.
    session
        .exchange
        .trade("BTCUSDT", dec!(62000), dec!(0.001))
        .unwrap();
    assert_eq!(query(&session, "last").await["algoStatus"], "FINISHED");
    assert_eq!(query(&session, "mark").await["algoStatus"], "NEW");
    session.exchange.set_price("BTCUSDT", dec!(62000)).unwrap();
    assert_eq!(query(&session, "mark").await["algoStatus"], "FINISHED");
}

#[tokio::test]
async fn triggered_order_without_margin_is_rejected() {
    let session = Session::with(|builder| builder.balance("USDT", dec!(100))).await;
    place(
        &session,
        "side=BUY&type=STOP_MARKET&triggerPrice=62000&quantity=1&clientAlgoId=large",
    )
    .await;
    session.exchange.set_price("BTCUSDT", dec!(62000)).unwrap();
    assert_eq!(query(&session, "large").await["algoStatus"], "REJECTED");
    assert_eq!(position(&session).await, "0.000");
}

#[tokio::test]
async fn invalid_conditional_orders_are_rejected() {
    let session = Session::start().await;
    for (order, code) in [
        (
            "side=BUY&type=LIMIT&quantity=1&price=60000&timeInForce=GTC",
            -1130,
        ),
        ("side=BUY&type=STOP_MARKET&quantity=1", -1102),
        ("side=BUY&type=STOP_MARKET&triggerPrice=62000", -1102),
        ("side=BUY&type=STOP&triggerPrice=62000&quantity=1", -1102),
        ("side=BUY&type=TRAILING_STOP_MARKET&quantity=1", -1102),
        (
            "side=BUY&type=STOP_MARKET&triggerPrice=61250.10&quantity=1",
            -2021,
        ),
        (
            "side=SELL&type=STOP_MARKET&triggerPrice=61300&quantity=1",
            -2021,
        ),
        (
            "side=SELL&type=TAKE_PROFIT_MARKET&triggerPrice=61000&quantity=1",
            -2021,
        ),
        (
            "side=BUY&type=STOP_MARKET&triggerPrice=62000.05&quantity=1",
            -4014,
        ),
        ("side=BUY&type=STOP_MARKET&triggerPrice=0&quantity=1", -4006),
        (
            "side=BUY&type=STOP_MARKET&triggerPrice=62000&quantity=0.0001",
            -1111,
        ),
        (
            "side=BUY&type=STOP&triggerPrice=62000&price=66000&quantity=1",
            -4183,
        ),
        (
            "side=BUY&type=STOP_MARKET&triggerPrice=62000&quantity=1&timeInForce=GTE_GTC",
            -4509,
        ),
        (
            "side=BUY&type=STOP_MARKET&triggerPrice=62000&quantity=1&positionSide=LONG",
            -4061,
        ),
    ] {
        assert_eq!(rejected(&session, order).await, (400, code), "{order}");
    }
    place(
        &session,
        "side=BUY&type=STOP_MARKET&triggerPrice=62000&quantity=1&clientAlgoId=same",
    )
    .await;
    let same = "side=BUY&type=STOP_MARKET&triggerPrice=62000&quantity=1&clientAlgoId=same";
    assert_eq!(rejected(&session, same).await, (400, -4116));
}

#[tokio::test]
async fn order_that_needs_a_position_ends_with_it() {
    let session = Session::start().await;
    buy(&session, "0.5").await;
    let stop = "side=SELL&type=STOP_MARKET&triggerPrice=60000&closePosition=true&timeInForce=GTE_GTC&clientAlgoId";
    place(&session, &format!("{stop}=stop")).await;
    assert_eq!(
        rejected(&session, &format!("{stop}=other")).await,
        (400, -4130)
    );
    let close = "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.5";
    session.signed("POST", "/fapi/v1/order", close).await;
    assert_eq!(query(&session, "stop").await["algoStatus"], "EXPIRED");
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn conditional_order_of_coin_m_triggers_as_the_same_order() {
    let session = Session::start().await;
    let order = "symbol=BTCUSD_PERP&side=BUY&type=STOP&quantity=10&stopPrice=62000&price=62100&newClientOrderId=stop";
    let placed = session.signed("POST", "/dapi/v1/order", order).await.json();
    assert_eq!(placed["status"], "NEW", "{placed}");
    let late = order.replace("62000", "61000").replace("=stop", "=late");
    assert_eq!(
        session
            .signed("POST", "/dapi/v1/order", &late)
            .await
            .outcome(),
        (400, -2021)
    );
    session
        .exchange
        .set_price("BTCUSD_PERP", dec!(62000))
        .unwrap();
    let query = format!("symbol=BTCUSD_PERP&orderId={}", placed["orderId"]);
    let order = session.signed("GET", "/dapi/v1/order", &query).await.json();
    assert_eq!(
        (&order["status"], &order["type"]),
        (&"FILLED".into(), &"LIMIT".into())
    );
    assert_eq!(order["origType"], "STOP");
    for _ in 0..20 {
        let order = "symbol=BTCUSD_PERP&side=BUY&type=STOP_MARKET&quantity=10&stopPrice=63000";
        assert_eq!(
            session.signed("POST", "/dapi/v1/order", order).await.status,
            200
        );
    }
    let order = "symbol=BTCUSD_PERP&side=BUY&type=STOP_MARKET&quantity=10&stopPrice=63000";
    assert_eq!(
        session
            .signed("POST", "/dapi/v1/order", order)
            .await
            .outcome(),
        (400, -4045)
    );
}

#[tokio::test]
async fn triggered_reduce_only_order_is_as_large_as_what_is_left_of_the_position() {
    let session = Session::start().await;
    buy(&session, "0.5").await;
    let stop = "side=SELL&type=STOP_MARKET&triggerPrice=60000&quantity=0.5&reduceOnly=true";
    place(&session, &format!("{stop}&clientAlgoId=stop")).await;
    place(&session, &format!("{stop}&clientAlgoId=late")).await;
    let part = "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.2";
    session.signed("POST", "/fapi/v1/order", part).await;
    session.exchange.set_price("BTCUSDT", dec!(60000)).unwrap();
    assert_eq!(position(&session).await, "0.000");
    assert_eq!(query(&session, "stop").await["actualQty"], "0.3");
    assert_eq!(query(&session, "late").await["algoStatus"], "REJECTED");
}
