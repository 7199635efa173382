//! Every field of a response about an account comes from the state, not from the sample.

use serde_json::Value;

use super::{Context, handler};
use crate::mock::market::Market;
use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rate_limits::RateLimits;
use crate::mock::state::State;
use crate::mock::streams::{Outgoing, StreamUrl, Streams};
use crate::mock::trading::Balances;
use crate::registry::{self, Kind, Operation};
use crate::types::Timestamp;

const KEY: &str = "key";

/// What a poisoned sample has in place of strings and numbers.
const POISON: &str = "POISON";
const POISON_NUMBER: u32 = 987_654_321;

/// Fields that are the same for all accounts.
const CONSTANTS: &[&str] = &[
    "accountAlias",
    "code",
    "msg",
    "tpTriggerPrice",
    "tpPrice",
    "slTriggerPrice",
    "slPrice",
    "tpOrderType",
    "tradeGroupId",
];

fn state() -> State {
    let market = Market::new(&[], 0, Timestamp::from_millis(1_790_000_000_000), false);
    State::new(
        market,
        1,
        [KEY.to_owned()].iter(),
        &Balances::default(),
        Streams::default(),
    )
}

fn operation(product: &str, id: &str) -> &'static Operation {
    let mut operations = registry::operations().filter(|operation| operation.kind == Kind::Rest);
    operations
        .find(|operation| operation.product == product && operation.id == id)
        .unwrap()
}

/// Returns an operation whose sample has no useful values.
fn poisoned(operation: &Operation) -> &'static Operation {
    let mut sample: Value = serde_json::from_str(operation.sample).unwrap();
    poison(&mut sample, "");
    let sample = sample.to_string().leak();
    Box::leak(Box::new(Operation {
        sample,
        ..*operation
    }))
}

