use std::fmt;

use super::{
    AnyRequest, FromParams, ParamMap, Problem, build_both, build_rest, build_ws_api,
    reencode_response,
};
use crate::coinm::MarkPrices;
use crate::parameters::{JsonWriter, QueryWriter};
use crate::request::Method;
use crate::types::{AlgoOrderRef, OrderRefs, Pair, Side, Symbol, TimeInForce};
use crate::usdm::{CancelAlgoOrder, CancelOrders, Depth, NewAlgoOrder, NewOrder, NewOrders};

fn order() -> NewOrder {
    let (quantity, price) = ("0.0020".parse::<crate::types::Decimal>().unwrap(), 59_808);
    NewOrder::limit("BTCUSDT", Side::Sell, quantity, price, TimeInForce::Gtc).reduce_only(true)
}

fn pairs(query: &str) -> ParamMap {
    ParamMap::from_pairs(query.split('&').filter_map(|pair| pair.split_once('=')))
}

fn problems<R: FromParams + fmt::Debug>(params: ParamMap) -> Vec<String> {
    params
        .build::<R>()
        .unwrap_err()
        .iter()
        .map(Problem::to_string)
        .collect()
}

#[test]
fn request_is_built_from_pairs() {
    let params = pairs(
        "price=59808&symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=0.0020&timeInForce=GTC&reduceOnly=true&goodTillDate=5",
    );
    assert_eq!(params.build(), Ok(order().good_till_date(5)));
}

#[test]
fn request_is_built_from_json() {
    let json = r#"{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","quantity":0.0020,"price":"59808","timeInForce":"GTC",
        "reduceOnly":true,"goodTillDate":5,"newClientOrderId":null}"#;
    let params = ParamMap::from_json(json).unwrap();
    assert_eq!(params.build(), Ok(order().good_till_date(5)));
}

