use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde_json::{Value, json};

use super::requests::{CancelOrders, Depth, Exchange, ExchangeInfo, NewOrder, OrderAck, OrderBook};
use super::types::{
    Kline, MaxNumOrders, OrderType, PriceFilter, PriceLevel, Side, SymbolFilter, SymbolType,
};
use crate::decode::{self, DecodeFailure};
use crate::prelude::*;

fn read<T: Serialize + for<'de> Deserialize<'de>>(text: &str) -> Result<T, DecodeFailure> {
    decode::from_str::<T, wire::Plain>(text)
}

fn write<T: Serialize + for<'de> Deserialize<'de>>(value: &T) -> String {
    decode::to_string::<T, wire::Plain>(value).unwrap()
}

fn failure<T: Serialize + for<'de> Deserialize<'de> + fmt::Debug>(text: &str) -> String {
    read::<T>(text).unwrap_err().to_string()
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Reads an answer, writes it, and gives both back as values to compare.
fn there_and_back<R: Request>(text: &str) -> (Value, Value) {
    let answer = decode::from_str::<R::Response, R::Wire>(text).unwrap();
    let written = decode::to_string::<R::Response, R::Wire>(&answer).unwrap();
    (
        serde_json::from_str(&written).unwrap(),
        serde_json::from_str(text).unwrap(),
    )
}

#[test]
fn an_answer_comes_back_as_it_was() {
    let text = r#"{"lastUpdateId":9223372036854775809,"E":1589436922972,
        "bids":[["9168.86","0.050"],["9168.80","1.20"]],"asks":[]}"#;
    let (written, sent) = there_and_back::<Depth>(text);
    assert_eq!(written, sent);
}