fn poison(value: &mut Value, name: &str) {
    match value {
        _ if CONSTANTS.contains(&name) => {}
        Value::String(text) => POISON.clone_into(text),
        Value::Number(number) => *number = POISON_NUMBER.into(),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, name)),
        Value::Object(fields) => fields
            .iter_mut()
            .for_each(|(name, value)| poison(value, name)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn execute(state: &mut State, operation: &'static Operation, query: &str) -> String {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let pairs: Vec<_> = pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let request = ParsedRequest::new(operation, &pairs);
    let now = state.market.now();
    let outcome = handler(operation).unwrap()(
        &mut Context {
            state,
            api_key: KEY,
            now,
            rate_limits: &RateLimits::default(),
            rejected_items: &mut Vec::new(),
        },
        &request,
    );
    state.settle(now, KEY);
    outcome.unwrap_or_else(|rejection| panic!("{} {query}: {rejection:?}", operation.id))
}

/// An account with orders, positions and history in a product.
fn prepared(product: &'static str) -> State {
    let mut state = state();
    let (symbol, quantity) = match product {
        "coinm" => ("BTCUSD_PERP", "10"),
        _ => ("BTCUSDT", "0.5"),
    };
    let symbol = format!("symbol={symbol}");
    let mut run = |id: &str, query: &str| execute(&mut state, operation(product, id), query);
    run(
        "change_margin_type",
        &format!("{symbol}&marginType=ISOLATED"),
    );
    run(
        "new_order",
        &format!("{symbol}&side=BUY&type=MARKET&quantity={quantity}"),
    );
    run(
        "modify_position_margin",
        &format!("{symbol}&amount=0.5&type=1"),
    );
    let order = format!("{symbol}&side=BUY&type=LIMIT&quantity={quantity}&timeInForce=GTC");
    run(
        "new_order",
        &format!("{order}&price=60000&newClientOrderId=x"),
    );
    let modify = format!("{symbol}&origClientOrderId=x&side=BUY&quantity={quantity}");
    run("modify_order", &format!("{modify}&price=60100&modifyId=7"));
    let algo = format!("algoType=CONDITIONAL&{symbol}&side=SELL&quantity={quantity}");
    run(
        "new_algo_order",
        &format!("{algo}&type=STOP_MARKET&triggerPrice=59000&clientAlgoId=stop"),
    );
    run(
        "new_algo_order",
        &format!("{algo}&type=TRAILING_STOP_MARKET&callbackRate=1"),
    );
    state
}

#[test]
fn no_value_of_a_sample_is_in_a_response() {
    let mut checked = 0;
    for (product, symbol) in [("usdm", "symbol=BTCUSDT"), ("coinm", "symbol=BTCUSD_PERP")] {
        if cfg!(not(feature = "usdm")) && product == "usdm"
            || cfg!(not(feature = "coinm")) && product == "coinm"
        {
            continue;
        }
        let client_id = format!("{symbol}&origClientOrderId=x");
        let new = format!("{symbol}&side=BUY&type=LIMIT&quantity=1&price=60000&timeInForce=GTC");
        let batch = format!("{symbol}&origClientOrderIdList=[\"x\"]");
        let margin = format!("{symbol}&amount=0.1&type=1");
        let leverage = format!("{symbol}&leverage=21");
        let countdown = format!("{symbol}&countdownTime=1000");
        let algo = format!(
            "algoType=CONDITIONAL&{symbol}&side=SELL&type=TRAILING_STOP_MARKET&quantity=1&callbackRate=1"
        );
        let requests = [
            ("new_order", new.as_str()),
            ("test_order", &new),
            ("query_order", &client_id),
            ("open_order", &client_id),
            ("cancel_order", &client_id),
            ("cancel_orders", &batch),
            ("open_orders", ""),
            ("all_orders", symbol),
            ("countdown_cancel_all", &countdown),
            ("order_amendments", &client_id),
            ("new_algo_order", &algo),
            ("cancel_algo_order", "clientAlgoId=stop"),
            ("query_algo_order", "clientAlgoId=stop"),
            ("open_algo_orders", ""),
            ("all_algo_orders", symbol),
            ("user_trades", symbol),
            ("income", ""),
            ("position_margin_history", symbol),
            ("modify_position_margin", &margin),
            ("balance", ""),
            ("balance_v2", ""),
            ("account", ""),
            ("account_v2", ""),
            ("account_config", ""),
            ("symbol_config", ""),
            ("commission_rate", symbol),
            ("leverage_brackets", symbol),
            ("pair_leverage_brackets", ""),
            ("user_rate_limits", ""),
            ("positions", ""),
            ("positions_v2", ""),
            ("adl_quantiles", ""),
            ("position_mode", ""),
            ("multi_assets_mode", ""),
            ("fee_burn", ""),
            ("change_leverage", &leverage),
            ("request_quote", "fromAsset=USDT&toAsset=BTC&fromAmount=100"),
        ];
        for (id, query) in requests {
            let mut operations = registry::operations();
            let exists =
                operations.any(|of| of.kind == Kind::Rest && of.product == product && of.id == id);
            if !exists {
                continue;
            }
            let response = execute(
                &mut prepared(product),
                poisoned(operation(product, id)),
                query,
            );
            let is_clean =
                !response.contains(POISON) && !response.contains(&POISON_NUMBER.to_string());
            assert!(is_clean && response != "[]", "{product} {id}: {response}");
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
}

/// Opens the user data stream of the account.
fn open_user_stream(state: &mut State, product: &str) -> u64 {
    execute(state, operation(product, "new_listen_key"), "");
    let (_, listen_key) = state.listen_keys.of(KEY).remove(0);
    let events = "ORDER_TRADE_UPDATE/ACCOUNT_UPDATE/ACCOUNT_CONFIG_UPDATE";
    let (path, query) = match product {
        "usdm" => (
            "/private/ws".to_owned(),
            format!("listenKey={listen_key}&events={events}"),
        ),
        _ => (format!("/ws/{listen_key}"), String::new()),
    };
    let url = StreamUrl::parse(&path, query.as_bytes()).unwrap();
    state.streams.open(url, &path, &state.market).0
}

/// Returns the events that a connection has received.
fn received(state: &mut State, connection: u64) -> Vec<Value> {
    let frames = state.streams.take(connection, state.market.now()).unwrap();
    let events = frames.into_iter().filter_map(|frame| match frame {
        Outgoing::Text(text) => serde_json::from_str(&text).ok(),
        _ => None,
    });
    events.collect()
}

#[cfg(feature = "usdm")]
#[test]
fn changes_of_an_account_are_published_in_their_order() {
    let mut state = state();
    let connection = open_user_stream(&mut state, "usdm");
    let order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5";
    execute(&mut state, operation("usdm", "new_order"), order);
    execute(
        &mut state,
        operation("usdm", "change_leverage"),
        "symbol=BTCUSDT&leverage=7",
    );
    let events = received(&mut state, connection);
    let names: Vec<&str> = events
        .iter()
        .map(|event| event["e"].as_str().unwrap())
        .collect();
    let expected = [
        "ORDER_TRADE_UPDATE",
        "ORDER_TRADE_UPDATE",
        "ACCOUNT_UPDATE",
        "ACCOUNT_CONFIG_UPDATE",
    ];
    assert_eq!(names, expected);
    assert_eq!(events[0]["o"]["x"], "NEW");
    let fill = &events[1]["o"];
    assert_eq!((&fill["x"], &fill["l"]), (&"TRADE".into(), &"0.500".into()));
    assert_eq!(fill["L"], "61250.20");
    assert_eq!(events[2]["a"]["B"][0]["wb"], "999984.68745000");
    assert_eq!(events[2]["a"]["P"].as_array().map(Vec::len), Some(1));
    assert_eq!(events[3]["ac"]["l"], 7);
}

#[test]
fn listen_key_that_expires_is_published() {
    let mut state = state();
    let product = if cfg!(feature = "usdm") {
        "usdm"
    } else {
        "coinm"
    };
    let connection = open_user_stream(&mut state, product);
    let end = state.market.now() + std::time::Duration::from_secs(3_600);
    state.advance(end);
    let events = received(&mut state, connection);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["e"], "listenKeyExpired");
    assert_eq!(events[0]["E"], end.as_millis());
}