#[test]
fn batch_is_built_from_a_json_list() {
    let list = r#"[{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","quantity":"0.0020","price":"59808","timeInForce":"GTC","reduceOnly":"true"}]"#;
    let batch = NewOrders::new([order()]);
    let params = ParamMap::from_pairs([("batchOrders", list)]);
    assert_eq!(params.build().as_ref(), Ok(&batch));
    let params = ParamMap::from_json(&format!(r#"{{"batchOrders":{list}}}"#)).unwrap();
    assert_eq!(params.build(), Ok(batch));
}

#[test]
fn lists_are_built_from_json() {
    let ids = ParamMap::from_pairs([("symbol", "A"), ("orderIdList", "[1, \"2\"]")]);
    let cancel = CancelOrders::new("A", OrderRefs::OrderIds(vec![1, 2]));
    assert_eq!(ids.build(), Ok(cancel));
    let ids = ParamMap::from_pairs([("symbol", "A"), ("origClientOrderIdList", r#"["a"]"#)]);
    let cancel = CancelOrders::new("A", OrderRefs::ClientOrderIds(vec!["a".into()]));
    assert_eq!(ids.build(), Ok(cancel));
    let ids = ParamMap::from_pairs([("symbol", "A"), ("orderIdList", "[1] [2]")]);
    assert_eq!(
        problems::<CancelOrders>(ids),
        ["`orderIdList` is `[1] [2]`, expected a JSON list"]
    );
}

#[test]
fn all_problems_are_reported_at_once() {
    let params =
        pairs("side=SELL&type=LIMIT&quantity=1e3&price=&reduceonly=true&symbols=A&side=BUY&zzz=1");
    assert_eq!(
        problems::<NewOrder>(params),
        [
            "`symbol` is missing",
            "`quantity` is `1e3`, expected a decimal number of at most 28 digits",
            "`price` is ``, expected a decimal number of at most 28 digits",
            "`reduceonly` is unknown, did you mean `reduceOnly`?",
            "`symbols` is unknown, did you mean `symbol`?",
            "`side` is given more than once",
            "`zzz` is unknown",
        ]
    );
}

#[test]
fn problems_in_a_batch_have_a_path() {
    let params = ParamMap::from_pairs([(
        "batchOrders",
        r#"[{"symbol":"A","side":"BUY","type":"LIMIT"},{"symbol":"A","side":"BUY","kind":1}]"#,
    )]);
    assert_eq!(
        problems::<NewOrders>(params),
        [
            "`batchOrders[1].type` is missing",
            "`batchOrders[1].kind` is unknown"
        ]
    );
    let params = ParamMap::from_pairs([("batchOrders", "[1]")]);
    assert_eq!(
        problems::<NewOrders>(params),
        ["`batchOrders` is `[1]`, expected a JSON list of objects"]
    );
    assert_eq!(
        problems::<NewOrders>(pairs("")),
        ["`batchOrders` is missing"]
    );
}

#[test]
fn choice_requires_exactly_one_parameter() {
    assert_eq!(
        pairs("algoId=1").build(),
        Ok(CancelAlgoOrder::new(AlgoOrderRef::AlgoId(1)))
    );
    assert_eq!(
        pairs("clientAlgoId=a").build(),
        Ok(CancelAlgoOrder::new(AlgoOrderRef::ClientAlgoId("a".into())))
    );
    assert_eq!(
        problems::<CancelAlgoOrder>(pairs("")),
        ["one of `algoId, clientAlgoId` must be given"]
    );
    assert_eq!(
        problems::<CancelAlgoOrder>(pairs("algoId=1&clientAlgoId=a")),
        ["only one of `algoId, clientAlgoId` may be given"]
    );
    assert_eq!(
        problems::<CancelAlgoOrder>(pairs("algoId=x")),
        ["`algoId` is `x`, expected an integer of 64 bits, not negative"]
    );
}

#[test]
fn optional_choice_allows_at_most_one_parameter() {
    let prices = MarkPrices::new();
    assert_eq!(pairs("").build().as_ref(), Ok(&prices));
    let of_symbol = prices.clone().scope(Symbol::from("A"));
    assert_eq!(pairs("symbol=A").build(), Ok(of_symbol));
    assert_eq!(pairs("pair=B").build(), Ok(prices.scope(Pair::from("B"))));
    assert_eq!(
        problems::<MarkPrices>(pairs("symbol=A&pair=B")),
        ["only one of `symbol, pair` may be given"]
    );
}

#[test]
fn constant_must_be_given_unchanged() {
    let order = "symbol=A&side=BUY&type=STOP";
    assert!(
        pairs(&format!("algoType=CONDITIONAL&{order}"))
            .build::<NewAlgoOrder>()
            .is_ok()
    );
    assert_eq!(
        problems::<NewAlgoOrder>(pairs(order)),
        ["`algoType` is missing"]
    );
    assert_eq!(
        problems::<NewAlgoOrder>(pairs(&format!("algoType=VP&{order}"))),
        ["`algoType` is `VP`, expected CONDITIONAL"]
    );
}

#[test]
fn variants_are_known_once_a_parameter_is_taken() {
    let mut params = pairs("symbol=A&side=LEFT&type=LIMIT");
    assert!(params.variants("side").is_empty());
    assert!(NewOrder::from_params(&mut params).is_some());
    assert_eq!(params.variants("side"), ["BUY", "SELL"]);
    assert!(params.variants("symbol").is_empty());
}

#[test]
fn debug_of_a_parameter_map_prints_names_only() {
    assert_eq!(
        format!("{:?}", pairs("signature=hush")),
        r#"ParamMap {"signature"}"#
    );
}

#[test]
fn boxed_request_gives_access_to_its_facts_and_encodings() {
    let mut params = pairs("symbol=BTCUSDT&limit=7");
    let request: Box<dyn AnyRequest> = build_both::<Depth>(&mut params).unwrap();
    assert!(params.finish().is_ok());
    assert_eq!(request.name(), "usdm::Depth");
    assert_eq!(request.rest(), Some((Method::Get, "/fapi/v1/depth")));
    assert_eq!(request.ws_method(), Some("depth"));
    assert_eq!(request.cost().weight, 2);
    assert!(request.check().is_err());
    assert_eq!(
        format!("{request:?}"),
        format!("{:?}", Depth::new("BTCUSDT").limit(7))
    );
    let mut query = QueryWriter::new();
    request.write_query(&mut query);
    assert_eq!(query.as_str(), "symbol=BTCUSDT&limit=7");
    let mut json = JsonWriter::new(String::new());
    request.write_json(&mut json);
    assert_eq!(json.finish().unwrap(), r#"{"symbol":"BTCUSDT","limit":7}"#);
}

#[test]
fn boxed_request_knows_its_transports() {
    let list = r#"[{"symbol":"A","side":"BUY","type":"LIMIT"}]"#;
    let mut params = ParamMap::from_pairs([("batchOrders", list)]);
    let mut batch = build_rest::<NewOrders>(&mut params).unwrap();
    assert_eq!(
        (batch.rest(), batch.ws_method()),
        (Some((Method::Post, "/fapi/v1/batchOrders")), None)
    );
    batch.assign_ids(&mut || "assigned".into());
    assert!(format!("{batch:?}").contains("assigned"));
    assert_eq!(batch.client_order_ids(), ["assigned"]);
    let cancel = build_ws_api::<CancelAlgoOrder>(&mut pairs("algoId=1")).unwrap();
    assert_eq!(
        (cancel.rest(), cancel.ws_method()),
        (None, Some("algoOrder.cancel"))
    );
    assert!(build_rest::<NewOrder>(&mut pairs("symbol=A")).is_none());
}

#[test]
fn response_is_reencoded_by_its_request() {
    let json = r#"[{"code":-1,"msg":"no"}]"#;
    assert_eq!(reencode_response::<NewOrders>(json).unwrap(), json);
    assert!(reencode_response::<NewOrders>("[{}]").is_err());
}
