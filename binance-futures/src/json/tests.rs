//! The reader against serde_json.

use std::borrow::Cow;

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// Reads any value.
fn value(reader: &mut Reader<'_>) -> Result<Value, Error> {
    let mut ahead = reader.clone();
    if let Ok(text) = ahead.string("text") {
        *reader = ahead;
        return Ok(Value::String(text.into_owned()));
    }
    let mut ahead = reader.clone();
    if let Ok(digits) = ahead.number("a number") {
        *reader = ahead;
        return Ok(serde_json::from_str(digits).unwrap_or(Value::Null));
    }
    let mut ahead = reader.clone();
    if let Ok(mut object) = ahead.object("an object") {
        let mut fields = serde_json::Map::new();
        while let Some(name) = object.name(&mut ahead)? {
            let field = value(&mut ahead)?;
            fields.insert(name.into_owned(), field);
        }
        *reader = ahead;
        return Ok(Value::Object(fields));
    }
    let mut ahead = reader.clone();
    if let Ok(mut array) = ahead.array("an array") {
        let mut items = Vec::new();
        while array.item(&mut ahead)? {
            items.push(value(&mut ahead)?);
        }
        *reader = ahead;
        return Ok(Value::Array(items));
    }
    reader.raw().map(|word| serde_json::from_str(word).unwrap())
}

#[test]
fn items_of_an_array_are_separated_by_single_commas() {
    for text in ["[,1]", "[,]", "[1,,2]", "[1 2]", "[1"] {
        let mut reader = Reader::new(text);
        let mut array = reader.array("an array").unwrap();
        let read = (|| {
            while array.item(&mut reader)? {
                reader.number("a number")?;
            }
            Ok::<_, Error>(())
        })();
        assert!(read.is_err(), "{text}");
    }
}

fn whole(text: &str) -> Result<Value, Error> {
    let mut reader = Reader::new(text);
    let read = value(&mut reader)?;
    reader.end()?;
    Ok(read)
}

fn skipped(text: &str) -> Result<(), Error> {
    let mut reader = Reader::new(text);
    reader.skip()?;
    reader.end()
}

fn agrees(text: &str) {
    let expected = serde_json::from_str::<Value>(text);
    if let Err(error) = &expected
        && error.to_string().starts_with("number out of range")
    {
        // serde_json reads numbers as floats. The reader only returns their digits.
        return;
    }
    let expected = expected.ok();
    assert_eq!(whole(text).ok(), expected, "{text}");
    assert_eq!(skipped(text).is_ok(), expected.is_some(), "{text}");
}

const TEXTS: [&str; 12] = [
    r#"{"a":[1,-2.50,3e5,true,false,null,"x"],"b":{"":{}},"c":[]}"#,
    r#" { "a" : [ 1 , 2 ] , "b" : "\"\\\/\b\f\n\r\t\u20ac\ud83d\ude00" } "#,
    r#""测试USDT and \u6d4b and a long plain text of more than sixteen bytes""#,
    "[[[[]]],{}]",
    "0",
    "-0.0",
    "12345678901234567890123456789012345678901234567890",
    "1E400",
    r#""\ud83d""#,
    r#""\ude00\ud83d""#,
    r#"{"a":1,"a":2}"#,
    "\"\u{7f}\u{80}é\"",
];

#[test]
fn texts_read_as_with_serde_json() {
    for text in TEXTS {
        agrees(text);
    }
}

#[test]
fn truncated_texts_fail_as_with_serde_json() {
    for text in TEXTS {
        for (end, _) in text.char_indices() {
            agrees(text.split_at(end).0);
        }
    }
}

#[test]
fn strings_of_every_length_end_at_their_quote() {
    for length in 0..40 {
        for end in ['"', '\\', '\u{1f}', ' '] {
            let text = format!("\"{}{end}n\"", "é".repeat(length));
            agrees(&text);
        }
    }
}

