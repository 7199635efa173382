//! Orders that break a rule of the exchange are rejected with its code.

use crate::client::Session;
use binance_futures::dec;

/// Sends an order of BTCUSDT with these parameters, and returns HTTP status and error code.
async fn place(session: &Session, parameters: &str) -> (u16, i64) {
    let query = format!("symbol=BTCUSDT&{parameters}");
    let response = session.signed("POST", "/fapi/v1/order", &query).await;
    response.outcome()
}

/// Sends an order with these parameters, and returns the error code. Panics if the order is accepted or remains.
async fn rejected(session: &Session, path: &str, parameters: &str) -> i64 {
    let response = session.signed("POST", path, parameters).await;
    let (status, code) = response.outcome();
    assert_eq!(status, 400, "{parameters}: {response:?}");
    let product = if path.starts_with("/dapi") {
        "/dapi"
    } else {
        "/fapi"
    };
    let open = session
        .signed("GET", &format!("{product}/v1/openOrders"), "")
        .await;
    assert_eq!(open.body, "[]", "{parameters}");
    code
}

const ORDER: &str = "/fapi/v1/order";

#[tokio::test]
async fn price_off_the_tick_is_rejected() {
    let session = Session::start().await;
    let order = |price: &str| {
        format!("symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&timeInForce=GTC&price={price}")
    };
    assert_eq!(rejected(&session, ORDER, &order("60000.05")).await, -4014);
    assert_eq!(rejected(&session, ORDER, &order("60000.005")).await, -1111);
    assert_eq!(rejected(&session, ORDER, &order("500.00")).await, -4013);
    assert_eq!(rejected(&session, ORDER, &order("4529764.1")).await, -4002);
    assert_eq!(rejected(&session, ORDER, &order("-60000")).await, -4001);
    let sell = "symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=1&timeInForce=GTC&price=70000.05";
    assert_eq!(rejected(&session, ORDER, sell).await, -4014);
}

