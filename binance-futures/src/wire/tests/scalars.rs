//! Integers, flags, text and times.

use rust_decimal::Decimal;

use super::{fails, round_trips};
use crate::types::{ClientOrderId, Symbol, Timestamp};
use crate::wire::{Number, Serde, Text};

#[test]
fn escapes_in_a_quoted_number_are_decoded() {
    round_trips::<Decimal, Text>(r#""\u0031.5\u0030""#, r#""1.50""#);
    round_trips::<u64, Text>(r#""1\u0030""#, r#""10""#);
}

#[test]
fn integers_decode_from_text_and_numbers() {
    round_trips::<u64, Text>(r#""18446744073709551615""#, r#""18446744073709551615""#);
    round_trips::<u64, Text>("18446744073709551615", r#""18446744073709551615""#);
    round_trips::<u64, Number>(r#""9223372036854775808""#, "9223372036854775808");
    round_trips::<u64, Serde>("18446744073709551615", "18446744073709551615");
    round_trips::<i64, Text>("-9223372036854775808", r#""-9223372036854775808""#);
    round_trips::<u8, Text>("4", r#""4""#);
    round_trips::<u16, Number>("65535", "65535");
    round_trips::<u32, Number>("4294967295", "4294967295");
    round_trips::<i32, Number>("-2147483648", "-2147483648");
    round_trips::<u64, Number>("2.0", "2");
    round_trips::<u64, Number>("1e3", "1000");
}

#[test]
fn integers_out_of_range_are_rejected() {
    fails::<u8, Text>(
        "256",
        "invalid value: integer `256`, expected an integer from 0 to 255",
    );
    fails::<u8, Text>(
        "\"256\"",
        "invalid value: string \"256\", expected an integer from 0 to 255",
    );
    fails::<u64, Number>(
        "-1",
        "invalid value: integer `-1`, expected an integer of 64 bits, not negative",
    );
    fails::<u64, Number>(
        "1.5",
        "invalid value: floating point `1.5`, expected an integer of 64 bits, not negative",
    );
    fails::<u64, Number>(
        "18446744073709551616",
        "invalid value: floating point `1.8446744073709552e+19`, expected an integer of 64 bits, not negative",
    );
    fails::<i64, Number>(
        "1e300",
        "invalid value: floating point `1e+300`, expected an integer of 64 bits",
    );
    fails::<i64, Number>(
        "9007199254740992.0",
        "invalid value: floating point `9007199254740992.0`, expected an integer of 64 bits",
    );
    fails::<u64, Serde>(
        "18446744073709551616",
        "invalid type: floating point `1.8446744073709552e+19`, expected u64",
    );
}

#[test]
fn flags_decode_from_text_and_booleans() {
    round_trips::<bool, Text>(r#""false""#, r#""false""#);
    round_trips::<bool, Text>("true", r#""true""#);
    round_trips::<bool, Number>("\"true\"", "true");
    fails::<bool, Text>(
        "\"yes\"",
        "invalid value: string \"yes\", expected true or false",
    );
    fails::<bool, Text>("1", "invalid value: integer `1`, expected true or false");
}

#[test]
fn text_decodes_from_the_digits_of_a_number() {
    round_trips::<String, Text>("200", r#""200""#);
    round_trips::<Symbol, Text>("4.50", r#""4.50""#);
    round_trips::<ClientOrderId, Text>(r#""\u5e01\"\\""#, r#""币\"\\""#);
    fails::<Symbol, Serde>("4", "invalid type: integer `4`, expected text");
    fails::<String, Text>("null", "invalid type: null, expected text");
    fails::<String, Text>("true", "invalid value: boolean `true`, expected text");
}

#[test]
fn times_decode_from_text_and_numbers() {
    round_trips::<Timestamp, Serde>("\"1576653824250\"", "1576653824250");
    round_trips::<Timestamp, Text>("1576653824250", "\"1576653824250\"");
    fails::<Timestamp, Serde>(
        "\"now\"",
        "invalid value: string \"now\", expected milliseconds since 1970",
    );
    fails::<Timestamp, Serde>(
        "1.5",
        "invalid value: floating point `1.5`, expected milliseconds since 1970",
    );
    fails::<Timestamp, Serde>(
        "null",
        "invalid type: null, expected milliseconds since 1970",
    );
}