#[test]
fn deep_nesting_is_rejected() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(skipped(&nested(128)).is_ok());
    let error = skipped(&nested(129)).unwrap_err();
    assert_eq!(error.reason(), &Reason::TooDeep);
    assert!(skipped(&"[".repeat(1_000_000)).is_err());
    assert!(skipped(&r#"{"a":"#.repeat(1_000_000)).is_err());
}

static KEYS: [Key; 4] = [
    Key::new("\"e\":"),
    Key::new("\"symbol\":"),
    Key::new("\"selfTradePreventionMode\":"),
    Key::new("\"q\":"),
];

/// Reads an object of numbers by its keys. Unknown fields have index 4.
fn fields(text: &str) -> Result<Vec<(usize, String)>, Error> {
    let mut reader = Reader::new(text);
    let mut object = reader.object("an object")?;
    let mut found = Vec::new();
    loop {
        match object.field(&mut reader, &KEYS)? {
            Object::END => break,
            index => found.push((index, reader.raw()?.to_owned())),
        }
    }
    reader.end()?;
    Ok(found)
}

#[test]
fn fields_are_found_in_any_order() {
    for (text, indexes) in [
        (
            r#"{"e":0,"symbol":1,"selfTradePreventionMode":2,"q":3}"#,
            vec![0, 1, 2, 3],
        ),
        (
            r#"{"q":3,"selfTradePreventionMode":2,"symbol":1,"e":0}"#,
            vec![3, 2, 1, 0],
        ),
        (r#"{ "e" :0 , "symbol" : 1}"#, vec![0, 1]),
        (r#"{"q":3}"#, vec![3]),
        (r#"{"e":0,"q":3}"#, vec![0, 3]),
        (
            r#"{"new":4,"e":0,"selfTradePreventionModes":4,"q":3,"E":4}"#,
            vec![4, 0, 4, 3, 4],
        ),
        (r#"{"\u0065":0,"symbo\u006c":1}"#, vec![0, 1]),
        (r#"{"q":3,"q":3}"#, vec![3, 3]),
        ("{}", vec![]),
        (" { } ", vec![]),
    ] {
        let found = fields(text).unwrap();
        let expected: Vec<_> = indexes
            .iter()
            .map(|index| (*index, index.to_string()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn broken_objects_are_rejected() {
    for text in [
        "{,}",
        r#"{,"e":0}"#,
        r#"{"e":0,}"#,
        r#"{"e":0 "q":3}"#,
        r#"{"e" 0}"#,
        r#"{"e":}"#,
        r#"{"e":0"#,
        "{e:0}",
        "{\"e\"",
        r#"{"e":0,,"q":3}"#,
        r#"{"e":0}}"#,
        "{]",
        "[}",
    ] {
        assert!(fields(text).is_err(), "{text}");
        agrees(text);
    }
}

#[test]
fn errors_say_what_was_found() {
    let mut reader =
        Reader::new(" \"a rather long text that an error message truncates, to 40 characters\"");
    let error = reader.object("an order").unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected an order, found \"a rather long text that an error messag"
    );
    assert_eq!(error.offset(), 1);
    let error = error
        .within(Segment::Field("tickSize"))
        .within(Segment::Index(3))
        .within(Segment::Key("FX".to_owned()))
        .within(Segment::Field("symbols"));
    assert!(
        error
            .to_string()
            .starts_with("`symbols.FX[3].tickSize`: expected")
    );
    assert_eq!(
        error.redacted().to_string(),
        "`symbols.FX[3].tickSize`: expected an order, found a secret"
    );
}

#[test]
fn errors_have_the_place_of_the_value_after_white_space() {
    for text in ["[1,\n  true]", "[1,\n  null]", "[1,\n  {}]"] {
        let numbers: Result<Vec<u64>, Error> = Decode::decode(&mut Reader::new(text));
        assert_eq!(numbers.unwrap_err().offset(), 6, "{text}");
        let texts: Result<Vec<String>, Error> = Decode::decode(&mut Reader::new(text));
        assert_eq!(texts.unwrap_err().offset(), 1, "{text}");
    }
    let lists: Result<Vec<Vec<u64>>, Error> = Decode::decode(&mut Reader::new("[\n 1]"));
    assert_eq!(lists.unwrap_err().offset(), 3);
}

#[test]
fn strings_are_borrowed_unless_they_have_escapes() {
    let read = |text| Reader::new(text).string("text");
    assert!(matches!(read(r#""BTCUSDT""#), Ok(Cow::Borrowed("BTCUSDT"))));
    assert!(matches!(read(r#""\u0042TC""#), Ok(Cow::Owned(text)) if text == "BTC"));
}

/// Any JSON value as text, with white space here and there.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|flag| flag.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_filter_map("finite", |number| serde_json::to_string(&number).ok()),
        any::<String>().prop_filter_map("text", |text| serde_json::to_string(&text).ok()),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|items| format!("[{}]", items.join(" , "))),
            prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|fields| {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| format!("{}: {value}", Value::from(name.as_str())))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn json_reads_as_with_serde_json(text in json()) {
        agrees(&text);
    }

    #[test]
    fn changed_json_reads_as_with_serde_json(text in json(), at in any::<prop::sample::Index>(), byte in 0_u8..128) {
        let mut bytes = text.into_bytes();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(text) = String::from_utf8(bytes) {
            agrees(&text);
        }
    }

    #[test]
    fn any_text_reads_as_with_serde_json(text in "[\\[\\]{}\":,0-9eE.+\\\\u a-f\n-]{0,40}") {
        agrees(&text);
    }
}
