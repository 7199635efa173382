//! What becomes of orders.

use serde_json::Value;

use crate::client::Session;

const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.002&price=59808.00&timeInForce=GTC&newClientOrderId=entry-7";

async fn place(session: &Session, order: &str) -> Value {
    let answer = session.signed("POST", "/fapi/v1/order", order).await;
    assert_eq!(answer.status, 200, "{order}: {answer:?}");
    answer.json()
}

async fn query(session: &Session, client_id: &str) -> Value {
    let query = format!("symbol=BTCUSDT&origClientOrderId={client_id}");
    let answer = session.signed("GET", "/fapi/v1/order", &query).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn assert_members(value: &Value, members: &[(&str, &str)]) {
    for (name, expected) in members {
        let actual = match &value[*name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert_eq!(&actual, expected, "{name} of {value}");
    }
}

#[tokio::test]
async fn a_resting_order_is_placed_queried_modified_and_cancelled() {
    let session = Session::start().await;
    let placed = place(&session, ORDER).await;
    assert_members(
        &placed,
        &[
            ("symbol", "BTCUSDT"),
            ("side", "BUY"),
            ("type", "LIMIT"),
            ("price", "59808.00"),
            ("origQty", "0.002"),
            ("executedQty", "0"),
            ("timeInForce", "GTC"),
            ("clientOrderId", "entry-7"),
            ("status", "NEW"),
            ("positionSide", "BOTH"),
            ("reduceOnly", "false"),
            ("goodTillDate", "0"),
            ("updateTime", "1591702613943"),
        ],
    );
    let id = placed["orderId"].as_u64().unwrap();
    assert!(id > 1 << 53, "ids are beyond what a double holds");

    session.clock.forward(1000);
    let modification =
        format!("symbol=BTCUSDT&orderId={id}&side=BUY&quantity=0.003&price=59900.10&modifyId=42");
    let modified = session
        .signed("PUT", "/fapi/v1/order", &modification)
        .await
        .json();
    assert_members(
        &modified,
        &[
            ("price", "59900.10"),
            ("origQty", "0.003"),
            ("modifyId", "42"),
            ("status", "NEW"),
            ("updateTime", "1591702614943"),
        ],
    );

    let found = query(&session, "entry-7").await;
    assert_members(
        &found,
        &[
            ("price", "59900.10"),
            ("time", "1591702613943"),
            ("updateTime", "1591702614943"),
            ("avgPrice", "0"),
        ],
    );
    let open = session
        .signed("GET", "/fapi/v1/openOrders", "symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(open.as_array().unwrap().len(), 1);
    assert_members(
        &open[0],
        &[("clientOrderId", "entry-7"), ("price", "59900.10")],
    );
    assert!(
        open[0].get("priceRate").is_none(),
        "only trailing stops have one: {open}"
    );
    let elsewhere = session
        .signed("GET", "/fapi/v1/openOrders", "symbol=ETHUSDT")
        .await;
    assert_eq!(elsewhere.body, "[]");

    let cancel = "symbol=BTCUSDT&origClientOrderId=entry-7";
    let canceled = session
        .signed("DELETE", "/fapi/v1/order", cancel)
        .await
        .json();
    assert_members(
        &canceled,
        &[
            ("status", "CANCELED"),
            ("type", "LIMIT"),
            ("reduceOnly", "false"),
        ],
    );
    assert_members(&query(&session, "entry-7").await, &[("status", "CANCELED")]);
    assert_eq!(
        session.signed("GET", "/fapi/v1/openOrders", "").await.body,
        "[]"
    );
    let again = session.signed("DELETE", "/fapi/v1/order", cancel).await;
    assert_eq!(again.outcome(), (400, -2011));
}

#[tokio::test]
async fn orders_that_are_not_there_are_refused() {
    let session = Session::start().await;
    for (method, query, code) in [
        ("GET", "symbol=BTCUSDT&orderId=1", -2013),
        ("GET", "symbol=BTCUSDT&origClientOrderId=nobody", -2013),
        ("GET", "symbol=BTCUSDT", -1102),
        ("DELETE", "symbol=BTCUSDT&orderId=1", -2011),
        ("DELETE", "symbol=BTCUSDT", -1102),
        (
            "PUT",
            "symbol=BTCUSDT&orderId=1&side=BUY&quantity=1&price=1",
            -2013,
        ),
        ("PUT", "symbol=BTCUSDT&orderId=1&side=BUY&quantity=1", -1102),
        ("GET", "symbol=NOTHING&orderId=1", -1121),
    ] {
        let answer = session.signed(method, "/fapi/v1/order", query).await;
        assert_eq!(answer.outcome(), (400, code), "{method} {query}");
    }
}

#[tokio::test]
async fn the_exchanges_id_beats_the_owners() {
    let session = Session::start().await;
    let id = place(&session, ORDER).await["orderId"].to_string();
    let both = format!("symbol=BTCUSDT&orderId={id}&origClientOrderId=nobody");
    let answer = session.signed("GET", "/fapi/v1/order", &both).await;
    assert_members(&answer.json(), &[("clientOrderId", "entry-7")]);
}

#[tokio::test]
async fn a_client_id_is_free_again_when_its_order_is_over() {
    let session = Session::start().await;
    place(&session, ORDER).await;
    let duplicate = session.signed("POST", "/fapi/v1/order", ORDER).await;
    assert_eq!(duplicate.outcome(), (400, -4116));
    let cancel = "symbol=BTCUSDT&origClientOrderId=entry-7";
    session.signed("DELETE", "/fapi/v1/order", cancel).await;
    let second = place(&session, ORDER).await;
    let found = query(&session, "entry-7").await;
    assert_eq!(found["orderId"], second["orderId"], "the newest is meant");
}

#[tokio::test]
async fn orders_without_a_client_id_get_one() {
    let session = Session::start().await;
    let order = ORDER.replace("&newClientOrderId=entry-7", "");
    let (one, two) = (place(&session, &order).await, place(&session, &order).await);
    assert_ne!(one["clientOrderId"], two["clientOrderId"]);
}

#[tokio::test]
async fn market_orders_trade_against_the_book_that_depth_shows() {
    let session = Session::start().await;
    let depth = session
        .get("/fapi/v1/depth?symbol=BTCUSDT&limit=5")
        .await
        .json();
    assert_eq!(depth["bids"][0][0], "61250.10");
    assert_eq!(depth["asks"].as_array().unwrap().len(), 5);
    let price = session
        .get("/fapi/v2/ticker/price?symbol=BTCUSDT")
        .await
        .json();
    assert_eq!(price["price"], depth["bids"][0][0]);

    let order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01";
    let placed = place(&session, &format!("{order}&newClientOrderId=taken")).await;
    assert_members(
        &placed,
        &[("status", "NEW"), ("executedQty", "0"), ("price", "0")],
    );
    let found = query(&session, "taken").await;
    let best = depth["asks"][0][0].as_str().unwrap();
    assert_members(
        &found,
        &[
            ("status", "FILLED"),
            ("executedQty", "0.01"),
            ("avgPrice", best),
        ],
    );
    assert_members(&found, &[("cumQuote", "612.5011")]);

    let result = place(&session, &format!("{order}&newOrderRespType=RESULT")).await;
    assert_members(&result, &[("status", "FILLED"), ("executedQty", "0.01")]);
}

#[tokio::test]
async fn what_the_book_does_not_hold_rests_or_expires() {
    let session = Session::start().await;
    let order = |rest: &str| format!("symbol=BTCUSDT&side=BUY&newOrderRespType=RESULT&{rest}");
    place(
        &session,
        &order("type=LIMIT&price=61250.11&quantity=50&timeInForce=GTC&newClientOrderId=rests"),
    )
    .await;
    let rests = query(&session, "rests").await;
    assert_members(
        &rests,
        &[("status", "PARTIALLY_FILLED"), ("avgPrice", "61250.11")],
    );

    let ioc = place(
        &session,
        &order("type=LIMIT&price=61250.11&quantity=50&timeInForce=IOC"),
    )
    .await;
    assert_members(&ioc, &[("status", "EXPIRED")]);
    assert_eq!(ioc["executedQty"], rests["executedQty"]);
    let ioc = place(
        &session,
        &order("type=LIMIT&price=60000&quantity=50&timeInForce=IOC"),
    )
    .await;
    assert_members(&ioc, &[("status", "EXPIRED"), ("executedQty", "0")]);
    let market = place(&session, &order("type=MARKET&quantity=100000")).await;
    assert_members(&market, &[("status", "EXPIRED")]);

    for (time_in_force, price, outcome) in [
        ("FOK", "61250.11", (400, -5021)),
        ("GTX", "61250.11", (400, -5022)),
        ("RPI", "61250.11", (400, -5022)),
        ("GTX", "61250.10", (200, 0)),
    ] {
        let order = order(&format!(
            "type=LIMIT&price={price}&quantity=50&timeInForce={time_in_force}"
        ));
        let answer = session.signed("POST", "/fapi/v1/order", &order).await;
        assert_eq!(answer.outcome(), outcome, "{order}");
    }
    let fok = place(
        &session,
        &order("type=LIMIT&price=61300&quantity=1&timeInForce=FOK"),
    )
    .await;
    assert_members(&fok, &[("status", "FILLED")]);
}

#[tokio::test]
async fn orders_that_only_reduce_need_a_position_and_stop_at_its_end() {
    let session = Session::start().await;
    let order = |side: &str, quantity: &str| {
        format!(
            "symbol=BTCUSDT&side={side}&type=MARKET&quantity={quantity}&newOrderRespType=RESULT"
        )
    };
    let reduce = format!("{}&reduceOnly=true", order("SELL", "0.05"));
    let refused = session.signed("POST", "/fapi/v1/order", &reduce).await;
    assert_eq!(refused.outcome(), (400, -2022));
    place(&session, &order("BUY", "0.02")).await;
    let reduced = place(&session, &reduce).await;
    assert_members(
        &reduced,
        &[
            ("executedQty", "0.02"),
            ("status", "EXPIRED"),
            ("reduceOnly", "true"),
        ],
    );
    let refused = session.signed("POST", "/fapi/v1/order", &reduce).await;
    assert_eq!(refused.outcome(), (400, -2022));
}

#[tokio::test]
async fn modifications_that_make_no_sense_are_refused_and_hopeless_ones_cancel() {
    let session = Session::start().await;
    place(&session, ORDER).await;
    let modify = async |rest: &str| {
        let query = format!("symbol=BTCUSDT&origClientOrderId=entry-7&side=BUY&{rest}");
        session.signed("PUT", "/fapi/v1/order", &query).await
    };
    assert_eq!(
        modify("quantity=0.0020&price=59808").await.outcome(),
        (400, -5027)
    );
    let reduces = modify("quantity=0.003&price=59808&reduceOnly=true").await;
    assert_eq!(reduces.outcome(), (400, -5047));
    let taken = modify("quantity=50&price=61250.11").await;
    assert_members(&taken.json(), &[("status", "PARTIALLY_FILLED")]);
    let canceled = modify("quantity=0.001&price=61250.11").await;
    assert_members(&canceled.json(), &[("status", "CANCELED")]);
    assert_eq!(modify("quantity=1&price=1").await.outcome(), (400, -2013));
}

#[tokio::test]
async fn prices_can_be_matched_and_dates_come() {
    let session = Session::start().await;
    let matched =
        "symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=1&timeInForce=GTC&priceMatch=QUEUE_5";
    assert_members(
        &place(&session, matched).await,
        &[("price", "61250.15"), ("priceMatch", "QUEUE_5")],
    );

    let date = session.clock.now() + 700_000;
    let dated = ORDER.replace("GTC", &format!("GTD&goodTillDate={date}"));
    let placed = place(&session, &dated).await;
    assert_members(
        &placed,
        &[("timeInForce", "GTD"), ("goodTillDate", &date.to_string())],
    );
    session.clock.forward(699_999);
    assert_members(&query(&session, "entry-7").await, &[("status", "NEW")]);
    session.clock.forward(1);
    assert_members(&query(&session, "entry-7").await, &[("status", "EXPIRED")]);
}

#[tokio::test]
async fn each_item_of_a_batch_has_its_own_outcome() {
    let session = Session::start().await;
    let batch = r#"[{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"1","price":"9000","timeInForce":"GTC","newClientOrderId":"a"},
        {"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"1","timeInForce":"GTC"},
        {"symbol":"BTCUSDT","side":"HOLD","type":"MARKET","quantity":1},
        {"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"1","price":"9000","timeInForce":"GTC","newClientOrderId":"a"},
        {"symbol":"ETHUSDT","side":"SELL","type":"MARKET","quantity":0.5}]"#;
    let encoded: String = batch.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let query = format!("batchOrders={encoded}");
    let answer = session.signed("POST", "/fapi/v1/batchOrders", &query).await;
    assert_eq!(answer.status, 200);
    let items = answer.json();
    let outcomes: Vec<_> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            item.get("code")
                .map_or(item["clientOrderId"].clone(), Clone::clone)
        })
        .map(|outcome| outcome.to_string())
        .collect();
    assert_eq!(outcomes[..4], ["\"a\"", "-1102", "-1117", "-4116"]);
    assert_members(
        &items[4],
        &[("symbol", "ETHUSDT"), ("origQty", "0.5"), ("side", "SELL")],
    );
}

#[tokio::test]
async fn listen_keys_live_for_an_hour_or_until_they_are_closed() {
    let session = Session::start().await;
    let call = async |method: &str| {
        let headers = [("x-mbx-apikey", session.key.as_str())];
        session
            .send(method, "/fapi/v1/listenKey", &headers, "")
            .await
    };
    assert_eq!(call("PUT").await.outcome(), (400, -1125));
    let key = call("POST").await.json();
    assert_eq!(key["listenKey"].as_str().unwrap().len(), 64);
    assert_eq!(call("POST").await.json(), key, "there is one key at a time");
    session.clock.forward(3_599_999);
    assert_eq!(call("PUT").await.json(), key);
    session.clock.forward(3_600_000);
    assert_eq!(call("PUT").await.outcome(), (400, -1125));
    assert_ne!(call("POST").await.json(), key);
    assert_eq!(call("DELETE").await.body, "{}");
    assert_eq!(call("PUT").await.outcome(), (400, -1125));
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn conditional_orders_of_coin_m_wait() {
    let session = Session::start().await;
    let trailing = "symbol=BTCUSD_PERP&side=SELL&type=TRAILING_STOP_MARKET&quantity=10&callbackRate=1.2&activationPrice=62050&newClientOrderId=trail";
    let placed = session
        .signed("POST", "/dapi/v1/order", trailing)
        .await
        .json();
    assert_members(
        &placed,
        &[
            ("status", "NEW"),
            ("pair", "BTCUSD"),
            ("priceRate", "1.2"),
            ("activatePrice", "62050"),
            ("reduceOnly", "false"),
        ],
    );
    let incomplete = trailing.replace("&callbackRate=1.2", "");
    let refused = session.signed("POST", "/dapi/v1/order", &incomplete).await;
    assert_eq!(refused.outcome(), (400, -1102));
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn contracts_of_coin_m_are_worth_their_size() {
    let session = Session::start().await;
    let order = "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=10&newClientOrderId=ten";
    assert_eq!(
        session.signed("POST", "/dapi/v1/order", order).await.status,
        200
    );
    let query = "symbol=BTCUSD_PERP&origClientOrderId=ten";
    let found = session.signed("GET", "/dapi/v1/order", query).await.json();
    // Ten contracts of 100 USD at 61250.2.
    assert_members(
        &found,
        &[
            ("avgPrice", "61250.2"),
            ("cumBase", "0.01632648"),
            ("status", "FILLED"),
        ],
    );
}

#[tokio::test]
async fn answers_are_about_the_symbol_that_was_asked_for() {
    let session = Session::start().await;
    let mark = session
        .get("/fapi/v1/premiumIndex?symbol=ETHUSDT")
        .await
        .json();
    assert_members(&mark, &[("symbol", "ETHUSDT"), ("markPrice", "2310.45")]);
    let information = session.get("/fapi/v1/exchangeInfo").await.json();
    let symbols: Vec<_> = information["symbols"]
        .as_array()
        .unwrap()
        .iter()
        .map(|symbol| &symbol["symbol"])
        .collect();
    for symbol in ["BTCUSDT", "ETHUSDT", "币安人生USDT"] {
        assert!(
            symbols.iter().any(|known| *known == symbol),
            "{symbol} of {symbols:?}"
        );
    }
    assert_eq!(information["serverTime"], 1_591_702_613_943_i64);
}
