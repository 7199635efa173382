use super::streams::{AggTrade, AggTrades};
use super::types::SymbolType;
use crate::decode;
use crate::prelude::*;

fn read(text: &str) -> AggTrade {
    decode::from_str::<AggTrade, wire::Plain>(text).unwrap()
}

fn write(event: &AggTrade) -> String {
    decode::to_string::<AggTrade, wire::Plain>(event).unwrap()
}

#[test]
fn a_topic_displays_its_name() {
    assert_eq!(AggTrades::new("BTCUSDT").to_string(), "btcusdt@aggTrade");
    assert_eq!(
        AggTrades::new("币安人生USDT").to_string(),
        "币安人生usdt@aggTrade"
    );
    assert_eq!(
        AggTrades::new("1000SHIBUSDT").cadence(),
        Cadence::Every(Duration::from_millis(100))
    );
}

#[test]
fn an_event_writes_its_constant_first() {
    let text =
        r#"{"e":"aggTrade","E":1,"s":"BTCUSDT","a":5933014,"p":"0.001","r":"0.10","T":7,"st":1}"#;
    assert_eq!(write(&read(text)), text);
    assert_eq!(read(text).product, Some(SymbolType::UsdM));
}

#[test]
fn an_event_is_read_whatever_its_constant_is() {
    let event = read(r#"{"E":1,"s":"BTCUSDT","p":"0.001","T":7}"#);
    assert_eq!(
        read(r#"{"E":1,"s":"BTCUSDT","p":"0.001","T":7,"e":"other"}"#),
        event
    );
    assert_eq!(
        read(r#"{"T":7,"E":1,"s":"BTCUSDT","p":"0.001","e":{"not":"text"}}"#),
        event
    );
}

#[test]
fn absent_empty_and_null_are_one() {
    for rate in ["", r#","r":"""#, r#","r":null"#] {
        let event = read(&format!(
            r#"{{"E":1,"s":"BTCUSDT","p":"0.001","T":7{rate}}}"#
        ));
        assert_eq!((event.rate, event.id), (None, None));
        assert_eq!(
            write(&event),
            r#"{"e":"aggTrade","E":1,"s":"BTCUSDT","p":"0.001","T":7}"#
        );
    }
}

#[test]
fn every_literal_for_nothing_is_read_and_the_first_is_written() {
    for nothing in ["0", "-1", "\"0\""] {
        let event = read(&format!(
            r#"{{"E":1,"s":"BTCUSDT","p":"0.001","T":{nothing}}}"#
        ));
        assert_eq!(event.end_time, None);
        assert!(write(&event).ends_with(r#""T":0}"#));
    }
}

#[test]
fn a_member_that_must_stand_there_is_missed() {
    let failure = decode::from_str::<AggTrade, wire::Plain>(r#"{"E":1,"s":"BTCUSDT","p":"0.001"}"#)
        .unwrap_err();
    assert_eq!(failure.reason(), "missing field `T`");
}

#[test]
fn times_are_read_from_text_too() {
    assert_eq!(
        read(r#"{"E":"1576653824250","s":"BTCUSDT","p":"1","T":7}"#).event_time,
        Timestamp::from_millis(1_576_653_824_250)
    );
}

#[test]
fn a_decimal_that_comes_as_a_number_keeps_its_digits() {
    assert_eq!(
        read(r#"{"E":1,"s":"BTCUSDT","p":67.50,"T":7}"#)
            .price
            .to_string(),
        "67.50"
    );
}