#[test]
fn members_this_version_does_not_know_are_passed_over() {
    let book: OrderBook =
        read(r#"{"new":{"a":[1,{}]},"lastUpdateId":1,"E":2,"bids":[],"asks":[],"T":3}"#).unwrap();
    assert_eq!(book.last_update_id, 1);
}

#[test]
fn a_listed_value_becomes_its_variant() {
    assert_eq!(read::<Side>(r#""BUY""#).unwrap(), Side::Buy);
    assert_eq!(read::<Side>(r#""\u0042UY""#).unwrap(), Side::Buy);
}

#[test]
fn an_unlisted_value_comes_back_unchanged() {
    let side: Side = read(r#""buy \"it\"""#).unwrap();
    assert!(matches!(&side, Side::Unlisted(text) if text.as_str() == "buy \"it\""));
    assert_eq!(write(&side), r#""buy \"it\"""#);
    assert_eq!(
        format!("{side} {side:?}"),
        r#"buy "it" Unlisted("buy \"it\"")"#
    );
}

#[test]
fn an_unlisted_value_never_holds_a_listed_name() {
    for side in Side::ALL {
        assert_eq!(&Side::from(side.as_str()), side);
        assert!(!matches!(Side::from(side.as_str()), Side::Unlisted(_)));
    }
}

#[test]
fn a_closed_set_of_texts_refuses_what_is_no_text() {
    assert_eq!(
        failure::<Side>("1"),
        "invalid type: integer `1`, expected text (line 1, column 1)"
    );
    assert_eq!(
        failure::<Side>("null"),
        "invalid type: null, expected text (line 1, column 4)"
    );
}

#[test]
fn a_closed_set_of_numbers_is_read_from_numbers_and_text() {
    assert_eq!(read::<SymbolType>("1").unwrap(), SymbolType::UsdM);
    assert_eq!(read::<SymbolType>(r#""2""#).unwrap(), SymbolType::CoinM);
    assert_eq!(read::<SymbolType>("1.0").unwrap(), SymbolType::UsdM);
}

#[test]
fn an_unlisted_number_comes_back_as_a_number() {
    for number in [
        "7",
        "-3",
        "0",
        "9223372036854775807",
        "-9223372036854775808",
    ] {
        assert_eq!(write(&read::<SymbolType>(number).unwrap()), number);
    }
    assert_eq!(SymbolType::from(7).to_string(), "7");
    assert_eq!(SymbolType::from(2), SymbolType::CoinM);
}

#[test]
fn a_closed_set_of_numbers_refuses_what_is_no_integer() {
    assert_eq!(
        failure::<SymbolType>("1.5"),
        "invalid value: floating point `1.5`, expected an integer of 64 bits (line 1, column 3)"
    );
    assert_eq!(
        failure::<SymbolType>(r#""x""#),
        "invalid value: string \"x\", expected an integer of 64 bits (line 1, column 3)"
    );
    assert!(read::<SymbolType>("9223372036854775808").is_err());
}

#[test]
fn a_row_is_an_array_of_its_columns() {
    let level: PriceLevel = read(r#"["0.020","2317.30"]"#).unwrap();
    assert_eq!(
        level,
        PriceLevel {
            price: dec("0.020"),
            quantity: dec("2317.30")
        }
    );
    assert_eq!(write(&level), r#"["0.020","2317.30"]"#);
}

#[test]
fn a_row_keeps_the_form_of_each_column() {
    for text in [
        r#"[1700000000000,"1.50",3,"0.1"]"#,
        r#"[1700000000000,"1.50",3,""]"#,
    ] {
        assert_eq!(write(&read::<Kline>(text).unwrap()), text);
    }
}

#[test]
fn columns_beyond_the_known_are_passed_over() {
    let level: PriceLevel = read(r#"["1","2",[[{"a":null}]],"ignored",4]"#).unwrap();
    assert_eq!(
        level,
        PriceLevel {
            price: dec("1"),
            quantity: dec("2")
        }
    );
}

#[test]
fn a_missing_column_is_named() {
    assert_eq!(
        failure::<PriceLevel>(r#"["1"]"#),
        "the array ends before column `quantity` (line 1, column 5)"
    );
    assert_eq!(
        failure::<PriceLevel>("[]"),
        "the array ends before column `price` (line 1, column 2)"
    );
    assert_eq!(
        failure::<PriceLevel>("{}"),
        "invalid type: map, expected an array of price, quantity (line 1, column 0)"
    );
}

#[test]
fn a_failure_says_where_in_the_answer_it_is() {
    let text = r#"{"serverTime":1,"symbols":[{"symbol":"A","filters":[]},{"symbol":"B","filters":[
        {"filterType":"MAX_NUM_ORDERS","limit":1},{"filterType":"PRICE_FILTER","minPrice":"1","tickSize":"1e-7"}]}]}"#;
    let failure = read::<Exchange>(text).unwrap_err();
    assert_eq!(failure.path(), "symbols[1].filters[1].tickSize");
    assert_eq!(
        failure.reason(),
        r#"invalid value: string "1e-7", expected a decimal number of at most 28 digits"#
    );
    assert_eq!(failure.line(), 2);
    assert_eq!(
        failure.to_string(),
        format!(
            "`symbols[1].filters[1].tickSize`: {} (line 2, column {})",
            failure.reason(),
            failure.column()
        )
    );
}

#[test]
fn a_failure_in_a_row_says_which_column() {
    let text = r#"{"lastUpdateId":1,"E":1,"bids":[["1","2"],["1",null]],"asks":[]}"#;
    let failure = read::<OrderBook>(text).unwrap_err();
    assert_eq!(failure.path(), "bids[1][1]");
    assert_eq!(
        failure.reason(),
        "invalid type: null, expected a decimal number of at most 28 digits"
    );
}

#[test]
fn a_case_is_read_with_and_without_its_constant() {
    let with = r#"{"filterType":"PRICE_FILTER","minPrice":"0.10","tickSize":"0.01"}"#;
    let without = r#"{"minPrice":"0.10","tickSize":"0.01"}"#;
    let filter: PriceFilter = read(with).unwrap();
    assert_eq!(read::<PriceFilter>(without).unwrap(), filter);
    assert_eq!(write(&filter), with);
}

#[test]
fn a_case_is_read_from_members_with_and_without_its_constant() {
    struct Members;
    impl<'de> serde::de::Visitor<'de> for Members {
        type Value = PriceFilter;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("members")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<PriceFilter, A::Error> {
            PriceFilter::deserialize(MapAccessDeserializer::new(map))
        }
    }
    for text in [
        r#"{"minPrice":"0.10","tickSize":"0.01"}"#,
        r#"{"minPrice":"0.10","filterType":"PRICE_FILTER","tickSize":"0.01"}"#,
        r#"{"filterType":"SOMETHING_ELSE","minPrice":"0.10","tickSize":"0.01"}"#,
    ] {
        let mut json = serde_json::Deserializer::from_str(text);
        let filter = serde::Deserializer::deserialize_map(&mut json, Members).unwrap();
        assert_eq!(filter.min_price, dec("0.10"));
    }
}

#[test]
fn a_record_is_told_by_its_tag_wherever_that_stands() {
    for text in [
        r#"{"filterType":"PRICE_FILTER","minPrice":"0.10","tickSize":"0.01"}"#,
        r#"{"minPrice":"0.10","filterType":"PRICE_FILTER","tickSize":"0.01"}"#,
        r#"{"new":[1,{"deep":null}],"minPrice":"0.10","tickSize":"0.01","filterType":"PRICE_FILTER"}"#,
        "{ \"mi\\u006ePrice\" : \"0.1\\u0030\" , \"tickSize\":\"0.01\", \"filter\\u0054ype\" : \"PRICE_FILTER\" }",
    ] {
        let SymbolFilter::PriceFilter(filter) = read(text).unwrap() else {
            panic!("{text}")
        };
        assert_eq!(
            (filter.min_price, filter.tick_size),
            (dec("0.10"), dec("0.01"))
        );
    }
}

#[test]
fn a_known_record_writes_its_tag() {
    let filter: SymbolFilter = read(r#"{"limit":200,"filterType":"MAX_NUM_ORDERS"}"#).unwrap();
    assert_eq!(
        filter,
        SymbolFilter::MaxNumOrders(MaxNumOrders { limit: 200 })
    );
    assert_eq!(filter.kind(), "MAX_NUM_ORDERS");
    assert_eq!(
        write(&filter),
        r#"{"filterType":"MAX_NUM_ORDERS","limit":200}"#
    );
}

#[test]
fn a_record_of_an_unknown_kind_comes_back_whole() {
    for text in [
        r#"{"filterType":"NEW \"KIND\"","side":"NONE","nested":{"a":[1.50,"x"]},"n":null}"#,
        r#"{"side":"NONE","nested":{"a":[1.50,"x"]},"filterType":"NEW \"KIND\"","n":18446744073709551616.10}"#,
    ] {
        let filter: SymbolFilter = read(text).unwrap();
        assert_eq!(filter.kind(), "NEW \"KIND\"");
        assert_eq!(write(&filter), text);
        assert_eq!(read::<SymbolFilter>(text).unwrap(), filter);
    }
}

#[test]
fn a_record_of_an_unknown_kind_can_be_looked_into() {
    let text = r#"{"b":"x","filterType":"NEW","a":[1, 2]}"#;
    let SymbolFilter::Unlisted(record) = read(text).unwrap() else {
        panic!("the kind is listed")
    };
    assert_eq!(record.as_str(), "NEW");
    assert_eq!(record.get("a"), Some("[1, 2]"));
    assert_eq!(record.get("c"), None);
    assert_eq!(
        record.members().collect::<Vec<_>>(),
        [("b", "\"x\""), ("filterType", "\"NEW\""), ("a", "[1, 2]")]
    );
    assert_eq!(
        format!("{record:?}"),
        r#"{"b": "x", "filterType": "NEW", "a": [1, 2]}"#
    );
}

#[test]
fn records_of_unknown_kinds_differ_when_a_member_does() {
    let read = |text| read::<SymbolFilter>(text).unwrap();
    assert_ne!(
        read(r#"{"filterType":"NEW","a":1}"#),
        read(r#"{"filterType":"NEW","a":2}"#)
    );
    assert_ne!(
        read(r#"{"filterType":"NEW","a":1}"#),
        read(r#"{"filterType":"NEW"}"#)
    );
}

#[test]
fn a_record_without_its_tag_is_a_failure() {
    assert_eq!(
        failure::<SymbolFilter>(r#"{"limit":1}"#),
        "missing field `filterType` (line 1, column 11)"
    );
    assert_eq!(
        failure::<SymbolFilter>("{}"),
        "missing field `filterType` (line 1, column 2)"
    );
    assert_eq!(
        failure::<SymbolFilter>(r#"{"filterType":1}"#),
        "`filterType`: invalid type: integer `1`, expected text (line 1, column 15)"
    );
    assert_eq!(
        failure::<SymbolFilter>("[]"),
        "invalid type: sequence, expected an object with `filterType` (line 1, column 0)"
    );
}

#[test]
fn a_failure_before_the_tag_has_its_path_too() {
    let failure =
        read::<SymbolFilter>(r#"{"minPrice":"x","tickSize":"1","filterType":"PRICE_FILTER"}"#)
            .unwrap_err();
    assert_eq!(failure.path(), "minPrice");
    assert_eq!(
        failure.reason(),
        r#"invalid value: string "x", expected a decimal number of at most 28 digits"#
    );
}

#[test]
fn a_member_missing_from_a_case_is_named() {
    assert_eq!(
        failure::<SymbolFilter>(r#"{"filterType":"PRICE_FILTER","minPrice":"1"}"#),
        "missing field `tickSize` (line 1, column 44)"
    );
}

#[test]
fn items_may_be_refused_one_by_one() {
    let text = r#"[{"orderId":1,"clientOrderId":"a","side":"BUY"},{"code":-2011,"msg":"Unknown order sent."}]"#;
    let answer = decode::from_str::<
        <CancelOrders as Request>::Response,
        <CancelOrders as Request>::Wire,
    >(text)
    .unwrap();
    assert!(matches!(&answer[0], Ok(ack) if ack.order_id == 1));
    let refusal = answer[1].as_ref().unwrap_err();
    assert_eq!(
        (refusal.code, refusal.message.as_str()),
        (-2011, "Unknown order sent.")
    );
    assert_eq!(refusal.to_string(), "Unknown order sent. (-2011)");
    let (written, sent) = there_and_back::<CancelOrders>(text);
    assert_eq!(written, sent);
}

#[test]
fn an_item_that_is_neither_says_why_it_is_not_the_first() {
    type Items = wire::List<wire::OrError<wire::Plain>>;
    for (item, path, reason) in [
        (
            r#"{"orderId":"x","clientOrderId":"a","side":"BUY"}"#,
            "[1].orderId",
            "invalid type: string \"x\", expected u64",
        ),
        (
            r#"{"code":200,"msg":"success"}"#,
            "[1]",
            "missing field `orderId`",
        ),
        (r#"{"code":-1}"#, "[1]", "missing field `orderId`"),
        (
            r#"{"code":"-1","msg":"text"}"#,
            "[1]",
            "missing field `orderId`",
        ),
        (
            "3",
            "[1]",
            "invalid type: integer `3`, expected struct OrderAck",
        ),
    ] {
        let text = format!(r#"[{{"orderId":1,"clientOrderId":"a","side":"BUY"}},{item}]"#);
        let failure =
            decode::from_str::<Vec<Result<OrderAck, Rejection>>, Items>(&text).unwrap_err();
        assert_eq!((failure.path(), failure.reason()), (path, reason));
    }
}

#[test]
fn a_map_keeps_each_value_under_its_name() {
    let text = r#"{"serverTime":1,"symbols":[],"rates":{"BTC":"0.10","USDT":"","4":"1"}}"#;
    let exchange: Exchange = read(text).unwrap();
    assert_eq!(exchange.rates.get("BTC"), Some(&Some(dec("0.10"))));
    assert_eq!(exchange.rates.get("USDT"), Some(&None));
    let (written, sent) = there_and_back::<ExchangeInfo>(text);
    assert_eq!(written, sent);
    let failure =
        read::<Exchange>(r#"{"serverTime":1,"symbols":[],"rates":{"BTC":"x"}}"#).unwrap_err();
    assert_eq!(failure.path(), "rates.BTC");
}

#[test]
fn an_absent_member_stays_absent() {
    let ack: OrderAck =
        read(r#"{"orderId":8389765739703625592,"clientOrderId":"","side":"SELL","avgPrice":null}"#)
            .unwrap();
    assert_eq!(ack.average_price, None);
    assert_eq!(
        write(&ack),
        r#"{"orderId":8389765739703625592,"clientOrderId":"","side":"SELL"}"#
    );
}

#[test]
fn text_after_the_answer_is_a_failure() {
    assert_eq!(
        failure::<Empty>("{} x"),
        "trailing characters (line 1, column 4)"
    );
    assert_eq!(
        failure::<Empty>(""),
        "EOF while parsing a value (line 1, column 0)"
    );
    assert_eq!(
        failure::<Empty>("<html>"),
        "expected value (line 1, column 1)"
    );
}

#[test]
fn an_empty_answer_may_gain_members() {
    assert_eq!(read::<Empty>(r#"{"a":[1]}"#).unwrap(), Empty {});
    assert_eq!(write(&Empty {}), "{}");
}

#[test]
fn endless_nesting_is_a_failure_and_no_crash() {
    let deep = "[".repeat(1_000_000);
    let closed = format!("{deep}{}", "]".repeat(1_000_000));
    let ignored = format!(r#"{{"new":{closed},"lastUpdateId":1,"E":2,"bids":[],"asks":[]}}"#);
    assert!(read::<OrderBook>(&ignored).is_ok());
    let kept = format!(r#"{{"new":{closed},"filterType":"NEW"}}"#);
    assert_eq!(write(&read::<SymbolFilter>(&kept).unwrap()), kept);
    let passed = format!(r#"{{"new":{closed},"limit":1,"filterType":"MAX_NUM_ORDERS"}}"#);
    assert!(read::<SymbolFilter>(&passed).is_ok());
    let buffered = format!(r#"{{"limit":{closed},"filterType":"MAX_NUM_ORDERS"}}"#);
    assert!(read::<SymbolFilter>(&buffered).is_err());
    assert!(read::<PriceLevel>(&format!(r#"["1",{closed}]"#)).is_err());
    assert!(read::<PriceLevel>(&deep).is_err());
    assert!(read::<PriceLevel>(&"[\"1\",".repeat(1_000_000)).is_err());
    type Items = wire::List<wire::OrError<wire::Plain>>;
    assert!(
        decode::from_str::<Vec<Result<OrderAck, Rejection>>, Items>(&format!("[{closed}]"))
            .is_err()
    );
    assert!(
        decode::from_str::<Vec<Result<Value, Rejection>>, Items>(&format!("[{closed}]")).is_err()
    );
}

#[test]
fn requests_and_enums_print_as_they_were_written() {
    let order = NewOrder::new("BTCUSDT", Side::Sell, OrderType::from("NEW_KIND"));
    assert!(format!("{order:?}").contains(r#"order_type: Unlisted("NEW_KIND")"#));
    assert_eq!(format!("[{:>5}]", Side::Buy), "[  BUY]");
    assert_eq!(json!(Side::Buy), json!("BUY"));
}
