//! Settings of accounts and symbols.

use serde_json::Value;

use crate::client::Session;

async fn post(session: &Session, path: &str, query: &str) -> (u16, i64) {
    let response = session.signed("POST", path, query).await;
    // Some successful responses have a code of 200.
    match response.outcome() {
        (200, 200) => (200, 0),
        outcome => outcome,
    }
}

async fn get(session: &Session, path: &str, query: &str) -> Value {
    session.signed("GET", path, query).await.json()
}

const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=60000&timeInForce=GTC";

#[tokio::test]
async fn position_mode_is_shared_by_both_products_and_needs_an_empty_account() {
    let session = Session::start().await;
    let dual = "/fapi/v1/positionSide/dual";
    assert_eq!(
        post(&session, dual, "dualSidePosition=false").await,
        (400, -4059)
    );
    post(&session, "/fapi/v1/order", ORDER).await;
    assert_eq!(
        post(&session, dual, "dualSidePosition=true").await,
        (400, -4067)
    );
    session
        .signed("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT")
        .await;
    post(
        &session,
        "/fapi/v1/order",
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1",
    )
    .await;
    assert_eq!(
        post(&session, dual, "dualSidePosition=true").await,
        (400, -4068)
    );
    post(
        &session,
        "/fapi/v1/order",
        "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=1",
    )
    .await;
    assert_eq!(
        post(&session, dual, "dualSidePosition=true").await,
        (200, 0)
    );
    for path in ["/fapi/v1/positionSide/dual", "/dapi/v1/positionSide/dual"] {
        if path.starts_with("/fapi") || cfg!(feature = "coinm") {
            assert_eq!(get(&session, path, "").await["dualSidePosition"], true);
        }
    }
    assert_eq!(
        get(&session, "/fapi/v1/accountConfig", "").await["dualSidePosition"],
        true
    );
}

#[tokio::test]
async fn leverage_is_stored_per_symbol() {
    let session = Session::start().await;
    assert_eq!(
        post(&session, "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=7").await,
        (200, 0)
    );
    let leverage = async |symbol: &str| {
        get(
            &session,
            "/fapi/v1/symbolConfig",
            &format!("symbol={symbol}"),
        )
        .await[0]["leverage"]
            .clone()
    };
    assert_eq!(leverage("BTCUSDT").await, 7);
    assert_eq!(leverage("ETHUSDT").await, 20);
    let position = get(&session, "/fapi/v2/positionRisk", "symbol=BTCUSDT").await;
    assert_eq!(position[0]["leverage"], "7");
}

#[tokio::test]
async fn margin_type_needs_a_symbol_without_orders_and_position() {
    let session = Session::start().await;
    let path = "/fapi/v1/marginType";
    let isolated = "symbol=BTCUSDT&marginType=ISOLATED";
    assert_eq!(
        post(&session, path, "symbol=BTCUSDT&marginType=CROSSED").await,
        (400, -4046)
    );
    post(&session, "/fapi/v1/order", ORDER).await;
    assert_eq!(post(&session, path, isolated).await, (400, -4047));
    session
        .signed("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT")
        .await;
    post(
        &session,
        "/fapi/v1/order",
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1",
    )
    .await;
    assert_eq!(post(&session, path, isolated).await, (400, -4048));
    let margin = "symbol=BTCUSDT&amount=10&type=1";
    assert_eq!(
        post(&session, "/fapi/v1/positionMargin", margin).await,
        (400, -4049)
    );
    post(
        &session,
        "/fapi/v1/order",
        "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=1",
    )
    .await;
    assert_eq!(post(&session, path, isolated).await, (200, 0));
    assert_eq!(
        post(&session, "/fapi/v1/positionMargin", margin).await,
        (400, -4054)
    );
}

#[tokio::test]
async fn leverage_of_an_isolated_position_cannot_be_reduced() {
    let session = Session::start().await;
    post(
        &session,
        "/fapi/v1/marginType",
        "symbol=BTCUSDT&marginType=ISOLATED",
    )
    .await;
    post(
        &session,
        "/fapi/v1/order",
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1",
    )
    .await;
    assert_eq!(
        post(&session, "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=19").await,
        (400, -4161)
    );
    assert_eq!(
        post(&session, "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=21").await,
        (200, 0)
    );
}

