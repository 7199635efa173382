//! Spellings of flags, decimals and acknowledgements.

use binance_futures::registry::operations;
use binance_futures::usdm;
use serde_json::{Value, json};

use crate::samples::{decimal, decode, each_object, operation, reencode, sample, set};

/// Each spelling of `true`, and its opposite.
fn spellings() -> [(Value, Value); 4] {
    [
        (json!(true), json!(false)),
        (json!("true"), json!("false")),
        (json!(1), json!(0)),
        (json!("1"), json!("0")),
    ]
}

#[test]
fn flag_of_a_symbol_is_read_from_every_spelling() {
    for (on, off) in spellings() {
        for (value, expected) in [(on, true), (off, false)] {
            let settings = set(sample("usdm", "SymbolConfig"), "isAutoAddMargin", &value);
            let settings = decode::<usdm::SymbolConfig>(&settings).unwrap();
            assert_eq!(settings[0].auto_add_margin, expected);
        }
    }
}

#[test]
fn flags_of_all_operations_are_read_from_every_spelling() {
    let mut count = 0;
    for operation in operations() {
        let flags = operation
            .fields
            .iter()
            .filter(|field| field.ty.starts_with("bool"));
        let names: Vec<&str> = flags
            .filter_map(|field| field.path.rsplit('.').next())
            .collect();
        for (spelling, _) in spellings() {
            let mut payload: Value = serde_json::from_str(operation.sample).unwrap();
            each_object(&mut payload, &mut |object| {
                for name in &names {
                    if object.get(name).is_some_and(Value::is_boolean) {
                        object[name] = spelling.clone();
                        count += 1;
                    }
                }
            });
            if let Err(failure) = (operation.reencode)(&payload.to_string()) {
                panic!("{}: {failure}", operation.name);
            }
        }
    }
    assert!(count > 100);
}

#[test]
fn spaces_around_decimals_are_ignored() {
    let mut klines = sample("usdm", "MarkPriceKlines");
    klines[0][5] = json!("0  ");
    klines[0][1] = json!(" 60.50");
    let klines = decode::<usdm::MarkPriceKlines>(&klines).unwrap();
    assert_eq!(klines[0].unused_volume, decimal("0"));
    assert_eq!(klines[0].open.to_string(), "60.50");
}

#[test]
fn acknowledgements_need_no_code() {
    for name in [
        "ChangeMarginType",
        "ChangePositionMode",
        "CancelAllOrders",
        "CancelAllAlgoOrders",
    ] {
        let message = json!({"msg": "success"});
        assert_eq!(reencode("usdm", name, &message), Ok(message));
    }
    let ack = decode::<usdm::ChangeMarginType>(&json!({"msg": "success"})).unwrap();
    assert_eq!((ack.code, ack.message.as_str()), (None, "success"));
    let ack = decode::<usdm::ChangeMarginType>(&json!({"code": "200", "msg": "ok"})).unwrap();
    assert_eq!(ack.code, Some(200));
    let fields = operation("usdm", "CancelAlgoOrder").fields;
    assert!(
        fields
            .iter()
            .any(|field| field.path == "code" && field.optional)
    );
}
