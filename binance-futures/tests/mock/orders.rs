//! Orders, batches and listen keys.

use serde_json::Value;

use crate::client::Session;

const ORDER: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.002&price=59808.00&timeInForce=GTC&newClientOrderId=entry-7";

async fn place(session: &Session, order: &str) -> Value {
    let response = session.signed("POST", "/fapi/v1/order", order).await;
    assert_eq!(response.status, 200, "{order}: {response:?}");
    response.json()
}

async fn query(session: &Session, client_id: &str) -> Value {
    let query = format!("symbol=BTCUSDT&origClientOrderId={client_id}");
    let response = session.signed("GET", "/fapi/v1/order", &query).await;
    assert_eq!(response.status, 200, "{response:?}");
    response.json()
}

fn assert_fields(value: &Value, fields: &[(&str, &str)]) {
    for (name, expected) in fields {
        let actual = match &value[*name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert_eq!(&actual, expected, "{name} of {value}");
    }
}

#[tokio::test]
async fn resting_order_is_placed_queried_modified_and_canceled() {
    let session = Session::start().await;
    let placed = place(&session, ORDER).await;
    assert_fields(
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
    assert!(id > 1 << 53, "{id} fits into a double");

    session.clock.advance(1000);
    let modification =
        format!("symbol=BTCUSDT&orderId={id}&side=BUY&quantity=0.003&price=59900.10&modifyId=42");
    let modified = session
        .signed("PUT", "/fapi/v1/order", &modification)
        .await
        .json();
    assert_fields(
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
    assert_fields(
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
    assert_fields(
        &open[0],
        &[("clientOrderId", "entry-7"), ("price", "59900.10")],
    );
    assert!(
        open[0].get("priceRate").is_none(),
        "only trailing stops have a callback rate: {open}"
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
    assert_fields(
        &canceled,
        &[
            ("status", "CANCELED"),
            ("type", "LIMIT"),
            ("reduceOnly", "false"),
        ],
    );
    assert_fields(&query(&session, "entry-7").await, &[("status", "CANCELED")]);
    assert_eq!(
        session.signed("GET", "/fapi/v1/openOrders", "").await.body,
        "[]"
    );
    let again = session.signed("DELETE", "/fapi/v1/order", cancel).await;
    assert_eq!(again.outcome(), (400, -2011));
}

#[tokio::test]
async fn unknown_orders_are_rejected() {
    let session = Session::start().await;
    for (method, query, code) in [
        ("GET", "symbol=BTCUSDT&orderId=1", -2013),
        ("GET", "symbol=BTCUSDT&origClientOrderId=unknown", -2013),
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
        let response = session.signed(method, "/fapi/v1/order", query).await;
        assert_eq!(response.outcome(), (400, code), "{method} {query}");
    }
}

#[tokio::test]
async fn exchange_order_id_takes_precedence_over_client_order_id() {
    let session = Session::start().await;
    let id = place(&session, ORDER).await["orderId"].to_string();
    let both = format!("symbol=BTCUSDT&orderId={id}&origClientOrderId=unknown");
    let response = session.signed("GET", "/fapi/v1/order", &both).await;
    assert_fields(&response.json(), &[("clientOrderId", "entry-7")]);
}

#[tokio::test]
async fn client_order_id_of_a_closed_order_can_be_used_again() {
    let session = Session::start().await;
    place(&session, ORDER).await;
    let duplicate = session.signed("POST", "/fapi/v1/order", ORDER).await;
    assert_eq!(duplicate.outcome(), (400, -4116));
    let cancel = "symbol=BTCUSDT&origClientOrderId=entry-7";
    session.signed("DELETE", "/fapi/v1/order", cancel).await;
    let second = place(&session, ORDER).await;
    let found = query(&session, "entry-7").await;
    assert_eq!(found["orderId"], second["orderId"], "not the newest order");
}

#[tokio::test]
async fn orders_without_a_client_order_id_get_one() {
    let session = Session::start().await;
    let order = ORDER.replace("&newClientOrderId=entry-7", "");
    let (one, two) = (place(&session, &order).await, place(&session, &order).await);
    assert_ne!(one["clientOrderId"], two["clientOrderId"]);
}

#[tokio::test]
async fn first_order_id_is_configurable() {
    let session = Session::with(|builder| builder.first_order_id(1_000)).await;
    let order = ORDER.replace("&newClientOrderId=entry-7", "");
    let (one, two) = (place(&session, &order).await, place(&session, &order).await);
    assert_eq!(one["orderId"], 1_000);
    assert_eq!(two["orderId"], 1_001);
}

#[tokio::test]
async fn market_orders_fill_against_the_published_order_book() {
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
    assert_fields(
        &placed,
        &[("status", "NEW"), ("executedQty", "0"), ("price", "0")],
    );
    let found = query(&session, "taken").await;
    let best = depth["asks"][0][0].as_str().unwrap();
    assert_fields(
        &found,
        &[
            ("status", "FILLED"),
            ("executedQty", "0.01"),
            ("avgPrice", best),
        ],
    );
    assert_fields(&found, &[("cumQuote", "612.5011")]);

    let result = place(&session, &format!("{order}&newOrderRespType=RESULT")).await;
    assert_fields(&result, &[("status", "FILLED"), ("executedQty", "0.01")]);
}

#[tokio::test]
async fn quantity_beyond_the_book_rests_or_expires() {
    let session = Session::start().await;
    let order = |rest: &str| format!("symbol=BTCUSDT&side=BUY&newOrderRespType=RESULT&{rest}");
    place(
        &session,
        &order("type=LIMIT&price=61250.11&quantity=50&timeInForce=GTC&newClientOrderId=rests"),
    )
    .await;
    let rests = query(&session, "rests").await;
    assert_fields(
        &rests,
        &[("status", "PARTIALLY_FILLED"), ("avgPrice", "61250.11")],
    );

    let ioc = place(
        &session,
        &order("type=LIMIT&price=61250.11&quantity=50&timeInForce=IOC"),
    )
    .await;
    assert_fields(&ioc, &[("status", "EXPIRED")]);
    assert_eq!(ioc["executedQty"], rests["executedQty"]);
    let ioc = place(
        &session,
        &order("type=LIMIT&price=60000&quantity=50&timeInForce=IOC"),
    )
    .await;
    assert_fields(&ioc, &[("status", "EXPIRED"), ("executedQty", "0")]);
    let market = place(&session, &order("type=MARKET&quantity=100000")).await;
    assert_fields(&market, &[("status", "EXPIRED")]);

    for (time_in_force, price, outcome) in [
        ("FOK", "61250.11", (400, -5021)),
        ("GTX", "61250.11", (400, -5022)),
        ("RPI", "61250.11", (400, -5022)),
        ("GTX", "61250.10", (200, 0)),
    ] {
        let order = order(&format!(
            "type=LIMIT&price={price}&quantity=50&timeInForce={time_in_force}"
        ));
        let response = session.signed("POST", "/fapi/v1/order", &order).await;
        assert_eq!(response.outcome(), outcome, "{order}");
    }
    let fok = place(
        &session,
        &order("type=LIMIT&price=61300&quantity=1&timeInForce=FOK"),
    )
    .await;
    assert_fields(&fok, &[("status", "FILLED")]);
}

#[tokio::test]
async fn reduce_only_orders_require_a_position_and_stop_at_zero() {
    let session = Session::start().await;
    let order = |side: &str, quantity: &str| {
        format!(
            "symbol=BTCUSDT&side={side}&type=MARKET&quantity={quantity}&newOrderRespType=RESULT"
        )
    };
    let reduce = format!("{}&reduceOnly=true", order("SELL", "0.05"));
    let rejected = session.signed("POST", "/fapi/v1/order", &reduce).await;
    assert_eq!(rejected.outcome(), (400, -2022));
    place(&session, &order("BUY", "0.02")).await;
    let reduced = place(&session, &reduce).await;
    assert_fields(
        &reduced,
        &[
            ("executedQty", "0.02"),
            ("status", "EXPIRED"),
            ("reduceOnly", "true"),
        ],
    );
    let rejected = session.signed("POST", "/fapi/v1/order", &reduce).await;
    assert_eq!(rejected.outcome(), (400, -2022));
}

#[tokio::test]
async fn invalid_modifications_are_rejected_and_modification_below_the_filled_quantity_cancels() {
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
    let filled = modify("quantity=50&price=61250.11").await;
    assert_fields(&filled.json(), &[("status", "PARTIALLY_FILLED")]);
    let canceled = modify("quantity=0.001&price=61250.11").await;
    assert_fields(&canceled.json(), &[("status", "CANCELED")]);
    assert_eq!(modify("quantity=1&price=1").await.outcome(), (400, -2013));
}

#[tokio::test]
async fn price_match_takes_the_book_price() {
    let session = Session::start().await;
    let matched =
        "symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=1&timeInForce=GTC&priceMatch=QUEUE_5";
    assert_fields(
        &place(&session, matched).await,
        &[("price", "61250.15"), ("priceMatch", "QUEUE_5")],
    );
    place(&session, ORDER).await;
    let modify = async |rest: &str| {
        let query =
            format!("symbol=BTCUSDT&origClientOrderId=entry-7&side=BUY&quantity=0.003{rest}");
        session.signed("PUT", "/fapi/v1/order", &query).await
    };
    assert_eq!(modify("").await.outcome(), (400, -1102));
    let both = modify("&price=59808&priceMatch=QUEUE").await;
    assert_eq!(both.outcome(), (400, -1106));
    let modified = modify("&priceMatch=QUEUE").await;
    assert_fields(&modified.json(), &[("price", "61250.10")]);
}

#[tokio::test]
async fn order_expires_at_its_good_till_date() {
    let session = Session::start().await;
    let date = session.clock.millis() + 700_000;
    let dated = ORDER.replace("GTC", &format!("GTD&goodTillDate={date}"));
    let placed = place(&session, &dated).await;
    assert_fields(
        &placed,
        &[("timeInForce", "GTD"), ("goodTillDate", &date.to_string())],
    );
    session.clock.advance(699_999);
    assert_fields(&query(&session, "entry-7").await, &[("status", "NEW")]);
    session.clock.advance(1);
    assert_fields(&query(&session, "entry-7").await, &[("status", "EXPIRED")]);
}

#[tokio::test]
async fn batch_items_have_separate_outcomes() {
    let session = Session::start().await;
    let batch = r#"[{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"1","price":"9000","timeInForce":"GTC","newClientOrderId":"a"},
        {"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"1","timeInForce":"GTC"},
        {"symbol":"BTCUSDT","side":"HOLD","type":"MARKET","quantity":1},
        {"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"1","price":"9000","timeInForce":"GTC","newClientOrderId":"a"},
        {"symbol":"ETHUSDT","side":"SELL","type":"MARKET","quantity":0.5}]"#;
    let encoded: String = batch.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let query = format!("batchOrders={encoded}");
    let response = session.signed("POST", "/fapi/v1/batchOrders", &query).await;
    assert_eq!(response.status, 200);
    let items = response.json();
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
    assert_fields(
        &items[4],
        &[("symbol", "ETHUSDT"), ("origQty", "0.5"), ("side", "SELL")],
    );
}

#[tokio::test]
async fn listen_key_expires_after_an_hour_or_when_closed() {
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
    assert_eq!(call("POST").await.json(), key, "a second key was created");
    session.clock.advance(3_599_999);
    assert_eq!(call("PUT").await.json(), key);
    session.clock.advance(3_600_000);
    assert_eq!(call("PUT").await.outcome(), (400, -1125));
    assert_ne!(call("POST").await.json(), key);
    assert_eq!(call("DELETE").await.body, "{}");
    assert_eq!(call("PUT").await.outcome(), (400, -1125));
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn conditional_orders_of_coin_m_rest() {
    let session = Session::start().await;
    let trailing = "symbol=BTCUSD_PERP&side=SELL&type=TRAILING_STOP_MARKET&quantity=10&callbackRate=1.2&activationPrice=62050&newClientOrderId=trail";
    let placed = session
        .signed("POST", "/dapi/v1/order", trailing)
        .await
        .json();
    assert_fields(
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
    let rejected = session.signed("POST", "/dapi/v1/order", &incomplete).await;
    assert_eq!(rejected.outcome(), (400, -1102));
}

#[cfg(feature = "coinm")]
#[tokio::test]
async fn value_of_coin_m_orders_uses_the_contract_size() {
    let session = Session::start().await;
    let order = "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=10&newClientOrderId=ten";
    assert_eq!(
        session.signed("POST", "/dapi/v1/order", order).await.status,
        200
    );
    let query = "symbol=BTCUSD_PERP&origClientOrderId=ten";
    let found = session.signed("GET", "/dapi/v1/order", query).await.json();
    // Ten contracts of 100 USD at 61250.2.
    assert_fields(
        &found,
        &[
            ("avgPrice", "61250.2"),
            ("cumBase", "0.01632648"),
            ("status", "FILLED"),
        ],
    );
}

#[tokio::test]
async fn responses_contain_the_requested_symbol() {
    let session = Session::start().await;
    let mark = session
        .get("/fapi/v1/premiumIndex?symbol=ETHUSDT")
        .await
        .json();
    assert_fields(&mark, &[("symbol", "ETHUSDT"), ("markPrice", "2310.45")]);
    let information = session.get("/fapi/v1/exchangeInfo").await.json();
    let symbols: Vec<_> = information["symbols"]
        .as_array()
        .unwrap()
        .iter()
        .map(|symbol| &symbol["symbol"])
        .collect();
    for symbol in ["BTCUSDT", "ETHUSDT", "币安人生USDT"] {
        assert!(
            symbols.iter().any(|listed| *listed == symbol),
            "{symbol} of {symbols:?}"
        );
    }
    assert_eq!(information["serverTime"], 1_591_702_613_943_i64);
}