#[tokio::test]
async fn isolated_margin_and_multi_assets_mode_exclude_each_other() {
    let session = Session::start().await;
    let (margin, multi) = ("/fapi/v1/marginType", "/fapi/v1/multiAssetsMargin");
    assert_eq!(
        post(&session, multi, "multiAssetsMargin=false").await,
        (400, -4171)
    );
    assert_eq!(
        post(&session, margin, "symbol=BTCUSDT&marginType=ISOLATED").await,
        (200, 0)
    );
    assert_eq!(
        post(&session, multi, "multiAssetsMargin=true").await,
        (400, -4167)
    );
    assert_eq!(
        post(&session, margin, "symbol=BTCUSDT&marginType=CROSSED").await,
        (200, 0)
    );
    post(&session, "/fapi/v1/order", ORDER).await;
    assert_eq!(
        post(&session, multi, "multiAssetsMargin=true").await,
        (400, -4170)
    );
    session
        .signed("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT")
        .await;
    assert_eq!(
        post(&session, multi, "multiAssetsMargin=true").await,
        (200, 0)
    );
    assert_eq!(
        post(&session, margin, "symbol=ETHUSDT&marginType=ISOLATED").await,
        (400, -4168)
    );
}

#[tokio::test]
async fn countdown_cancels_the_orders_of_its_symbol() {
    let session = Session::start().await;
    post(&session, "/fapi/v1/order", ORDER).await;
    post(
        &session,
        "/fapi/v1/order",
        &ORDER.replace("BTCUSDT", "ETHUSDT").replace("60000", "2300"),
    )
    .await;
    let countdown = "/fapi/v1/countdownCancelAll";
    assert_eq!(
        post(&session, countdown, "symbol=BTCUSDT&countdownTime=5000").await,
        (200, 0)
    );
    session.clock.advance(4_999);
    let open = async || {
        get(&session, "/fapi/v1/openOrders", "")
            .await
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(open().await, 2);
    assert_eq!(
        post(&session, countdown, "symbol=BTCUSDT&countdownTime=5000").await,
        (200, 0)
    );
    session.clock.advance(4_999);
    assert_eq!(open().await, 2, "the countdown started again");
    session.clock.advance(1);
    assert_eq!(open().await, 1);
    assert_eq!(
        post(&session, countdown, "symbol=ETHUSDT&countdownTime=5000").await,
        (200, 0)
    );
    assert_eq!(
        post(&session, countdown, "symbol=ETHUSDT&countdownTime=0").await,
        (200, 0)
    );
    session.clock.advance(60_000);
    assert_eq!(open().await, 1, "the countdown was stopped");
}

#[tokio::test]
async fn commission_rates_and_brackets_are_those_that_orders_use() {
    let session = Session::start().await;
    let rates = get(&session, "/fapi/v1/commissionRate", "symbol=ETHUSDT").await;
    assert_eq!(
        (&rates["symbol"], &rates["takerCommissionRate"]),
        (&"ETHUSDT".into(), &"0.0005".into())
    );
    let brackets = get(&session, "/fapi/v1/leverageBracket", "symbol=ETHUSDT").await;
    assert_eq!(brackets[0]["symbol"], "ETHUSDT");
    assert_eq!(brackets[0]["brackets"][0]["initialLeverage"], 125);
    assert_eq!(brackets[0]["brackets"][1]["cum"], 300.0);
    assert_eq!(
        get(&session, "/fapi/v1/rateLimit/order", "").await[1]["limit"],
        1200
    );
}

#[tokio::test]
async fn fee_setting_is_stored() {
    let session = Session::start().await;
    assert_eq!(get(&session, "/fapi/v1/feeBurn", "").await["feeBurn"], true);
    assert_eq!(
        post(&session, "/fapi/v1/feeBurn", "feeBurn=false").await,
        (200, 0)
    );
    assert_eq!(
        get(&session, "/fapi/v1/feeBurn", "").await["feeBurn"],
        false
    );
}
