use super::requests::{CancelAlgoOrder, CancelOrders, Depth, ExchangeInfo, NewOrder, NewOrders};
use super::types::{OrderType, Side};
use crate::parameters::{JsonWriter, QueryWriter};
use crate::prelude::*;

fn query(request: &impl Request) -> String {
    let mut query = QueryWriter::new();
    request.write(&mut query);
    query.into_string()
}

fn json(request: &impl Request) -> String {
    let mut json = JsonWriter::new(String::new());
    request.write(&mut json);
    json.finish().unwrap()
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn order() -> NewOrder {
    NewOrder::limit("BTCUSDT", Side::Sell, dec("0.0020"), dec("59808")).reduce_only(true)
}

fn line<R: RestRequest>(request: &R) -> String {
    format!("{} {}?{}", R::METHOD, R::PATH, query(request))
}

#[test]
fn a_request_is_its_parameters_in_order() {
    assert_eq!(
        line(&Depth::new("BTCUSDT").limit(5)),
        "GET /fapi/v1/depth?symbol=BTCUSDT&limit=5"
    );
    assert_eq!(
        line(
            &order()
                .client_order_id("entry-7")
                .good_till_date(1_700_000_000_000)
        ),
        "POST /fapi/v1/order?symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=0.0020&price=59808&reduceOnly=true\
         &newClientOrderId=entry-7&goodTillDate=1700000000000"
    );
}

#[test]
fn parameters_that_are_not_given_are_not_written() {
    assert_eq!(query(&Depth::new("BTCUSDT")), "symbol=BTCUSDT");
    assert_eq!(query(&ExchangeInfo {}), "");
    assert_eq!(json(&ExchangeInfo {}), "{}");
}

#[test]
fn over_the_websocket_each_value_has_its_own_form() {
    assert_eq!(
        json(&Depth::new("BTCUSDT").limit(5)),
        r#"{"symbol":"BTCUSDT","limit":5}"#
    );
    assert_eq!(
        json(&order().good_till_date(1_700_000_000_000)),
        r#"{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","quantity":"0.0020","price":"59808","reduceOnly":"true","goodTillDate":1700000000000}"#
    );
}

#[test]
fn symbols_of_any_script_are_encoded_once() {
    assert_eq!(
        query(&Depth::new("币安USDT")),
        "symbol=%E5%B8%81%E5%AE%89USDT"
    );
    assert_eq!(json(&Depth::new("币安USDT")), r#"{"symbol":"币安USDT"}"#);
}

#[test]
fn a_batch_is_a_list_of_objects_in_which_all_is_text() {
    let batch = NewOrders::new([
        order().good_till_date(1),
        NewOrder::new("A\"B", Side::Buy, OrderType::Market),
    ]);
    let list = r#"[{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","quantity":"0.0020","price":"59808","reduceOnly":"true","goodTillDate":"1"},{"symbol":"A\"B","side":"BUY","type":"MARKET"}]"#;
    assert_eq!(json(&batch), format!(r#"{{"batchOrders":{list}}}"#));
    let encoded: String = list
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'.' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    assert_eq!(query(&batch), format!("batchOrders={encoded}"));
}

#[test]
fn a_list_is_json_without_blanks() {
    let cancel = CancelOrders::new("BTCUSDT")
        .order_ids([1, u64::MAX])
        .client_order_ids(["a".into(), "b\\\"".into()]);
    assert_eq!(
        json(&cancel),
        r#"{"symbol":"BTCUSDT","orderIdList":[1,18446744073709551615],"origClientOrderIdList":["a","b\\\""]}"#
    );
    assert_eq!(
        query(&cancel),
        "symbol=BTCUSDT&orderIdList=%5B1%2C18446744073709551615%5D&origClientOrderIdList=%5B%22a%22%2C%22b%5C%5C%5C%22%22%5D"
    );
    assert_eq!(
        query(&CancelOrders::new("BTCUSDT").order_ids([])),
        "symbol=BTCUSDT&orderIdList=%5B%5D"
    );
}

#[test]
fn a_choice_writes_the_one_that_was_chosen() {
    assert_eq!(
        query(&CancelAlgoOrder::new(123)),
        "algoType=CONDITIONAL&orderId=123"
    );
    let scoped = CancelAlgoOrder::new("my id").scope(Symbol::from("BTCUSDT"));
    assert_eq!(
        query(&scoped),
        "algoType=CONDITIONAL&origClientOrderId=my%20id&symbol=BTCUSDT"
    );
}

#[test]
fn a_secret_is_sent_but_not_printed() {
    let request = CancelAlgoOrder::new(1).listen_key("hushhush");
    assert!(query(&request).ends_with("&listenKey=hushhush"));
    assert!(!format!("{request:?}").contains("hush"));
    let mut writer = QueryWriter::new();
    request.write(&mut writer);
    assert!(!format!("{writer:?}").contains("hush"));
    let mut writer = JsonWriter::new(String::new());
    request.write(&mut writer);
    assert!(!format!("{writer:?}").contains("hush"));
}

#[test]
fn a_weight_depends_on_the_parameters_where_it_does() {
    let weights =
        [5, 50, 51, 100, 500, 501, 1000].map(|limit| Depth::new("BTCUSDT").limit(limit).weight());
    assert_eq!(weights, [2, 2, 5, 5, 10, 20, 20]);
    assert_eq!(Depth::new("BTCUSDT").weight(), 10);
    assert_eq!(NewOrders::new([]).weight(), 5);
}

#[test]
fn ids_are_made_where_the_caller_gave_none() {
    let mut made = 0;
    let mut make = || {
        made += 1;
        ClientOrderId::from(format!("made-{made}"))
    };
    let mut batch = NewOrders::new([order(), order().client_order_id("mine"), order()]);
    batch.assign_ids(&mut make);
    batch.assign_ids(&mut make);
    let query = query(&batch);
    let places = ["made-1", "mine", "made-2"].map(|id| query.find(&format!("%22{id}%22")));
    assert!(places.iter().all(Option::is_some) && places.is_sorted());
    assert_eq!(made, 2);
}

#[test]
fn a_broken_rule_names_the_parameter_and_what_it_must_be() {
    let invalid = Depth::new("BTCUSDT").limit(7).check().unwrap_err();
    assert_eq!(
        invalid.to_string(),
        "`limit` of usdm::Depth is 7, expected one of 5, 10, 20, 50, 100, 500, 1000"
    );
    assert_eq!(
        (invalid.request(), invalid.name()),
        ("usdm::Depth", "limit")
    );
    let invalid = order().quantity(dec("0.0009")).check().unwrap_err();
    assert_eq!(
        invalid.to_string(),
        "`quantity` of usdm::NewOrder is 0.0009, expected at least 0.001"
    );
    let invalid = order().client_order_id("no spaces").check().unwrap_err();
    assert_eq!(invalid.name(), "newClientOrderId");
    assert!(order().client_order_id("x".repeat(37)).check().is_err());
}

#[test]
fn a_value_no_enum_lists_breaks_a_rule_and_is_sent_all_the_same() {
    let side = Side::from("BOUGHT");
    let order = NewOrder::limit("BTCUSDT", side, dec("1"), dec("2"));
    assert_eq!(
        order.check().unwrap_err().to_string(),
        "`side` of usdm::NewOrder is BOUGHT, expected one of BUY, SELL"
    );
    assert!(query(&order).contains("side=BOUGHT"));
}

#[test]
fn what_keeps_the_rules_passes() {
    assert_eq!(Depth::new("BTCUSDT").check(), Ok(()));
    assert_eq!(Depth::new("BTCUSDT").limit(1000).check(), Ok(()));
    assert_eq!(
        order()
            .client_order_id("x".repeat(36))
            .quantity(dec("0.0010"))
            .check(),
        Ok(())
    );
    assert_eq!(
        CancelOrders::new("BTCUSDT").order_ids(0..10).check(),
        Ok(())
    );
}

#[test]
fn a_list_may_be_too_long_and_its_items_may_break_rules() {
    let invalid = CancelOrders::new("BTCUSDT")
        .order_ids(0..11)
        .check()
        .unwrap_err();
    assert_eq!(
        invalid.to_string(),
        "`orderIdList` of usdm::CancelOrders is 11 items, expected from 1 to 10 items"
    );
    let invalid = NewOrders::new(vec![order(); 6]).check().unwrap_err();
    assert_eq!(invalid.name(), "batchOrders");
    let invalid = NewOrders::new([order(), order().quantity(dec("0"))])
        .check()
        .unwrap_err();
    assert_eq!(
        (invalid.request(), invalid.name()),
        ("usdm::NewOrder", "batchOrders[1].quantity")
    );
}

#[cfg(feature = "registry")]
mod dynamic {
    use super::*;
    use crate::dynamic::{ParamMap, Problem};
    use crate::registry::{AnyRequest, build_both, build_rest, build_websocket};

    fn pairs(query: &str) -> ParamMap {
        ParamMap::from_pairs(query.split('&').filter_map(|pair| pair.split_once('=')))
    }

    fn problems<R: crate::dynamic::FromParams + fmt::Debug>(given: ParamMap) -> Vec<String> {
        given
            .build::<R>()
            .unwrap_err()
            .iter()
            .map(Problem::to_string)
            .collect()
    }

    #[test]
    fn a_request_is_made_of_pairs() {
        let given = pairs(
            "price=59808&symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=0.0020&reduceOnly=true&goodTillDate=5",
        );
        assert_eq!(
            given.build::<NewOrder>().unwrap(),
            order().good_till_date(5)
        );
    }

    #[test]
    fn a_request_is_made_of_json() {
        let text = r#"{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","quantity":0.0020,"price":"59808","reduceOnly":true,
            "goodTillDate":5,"newClientOrderId":null}"#;
        assert_eq!(
            ParamMap::from_json(text)
                .unwrap()
                .build::<NewOrder>()
                .unwrap(),
            order().good_till_date(5)
        );
    }

    #[test]
    fn a_batch_is_made_of_json_within_pairs_or_json() {
        let list = r#"[{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","quantity":"0.0020","price":"59808","reduceOnly":"true"}]"#;
        let batch = NewOrders::new([order()]);
        assert_eq!(
            ParamMap::from_pairs([("batchOrders", list)])
                .build::<NewOrders>()
                .unwrap(),
            batch
        );
        let json = format!(r#"{{"batchOrders":{list}}}"#);
        assert_eq!(
            ParamMap::from_json(&json)
                .unwrap()
                .build::<NewOrders>()
                .unwrap(),
            batch
        );
    }

    #[test]
    fn lists_are_made_of_json() {
        let given = ParamMap::from_pairs([
            ("symbol", "A"),
            ("orderIdList", "[1, \"2\"]"),
            ("origClientOrderIdList", r#"["a"]"#),
        ]);
        let cancel = CancelOrders::new("A")
            .order_ids([1, 2])
            .client_order_ids(["a".into()]);
        assert_eq!(given.build::<CancelOrders>().unwrap(), cancel);
    }

    #[test]
    fn every_problem_is_found_at_once() {
        let given = pairs(
            "side=SELL&type=LIMIT&quantity=1e3&price=&reduceonly=true&symbols=A&side=BUY&zzz=1",
        );
        assert_eq!(
            problems::<NewOrder>(given),
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
    fn problems_within_a_batch_say_where() {
        let given = ParamMap::from_pairs([(
            "batchOrders",
            r#"[{"symbol":"A","side":"BUY","type":"LIMIT"},{"symbol":"A","side":"BUY","kind":1}]"#,
        )]);
        assert_eq!(
            problems::<NewOrders>(given),
            [
                "`batchOrders[1].type` is missing",
                "`batchOrders[1].kind` is unknown"
            ]
        );
        let given = ParamMap::from_pairs([("batchOrders", "[1]")]);
        assert_eq!(
            problems::<NewOrders>(given),
            ["`batchOrders` is `[1]`, expected a JSON list of objects"]
        );
        assert_eq!(
            problems::<NewOrders>(pairs("")),
            ["`batchOrders` is missing"]
        );
    }

    #[test]
    fn a_choice_wants_exactly_one() {
        let constant = "algoType=CONDITIONAL";
        assert_eq!(
            pairs(&format!("{constant}&orderId=1"))
                .build::<CancelAlgoOrder>()
                .unwrap(),
            CancelAlgoOrder::new(1)
        );
        assert_eq!(
            pairs(&format!("{constant}&origClientOrderId=a&pair=B"))
                .build::<CancelAlgoOrder>()
                .unwrap(),
            CancelAlgoOrder::new("a").scope(Pair::from("B"))
        );
        assert_eq!(
            problems::<CancelAlgoOrder>(pairs(constant)),
            ["one of `orderId, origClientOrderId` must be given"]
        );
        assert_eq!(
            problems::<CancelAlgoOrder>(pairs(&format!(
                "{constant}&orderId=1&origClientOrderId=a&symbol=A&pair=B"
            ))),
            [
                "only one of `orderId, origClientOrderId` may be given",
                "only one of `symbol, pair` may be given"
            ]
        );
        assert_eq!(
            problems::<CancelAlgoOrder>(pairs(&format!("{constant}&orderId=x"))),
            ["`orderId` is `x`, expected an integer of 64 bits, not negative"]
        );
    }

    #[test]
    fn a_constant_must_be_given_as_it_is() {
        assert_eq!(
            problems::<CancelAlgoOrder>(pairs("orderId=1")),
            ["`algoType` is missing"]
        );
        assert_eq!(
            problems::<CancelAlgoOrder>(pairs("orderId=1&algoType=VP")),
            ["`algoType` is `VP`, expected CONDITIONAL"]
        );
    }

    #[test]
    fn what_is_given_is_not_printed() {
        assert_eq!(
            format!("{:?}", pairs("signature=hush")),
            r#"ParamMap {"signature"}"#
        );
    }

    #[test]
    fn a_request_of_any_type_can_do_what_the_typed_one_can() {
        let mut given = pairs("symbol=BTCUSDT&limit=7");
        let request: Box<dyn AnyRequest> = build_both::<Depth>(&mut given).unwrap();
        assert!(given.finish().is_ok());
        assert_eq!(request.metadata().name, "usdm::Depth");
        assert_eq!(request.rest(), Some((Method::Get, "/fapi/v1/depth")));
        assert_eq!((request.ws_method(), request.weight()), (Some("depth"), 2));
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
    fn a_request_knows_over_what_it_goes() {
        let list = "[{\"symbol\":\"A\",\"side\":\"BUY\",\"type\":\"LIMIT\"}]";
        let mut batch =
            build_rest::<NewOrders>(&mut ParamMap::from_pairs([("batchOrders", list)])).unwrap();
        assert_eq!(
            (batch.rest(), batch.ws_method()),
            (Some((Method::Post, "/fapi/v1/batchOrders")), None)
        );
        batch.assign_ids(&mut || "made".into());
        assert!(format!("{batch:?}").contains("made"));
        let cancel =
            build_websocket::<CancelAlgoOrder>(&mut pairs("algoType=CONDITIONAL&orderId=1"))
                .unwrap();
        assert_eq!(
            (cancel.rest(), cancel.ws_method()),
            (None, Some("algoOrder.cancel"))
        );
        assert!(build_rest::<NewOrder>(&mut pairs("symbol=A")).is_none());
    }

    #[test]
    fn an_answer_is_read_and_written_by_its_request() {
        let text = r#"[{"code":-1,"msg":"no"}]"#;
        assert_eq!(
            crate::registry::reencode_answer::<NewOrders>(text).unwrap(),
            text
        );
        assert!(crate::registry::reencode_answer::<NewOrders>("[{}]").is_err());
    }
}