#[tokio::test]
async fn quantity_off_the_step_is_rejected() {
    let session = Session::start().await;
    let order = |quantity: &str| {
        format!(
            "symbol=BTCUSDT&side=BUY&type=LIMIT&price=60000&timeInForce=GTC&quantity={quantity}"
        )
    };
    assert_eq!(rejected(&session, ORDER, &order("0.0025")).await, -1111);
    assert_eq!(rejected(&session, ORDER, &order("1000.001")).await, -4005);
    let market = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=120.001";
    assert_eq!(rejected(&session, ORDER, market).await, -4005);
    assert_eq!(rejected(&session, ORDER, &order("1e30")).await, -1100);
    assert_eq!(rejected(&session, ORDER, &order("-1")).await, -4003);
    let accepted = "side=BUY&type=LIMIT&price=60000&timeInForce=GTC&quantity=0.0020";
    assert_eq!(
        place(&session, accepted).await,
        (200, 0),
        "zeros at the end have no meaning"
    );
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn half_a_contract_is_rejected() {
    let session = Session::start().await;
    let order = "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=0.5";
    assert_eq!(rejected(&session, "/dapi/v1/order", order).await, -1111);
}

#[tokio::test]
async fn notional_below_the_minimum_is_rejected() {
    let session = Session::start().await;
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&price=49999.90&timeInForce=GTC&quantity=0.001";
    assert_eq!(rejected(&session, ORDER, order).await, -4164);
    let exact = "side=BUY&type=LIMIT&price=50000&timeInForce=GTC&quantity=0.001";
    assert_eq!(place(&session, exact).await, (200, 0));
    let market = "side=BUY&type=MARKET&quantity=0.001";
    assert_eq!(place(&session, market).await, (200, 0));
}

#[tokio::test]
async fn price_far_from_the_mark_price_is_rejected() {
    let session = Session::start().await;
    let order = |side: &str, price: &str| {
        format!("symbol=BTCUSDT&side={side}&type=LIMIT&quantity=1&timeInForce=GTC&price={price}")
    };
    // Five percent from 61250.10.
    assert_eq!(
        rejected(&session, ORDER, &order("BUY", "64312.70")).await,
        -4016
    );
    assert_eq!(
        rejected(&session, ORDER, &order("SELL", "58187.50")).await,
        -4024
    );
    let far = "side=SELL&type=LIMIT&quantity=1&timeInForce=GTC&price=90000";
    assert_eq!(
        place(&session, far).await,
        (200, 0),
        "far on the other side is permitted"
    );
}

#[tokio::test]
async fn order_without_enough_margin_is_rejected() {
    let session = Session::with(|builder| builder.balance("USDT", dec!(1502))).await;
    let order = |quantity: &str| format!("symbol=BTCUSDT&side=BUY&type=MARKET&quantity={quantity}");
    assert_eq!(rejected(&session, ORDER, &order("1")).await, -2019);
    // Twenty times the balance is 30,040, less than half a bitcoin.
    assert_eq!(rejected(&session, ORDER, &order("0.491")).await, -2019);
    assert_eq!(rejected(&session, ORDER, &order("999999")).await, -4005);
    assert_eq!(
        place(&session, "side=BUY&type=MARKET&quantity=0.489").await,
        (200, 0)
    );
    assert_eq!(
        place(&session, "side=BUY&type=MARKET&quantity=0.01").await,
        (400, -2019)
    );
    let against = "side=SELL&type=LIMIT&quantity=0.9&price=62000&timeInForce=GTC";
    assert_eq!(
        place(&session, against).await,
        (200, 0),
        "it closes more than it opens"
    );
}

#[tokio::test]
async fn open_orders_reserve_margin() {
    let session = Session::with(|builder| builder.balance("USDT", dec!(1502))).await;
    let order = "side=BUY&type=LIMIT&quantity=0.3&price=60000&timeInForce=GTC";
    assert_eq!(place(&session, order).await, (200, 0));
    assert_eq!(place(&session, order).await, (400, -2019));
    session
        .signed("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT")
        .await;
    assert_eq!(place(&session, order).await, (200, 0));
}

#[tokio::test]
async fn position_above_the_leverage_bracket_is_rejected() {
    let session = Session::start().await;
    let leverage = session
        .signed("POST", "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=125")
        .await
        .json();
    assert_eq!(leverage["maxNotionalValue"], "300000");
    let order = |quantity: &str| {
        format!(
            "symbol=BTCUSDT&side=BUY&type=LIMIT&price=60000&timeInForce=GTC&quantity={quantity}"
        )
    };
    assert_eq!(rejected(&session, ORDER, &order("5.001")).await, -2027);
    assert_eq!(
        session.signed("POST", ORDER, &order("5")).await.outcome(),
        (200, 0)
    );
}

#[tokio::test]
async fn position_side_must_fit_the_position_mode() {
    let session = Session::start().await;
    let order = |rest: &str| format!("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1{rest}");
    assert_eq!(
        rejected(&session, ORDER, &order("&positionSide=LONG")).await,
        -4061
    );
    session
        .signed(
            "POST",
            "/fapi/v1/positionSide/dual",
            "dualSidePosition=true",
        )
        .await;
    assert_eq!(rejected(&session, ORDER, &order("")).await, -4061);
    assert_eq!(
        rejected(&session, ORDER, &order("&positionSide=BOTH")).await,
        -4061
    );
    assert_eq!(
        rejected(
            &session,
            ORDER,
            &order("&positionSide=LONG&reduceOnly=true")
        )
        .await,
        -1106
    );
    let close = "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=1&positionSide=LONG";
    assert_eq!(rejected(&session, ORDER, close).await, -2022);
    assert_eq!(
        place(
            &session,
            "side=BUY&type=MARKET&quantity=1&positionSide=LONG"
        )
        .await,
        (200, 0)
    );
}

#[tokio::test]
async fn symbol_that_is_not_trading_is_rejected() {
    let session = Session::start().await;
    let order = "symbol=NOVAUSDT&side=BUY&type=MARKET&quantity=100";
    assert_eq!(rejected(&session, ORDER, order).await, -4140);
    let stop = "algoType=CONDITIONAL&symbol=NOVAUSDT&side=BUY&type=STOP_MARKET&quantity=100&triggerPrice=200";
    assert_eq!(rejected(&session, "/fapi/v1/algoOrder", stop).await, -4140);
}

#[tokio::test]
async fn reduce_only_order_larger_than_the_position_is_rejected() {
    let session = Session::start().await;
    assert_eq!(
        place(&session, "side=BUY&type=MARKET&quantity=0.003").await,
        (200, 0)
    );
    let reduce = |side: &str, quantity: &str| {
        format!(
            "symbol=BTCUSDT&side={side}&type=LIMIT&price=62000&timeInForce=GTC&reduceOnly=true&quantity={quantity}"
        )
    };
    assert_eq!(rejected(&session, ORDER, &reduce("SELL", "5")).await, -2022);
    assert_eq!(
        rejected(&session, ORDER, &reduce("BUY", "0.003")).await,
        -2022
    );
    let accepted = session
        .signed("POST", ORDER, &reduce("SELL", "0.003"))
        .await;
    assert_eq!(accepted.outcome(), (200, 0));
}

#[tokio::test]
async fn closing_the_position_ends_the_reduce_only_orders_that_rest() {
    let session = Session::start().await;
    place(&session, "side=BUY&type=MARKET&quantity=0.003").await;
    let reduce = "side=SELL&type=LIMIT&price=62000&timeInForce=GTC&reduceOnly=true&quantity=0.003&newClientOrderId=target";
    assert_eq!(place(&session, reduce).await, (200, 0));
    let close = "side=SELL&type=MARKET&quantity=0.003&reduceOnly=true";
    assert_eq!(place(&session, close).await, (200, 0));
    let target = session
        .signed("GET", ORDER, "symbol=BTCUSDT&origClientOrderId=target")
        .await;
    assert_eq!(target.json()["status"], "EXPIRED");
}

#[tokio::test]
async fn leverage_above_the_first_bracket_is_rejected() {
    let session = Session::start().await;
    for (leverage, outcome) in [
        ("500", (400, -4028)),
        ("126", (400, -4028)),
        ("125", (200, 0)),
    ] {
        let query = format!("symbol=BTCUSDT&leverage={leverage}");
        let response = session.signed("POST", "/fapi/v1/leverage", &query).await;
        assert_eq!(response.outcome(), outcome, "{leverage}: {response:?}");
    }
}

#[tokio::test]
async fn stop_with_quantity_and_close_position_is_rejected() {
    let session = Session::start().await;
    let stop = |rest: &str| {
        format!(
            "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&triggerPrice=60000&closePosition=true&{rest}"
        )
    };
    for (rest, code) in [
        ("type=STOP_MARKET&quantity=1", -4137),
        ("type=STOP_MARKET&reduceOnly=false", -4138),
        ("type=STOP_MARKET&reduceOnly=true", -1106),
        ("type=STOP&price=60000", -4136),
    ] {
        assert_eq!(
            rejected(&session, "/fapi/v1/algoOrder", &stop(rest)).await,
            code,
            "{rest}"
        );
    }
}

#[tokio::test]
async fn three_years_of_trades_in_one_request_are_rejected() {
    let session = Session::start().await;
    let end = session.clock.millis();
    let start = end - 3 * 365 * 86_400_000;
    for path in ["/fapi/v1/userTrades", "/fapi/v1/allOrders"] {
        let query = format!("symbol=BTCUSDT&startTime={start}&endTime={end}");
        let response = session.signed("GET", path, &query).await;
        assert_eq!(response.outcome(), (400, -4165), "{path}");
        let reversed = format!("symbol=BTCUSDT&startTime={end}&endTime={start}");
        let response = session.signed("GET", path, &reversed).await;
        assert_eq!(response.outcome(), (400, -1023), "{path}");
    }
    let both = format!("symbol=BTCUSDT&fromId=1&startTime={end}");
    let response = session.signed("GET", "/fapi/v1/userTrades", &both).await;
    assert_eq!(response.outcome(), (400, -1128));
    #[cfg(feature = "coinm")]
    {
        let query = format!("symbol=BTCUSD_PERP&startTime={start}&endTime={end}");
        let response = session.signed("GET", "/dapi/v1/userTrades", &query).await;
        assert_eq!(response.outcome(), (400, -4088));
    }
}

#[tokio::test]
async fn price_match_excludes_a_price_and_needs_a_limit_order() {
    let session = Session::start().await;
    let order = |rest: &str| format!("symbol=BTCUSDT&side=BUY&quantity=1&priceMatch=QUEUE&{rest}");
    assert_eq!(
        rejected(
            &session,
            ORDER,
            &order("type=LIMIT&timeInForce=GTC&price=60000")
        )
        .await,
        -1106
    );
    assert_eq!(
        rejected(&session, ORDER, &order("type=MARKET")).await,
        -5038
    );
}

#[tokio::test]
async fn self_trade_prevention_ends_the_order_that_the_mode_names() {
    for (mode, taker, maker, filled) in [
        ("EXPIRE_TAKER", "EXPIRED_IN_MATCH", "NEW", "0"),
        ("EXPIRE_MAKER", "FILLED", "EXPIRED_IN_MATCH", "1"),
        ("EXPIRE_BOTH", "EXPIRED_IN_MATCH", "EXPIRED_IN_MATCH", "0"),
    ] {
        let session = Session::start().await;
        let resting =
            "side=BUY&type=LIMIT&quantity=1&price=61250.10&timeInForce=GTC&newClientOrderId=maker";
        assert_eq!(place(&session, resting).await, (200, 0));
        let order = format!(
            "side=SELL&type=MARKET&quantity=1&newClientOrderId=taker&selfTradePreventionMode={mode}"
        );
        assert_eq!(place(&session, &order).await, (200, 0));
        for (id, status) in [("taker", taker), ("maker", maker)] {
            let query = format!("symbol=BTCUSDT&origClientOrderId={id}");
            let order = session.signed("GET", ORDER, &query).await.json();
            assert_eq!(order["status"], status, "{mode}: {order}");
            if id == "taker" {
                assert_eq!(order["executedQty"], filled, "{mode}");
            }
        }
    }
}

#[tokio::test]
async fn number_of_open_orders_is_limited() {
    let session = Session::with(|builder| {
        builder.rate_limits(binance_futures::mock::RateLimits {
            orders_10s: u32::MAX,
            orders_1m: u32::MAX,
            ..Default::default()
        })
    })
    .await;
    let order = "side=BUY&type=LIMIT&quantity=0.001&price=60000&timeInForce=GTC";
    for _ in 0..200 {
        assert_eq!(place(&session, order).await, (200, 0));
    }
    assert_eq!(place(&session, order).await, (400, -2025));
    assert_eq!(
        place(&session, "side=BUY&type=MARKET&quantity=0.001").await,
        (200, 0)
    );
    let stop = "algoType=CONDITIONAL&symbol=BTCUSDT&side=BUY&type=STOP_MARKET&quantity=0.001&triggerPrice=62000";
    for _ in 0..200 {
        let response = session.signed("POST", "/fapi/v1/algoOrder", stop).await;
        assert_eq!(response.outcome(), (200, 0));
    }
    let response = session.signed("POST", "/fapi/v1/algoOrder", stop).await;
    assert_eq!(response.outcome(), (400, -4045));
}

#[tokio::test]
async fn rejected_modification_leaves_the_order_as_it_was() {
    let session = Session::start().await;
    place(
        &session,
        "side=BUY&type=LIMIT&quantity=1&price=60000&timeInForce=GTC&newClientOrderId=x",
    )
    .await;
    for (change, code) in [
        ("quantity=1&price=60000.05", -4014),
        ("quantity=0.0001&price=60000", -1111),
        ("quantity=0.001&price=49000", -5029),
        ("quantity=1&price=65000", -4016),
        ("quantity=1000&price=60000", -2019),
        ("quantity=1&price=60000&priceMatch=QUEUE", -1106),
    ] {
        let query = format!("symbol=BTCUSDT&origClientOrderId=x&side=BUY&{change}");
        let response = session.signed("PUT", ORDER, &query).await;
        assert_eq!(response.outcome(), (400, code), "{change}: {response:?}");
    }
    let order = session
        .signed("GET", ORDER, "symbol=BTCUSDT&origClientOrderId=x")
        .await
        .json();
    assert_eq!(
        (&order["status"], &order["price"]),
        (&"NEW".into(), &"60000".into())
    );
}
